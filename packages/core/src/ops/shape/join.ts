import { type Expr, int, isDiscrete, isInteger, promoteAll } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { IndexError, TheanoTypeError, UserError, ValueError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor, asTensors, isConstant, type TensorLike } from "../../tensor/constant.ts";
import type { Piece, Reader, ShapeContext } from "../../tensor/meaning.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import { TensorType } from "../../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { add } from "../elemwise/arithmetic.ts";
import { zerosLike } from "../elemwise/basic.ts";
import { castParts, floatZeros } from "../elemwise/elemwise.ts";
import { setSubtensor } from "../index/setSubtensor.ts";
import { subtensor } from "../index/subtensor.ts";
import { patternbroadcast } from "./broadcast.ts";
import { shapePadaxis } from "./dimshuffle.ts";
import { asShape, makeVector, shapeI } from "./shape.ts";

/** The axis, if it is known already, counted from the front. Throws a ValueError for one that is not there. */
function knownAxis(axis: TensorVariable, ndim: number): number | undefined {
  if (!isConstant(axis)) return undefined;
  const d = Number(axis.data.item());
  if (d < -ndim || d >= ndim)
    throw new ValueError(`Cannot join along axis ${d}: the tensors have ${ndim} dimensions`);
  return d < 0 ? d + ndim : d;
}

/** The axis as a number or over sizes, counted from the front. */
function axisOf(axis: TensorVariable, ndim: number, context: ShapeContext): Expr {
  const known = knownAxis(axis, ndim);
  if (known !== undefined) return int(known);
  const d = context.scalar(axis);
  return prim.select(prim.lt(d, 0), prim.add(d, ndim), d);
}

/** Operands one after the other along an axis, which is the first. */
export const joinOp: TensorOp = /* @__PURE__ */ tensorOp({
  name: "Join",
  cost: 0,
  uses: (node) => node.inputs.map((_, i) => (i === 0 ? "size" : "elements")),
  type([axis, ...parts]) {
    const ndim = (parts[0] as TensorVariable).ndim;
    const along = knownAxis(axis as TensorVariable, ndim);
    const pattern = Array.from({ length: ndim }, (_, d) =>
      along === undefined || d === along ? false : parts.some((x) => x.broadcastable[d]),
    );
    return [new TensorType(promoteAll(parts.map((x) => x.dtype)), pattern)];
  },
  shape([, ...shapes], context, node) {
    const [axis, ...parts] = node.inputs as readonly [TensorVariable, ...TensorVariable[]];
    const ndim = (parts[0] as TensorVariable).ndim;
    const along = axisOf(axis, ndim, context);
    const say = (valueOf: (e: Expr) => number): string =>
      `Cannot join along axis ${valueOf(along)}: the shapes ${shapes.map((s) => `(${s.map(valueOf).join(", ")})`).join(" and ")} differ elsewhere`;
    const dims = Array.from({ length: ndim }, (_, d) => {
      const sizes = shapes.map((s) => s[d] as Expr);
      const total = sizes.reduce((a, b) => prim.add(a, b));
      const here = prim.eq(along, d);
      if (here.kind === "const") return here.value ? total : context.same(sizes, say);
      const [first] = sizes as [Expr];
      for (const n of sizes) context.demand(prim.or(here, prim.eq(n, first)), say);
      return prim.select(here, total, first);
    });
    return [dims];
  },
  pieces(context, node): Piece[] {
    const [axis, ...parts] = node.inputs as readonly [TensorVariable, ...TensorVariable[]];
    const { ndim, dtype } = node.outputs[0] as TensorVariable;
    const along = axisOf(axis, ndim, context);
    let offset: Expr = int(0);
    return parts.map((x, i) => {
      const dims = context.dims(x);
      const start = dims.map((_, d) => prim.select(prim.eq(along, d), offset, int(0)));
      const length = dims.reduceRight<Expr>((rest, n, d) => prim.select(prim.eq(along, d), n, rest), int(0));
      offset = prim.add(offset, length);
      const read = context.inputs[i + 1] as Reader;
      return { start, step: dims.map(() => int(1)), size: dims, at: (at) => castParts(read(at), dtype) };
    });
  },
  connection: (node) => node.inputs.map((_, i) => [i > 0]),
  grad([axis, ...parts], _, [g]) {
    if (g === disconnected || !g) return [disconnected, ...parts.map((): GradientTerm => disconnected)];
    const along = knownAxis(axis as TensorVariable, g.ndim);
    if (along === undefined)
      throw new ValueError("Cannot take the gradient of join along an axis that is not known yet");
    let start: TensorLike = 0;
    return [
      disconnected,
      ...parts.map((x): GradientTerm => {
        const stop: TensorVariable = start === 0 ? shapeI(x, along) : add(start, shapeI(x, along));
        const part = subtensor(g, ...Array(along).fill(slice()), slice(start, stop)) as TensorVariable;
        start = stop;
        return isDiscrete(x.dtype) ? floatZeros(x) : patternbroadcast(part, x.broadcastable);
      }),
    ];
  },
  rop([axis, ...parts], [, ...directions]) {
    if (directions.every((d) => !d)) return [null];
    return [joinOp.call(axis as TensorVariable, ...parts.map((x, i) => directions[i] ?? zerosLike(x)))];
  },
});

/**
 * `parts` one after the other along `axis`, a number or an integer scalar. They have the same number of dimensions, and
 * the same sizes but along `axis`, which is checked when called; their dtypes promote. A single part is itself.
 *
 * Throws a TypeError for scalars and different numbers of dimensions. As `theano.tensor.join`.
 */
export function join(
  axis: number | bigint | TensorVariable,
  ...parts: readonly TensorLike[]
): TensorVariable {
  if (parts.length === 0) throw new ValueError("Cannot join nothing: give at least one tensor");
  const tensors = asTensors(parts);
  if (tensors.length === 1) return tensors[0] as TensorVariable;
  const along = asTensor(axis);
  if (along.ndim !== 0 || !isInteger(along.dtype))
    throw new TheanoTypeError(`Cannot join along ${along}: ${along.type}: an axis is an integer scalar`);
  const ndim = (tensors[0] as TensorVariable).ndim;
  for (const x of tensors) {
    if (x.ndim === 0)
      throw new TheanoTypeError(`Cannot join ${x}: ${x.type}: scalars have no axis; use stack`);
    if (x.ndim !== ndim)
      throw new TheanoTypeError(
        `Cannot join tensors of ${ndim} and ${x.ndim} dimensions: ${tensors[0]} and ${x}`,
      );
  }
  return joinOp.call(along, ...tensors);
}

/** Along which axis. */
export interface AxisOption {
  readonly axis?: number | undefined;
}

/** `parts` one after the other along an axis, the first by default. As `theano.tensor.concatenate`. */
export function concatenate(parts: readonly TensorLike[], options: AxisOption | number = {}): TensorVariable {
  return join(typeof options === "number" ? options : (options.axis ?? 0), ...parts);
}

/**
 * `parts`, all of one shape, along a new axis: the first by default, negative ones counted from the last.
 *
 * Throws a ValueError for nothing, an IndexError for an axis that the result has not. As `theano.tensor.stack`.
 */
export function stack(parts: readonly TensorLike[], options: AxisOption | number = {}): TensorVariable {
  if (parts.length === 0) throw new UserError("Cannot stack nothing: give at least one tensor");
  const axis = typeof options === "number" ? options : (options.axis ?? 0);
  const tensors = asTensors(parts);
  const ndim = Math.max(...tensors.map((x) => x.ndim)) + 1;
  if (!Number.isInteger(axis) || axis < -ndim || axis >= ndim)
    throw new IndexError(`Cannot stack along axis ${axis}: the result has ${ndim} dimensions`);
  if (ndim === 1) return makeVector(tensors, promoteAll(tensors.map((x) => x.dtype)));
  return join(axis, ...tensors.map((x) => shapePadaxis(x, axis)));
}

/** Matrices side by side. As `theano.tensor.horizontal_stack`. */
export function horizontalStack(...parts: readonly TensorLike[]): TensorVariable {
  return join(1, ...matrices(parts));
}

/** Matrices one below the other. As `theano.tensor.vertical_stack`. */
export function verticalStack(...parts: readonly TensorLike[]): TensorVariable {
  return join(0, ...matrices(parts));
}

function matrices(parts: readonly TensorLike[]): TensorVariable[] {
  const tensors = asTensors(parts);
  if (tensors.length < 2) throw new ValueError("Cannot stack fewer than two matrices");
  const other = tensors.find((x) => x.ndim !== 2);
  if (other) throw new ValueError(`Cannot stack ${other}: ${other.type}: it is no matrix`);
  return tensors;
}

/** Part `part` of a tensor that is cut along `axis` into pieces of given sizes. */
export const splitOp: (axis: number, part: number, count: number) => TensorOp = /* @__PURE__ */ opFamily(
  (axis, part, count) => {
    const bounds = (sizes: readonly Expr[]): { start: Expr; size: Expr } => ({
      start: sizes.slice(0, part).reduce<Expr>((a, b) => prim.add(a, b), int(0)),
      size: sizes[part] as Expr,
    });
    return tensorOp({
      name: `Split{${count}}`,
      params: { axis, part },
      cost: 0,
      uses: () => ["elements", "size"],
      type([x]) {
        const { dtype, broadcastable } = x as TensorVariable;
        return [
          new TensorType(
            dtype,
            broadcastable.map((b, d) => b && d !== axis),
          ),
        ];
      },
      shape([x = []], context, node) {
        const sizes = context.elements(node.inputs[1] as TensorVariable, count);
        const total = sizes.reduce<Expr>((a, b) => prim.add(a, b), int(0));
        const n = x[axis] as Expr;
        context.demand(
          prim.eq(total, n),
          (valueOf) =>
            `Cannot split ${node.inputs[0]} along axis ${axis}: the parts' sizes ${sizes.map(valueOf).join(", ")} add up to ${valueOf(total)}, not ${valueOf(n)}`,
        );
        for (const s of sizes)
          context.demand(
            prim.ge(s, 0),
            (valueOf) =>
              `Cannot split into parts of sizes ${sizes.map(valueOf).join(", ")}: none may be negative`,
          );
        return [x.map((size, d) => (d === axis ? bounds(sizes).size : size))];
      },
      at(at, context, node) {
        const { start } = bounds(context.elements(node.inputs[1] as TensorVariable, count));
        return [(context.inputs[0] as Reader)(at.map((e, d) => (d === axis ? prim.add(e, start) : e)))];
      },
      connection: () => [[true], [false]],
      grad([v, w], _, [g]) {
        if (g === disconnected || !g) return [disconnected, disconnected];
        const [x, sizes] = [v, w] as [TensorVariable, TensorVariable];
        if (isDiscrete(x.dtype)) return [floatZeros(x), disconnected];
        const at = (count: number): TensorLike => {
          const before = Array.from({ length: count }, (_, i) => subtensor(sizes, i) as TensorVariable);
          return before.length === 0 ? 0 : add(...before);
        };
        const range = slice(at(part), at(part + 1));
        const zeros = zerosLike(x) as TensorVariable;
        return [
          setSubtensor(subtensor(zeros, ...Array(axis).fill(slice()), range) as TensorVariable, g),
          disconnected,
        ];
      },
      rop: ([, sizes], [direction]) => [
        direction ? splitOp(axis, part, count).call(direction, sizes as TensorVariable) : null,
      ],
    });
  },
);

/**
 * `x` cut along `axis` into `count` parts of the given sizes, which add up to the size of `x` there: a ValueError when
 * called if not. As `theano.tensor.split`.
 */
export function split(
  x: TensorLike,
  sizes: readonly (number | TensorVariable)[] | TensorLike,
  count: number,
  { axis = 0 }: AxisOption = {},
): TensorVariable[] {
  const input = asTensor(x);
  const along = axis < 0 ? axis + input.ndim : axis;
  if (!(along >= 0 && along < input.ndim))
    throw new ValueError(`Cannot split ${input}: ${input.type} along axis ${axis}`);
  const given = Array.isArray(sizes) && !sizes.some(isTensor) ? sizes.map(Number) : sizes;
  const vector = asShape(given as never, `split ${input}`);
  return Array.from({ length: count }, (_, part) => splitOp(along, part, count).call(input, vector));
}
