import { type DType, isComplex, isDiscrete, isFloat, isInteger, partOf, promoteAll } from "@theano-ts/kernel";
import { floatX } from "../../config.ts";
import { TheanoTypeError } from "../../errors.ts";

// What the result of an elementwise operation is for operands of given dtypes: the rules that Theano's scalar ops share.

/** The dtype that holds all operands. */
export const promoted = (dtypes: readonly DType[]): DType => promoteAll(dtypes);

/** As `promoted`, but bool is refused: arithmetic on truth values has no meaning here. */
export function promotedNoBool(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  if (dtype === "bool")
    throw new TheanoTypeError(
      "Cannot subtract or negate bools: use neq, xor or invert, or cast to an integer first",
    );
  return dtype;
}

/** As `promoted`, but at least an integer of 8 bits. */
export function promotedMin8(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  return dtype === "bool" ? "int8" : dtype;
}

/** As `promoted`, but complex numbers are refused. */
export function promotedNoComplex(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  if (isComplex(dtype))
    throw new TheanoTypeError("Cannot use complex numbers here: take abs, real or imag first");
  return dtype;
}

/** As `promoted`, and of integers and bools `floatX`. */
export function quotient(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  return isDiscrete(dtype) ? floatX() : dtype;
}

/** bool and integers of 8 and 16 bits become float32, wider ones float64; the rest stay. */
export function floating(dtypes: readonly DType[]): DType {
  const dtype = promoteAll(dtypes);
  if (!isDiscrete(dtype)) return dtype;
  const small: readonly DType[] = ["bool", "int8", "uint8", "int16", "uint16"];
  return small.includes(dtype) ? "float32" : "float64";
}

/** As `floating`, but complex numbers are refused. */
export const floatingNoComplex = (dtypes: readonly DType[]): DType => floating([promotedNoComplex(dtypes)]);

/** float64 for integers too, whatever their size. */
export function floating64(dtypes: readonly DType[]): DType {
  const dtype = promotedNoComplex(dtypes);
  return isDiscrete(dtype) ? "float64" : dtype;
}

/** Floats only, as they are. */
export function floatOnly(dtypes: readonly DType[]): DType {
  const [dtype] = dtypes as [DType];
  if (!isFloat(dtype)) throw new TheanoTypeError(`Cannot round ${dtype}: only floats are rounded`);
  return dtype;
}

/** Integers, or all bools. */
export function bits(dtypes: readonly DType[]): DType {
  if (dtypes.every((d) => d === "bool")) return "bool";
  const wrong = dtypes.find((d) => !isInteger(d));
  if (wrong)
    throw new TheanoTypeError(
      `Cannot combine the bits of ${dtypes.join(" and ")}: operands are integers, or all bools`,
    );
  return promoteAll(dtypes);
}

/** Of complex numbers the dtype of their parts. */
export const realPart = (dtypes: readonly DType[]): DType => {
  const dtype = promoteAll(dtypes);
  return isComplex(dtype) ? partOf(dtype) : dtype;
};

/** bool, whatever the operands are. */
export const bool = (): DType => "bool";
