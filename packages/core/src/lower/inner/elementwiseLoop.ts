import {
  type Axis,
  axis,
  type Carry,
  type CarryRule,
  carry,
  carryValue,
  type Expr,
  expressions as expressionsOf,
  type FoldKernel,
  index,
  inputsOf,
  int,
  type Launch,
  load,
  map,
  type Output,
  partOf,
  partsOf,
  product,
  type View,
  walk,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Variable } from "../../graph/variable.ts";
import { toposort } from "../../graph/walk.ts";
import { isConstant } from "../../tensor/constant.ts";
import type { Dims, LoopState, Parts } from "../../tensor/meaning.ts";
import { TensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { Expressions, type Spot } from "../expressions.ts";
import { type GraphPlanner, sameExprs } from "../graphPlanner.ts";
import { openStrides, outputsOf } from "../launches.ts";
import { isReshape } from "../storage.ts";
import type { LoopBody } from "./loopBody.ts";

/** How many expressions a kernel made of a loop may hold. */
const largest = 300;

/** A loop as its planner knows it. */
export interface KnownLoop {
  readonly around: GraphPlanner;
  readonly body: LoopBody;
  readonly count: Expr;
  operand(i: number): TensorVariable;
  output(i: number): TensorVariable;
  isWanted(output: number): boolean;
}

/**
 * A loop whose steps do the same for every element of a row, each from that very element of its states, as one kernel:
 * states stay in registers. Undefined if it is no such loop.
 */
export function elementwiseLoop(loop: KnownLoop): readonly Launch[] | undefined {
  const { around, body } = loop;
  const { states, traces } = body.loop;
  const traced = traces.filter((t) => loop.isWanted(t.output));
  const values = [...states.map((s) => s.next), ...traced.map((t) => t.value)].map(
    (i) => body.outputs[i] as TensorVariable,
  );
  const [first, ...others] = values.map((v) => around.sizes.dims(v));
  if (!first || !others.every((dims) => sameExprs(dims, first))) return undefined;
  return isElementwise(values, new Set(body.leaves.keys()))
    ? new ElementwiseLoop(loop, first, traced).launches()
    : undefined;
}

/** Whether every element of `values` is a formula of few elements of `inputs`, which costs no more than it looks. */
export const isElementwise = (values: readonly Variable[], inputs: ReadonlySet<Variable>): boolean =>
  toposort(values, inputs).every((node) => {
    if (!(node.op instanceof TensorOp)) return false;
    const { at, reduces, standalone, checks } = node.op.record;
    return at !== undefined && !reduces && !standalone && !checks && !isReshape(node);
  });

class ElementwiseLoop {
  readonly #loop: KnownLoop;
  readonly #dims: Dims;
  readonly #traced: readonly { readonly value: number; readonly output: number }[];
  readonly #along: Axis;
  readonly #axes: readonly Axis[];
  readonly #point: readonly Expr[];
  /** Of each state, for each number of steps back from 1, a carry for each part. */
  readonly #carries: readonly (readonly (readonly Carry[])[])[];
  readonly #expressions: Expressions;
  /** Whether a state is read at another element than the one that is made. */
  #crosses = false;

  constructor(
    loop: KnownLoop,
    dims: Dims,
    traced: readonly { readonly value: number; readonly output: number }[],
  ) {
    this.#loop = loop;
    this.#dims = dims;
    this.#traced = traced;
    const { expressions, sizes } = loop.around;
    this.#along = axis(loop.count);
    this.#axes = expressions.axes(dims);
    this.#point = expressions.point(dims);
    this.#carries = loop.body.loop.states.map(({ next, depth }) => {
      const { dtype } = loop.body.outputs[next] as TensorVariable;
      return Array.from({ length: depth }, () =>
        Array.from({ length: partsOf(dtype) }, () => carry(partOf(dtype))),
      );
    });
    this.#expressions = new Expressions(sizes, new Set(), (v, at) => this.#leaf(v, at));
  }

  launches(): readonly Launch[] | undefined {
    const { body } = this.#loop;
    const next = body.loop.states.map((s) => this.#value(s.next));
    const plain = this.#traced.map((t) => this.#value(t.value));
    if (this.#crosses || countOf([...next, ...plain].flat()) > largest) return undefined;
    return body.loop.states.length === 0 ? [this.#map(plain)] : this.#fold(next, plain);
  }

  #value(output: number): Parts {
    return this.#expressions.read(this.#loop.body.outputs[output] as Variable, this.#point);
  }

  /** The element of what a step is given. */
  #leaf(v: Variable, at: readonly Expr[]): Parts | undefined {
    const { around, body, count, operand } = this.#loop;
    if (isConstant(v)) return around.expressions.read(v, at);
    if (!body.leaves.has(v)) return undefined;
    const source = body.loop.sources[body.inputs.indexOf(v as TensorVariable)];
    if (!source) throw new Error(`internal: ${v} is no input of its loop`);
    if (source.kind === "whole") return around.expressions.read(operand(source.operand), at);
    if (source.kind === "row") {
      const round = index(this.#along);
      const forward = source.backwards ? prim.sub(prim.sub(count, int(1)), round) : round;
      const row = prim.add(forward, int(source.offset));
      return around.wholeOf(operand(source.operand)).inputs.map((part) => load(part, [row, ...at]));
    }
    this.#crosses ||= !sameExprs(at, this.#point);
    const carries = this.#carries[source.state] as readonly (readonly Carry[])[];
    return (carries[source.back - 1] as readonly Carry[]).map(carryValue);
  }

  /** Without states: every row at once. */
  #map(plain: readonly Parts[]): Launch {
    const { around } = this.#loop;
    const views = this.#traced.flatMap(({ output }) => this.#rows(this.#placed(output), output));
    return around.launches.launch(
      map([this.#along, ...this.#axes], outputsOf(plain.flat())),
      views.map(({ strides, ...v }) => ({
        ...v,
        strides: [strides.at(-1) as Expr, ...strides.slice(0, -1)],
      })),
    );
  }

  #fold(next: readonly Parts[], plain: readonly Parts[]): readonly Launch[] {
    const { around, body, operand } = this.#loop;
    const { states } = body.loop;
    const rules: CarryRule[] = [];
    const outputs: Output[] = [];
    const views: View[] = [];
    const before: Launch[] = [];
    states.forEach((state, s) => {
      const carries = this.#carries[s] as readonly (readonly Carry[])[];
      carries.forEach((parts, back) => {
        const init = around.expressions.read(operand(state.initial), [
          int(state.depth - 1 - back),
          ...this.#point,
        ]);
        const from =
          back === 0 ? (next[s] as Parts) : (carries[back - 1] as readonly Carry[]).map(carryValue);
        parts.forEach((c, k) => {
          rules.push({ carry: c, init: init[k] as Expr, next: from[k] as Expr });
        });
      });
      const newest = outputsOf((carries[0] as readonly Carry[]).map(carryValue));
      if (this.#loop.isWanted(state.trace)) {
        outputs.push(...newest);
        views.push(...this.#rows(this.#placed(state.trace), state.trace));
      }
      if (this.#loop.isWanted(state.final)) {
        const spot = this.#placed(state.final);
        // A loop without steps leaves the initial rows.
        before.push(around.copy(operand(state.initial), spot));
        for (let row = 0; row < state.depth; row++) {
          outputs.push(...outputsOf((carries[state.depth - 1 - row] as readonly Carry[]).map(carryValue)));
          views.push(...this.#lastRow(spot, state, row));
        }
      }
    });
    // A value that is made from states as they were is handed to the outputs, which see them as they are.
    this.#traced.forEach(({ output }, i) => {
      const parts = plain[i] as Parts;
      const made = parts.map((e) => carry(e.dtype));
      made.forEach((c, k) => {
        rules.push({ carry: c, init: prim.number(0, c.dtype), next: parts[k] as Expr });
      });
      outputs.push(...outputsOf(made.map(carryValue)));
      views.push(...this.#rows(this.#placed(output), output));
    });
    if (outputs.length === 0) return before;
    const kernel: FoldKernel = {
      kind: "fold",
      axes: this.#axes,
      along: this.#along,
      carries: rules,
      outputs,
      inputs: [],
    };
    const inputs = inputsOf(expressionsOf(kernel));
    return [...before, around.launches.launch({ ...kernel, inputs }, views)];
  }

  #placed(output: number): Spot {
    const { around } = this.#loop;
    const v = this.#loop.output(output);
    const spot = around.room(v);
    around.expressions.put(v, spot);
    return spot;
  }

  /** Views of the rows of an output, with the strides of the axes, then that from row to row. */
  #rows(spot: Spot, output: number): View[] {
    const { around } = this.#loop;
    const { dtype } = this.#loop.output(output);
    const length = prim.mul(product(this.#dims), int(partsOf(dtype)));
    return this.#views(spot, dtype, around, length);
  }

  /** Views of one row of the last ones, which every step writes over. */
  #lastRow(spot: Spot, { final }: LoopState, row: number): View[] {
    const { dtype } = this.#loop.output(final);
    const length = prim.mul(product(this.#dims), int(partsOf(dtype)));
    const at: Spot = { ...spot, offset: prim.add(spot.offset, prim.mul(int(row), length)) };
    return this.#views(at, dtype, this.#loop.around, int(0));
  }

  #views(spot: Spot, dtype: TensorVariable["dtype"], around: GraphPlanner, along: Expr): View[] {
    return Array.from({ length: partsOf(dtype) }, (_, k) => {
      const view = around.expressions.view(spot, this.#dims, dtype, k);
      return { ...view, strides: [...openStrides(this.#dims, view.strides), along] };
    });
  }
}

function countOf(roots: readonly Expr[]): number {
  let n = 0;
  walk(roots, () => n++);
  return n;
}
