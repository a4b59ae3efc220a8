import { TheanoTypeError } from "../../errors.ts";
import type { Apply } from "../../graph/apply.ts";
import type { TensorLike } from "../../tensor/constant.ts";
import type { TensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import type { ArrayInput } from "../../value/convert.ts";
import type { NDArray } from "../../value/ndarray.ts";
import { keyOf } from "./keyOf.ts";
import { type Performed, PerformOp } from "./performOp.ts";
import { type TypeLike, typeOf } from "./typeLike.ts";

/** A type of tensors, or a constructor of variables of it. */
type TensorTypeLike = TensorType | ((name?: string | null) => TensorVariable);

/** The array that an operand of this type has as its value. */
type ArrayOf<T> = T extends (...name: never[]) => TensorVariable<infer D, infer N>
  ? NDArray<D, N>
  : T extends TensorType<infer D, infer N>
    ? NDArray<D, N>
    : NDArray;
type VariableOf<T> = T extends (...name: never[]) => infer V
  ? V
  : T extends TensorType<infer D, infer N>
    ? TensorVariable<D, N>
    : TensorVariable;

type Values<I extends readonly unknown[]> = { -readonly [K in keyof I]: ArrayOf<I[K]> };
type Results<O extends readonly unknown[]> = O extends readonly [infer One]
  ? VariableOf<One>
  : { -readonly [K in keyof O]: VariableOf<O[K]> };
type Returned<O extends readonly unknown[]> = O extends readonly [unknown]
  ? ArrayInput
  : readonly ArrayInput[];

/** The types of a function that is made an op, and what else is known of it. */
export interface AsOpSpec<
  I extends readonly TensorTypeLike[] = readonly TensorTypeLike[],
  O extends readonly TensorTypeLike[] = readonly TensorTypeLike[],
> {
  readonly itypes: I;
  readonly otypes: O;
  /** As `PerformOp.inferShape`. */
  readonly inferShape?: PerformOp["inferShape"] | undefined;
  /** As `PerformOp.grad`. */
  readonly grad?: PerformOp["grad"] | undefined;
  /** What it prints as; the function's name by default. */
  readonly name?: string | undefined;
}

/** A function of variables, and the op it applies. */
export interface OwnFunction<I extends readonly unknown[], O extends readonly unknown[]> {
  (...operands: { readonly [K in keyof I]: TensorLike }): Results<O>;
  readonly op: PerformOp;
}

/**
 * A plain function of arrays as an operation on variables. It gives one variable, or a list for several `otypes`.
 *
 * `asOp({ itypes: [T.dmatrix], otypes: [T.dvector], grad }, f)`; or as Theano's decorator,
 * `asOp([T.dmatrix], [T.dvector], inferShape)(f)`. Without `grad` it has no gradient. `f` runs on the host and must not
 * change its arguments; the same function makes the same op. As `theano.compile.ops.as_op`.
 */
export function asOp<const I extends readonly TensorTypeLike[], const O extends readonly TensorTypeLike[]>(
  spec: AsOpSpec<I, O>,
  f: (...values: Values<I>) => Returned<O>,
): OwnFunction<I, O>;
export function asOp<const I extends readonly TensorTypeLike[], const O extends readonly TensorTypeLike[]>(
  itypes: I,
  otypes: O,
  inferShape?: PerformOp["inferShape"],
): (f: (...values: Values<I>) => Returned<O>) => OwnFunction<I, O>;
export function asOp(
  first: AsOpSpec | readonly TensorTypeLike[],
  second: unknown,
  inferShape?: PerformOp["inferShape"],
): unknown {
  if (Array.isArray(first)) {
    const spec = { itypes: first, otypes: second as readonly TensorTypeLike[], inferShape };
    return (f: Plain) => ownFunction(spec, f);
  }
  return ownFunction(first as AsOpSpec, second as Plain);
}

type Plain = (...values: NDArray[]) => Performed;

function ownFunction(spec: AsOpSpec, f: Plain): OwnFunction<never, never> {
  if (typeof f !== "function") throw new TheanoTypeError(`asOp needs a function, not ${String(f)}`);
  const op = new FromFunctionOp(spec, f);
  const apply = (...operands: TensorLike[]): unknown => {
    const results = op.apply(...operands);
    return results.length === 1 ? results[0] : results;
  };
  return Object.assign(apply, { op }) as never;
}

/** The op of a plain function. */
class FromFunctionOp extends PerformOp {
  override readonly itypes: readonly TypeLike[];
  override readonly otypes: readonly TypeLike[];
  readonly #f: Plain;
  readonly #spec: AsOpSpec;

  constructor(spec: AsOpSpec, f: Plain) {
    super();
    for (const [name, list] of [
      ["itypes", spec.itypes],
      ["otypes", spec.otypes],
    ] as const)
      if (!Array.isArray(list))
        throw new TheanoTypeError(`${name} must be a list of types, not ${String(list)}`);
    this.itypes = spec.itypes.map(typeOf);
    this.otypes = spec.otypes.map(typeOf);
    this.#f = f;
    this.#spec = spec;
    if (spec.inferShape) this.inferShape = spec.inferShape;
    if (spec.grad) this.grad = spec.grad;
  }

  override perform(_: Apply, inputs: readonly NDArray[]): Performed {
    return this.#f(...inputs);
  }

  override get key(): string {
    const types = [this.itypes, this.otypes].map((list) => list.map(String));
    return `FromFunctionOp${keyOf([this.#f, ...types, this.grad, this.inferShape])}`;
  }

  override toString(): string {
    return `FromFunctionOp{${this.#spec.name ?? this.#f.name}}`;
  }
}
