import { DisconnectedType, ioConnectionPattern, Lop, NullType } from "@theano-ts/autodiff";
import {
  type Apply,
  add,
  constant,
  disconnected,
  eq,
  floatX,
  type GradientTerm,
  incSubtensor,
  isTensor,
  join,
  type Loop,
  type LoopState,
  minimum,
  NullGradient,
  type OutputGradient,
  shapeI,
  slice,
  sub,
  subtensor,
  type TensorVariable,
  type Variable,
  switch as where,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { connection, reachOf } from "./connection.ts";
import { asRows, fit, onlyRow } from "./fit.ts";

import { type ApplyLoop, LoopBuilder, type LoopResults } from "./loopBuilder.ts";
import { recognize } from "./recognize.ts";
import { Replayed, stepsOf } from "./replay.ts";
import { rowsOf } from "./rowType.ts";
import { worthSaving } from "./saved.ts";

/**
 * The gradient of a loop: again a loop, over the same steps from the last to the first. It reads what the steps read and
 * made, and for each state of depth L it carries the L gradients that are pending: what the rows that steps still to
 * come read have collected so far. What steps take whole collects its gradient in a state; what they take row by row
 * has it in a trace. `truncate` is how many steps back it goes; all if negative.
 */
export function scanGradient(
  loop: Loop,
  node: Apply,
  gradients: readonly OutputGradient[],
  truncate: number,
  how: HowToApply,
): readonly GradientTerm[] {
  return new Backward(loop, node, gradients, truncate, how).run();
}

/** How the loop of a gradient is applied, and how one that makes the steps of the loop itself and keeps more of them. */
interface HowToApply {
  readonly apply: ApplyLoop;
  readonly extend: ApplyLoop;
}

/** A term of the gradient that one operand gets, once the loop is applied. */
type Term = (results: LoopResults) => TensorVariable;

class Backward {
  readonly #loop: Loop;
  readonly #node: Apply;
  readonly #gradients: readonly OutputGradient[];
  /** How many steps it makes, and how many of the first it does not reach. */
  readonly #steps: TensorVariable;
  readonly #skipped: TensorVariable | undefined;
  readonly #builder: LoopBuilder;
  readonly #how: HowToApply;
  /** For each operand, what its gradient is the sum of. */
  readonly #terms = new Map<number, Term[]>();
  readonly #undefined = new Map<number, NullGradient>();

  constructor(
    loop: Loop,
    node: Apply,
    gradients: readonly OutputGradient[],
    truncate: number,
    how: HowToApply,
  ) {
    this.#how = how;
    this.#loop = loop;
    this.#node = node;
    this.#gradients = gradients;
    const steps = stepsOf(loop, node);
    const isWhole = truncate < 0;
    this.#steps = isWhole ? steps : minimum(steps, constant(truncate, { dtype: "int64" }));
    this.#skipped = isWhole ? undefined : sub(steps, this.#steps);
    this.#builder = new LoopBuilder(this.#steps);
  }

  /** What the steps of the loop, run by `node`, read and made. */
  #replayed(loop: Loop, node: Apply): Replayed {
    return new Replayed(loop, node, this.#builder, { reverse: true, skipped: this.#skipped });
  }

  run(): readonly GradientTerm[] {
    const active = this.#activeStates();
    const carries = new Map([...active].map((s) => [s, this.#carries(s)] as const));
    const terms = this.#stepGradients(carries);
    for (const [s, carry] of carries) this.#carryOn(s, carry, terms);
    this.#collectWhole(terms);
    this.#collectRows(terms);
    const results = this.#terms.size > 0 ? this.#builder.apply(this.#how.apply) : undefined;
    const pattern = connection(this.#loop, this.#node);
    return this.#node.inputs.map((x, i) => {
      const isConnected = this.#gradients.some((g, j) => g !== disconnected && pattern[i]?.[j]);
      return this.#result(x as TensorVariable, i, isConnected, results);
    });
  }

  #state = (s: number): LoopState => this.#loop.states[s] as LoopState;
  #output = (j: number): TensorVariable => this.#loop.outputs[j] as TensorVariable;
  #next = (s: number): TensorVariable => this.#output(this.#state(s).next);
  #given(output: number): TensorVariable | undefined {
    const g = this.#gradients[output];
    return g === disconnected ? undefined : (g as TensorVariable);
  }

  /** The states whose values the cost depends on, smoothly. */
  #activeStates(): Set<number> {
    const { inputs, outputs, sources, states, traces } = this.#loop;
    const pattern = ioConnectionPattern(inputs, outputs);
    const active = new Set<number>();
    const queue = traces.filter(({ output }) => this.#given(output)).map(({ value }) => value);
    const activate = (s: number): void => {
      if (active.has(s) || isDiscrete(this.#next(s).dtype)) return;
      active.add(s);
      queue.push(this.#state(s).next);
    };
    states.forEach(({ trace, final }, s) => {
      if (this.#given(trace) ?? this.#given(final)) activate(s);
    });
    for (let j = queue.pop(); j !== undefined; j = queue.pop()) {
      const output = j;
      sources.forEach((source, i) => {
        if (source.kind === "state" && pattern[i]?.[output]) activate(source.state);
      });
    }
    return active;
  }

  /** A state for each row of `s` that has a gradient pending: that of the step before first. */
  #carries(s: number): { readonly state: number; readonly read: TensorVariable }[] {
    const { initial, depth, final } = this.#state(s);
    const type = rowsOf(this.#next(s));
    const given = this.#given(final);
    const like = subtensor(this.#node.inputs[initial] as TensorVariable, slice(0, 1)) as TensorVariable;
    return Array.from({ length: depth }, (_, j) => {
      const begin = given ? subtensor(given, slice(depth - 1 - j, depth - j)) : zerosLike(like);
      const state = this.#builder.state(fit(begin as TensorVariable, type), 1);
      return { state, read: this.#builder.before(state) };
    });
  }

  /** The gradient with respect to each input of a step, from those with respect to its outputs: one reverse pass. */
  #stepGradients(
    carries: ReadonlyMap<number, readonly { readonly read: TensorVariable }[]>,
  ): (TensorVariable | NullGradient | undefined)[] {
    const { inputs, outputs } = this.#loop;
    const rows = this.#replayed(this.#loop, this.#node);
    const known = new Map<number, TensorVariable>();
    const give = (j: number, g: TensorVariable): void => {
      const before = known.get(j);
      known.set(j, before ? add(before, g) : g);
    };
    const giveRows = (j: number, output: number): void => {
      const g = this.#given(output);
      if (g && !isDiscrete(this.#output(j).dtype)) give(j, rows.row(fit(g, rowsOf(this.#output(j)))));
    };
    for (const { value, output } of this.#loop.traces) giveRows(value, output);
    for (const [s, [first]] of carries) {
      const { next, trace } = this.#state(s);
      giveRows(next, trace);
      give(next, (first as { read: TensorVariable }).read);
    }
    const wrt = inputs.filter((x) => !isDiscrete(x.dtype));
    if (wrt.length === 0 || known.size === 0) return inputs.map(() => undefined);
    const found = Lop(
      [...known.keys()].map((j) => outputs[j] as TensorVariable),
      wrt,
      [...known.values()],
      { disconnectedInputs: "ignore", returnDisconnected: "disconnected", nullGradients: "return" },
    ) as readonly Variable[];
    const made = this.#put(recognize(found.filter(isTensor), this.#loop));
    let next = 0;
    const terms = found.map((g) => (isTensor(g) ? made[next++] : markOf(g)));
    return inputs.map((x) => {
      const at = wrt.indexOf(x);
      const term = at < 0 ? undefined : terms[at];
      return isTensor(term) ? fit(term, x.type) : term;
    });
  }

  /** Gradients of a step as this loop can compute them, from what the steps made: what is dear is kept of them for it. */
  #put(gradients: readonly TensorVariable[]): TensorVariable[] {
    const saved = worthSaving(this.#loop, gradients);
    if (saved.length === 0) return this.#replayed(this.#loop, this.#node).put(gradients);
    const { outputs, traces } = this.#loop;
    const first = this.#node.outputs.length;
    const more: Loop = {
      ...this.#loop,
      outputs: [...outputs, ...saved],
      traces: [...traces, ...saved.map((_, i) => ({ value: outputs.length + i, output: first + i }))],
    };
    const operands = this.#node.inputs as readonly TensorVariable[];
    const [output] = this.#how.extend({ loop: more, operands }) as [TensorVariable];
    return this.#replayed(more, output.owner as Apply).put(gradients);
  }

  /** Moves the pending gradients of a state one step back, and adds what this step gives. */
  #carryOn(
    s: number,
    carry: readonly { readonly state: number; readonly read: TensorVariable }[],
    terms: readonly (TensorVariable | NullGradient | undefined)[],
  ): void {
    const type = this.#next(s).type;
    carry.forEach(({ state, read }, j) => {
      const given = this.#loop.sources.flatMap((source, i) => {
        if (source.kind !== "state" || source.state !== s || source.back !== j + 1) return [];
        const term = terms[i];
        if (term instanceof NullGradient) this.#spread(s, term);
        return isTensor(term) ? [term] : [];
      });
      const older = carry[j + 1]?.read;
      const all = older ? [older, ...given] : given;
      const sum = all.length > 0 ? all.reduce((a, b) => add(a, b)) : zerosLike(read);
      this.#builder.next(state, fit(sum, type));
    });
    this.#term(this.#state(s).initial, (results) => {
      const rows = carry.map(({ state }) => results.final(state)).reverse();
      const g = rows.length === 1 ? (rows[0] as TensorVariable) : join(0, ...rows);
      // A gradient that does not go back to the first step does not reach what was before it.
      return this.#skipped ? where(eq(this.#skipped, 0), g, zerosLike(g)) : g;
    });
  }

  /** Where a state has no gradient, what it depends on has none. */
  #spread(s: number, mark: NullGradient): void {
    const reach = reachOf(this.#loop);
    this.#undefined.set(this.#state(s).initial, mark);
    this.#loop.sources.forEach((source, i) => {
      if (!reach[i]?.[this.#state(s).next]) return;
      const operand = source.kind === "state" ? this.#state(source.state).initial : source.operand;
      this.#undefined.set(operand, mark);
    });
  }

  #term(operand: number, term: Term): void {
    this.#terms.set(operand, [...(this.#terms.get(operand) ?? []), term]);
  }

  /** What every step takes whole collects what each gives. */
  #collectWhole(terms: readonly (TensorVariable | NullGradient | undefined)[]): void {
    this.#loop.sources.forEach((source, i) => {
      const term = terms[i];
      if (source.kind !== "whole" || !term) return;
      if (term instanceof NullGradient) {
        this.#undefined.set(source.operand, term);
        return;
      }
      const zeros = zerosLike(this.#node.inputs[source.operand] as TensorVariable) as TensorVariable;
      const inner = this.#loop.inputs[i] as TensorVariable;
      const state = this.#builder.state(fit(asRows(zeros), rowsOf(inner)), 1);
      this.#builder.next(state, fit(add(this.#builder.before(state), term), inner.type));
      this.#term(source.operand, (results) => onlyRow(results.final(state)));
    });
  }

  /** What steps take row by row has the gradients of those rows, and zeros where it was not read. */
  #collectRows(terms: readonly (TensorVariable | NullGradient | undefined)[]): void {
    this.#loop.sources.forEach((source, i) => {
      const term = terms[i];
      if (source.kind !== "row" || !term) return;
      if (term instanceof NullGradient) {
        this.#undefined.set(source.operand, term);
        return;
      }
      const kept = this.#builder.keep(term);
      const { operand, offset, backwards } = source;
      const x = this.#node.inputs[operand] as TensorVariable;
      this.#term(operand, (results) => {
        // In the order of the rows: this loop has gone through them in the other direction.
        const rows = results.kept(kept);
        const ordered = backwards ? rows : (subtensor(rows, slice(null, null, -1)) as TensorVariable);
        if (offset === 0 && !this.#skipped && isLength(this.#steps, x)) return ordered;
        const start = this.#skipped && !backwards ? add(this.#skipped, offset) : offset;
        const part = subtensor(zerosLike(x), slice(start, add(this.#steps, start)));
        return incSubtensor(part as TensorVariable, ordered);
      });
    });
  }

  #result(
    x: TensorVariable,
    i: number,
    isConnected: boolean,
    results: LoopResults | undefined,
  ): GradientTerm {
    if (!isConnected) return disconnected;
    const mark = this.#undefined.get(i);
    if (mark) return mark;
    if (isDiscrete(x.dtype)) return zerosLike(x, { dtype: floatX() });
    const terms = (this.#terms.get(i) ?? []).map((term) => fit(term(results as LoopResults), x.type));
    return terms.length > 0 ? terms.reduce((a, b) => add(a, b)) : disconnected;
  }
}

/** What stands in place of a gradient. */
function markOf(g: Variable): NullGradient | undefined {
  if (g.type instanceof NullType) return new NullGradient(g.type.whyNull);
  if (g.type instanceof DisconnectedType) return undefined;
  throw new Error(`internal: the gradient of a step is ${g}: ${g.type}`);
}

/** Whether `steps` is said to be the number of rows of `x`. */
const isLength = ({ owner }: TensorVariable, x: TensorVariable): boolean =>
  owner !== null && owner.inputs[0] === x && owner.op.key === shapeI(x, 0).owner?.op.key;
