import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { ValueError } from "../../errors.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { RankOf, SoleDType, Unary, UnarySame } from "../../tensor/signatures.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { cast } from "./basic.ts";
import { floatingNoComplex, floatOnly } from "./dtypes.ts";
import { elemwise, floatZeros } from "./elemwise.ts";

/** A step function: its gradient is zero. */
const step = (name: string, scalar: (x: Expr) => Expr): Unary =>
  elemwise(name, 1, {
    dtype: floatingNoComplex,
    scalar: (x) => scalar(x as Expr),
    grad: ([x]) => [floatZeros(x as TensorVariable)],
  });

/** The smallest whole number that is not below `x`, as a float. As `theano.tensor.ceil`. */
export const ceil: Unary = /* @__PURE__ */ step("ceil", (x) => prim.ceil(x));

/** The largest whole number that is not above `x`, as a float. As `theano.tensor.floor`. */
export const floor: Unary = /* @__PURE__ */ step("floor", (x) => prim.floor(x));

/** `x` without its fraction, as a float. As `theano.tensor.trunc`. */
export const trunc: Unary = /* @__PURE__ */ step("trunc", (x) => prim.trunc(x));

/** The nearest whole number, ties to the even one. Throws a TypeError unless floats. As `theano.tensor.round_half_to_even`. */
export const roundHalfToEven: UnarySame = /* @__PURE__ */ elemwise("round_half_to_even", 1, {
  derived: "RoundHalfToEven",
  dtype: floatOnly,
  scalar: (x) => prim.roundEven(x as Expr),
  grad: ([x]) => [floatZeros(x as TensorVariable)],
});

/** The nearest whole number, ties away from 0. Throws a TypeError unless floats. As `theano.tensor.round_half_away_from_zero`. */
export const roundHalfAwayFromZero: UnarySame = /* @__PURE__ */ elemwise("round_half_away_from_zero", 1, {
  derived: "RoundHalfAwayFromZero",
  dtype: floatOnly,
  scalar(e) {
    const x = e as Expr;
    return prim.select(prim.gt(x, 0), prim.floor(prim.add(x, 0.5)), prim.ceil(prim.sub(x, 0.5)));
  },
  grad: ([x]) => [floatZeros(x as TensorVariable)],
});

/** How ties are rounded. */
export interface RoundOptions {
  readonly mode?: "half_to_even" | "half_away_from_zero" | undefined;
}

/** The nearest whole number; ties to the even one unless `mode` says otherwise. Floats only. As `theano.tensor.round`. */
export function round<X extends TensorLike>(
  x: X,
  { mode = "half_to_even" }: RoundOptions = {},
): TensorVariable<SoleDType<X>, RankOf<X>> {
  if (mode === "half_to_even") return roundHalfToEven(x);
  if (mode === "half_away_from_zero") return roundHalfAwayFromZero(x);
  throw new ValueError(
    `Cannot round by the mode "${String(mode)}": it is "half_to_even" or "half_away_from_zero"`,
  );
}

/** The nearest whole number as an int64. As `theano.tensor.iround`. */
export function iround<X extends TensorLike>(
  x: X,
  options: RoundOptions = {},
): TensorVariable<"int64", RankOf<X>> {
  return cast(round(asTensor(x), options), "int64") as unknown as TensorVariable<"int64", RankOf<X>>;
}
