import { type DType, type Expr, int, isDiscrete, isInteger } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError, ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, constant, isConstant, type TensorLike } from "../../tensor/constant.ts";
import type { Parts, Reader } from "../../tensor/meaning.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType, tensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { flat } from "../elemwise/basic.ts";
import { castParts } from "../elemwise/elemwise.ts";
import { subtensor } from "../index/subtensor.ts";

/** The one of `items` that `position` counts, all having the same number of parts. */
function pick(items: readonly Parts[], position: Expr): Parts {
  const last = items[items.length - 1] as Parts;
  return last.map((_, part) =>
    items
      .slice(0, -1)
      .reduceRight(
        (rest, item, i) => prim.select(prim.eq(position, i), item[part] as Expr, rest),
        last[part] as Expr,
      ),
  );
}

/** The sizes of the dimensions as a vector. */
export const shapeOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "Shape",
  cost: 0,
  uses: () => ["shape"],
  type: () => [tensorType("int64", 1)],
  shape: ([x = []]) => [[int(x.length)]],
  at([i], context, node) {
    const sizes = context.dims(node.inputs[0] as TensorVariable).map((n) => [prim.cast(n, "int64")]);
    return [sizes.length === 0 ? [prim.number(0, "int64")] : pick(sizes, i as Expr)];
  },
  grad: () => [disconnected],
  connection: () => [[false]],
});

/** The sizes of the dimensions: an int64 vector. Nothing flows back through it. As `theano.tensor.shape`. */
export function shape(x: TensorLike): TensorVariable<"int64", 1> {
  return shapeOp.call(asTensor(x)) as TensorVariable<"int64", 1>;
}

/** The size of a dimension. */
export const shapeIOp: (d: number) => TensorOp = /* @__PURE__ */ opFamily((d) =>
  tensorOp({
    name: `Shape_i{${d}}`,
    cost: 0,
    uses: () => ["shape"],
    type: () => [tensorType("int64", 0)],
    shape: () => [[]],
    at: (_, context, node) => [
      [prim.cast(context.dims(node.inputs[0] as TensorVariable)[d] as Expr, "int64")],
    ],
    grad: () => [disconnected],
    connection: () => [[false]],
  }),
);

/** The size of dimension `d`: an int64 scalar. As `theano.compile.Shape_i`. */
export function shapeI(x: TensorLike, d: number): TensorVariable<"int64", 0> {
  const input = asTensor(x);
  if (!Number.isInteger(d) || d < 0 || d >= input.ndim)
    throw new ValueError(`Cannot take the size of dimension ${d} of ${input}: ${input.type}`);
  return shapeIOp(d).call(input) as TensorVariable<"int64", 0>;
}

/** Scalars as the elements of a vector. */
export const makeVectorOp: (dtype: DType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  tensorOp({
    name: `MakeVector{dtype='${dtype}'}`,
    params: { dtype },
    cost: 0,
    type: (inputs) => [new TensorType(dtype, [inputs.length === 1])],
    shape: (inputs) => [[int(inputs.length)]],
    at([i], context) {
      const items = context.inputs.map((read: Reader) => castParts(read([]), dtype));
      return [items.length === 0 ? castParts([prim.number(0, "float64")], dtype) : pick(items, i as Expr)];
    },
    grad(inputs, _, [g]) {
      if (g === disconnected || !g) return inputs.map(() => disconnected);
      return inputs.map((x, i) => (isDiscrete(dtype) ? flat(x) : subtensor(g, i)));
    },
    rop(inputs, directions) {
      if (directions.every((d) => !d)) return [null];
      return [
        makeVectorOp(dtype).call(...inputs.map((x, i) => directions[i] ?? constant(0, { dtype: x.dtype }))),
      ];
    },
  }),
);

/** Scalars as the elements of a vector of `dtype`. As `theano.tensor.opt.MakeVector`. */
export function makeVector(items: readonly TensorLike[], dtype: DType): TensorVariable {
  const scalars = items.map((x) => asTensor(x));
  const wrong = scalars.find((x) => x.ndim !== 0);
  if (wrong)
    throw new ValueError(`Cannot make a vector of ${wrong}: ${wrong.type}: its elements are scalars`);
  return makeVectorOp(dtype).call(...scalars);
}

/** A shape as users give it: sizes that are numbers or integer scalars, or an integer vector. */
export type ShapeLike = TensorLike | readonly (number | bigint | TensorVariable)[];

/** `shape` as an integer vector. Throws a TypeError for what is no shape. */
export function asShape(shape: ShapeLike, what: string): TensorVariable {
  const items = typeof shape === "number" || typeof shape === "bigint" ? [shape] : shape;
  if (!Array.isArray(items) || !items.some(isTensor)) {
    const given =
      Array.isArray(items) && items.length === 0 ? constant(items, { dtype: "int64" }) : asTensor(items);
    const vector = given.ndim === 0 && isInteger(given.dtype) ? makeVector([given], "int64") : given;
    if (vector.ndim !== 1 || !isInteger(vector.dtype))
      throw new TheanoTypeError(
        `Cannot ${what} to the shape ${vector}: ${vector.type}: a shape is a vector of integers`,
      );
    return vector;
  }
  const scalars = items.map((n) => asTensor(n as TensorLike));
  for (const n of scalars)
    if (n.ndim !== 0 || !isInteger(n.dtype))
      throw new TheanoTypeError(
        `Cannot ${what} to a shape with the size ${n}: ${n.type}: sizes are integer scalars`,
      );
  return makeVector(scalars, "int64");
}

/** The size of dimension `i` of `shape`, made by `asShape`, where it is known already. */
export function knownSize(shape: TensorVariable, i: number): number | undefined {
  if (isConstant(shape)) return Number(shape.data.get(i).item());
  const item = shape.owner?.inputs[i];
  const made = shape.owner?.op.toString().startsWith("MakeVector");
  return made && isConstant(item) ? Number(item.data.item()) : undefined;
}

/** How many sizes `shape` has, where that is known. */
export function knownLength(shape: TensorVariable): number | undefined {
  if (isConstant(shape)) return shape.data.size;
  const { owner } = shape;
  const name = String(owner?.op);
  if (owner && name.startsWith("MakeVector")) return owner.inputs.length;
  if (owner && name === "Shape") return (owner.inputs[0] as TensorVariable).ndim;
  return undefined;
}
