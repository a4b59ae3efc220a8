import {
  type Axis,
  axis,
  buffer,
  constant as constantExpr,
  type Expr,
  type Input,
  index,
  input,
  int,
  isComplex,
  isDiscrete,
  load,
  type ProgramBuffer,
  partOf,
  partsOf,
  product,
  rowMajor,
  type View,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { isConstant, type TensorConstant } from "../tensor/constant.ts";
import type { Dims, Parts, Reader, ValueContext } from "../tensor/meaning.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { contiguous } from "../value/storage.ts";
import { opOf, type Sizes } from "./sizes.ts";

/** Where an array begins: so many numbers after the first of a buffer. */
export interface Spot {
  readonly buffer: ProgramBuffer;
  readonly offset: Expr;
}

/** The whole of a buffer. */
export const spotOf = (of: ProgramBuffer): Spot => ({ buffer: of, offset: int(0) });

/** An array in a buffer, row-major, under the sizes that one variable gives it. */
export interface Place extends Spot {
  readonly of: TensorVariable;
  /** One for each part of an element. */
  readonly inputs: readonly Input[];
}

/** One kernel input, and where it is. */
export interface Source {
  readonly place: Place;
  readonly part: number;
}

/** The element of a variable at some coordinates, if it is one of those that are known from elsewhere. */
type Given = (v: Variable, at: readonly Expr[]) => Parts | undefined;

/**
 * Turns variables into expressions for one of their elements: stored ones are loaded, others computed in place.
 * Loops over equal sizes are the same axes everywhere, so that equal computations are equal expressions.
 */
export class Expressions {
  readonly sizes: Sizes;
  readonly sources: Map<Input, Source> = new Map();
  readonly #stored: ReadonlySet<Variable>;
  readonly #given: Given;
  readonly #places = new Map<Variable, Place>();
  readonly #axes = new Map<string, readonly Axis[]>();
  readonly #memo = new Map<Variable, Map<string, readonly Parts[]>>();
  readonly #contexts = new Map<Apply, ValueContext>();

  /** `given`, if there is one, knows the elements of some variables, and is asked first. */
  constructor(sizes: Sizes, stored: ReadonlySet<Variable>, given: Given = () => undefined) {
    this.sizes = sizes;
    this.#stored = stored;
    this.#given = given;
  }

  /** Says where `v` is. */
  put(v: TensorVariable, { buffer: of, offset }: Spot): void {
    const parts = partsOf(v.dtype);
    const inputs = Array.from({ length: parts }, (_, k) =>
      input(
        partOf(v.dtype),
        v.ndim,
        parts === 1 ? (v.name ?? "") : v.name ? `${v.name}.${k ? "im" : "re"}` : "",
      ),
    );
    const place: Place = { of: v, buffer: of, offset, inputs };
    inputs.forEach((x, part) => this.sources.set(x, { place, part }));
    this.#places.set(v, place);
  }

  placeOf(v: Variable): Place | undefined {
    return this.#places.get(v);
  }

  /** A buffer that holds an array of the type and sizes of `v`. */
  bufferFor(
    v: TensorVariable,
    role: ProgramBuffer["role"],
    like: NDArray | undefined = undefined,
  ): ProgramBuffer {
    const length = prim.mul(product(this.sizes.dims(v)), int(partsOf(v.dtype)));
    return buffer(partOf(v.dtype), length, role, like && contiguous(like));
  }

  /** Where the `part` of the elements of an array of these sizes lies that begins at `spot`. */
  view(spot: Spot, dims: Dims, dtype: TensorVariable["dtype"], part: number): View {
    const step = partsOf(dtype);
    return {
      buffer: spot.buffer,
      offset: prim.add(spot.offset, int(part)),
      strides: rowMajor(dims, int(step)),
    };
  }

  /** The loops over an array of these sizes; dimensions of size 1 have none. */
  axes(dims: Dims): readonly Axis[] {
    const open = dims.filter((n) => !isOne(n));
    const key = open.map((n) => (n.kind === "const" ? `=${n.value}` : n.id)).join();
    let found = this.#axes.get(key);
    if (!found) this.#axes.set(key, (found = open.map((n) => axis(n))));
    return found;
  }

  /** The coordinates of the current point of `axes(dims)`. */
  point(dims: Dims): readonly Expr[] {
    const axes = this.axes(dims);
    let next = 0;
    return dims.map((n) => (isOne(n) ? int(0) : index(axes[next++] as Axis)));
  }

  /** A loop of its own for every dimension, also those of size 1. */
  allAxes(dims: Dims): readonly Axis[] {
    return dims.map((n) => axis(n));
  }

  indices(axes: readonly Axis[]): readonly Expr[] {
    return axes.map(index);
  }

  /** The element of `v` at `at`. */
  read(v: Variable, at: readonly Expr[]): Parts {
    const x = v as TensorVariable;
    const given = this.#given(x, at);
    if (given) return given;
    if (isConstant(x)) return this.#constant(x, at);
    const place = this.#places.get(x);
    if (place) return place.inputs.map((part) => load(part, at));
    if (!x.owner || this.#stored.has(x)) throw new Error(`internal: ${x} is read before it has a place`);
    return this.compute(x, at);
  }

  /** The element of `v` at `at` by its formula, stored or not. */
  compute(v: TensorVariable, at: readonly Expr[]): Parts {
    const node = v.owner as Apply;
    let memo = this.#memo.get(node.outputs[0] as Variable);
    if (!memo) this.#memo.set(node.outputs[0] as Variable, (memo = new Map()));
    const key = at.map((e) => (e.kind === "const" ? `=${e.value}` : e.id)).join();
    let all = memo.get(key);
    if (!all) memo.set(key, (all = this.#apply(node, at)));
    return all[v.index] as Parts;
  }

  #apply(node: Apply, at: readonly Expr[]): readonly Parts[] {
    const { at: formula } = opOf(node).record;
    if (!formula) throw new Error(`internal: ${node.op} has no formula`);
    return this.sizes.during(node, () => formula(at, this.context(node), node));
  }

  /** What the meaning of `node` may ask. */
  context(node: Apply): ValueContext {
    let found = this.#contexts.get(node);
    if (!found) {
      const { sizes } = this;
      const inputs = node.inputs.map(
        (x): Reader =>
          (at) =>
            this.read(x, at),
      );
      found = {
        inputs,
        get outputs() {
          return node.outputs.map((v) => sizes.dims(v));
        },
        scalar: (x) => sizes.scalar(x),
        number: (x) => sizes.number(x),
        elements: (x) => sizes.elements(x),
        dims: (x) => sizes.dims(x),
        demand: (...args) => sizes.demand(...args),
        warn: (...args) => sizes.warn(...args),
        same: (...args) => sizes.same(...args),
      };
      this.#contexts.set(node, found);
    }
    return found;
  }

  /** A number if all elements are equal, else a load from a buffer of its own. */
  #constant(x: TensorConstant, at: readonly Expr[]): Parts {
    const uniform = uniformParts(x);
    if (uniform) return uniform;
    if (!this.#places.has(x)) this.put(x, spotOf(this.bufferFor(x, "constant", x.data)));
    return (this.#places.get(x) as Place).inputs.map((part) => load(part, at));
  }
}

const isOne = (e: Expr): boolean => e.kind === "const" && e.value === 1;

const uniforms = new WeakMap<NDArray, Parts | null>();

/** The parts of a constant's elements if they are all the same. */
function uniformParts({ data, dtype }: TensorConstant): Parts | undefined {
  let found = uniforms.get(data);
  if (found === undefined) uniforms.set(data, (found = findUniform(data, dtype)));
  return found ?? undefined;
}

function findUniform(data: NDArray, dtype: TensorConstant["dtype"]): Parts | null {
  if (data.size === 0) return null;
  const raw = contiguous(data);
  const parts = partsOf(dtype);
  for (let i = parts; i < raw.length; i++) if (!Object.is(raw[i], raw[i - parts])) return null;
  const first = data.size === 1 ? data : data.reshape([-1]).get(0);
  if (isDiscrete(dtype)) return [constantExpr(first.itemBigInt(), partOf(dtype))];
  const item = first.item() as number | { re: number; im: number };
  if (typeof item === "number") return [constantExpr(item, partOf(dtype))];
  return isComplex(dtype)
    ? [constantExpr(item.re, partOf(dtype)), constantExpr(item.im, partOf(dtype))]
    : null;
}
