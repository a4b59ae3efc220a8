import { type DType, isBig, isComplex, isDiscrete, isFloat, promote } from "@theano-ts/kernel";
import { floatX } from "../config.ts";
import { AsTensorError, TheanoTypeError } from "../errors.ts";
import { Variable } from "../graph/variable.ts";
import { type ArrayInput, asNDArray } from "../value/convert.ts";
import { NDArray } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { TensorType } from "./tensorType.ts";
import { isTensor, TensorVariable } from "./tensorVariable.ts";

/** A variable whose value is known: `data`. */
export class TensorConstant<D extends DType = DType, N extends number = number> extends TensorVariable<D, N> {
  readonly data: NDArray<D, N>;

  constructor(type: TensorType<D, N>, data: NDArray<D, N>, name: string | null = null) {
    super(type, name);
    this.data = data;
  }

  override clone(): TensorConstant<D, N> {
    return this;
  }

  override toString(): string {
    if (this.name !== null) return this.name;
    return `TensorConstant{${describe(this.data)}}`;
  }
}

/** As Theano names constants: their text, `(shape) of value` where all elements are equal; of a long one both ends. */
function describe(data: NDArray): string {
  const text = ofOneValue(data) ?? String(data);
  return text.length > 20 ? `${text.slice(0, 10)}..${text.slice(-10)}` : text;
}

function ofOneValue(data: NDArray): string | undefined {
  if (data.ndim === 0 || data.size === 0) return undefined;
  const numbers = contiguous(data);
  const each = numbers.length / data.size;
  for (let i = each; i < numbers.length; i++) if (numbers[i] !== numbers[i % each]) return undefined;
  const shape = data.ndim === 1 ? `(${data.shape[0]},)` : `(${data.shape.join(", ")})`;
  return `${shape} of ${data.reshape([-1]).get(0)}`;
}

/** Whether `v` is a variable with a known value. */
export const isConstant = (v: unknown): v is TensorConstant => v instanceof TensorConstant;

/** A number, array or variable: what operations accept. */
export type TensorLike = TensorVariable | ArrayInput;

/** The smallest integer dtype that holds `x`: signed, as Theano types Python's integers. */
function smallestInteger(x: number | bigint, unsigned: boolean): DType {
  const bits = [8n, 16n, 32n].find((n) =>
    unsigned
      ? BigInt(x) >= 0n && BigInt(x) < 1n << n
      : BigInt(x) >= -(1n << (n - 1n)) && BigInt(x) < 1n << (n - 1n),
  );
  const sized = bits ?? 64n;
  return `${unsigned ? "uint" : "int"}${sized}` as DType;
}

/**
 * The dtype of a number written in an expression beside operands of dtype `beside`: one that does not change the
 * result's dtype where it need not. An integer keeps integers and floats as they are; a fraction keeps floats, and
 * makes integers `floatX`.
 */
export function literalDType(x: number | bigint | boolean, beside: DType | undefined): DType {
  if (typeof x === "boolean") return "bool";
  const integer =
    typeof x === "bigint" || (Number.isInteger(x) && Math.abs(x) < 2 ** 63 && !Object.is(x, -0));
  if (integer) {
    const small = smallestInteger(x, (beside?.startsWith("uint") ?? false) && x >= 0);
    // A bool beside an integer literal is a number: True + 1 is 2.
    return beside === undefined || beside === "bool" || promote(beside, small) === beside || isBig(small)
      ? small
      : beside;
  }
  if (beside === undefined || isDiscrete(beside)) return floatX();
  if (isComplex(beside)) return beside === "complex64" ? "float32" : "float64";
  return isFloat(beside) ? beside : floatX();
}

/** A constant of this value; dimensions of size 1 are broadcastable. Numbers without a dtype get the smallest integer's, or floatX. */
export function constant(value: ArrayInput, options: { name?: string; dtype?: DType } = {}): TensorConstant {
  const data = toArray(value, options.dtype);
  const type = new TensorType(
    data.dtype,
    data.shape.map((n) => n === 1),
  );
  return new TensorConstant(type, data, options.name ?? null);
}

function toArray(value: ArrayInput, dtype: DType | undefined): NDArray {
  if (value instanceof NDArray)
    return dtype === undefined || dtype === value.dtype ? value : value.astype(dtype);
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return asNDArray(value, { dtype: dtype ?? literalDType(value, undefined) });
  if (dtype !== undefined) return asNDArray(value, { dtype });
  const data = asNDArray(value);
  // Nested plain numbers that are all integers are integers, as in Python; others are floatX.
  if (data.dtype !== "float64" || hasOwnDType(value)) return data;
  return isAllInteger(value) ? data.astype("int64") : data.astype(floatX());
}

const hasOwnDType = (value: unknown): boolean =>
  ArrayBuffer.isView(value) || (typeof value === "object" && value !== null && "dtype" in value);
const isAllInteger = (value: unknown): boolean =>
  Array.isArray(value) ? value.every(isAllInteger) : Number.isInteger(value);

/**
 * `x` as a variable: itself if it is one, else a constant; a number takes a dtype that suits `beside`.
 * Throws a TypeError for what is no tensor.
 */
export function asTensor(x: unknown, beside?: DType): TensorVariable {
  if (isTensor(x)) return x;
  if (x instanceof Variable) throw new TheanoTypeError(`Cannot use ${x}: ${x.type} as a tensor`);
  if (typeof x === "number" || typeof x === "bigint" || typeof x === "boolean")
    return constant(x, { dtype: literalDType(x, beside) });
  if (
    typeof x === "string" ||
    typeof x === "function" ||
    x === null ||
    x === undefined ||
    typeof x === "symbol"
  )
    throw new AsTensorError(`Cannot make a tensor of ${typeof x === "string" ? `"${x}"` : String(x)}`);
  if (!Array.isArray(x)) return constant(x as ArrayInput);
  const inner = (x.flat(32) as unknown[]).find((v) => v instanceof Variable);
  if (inner)
    throw new AsTensorError(`Cannot make a tensor of a list with ${inner} in it: use stack or concatenate`);
  return constant(x as ArrayInput, beside === undefined ? {} : { dtype: nestedDType(x, beside) });
}

/** The dtype of nested numbers beside operands of dtype `beside`: that of the number that needs most. */
function nestedDType(value: readonly unknown[], beside: DType): DType {
  const flat = (value as readonly (readonly unknown[])[]).flat(32) as readonly unknown[];
  const dtypes = flat.map((x) =>
    typeof x === "number" || typeof x === "bigint" || typeof x === "boolean"
      ? literalDType(x, beside)
      : promote("complex64", beside),
  );
  return dtypes.reduce(promote, "bool");
}

/** Operands of one operation as variables, numbers taking a dtype from the variables beside them. */
export function asTensors(operands: readonly unknown[]): TensorVariable[] {
  const typed = operands.map((x) => (isLiteral(x) ? x : asTensor(x)));
  const dtypes = typed.flatMap((x) => (isTensor(x) ? [x.dtype] : []));
  const beside = dtypes.length > 0 ? dtypes.reduce(promote) : undefined;
  return typed.map((x) => (isTensor(x) ? x : asTensor(x, beside)));
}

/** Without a dtype of its own. */
const isLiteral = (x: unknown): boolean =>
  typeof x === "number" || typeof x === "bigint" || typeof x === "boolean" || Array.isArray(x);

/** The value of a constant 0-d integer or of a number; undefined for what is not known yet. */
export function knownInteger(x: unknown): number | undefined {
  if (typeof x === "number" && Number.isInteger(x)) return x;
  if (typeof x === "bigint") return Number(x);
  if (isConstant(x) && x.ndim === 0 && isDiscrete(x.dtype)) return Number(x.data.item());
  return undefined;
}
