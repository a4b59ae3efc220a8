import { type Expr, isDiscrete, type Prim } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import type { Binary, UnarySame } from "../../tensor/signatures.ts";
import { flat } from "./basic.ts";
import { bits, promoted } from "./dtypes.ts";
import { elemwise } from "./elemwise.ts";

const bitwise = (name: string, derived: string, combine: () => Prim): Binary =>
  elemwise(name, 2, {
    derived,
    dtype: bits,
    commutative: true,
    scalar: (x, y) => combine()(x as Expr, y as Expr),
    grad: (inputs) => inputs.map(flat),
  });

/** Bits in both; of bools, whether both hold. Throws a TypeError for anything else. As `theano.tensor.and_`. */
export const and: Binary = /* @__PURE__ */ bitwise("and_", "AND", () => prim.and);

/** Bits in either; of bools, whether either holds. Throws a TypeError for anything else. As `theano.tensor.or_`. */
export const or: Binary = /* @__PURE__ */ bitwise("or_", "OR", () => prim.or);

/** Bits in one but not both; of bools, whether they differ. Throws a TypeError for anything else. As `theano.tensor.xor`. */
export const xor: Binary = /* @__PURE__ */ bitwise("xor", "XOR", () => prim.xor);

/** Every bit turned over; of bools, whether it does not hold. As `theano.tensor.invert`, or `bitwise_not`. */
export const invert: UnarySame = /* @__PURE__ */ elemwise("invert", 1, {
  derived: "Invert",
  dtype(dtypes) {
    const dtype = promoted(dtypes);
    if (!isDiscrete(dtype))
      throw new TheanoTypeError(`Cannot invert the bits of ${dtype}: the operand is an integer or a bool`);
    return dtype;
  },
  scalar: (x) => prim.not(x as Expr),
  grad: (inputs) => inputs.map(flat),
});
