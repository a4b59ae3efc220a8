import {
  buffer,
  type Expr,
  int,
  type Launch,
  map,
  partOf,
  partsOf,
  product,
  type Loop as Rounds,
  type Step,
  size,
  sizeParam,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Apply } from "../../graph/apply.ts";
import type { Variable } from "../../graph/variable.ts";
import type { Dims, LoopState } from "../../tensor/meaning.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { type Spot, spotOf } from "../expressions.ts";
import { type GraphPlanner, isZero } from "../graphPlanner.ts";
import type { InnerPlan } from "../innerPlan.ts";
import { elementwiseLoop, type KnownLoop } from "./elementwiseLoop.ts";
import { type LoopBody, loopBody } from "./loopBody.ts";
import { demandLoop } from "./loopDemands.ts";
import { loopDims, loopUses, roundsOf } from "./loopShape.ts";

/** How loops over graphs become steps; an op with a `loop` keeps it as its `plan`. */
export const loopPlan: InnerPlan = {
  kind: "inner",
  uses: loopUses,
  dims: loopDims,
  demand: demandLoop,
  plan: (node, around) => new LoopPlanner(node, around).plan(),
};

/** The rows of a state in memory: all of them if they are wanted, else the last few, in turn. */
interface Tape {
  readonly state: LoopState;
  /** Sizes of a row. */
  readonly dims: Dims;
  readonly rowOf: TensorVariable;
  /** Where row `at` is, counted from the first of the initial ones. */
  row(at: Expr): Spot;
  /** Whether every row has a place of its own. */
  readonly whole: boolean;
}

class LoopPlanner {
  readonly #node: Apply;
  readonly #around: GraphPlanner;
  readonly #body: LoopBody;
  /** The number of the round. */
  readonly #counter = sizeParam("t");
  readonly #round = size(this.#counter);
  readonly #count: Expr;
  /** Whether it may end before its last round, which nobody knows before. */
  readonly #open: boolean;
  /** Where values of the body are wanted; the first of each is where they are made. */
  readonly #wishes = new Map<TensorVariable, Spot[]>();

  constructor(node: Apply, around: GraphPlanner) {
    this.#node = node;
    this.#around = around;
    const { sizes } = around;
    this.#body = sizes.inside(node, loopBody);
    const { loop } = this.#body;
    const keepsRows = [...loop.states.map((s) => s.trace), ...loop.traces.map((t) => t.output)].some((i) =>
      this.#isWanted(i),
    );
    // What has as many rows as there are steps is only made when it is known how many.
    this.#open = loop.until !== undefined && !keepsRows;
    this.#count =
      loop.until && keepsRows ? roundsOf(node, sizes) : sizes.scalar(node.inputs[loop.steps] as Variable);
  }

  #isWanted(output: number): boolean {
    return this.#around.storage.stored.has(this.#node.outputs[output] as Variable);
  }

  #output(i: number): TensorVariable {
    return this.#node.outputs[i] as TensorVariable;
  }

  #operand(i: number): TensorVariable {
    return this.#node.inputs[i] as TensorVariable;
  }

  plan(): void {
    const around = this.#around;
    const { loop } = this.#body;
    const all = this.#open ? undefined : elementwiseLoop(this.#known());
    if (all) {
      const counts: Launch[] = [];
      this.#counted(counts, []);
      this.#add([...counts, ...all.map((step) => ({ ...step, source: () => [this.#node] }))]);
      return;
    }
    const before: Launch[] = [];
    const after: Launch[] = [];
    const tapes = loop.states.map((state) => this.#tape(state));
    for (const tape of tapes) {
      before.push(around.copy(this.#operand(tape.state.initial), tape.row(int(0))));
      this.#wish(tape.state.next, tape.row(prim.add(this.#round, int(tape.state.depth))));
      this.#placeTrace(tape);
    }
    for (const { value, output } of loop.traces) if (this.#isWanted(output)) this.#trace(value, output);
    const ends = this.#open && loop.until ? this.#wish(loop.until.value, this.#flag()) : undefined;
    const perRound = tapes.flatMap((tape) => this.#final(tape, before, after));
    this.#counted(before, perRound);
    const body = this.#bodyPlanner(tapes);
    const step: Rounds = {
      kind: "loop",
      counter: this.#counter,
      count: this.#count,
      steps: [...body.steps(), ...perRound],
      ...(ends ? { until: { ...ends, strides: [] } } : {}),
      source: () => [this.#node],
    };
    this.#add([...before, step, ...after]);
  }

  #known(): KnownLoop {
    return {
      around: this.#around,
      body: this.#body,
      count: this.#count,
      operand: (i) => this.#operand(i),
      output: (i) => this.#output(i),
      isWanted: (i) => this.#isWanted(i),
    };
  }

  #rowLength(dims: Dims, v: TensorVariable): Expr {
    return prim.mul(product(dims), int(partsOf(v.dtype)));
  }

  #tape(state: LoopState): Tape {
    const x = this.#operand(state.initial);
    const dims = this.#around.sizes.dims(x).slice(1);
    const length = this.#rowLength(dims, x);
    const whole = this.#isWanted(state.trace);
    if (whole) {
      const before = prim.mul(length, int(state.depth));
      const { buffer: of, offset } = this.#around.room(this.#output(state.trace), before);
      const start = prim.sub(offset, before);
      const row = (at: Expr): Spot => ({ buffer: of, offset: prim.add(start, prim.mul(at, length)) });
      return { state, dims, rowOf: x, row, whole };
    }
    // A power of two, so that the place of a row is cheap to find; no step writes over a row that it reads.
    const kept = 2 ** Math.ceil(Math.log2(state.depth + 1));
    const of = this.#around.buffer(buffer(partOf(x.dtype), prim.mul(int(kept), length), "temporary"));
    const row = (at: Expr): Spot => ({
      buffer: of,
      offset: prim.mul(prim.and(at, int(kept - 1)), length),
    });
    return { state, dims, rowOf: x, row, whole };
  }

  /** Notes that an inner output is wanted at `spot`. */
  #wish(value: number, spot: Spot): Spot {
    const v = this.#body.outputs[value] as TensorVariable;
    const wishes = this.#wishes.get(v);
    if (wishes) wishes.push(spot);
    else this.#wishes.set(v, [spot]);
    return spot;
  }

  #placeTrace({ state, row, whole }: Tape): void {
    if (whole) this.#around.expressions.put(this.#output(state.trace), row(int(state.depth)));
  }

  /** An inner output that is kept of every step. */
  #trace(value: number, output: number): void {
    const v = this.#output(output);
    const spot = this.#around.room(v);
    this.#around.expressions.put(v, spot);
    const length = this.#rowLength(this.#around.sizes.dims(v).slice(1), v);
    this.#wish(value, { ...spot, offset: prim.add(spot.offset, prim.mul(this.#round, length)) });
  }

  #flag(): Spot {
    return spotOf(this.#around.buffer(buffer("bool", 1, "temporary")));
  }

  /** Where the last rows of a state are. Gives what must be done in each round for that. */
  #final(tape: Tape, before: Launch[], after: Launch[]): Launch[] {
    const around = this.#around;
    const { state, row, whole, dims, rowOf } = tape;
    if (!this.#isWanted(state.final)) return [];
    const v = this.#output(state.final);
    if (!this.#open && (whole || state.depth === 1)) {
      around.expressions.put(v, row(this.#count));
      return [];
    }
    const spot = around.room(v);
    around.expressions.put(v, spot);
    const length = this.#rowLength(dims, rowOf);
    const moves = (first: Expr): Launch[] =>
      Array.from({ length: state.depth }, (_, k) =>
        around.move(
          row(prim.add(first, int(k))),
          { ...spot, offset: prim.add(spot.offset, prim.mul(int(k), length)) },
          dims,
          rowOf.dtype,
        ),
      );
    if (!this.#open) {
      after.push(...moves(this.#count));
      return [];
    }
    before.push(around.copy(rowOf, spot));
    if (state.depth > 1) return moves(prim.add(this.#round, int(1)));
    this.#wish(state.next, spot);
    return [];
  }

  /** The number of rounds, where it is wanted. */
  #counted(before: Launch[], perRound: Launch[]): void {
    const { until } = this.#body.loop;
    if (!until || !this.#isWanted(until.count)) return;
    const around = this.#around;
    const v = this.#output(until.count);
    const spot = around.room(v);
    around.expressions.put(v, spot);
    const set = (value: Expr): Launch =>
      around.launches.launch(map([], [{ dtype: "int64", value: prim.cast(value, "int64") }]), [
        { ...spot, strides: [] },
      ]);
    before.push(set(this.#open ? int(0) : this.#count));
    if (this.#open) perRound.push(set(prim.add(this.#round, int(1))));
  }

  /** The plan of one step. */
  #bodyPlanner(tapes: readonly Tape[]): GraphPlanner {
    const around = this.#around;
    const { loop, inputs, leaves } = this.#body;
    const targets = [...this.#wishes.keys()];
    const body = around.inside(targets, new Set(leaves.keys()), (v, before) =>
      isZero(before) ? this.#wishes.get(v)?.[0] : undefined,
    );
    loop.sources.forEach((source, i) => {
      const x = inputs[i] as TensorVariable;
      if (!leaves.has(x)) return;
      if (source.kind === "whole") body.expressions.put(x, around.wholeOf(this.#operand(source.operand)));
      else if (source.kind === "state") {
        const { row, state } = tapes[source.state] as Tape;
        body.expressions.put(x, row(prim.add(this.#round, int(state.depth - source.back))));
      } else {
        const operand = this.#operand(source.operand);
        const from = around.wholeOf(operand);
        const length = this.#rowLength(around.sizes.dims(operand).slice(1), operand);
        const forward = source.backwards ? prim.sub(prim.sub(this.#count, int(1)), this.#round) : this.#round;
        const at = prim.add(forward, int(source.offset));
        body.expressions.put(x, { ...from, offset: prim.add(from.offset, prim.mul(at, length)) });
      }
    });
    body.storeAt(this.#wishes);
    around.checked ||= body.checked;
    return body;
  }

  /** Puts the steps where what they read is there. */
  #add(steps: readonly Step[]): void {
    const around = this.#around;
    const { sources } = this.#body.loop;
    const placed = sources.flatMap((s) =>
      s.kind === "state" ? [] : (around.expressions.placeOf(this.#operand(s.operand))?.inputs ?? []),
    );
    const copied = steps.flatMap((s) => (s.kind === "launch" ? s.kernel.inputs : []));
    const made = this.#node.outputs.flatMap((v) => around.expressions.placeOf(v)?.inputs ?? []);
    around.schedule.addFixed(steps, [...new Set([...placed, ...copied])], made);
  }
}
