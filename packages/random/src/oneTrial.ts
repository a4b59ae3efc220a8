import {
  disconnected,
  isConstant,
  NullGradient,
  opFamily,
  type Reader,
  type TensorOp,
  type TensorVariable,
  tensorOp,
} from "@theano-ts/core";
import { constant, type DType, type Expr, isComplex, type RealDType } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/**
 * Whether a trial succeeds, of a uniform number and the probability of success: as NumPy inverts the binomial distribution
 * for one trial. Ones and zeros, as many as there are uniform numbers, to which the probabilities stretch.
 *
 * NumPy computes the probability of failure as exp(log(1 − p)), and draws again where rounding leaves nothing between it
 * and the number: one draw in some 10¹⁵ may be another there.
 */
export const oneTrial: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  tensorOp({
    name: `OneTrial{${dtype}}`,
    type: ([uniform]) => [(uniform as TensorVariable).type.withDType(dtype)],
    shape: ([uniform = []]) => [uniform],
    at(index, { inputs, dims, outputs: [to = []] }, { inputs: [, probability] }) {
      const [uniform, success] = inputs as readonly [Reader, Reader];
      const own = dims(probability as TensorVariable);
      const skipped = to.length - own.length;
      const place = own.map((n, d) =>
        prim.select(prim.eq(n, to[d + skipped] as Expr), index[d + skipped] as Expr, prim.number(0, "int32")),
      );
      const [u] = uniform(index) as readonly [Expr];
      const p = prim.cast((success(place) as readonly [Expr])[0], "float64");
      const one = constant(1, "float64");
      const succeeds = prim.select(
        prim.le(p, constant(0.5, "float64")),
        prim.gt(u, prim.sub(one, p)),
        prim.le(u, p),
      );
      return [[prim.cast(succeeds, dtype as RealDType)]];
    },
    checks: (context, { inputs: [, probability] }) => [
      {
        domain: context.dims(probability as TensorVariable),
        holds(at) {
          const p = (context.inputs[1] as Reader)(at)[0] as Expr;
          const [none, all] = [prim.number(0, p.dtype as RealDType), prim.number(1, p.dtype as RealDType)];
          return prim.and(prim.ge(p, none), prim.le(p, all));
        },
        sentence: `Cannot draw with ${probability}: p < 0, p > 1 or p is NaN`,
        kind: "value",
      },
    ],
    grad: () => [disconnected, new NullGradient("No gradient defined through raw random numbers op")],
    connection: () => [[false], [true]],
    rop: () => [null],
  }),
);

/** Whether a draw of this many trials, in this dtype, can be made of a uniform one. */
export const isOneTrial = (n: TensorVariable | undefined, dtype: DType): boolean =>
  n !== undefined && isConstant(n) && n.ndim === 0 && Number(n.data.item()) === 1 && !isComplex(dtype);
