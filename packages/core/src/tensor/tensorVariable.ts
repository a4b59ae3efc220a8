import type { DType } from "@theano-ts/kernel";
import { config } from "../config.ts";
import { TheanoTypeError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import { Variable } from "../graph/variable.ts";
import { here } from "../provenance.ts";
import type { TensorType } from "./tensorType.ts";

/**
 * A variable that stands for an array of dtype `D` and rank `N`. Core gives it no operations; the umbrella package adds
 * them as methods. One of float64 is one of any dtype: their types are covariant, which is said here because tsc cannot
 * tell it from results that are computed from `D` and `N` and from an operand still open. Hence, where there are methods:
 * @ts-ignore */
export class TensorVariable<out D extends DType = DType, out N extends number = number> extends Variable<
  TensorType<D, N>
> {
  constructor(type: TensorType<D, N>, name: string | null = null, owner: Apply | null = null, index = 0) {
    super(type, name, owner, index);
    if (config.warnFloat64 !== "ignore" && type.dtype === "float64") reportFloat64(this);
  }

  get dtype(): D {
    return this.type.dtype;
  }
  get ndim(): N {
    return this.type.ndim;
  }
  /** For each dimension, whether its size is 1 by declaration, so that it stretches. */
  get broadcastable(): readonly boolean[] {
    return this.type.broadcastable;
  }

  /** JavaScript has no operators for objects; this says so instead of giving NaN. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TheanoTypeError(
      `${this} is a symbolic variable, and JavaScript has no operators for those: write x.mul(2) or mul(x, 2), not x * 2`,
    );
  }
}

/** What `config.warnFloat64` asks for. */
function reportFloat64(v: TensorVariable): void {
  const error = new TheanoTypeError(`A variable of ${v.type} is made (warnFloat64)`, { origin: here() });
  if (config.warnFloat64 === "raise") throw error;
  console.warn(error.message);
}

/** Whether `v` stands for an array, as all variables but random states and the like do. */
export const isTensor = (v: unknown): v is TensorVariable => v instanceof TensorVariable;
