import { constant } from "../tensor/constant.ts";
import { tensorType } from "../tensor/tensorType.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { isComplexNumber } from "../value/complex.ts";
import { asNDArray } from "../value/convert.ts";
import type { NDArray } from "../value/ndarray.ts";
import { evaluate } from "./evaluate.testing.ts";

/** The value of an expression without inputs. */
export const valueOf = (v: TensorVariable): NDArray => evaluate([v])[0] as NDArray;

/** A constant of plain numbers in this dtype. */
export const of = (dtype: TensorVariable["dtype"], value: unknown): TensorVariable =>
  constant(asNDArray(value, { dtype }), {});

/** As `of`, but a variable's value: no dimension is broadcastable, whatever its size. */
export function given(dtype: TensorVariable["dtype"], value: unknown): [TensorVariable, NDArray] {
  const array = asNDArray(value, { dtype });
  return [tensorType(dtype, array.ndim).makeVariable("x") as TensorVariable, array];
}

/** How a value reads: `float64 [1, 2]`, to six digits. */
export function shown(v: TensorVariable): string {
  const array = valueOf(v);
  return `${array.dtype} ${text(array.toArray())}`;
}

function text(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(text).join(", ")}]`;
  if (typeof x === "number") return String(Number(x.toPrecision(6)));
  return isComplexNumber(x) ? `${text(x.re)} + ${text(x.im)}i` : String(x);
}

/** One test for each line: an expression and how its value reads. */
export function values(
  title: string,
  table: () => readonly (readonly [string, TensorVariable, string])[],
): void {
  describe(title, () => {
    for (const [name, expression, reads] of table())
      test(`${name} is ${reads}`, () => expect(shown(expression)).toBe(reads));
  });
}
