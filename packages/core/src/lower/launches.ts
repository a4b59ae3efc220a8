import {
  type Axis,
  type Check,
  type Expr,
  expressions as expressionsOf,
  inputsOf,
  int,
  type Kernel,
  input as kernelInput,
  type Launch,
  map,
  type Output,
  partOf,
  partsOf,
  placeOf,
  product,
  type RoutineKernel,
  reduce,
  type View,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import * as reducer from "@theano-ts/kernel/reducers";
import type { Apply } from "../graph/apply.ts";
import type { Dims, Fold, Parts, Piece, Routine, Scatter, ValueContext } from "../tensor/meaning.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { Expressions, Spot } from "./expressions.ts";
import type { Failure } from "./failure.ts";
import { opOf } from "./sizes.ts";

/** Makes kernels, and binds them to views, of meanings that are more than a formula for each element. */
export class Launches {
  readonly #expressions: Expressions;

  constructor(expressions: Expressions) {
    this.#expressions = expressions;
  }

  /** `kernel`, reading where its inputs are, and writing to `outputs`. */
  launch(kernel: Kernel, outputs: readonly View[]): Launch {
    return { kind: "launch", kernel, inputs: this.#inputViews(kernel), outputs };
  }

  /** What the elements of the operands of `node` must fulfil, as steps that end the run if they do not. */
  checks(node: Apply): readonly Check[] {
    const { sizes } = this.#expressions;
    const checks = this.#meaning(node, (context) => opOf(node).record.checks?.(context, node)) ?? [];
    return checks.map(({ domain, holds, kind, sentence }) => {
      const axes = this.#expressions.allAxes(domain.map((n) => sizes.derive(n)));
      const [value] = reduce(reducer.all, axes, [holds(this.#expressions.indices(axes))]) as [Expr];
      const kernel = map([], [{ dtype: "bool", value }]);
      const subject: Failure = { kind, sentence, node };
      return { kind: "check", kernel, inputs: this.#inputViews(kernel), subject };
    });
  }

  /** The only output of `node`, part by part. */
  pieces(node: Apply, of: Spot): readonly Launch[] {
    const [v] = node.outputs as [TensorVariable];
    const pieces = this.#meaning(node, (context) =>
      opOf(node).record.pieces?.(context, node),
    ) as readonly Piece[];
    return this.#together(pieces).map((group) => {
      const written = group.map((piece) => this.#piece(v, of, piece));
      const { axes } = written[0] as Region;
      const outputs = outputsOf(written.flatMap((w) => w.parts));
      return this.launch(
        map(axes, outputs),
        written.flatMap((w) => w.views),
      );
    });
  }

  /** Pieces that one loop can make: neighbours in the list with the same sizes that are apart. */
  #together(pieces: readonly Piece[]): readonly (readonly Piece[])[] {
    const { sizes } = this.#expressions;
    const groups: Piece[][] = [];
    for (const piece of pieces) {
      const last = groups.at(-1);
      const other = last?.[0];
      const same =
        other?.apart &&
        piece.apart &&
        piece.size.every((n, d) => sizes.derive(n) === sizes.derive(other.size[d] as Expr));
      if (last && same) last.push(piece);
      else groups.push([piece]);
    }
    return groups;
  }

  #piece(v: TensorVariable, of: Spot, { start, step, size, at }: Piece): Region {
    const { sizes } = this.#expressions;
    const plain = (list: readonly Expr[]): Expr[] => list.map((e) => sizes.derive(e));
    const [lengths, starts, steps] = [plain(size), plain(start), plain(step)];
    const parts = at(this.#expressions.point(lengths));
    const views = parts.map((_, k): View => {
      const whole = this.#expressions.view(of, sizes.dims(v), v.dtype, k);
      const strides = whole.strides.map((s, d) => prim.mul(s, steps[d] as Expr));
      return { ...whole, offset: placeOf(whole, starts), strides: openStrides(lengths, strides) };
    });
    return { axes: this.#expressions.axes(lengths), parts, views };
  }

  /** The only output of `node`, by a loop whose steps need the one before. */
  fold(node: Apply, of: Spot): Launch {
    const [v] = node.outputs as [TensorVariable];
    const fold = this.#meaning(node, (context) => opOf(node).record.fold?.(context, node)) as Fold;
    const dims = this.#expressions.sizes.dims(v);
    const others = <T>(list: readonly T[]): T[] => list.filter((_, d) => d !== fold.axis);
    // Every dimension is a loop here, so that the one folded along has one even if its size is 1.
    const axes = this.#expressions.allAxes(dims);
    const at = this.#expressions.indices(axes);
    const [init, next] = [fold.init(others(at)), fold.next(at)];
    const kernel = withInputs({
      kind: "fold",
      axes: others(axes),
      along: axes[fold.axis] as (typeof axes)[number],
      carries: fold.carries.map((carry, i) => ({ carry, init: init[i] as Expr, next: next[i] as Expr })),
      outputs: outputsOf(fold.outputs(at)[0] as Parts),
      inputs: [],
    });
    const views = Array.from({ length: partsOf(v.dtype) }, (_, k) => {
      const view = this.#expressions.view(of, dims, v.dtype, k);
      return { ...view, strides: [...others(view.strides), view.strides[fold.axis] as Expr] };
    });
    return this.launch(kernel, views);
  }

  /** The only output of `node`, by writes over a copy of an operand. */
  scatter(node: Apply, of: Spot): readonly Launch[] {
    const [v] = node.outputs as [TensorVariable];
    const { base, domain, at, value, combine } = this.#meaning(node, (context) =>
      opOf(node).record.scatter?.(context, node),
    ) as Scatter;
    const { sizes } = this.#expressions;
    const dims = sizes.dims(v);
    const views = Array.from({ length: partsOf(v.dtype) }, (_, k) =>
      this.#expressions.view(of, dims, v.dtype, k),
    );
    const copy = this.launch(
      map(this.#expressions.axes(dims), outputsOf(base(this.#expressions.point(dims)))),
      views.map((view) => ({ ...view, strides: openStrides(dims, view.strides) })),
    );
    const lengths = domain.map((n) => sizes.derive(n));
    const index = this.#expressions.point(lengths);
    const writes = outputsOf(value(index)).map((output, k) => {
      const kernel = withInputs({
        kind: "scatter",
        axes: this.#expressions.axes(lengths),
        at: at(index),
        outputs: [output],
        ...(combine ? { combine } : {}),
        inputs: [],
      });
      return this.launch(kernel, [views[k] as View]);
    });
    return [copy, ...writes];
  }

  /** The outputs of `node` by plain code over the whole arrays `read`, which are in `from`. */
  routine(node: Apply, read: readonly TensorVariable[], from: readonly Spot[], of: readonly Spot[]): Launch {
    const routine = opOf(node).record.routine?.(node) as Routine;
    // A complex array is one of numbers, with the parts as its last dimension.
    const shapeOf = (v: TensorVariable): Expr[] => [
      ...this.#expressions.sizes.dims(v),
      ...(partsOf(v.dtype) === 2 ? [int(2)] : []),
    ];
    const made = node.outputs as readonly TensorVariable[];
    const shapes = [...read, ...made].map(shapeOf);
    const views = [...from, ...of].map(({ buffer, offset }, i): View => {
      const shape = shapes[i] as Expr[];
      return { buffer, offset, strides: shape.map((_, d) => product(shape.slice(d + 1))) };
    });
    const kernel: RoutineKernel = {
      kind: "routine",
      name: routine.name,
      inputs: read.map((x) => kernelInput(partOf(x.dtype), shapeOf(x).length)),
      outputs: made.map((v) => ({ dtype: partOf(v.dtype), ndim: shapeOf(v).length })),
      reference: routine.reference,
    };
    return {
      kind: "launch",
      kernel,
      inputs: views.slice(0, read.length),
      outputs: views.slice(read.length),
      shapes,
    };
  }

  #meaning<R>(node: Apply, ask: (context: ValueContext) => R): R {
    return this.#expressions.sizes.during(node, () => ask(this.#expressions.context(node)));
  }

  #inputViews({ inputs }: Kernel): View[] {
    return inputs.map((x) => {
      const source = this.#expressions.sources.get(x);
      if (!source) throw new Error("internal: an input without a source");
      const { place, part } = source;
      return this.#expressions.view(place, this.#expressions.sizes.dims(place.of), place.of.dtype, part);
    });
  }
}

/** What is written to a part of an output, and where that is. */
interface Region {
  readonly axes: readonly Axis[];
  readonly parts: Parts;
  readonly views: readonly View[];
}

const withInputs = <K extends Kernel>(kernel: K): K => ({
  ...kernel,
  inputs: inputsOf(expressionsOf(kernel)),
});

/** Each part of a value as an output of a kernel. */
export const outputsOf = (parts: Parts): Output[] => parts.map((value) => ({ dtype: value.dtype, value }));

/** Strides for the loops alone: a dimension of size 1 has none. */
export const openStrides = (dims: Dims, all: readonly Expr[]): Expr[] =>
  all.filter((_, d) => {
    const n = dims[d] as Expr;
    return n.kind !== "const" || n.value !== 1;
  });
