import {
  type Backend,
  bake,
  type Executable,
  type Expr,
  extents,
  type Program,
  type SizeParam,
} from "@theano-ts/kernel";
import { UserError } from "../errors.ts";
import { errorOf, type ShapeOf } from "./failure.ts";
import type { Plan } from "./plan.ts";
import { refusedByAll, refusedStep } from "./refused.ts";
import { cut, firstFor, type Refusal, type Segment } from "./segments.ts";
import { type SizeFunction, sizeCompiler } from "./sizeFunction.ts";
import type { Demand, SizeSource } from "./sizes.ts";

/** A segment that is ready to run. */
export interface ReadySegment extends Segment {
  readonly executable: Executable;
  /** The same on the fallback, for data that the backend declines. Throws if that is not wanted. */
  instead(reason: string): ReadySegment;
  /** How often runs were declined, by reason. */
  readonly declined: Map<string, number>;
}

/** A plan made ready for some sizes; the sizes not baked in are given when it runs. */
export interface Ready {
  readonly segments: readonly ReadySegment[];
  readonly refused: readonly Refusal[];
  readonly program: Program;
}

/** A call's sizes, worked out: what to run, with which sizes, and the shapes that come back. */
export interface Prepared {
  readonly ready: Ready;
  /** Where states and big arguments are kept. */
  readonly home: Backend;
  /** What runs all of it, at home, if that is one segment. */
  readonly direct: Executable | undefined;
  /** The values of the program's size parameters. */
  readonly sizes: readonly number[];
  /** The shape of each of the plan's outputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Of any variable of the graph, for errors. */
  readonly shapeOf: ShapeOf;
}

/** The program, for exactly the sizes it was prepared for. */
export const bakedProgram = ({ ready, sizes }: Prepared): Program =>
  bake(ready.program, new Map(ready.program.sizes.map((p, i) => [p, sizes[i] as number])));

/** What a plan is made ready for. */
export interface Target {
  /** What runs it, then what runs steps that those before refuse. */
  readonly backends: readonly [Backend, ...Backend[]];
  /** Whether it is an error if there is anything that the first does not run. */
  readonly strict: boolean;
  /** Told after each step of a run. */
  readonly watch?: ((segment: ReadySegment, step: number) => void) | undefined;
}

/** How many different sizes of calls are remembered. */
const remembered = 64;

/**
 * Chooses what is compiled for the sizes of a call. A size is baked into the code when it is seen first; when the same
 * dimension comes with a second value it becomes an argument, and is never a reason to compile again. On a backend that
 * needs them baked, each combination of sizes that say how large something is is compiled.
 */
export class Specializer {
  readonly plan: Plan;
  readonly #backends: readonly [Backend, ...Backend[]];
  readonly #strict: boolean;
  readonly #watch: ((segment: ReadySegment, step: number) => void) | undefined;
  /** How many of the parameters are given; the others are derived from those. */
  readonly #derived: readonly { readonly at: number; readonly value: SizeFunction }[];
  readonly #demands: readonly { readonly demand: Demand; readonly holds: SizeFunction }[];
  /** Those that were not told yet. */
  #warnings: readonly { readonly demand: Demand; readonly holds: SizeFunction }[];
  readonly #shapes: readonly (readonly SizeFunction[])[];
  readonly #sizeFunction: (e: Expr) => SizeFunction;
  /** Of a backend that wants sizes baked: those it means. */
  readonly #extents: ReadonlySet<SizeParam> | undefined;
  /** The value each parameter was first seen with; null once it was seen with another. */
  readonly #first: (number | null | undefined)[];
  readonly #ready = new Map<string, Ready>();
  readonly #prepared = new Map<string, Prepared>();
  #last: { readonly given: readonly number[]; readonly prepared: Prepared } | undefined;
  /** How often code was compiled. */
  compilations = 0;

  constructor(plan: Plan, { backends, strict, watch }: Target) {
    this.plan = plan;
    this.#backends = backends;
    this.#strict = strict;
    this.#watch = watch;
    const { params, sources, demands, warnings } = plan.sizes;
    this.#sizeFunction = sizeCompiler(new Map(params.map((p, i) => [p, i])));
    this.#derived = sources.flatMap((s: SizeSource, at) =>
      s.kind === "derived" ? [{ at, value: this.#sizeFunction(s.from) }] : [],
    );
    const checked = (demand: Demand) => ({ demand, holds: this.#sizeFunction(demand.holds) });
    this.#demands = demands.map(checked);
    this.#warnings = warnings.map(checked);
    this.#shapes = plan.outputs.map((o) => o.dims.map(this.#sizeFunction));
    this.#first = params.map(() => undefined);
    this.#extents = backends[0].supports.sizes === "baked" ? extents(plan.program) : undefined;
  }

  /**
   * What to run for these sizes; `given` has a place for every parameter, and the derived ones are filled in.
   * Throws what a demand on the sizes says if it does not hold.
   */
  prepare(given: number[]): Prepared {
    const last = this.#last;
    if (last && sameGiven(last.given, given, this.#derived)) return last.prepared;
    for (const { at, value } of this.#derived) given[at] = value(given);
    const key = given.join();
    let prepared = this.#prepared.get(key);
    if (!prepared) {
      this.#check(given);
      prepared = this.#make(given);
      if (this.#prepared.size >= remembered)
        this.#prepared.delete(this.#prepared.keys().next().value as string);
      this.#prepared.set(key, prepared);
    }
    this.#last = { given: given.slice(), prepared };
    return prepared;
  }

  #check(values: readonly number[]): void {
    for (const { demand, holds } of this.#demands) if (!holds(values)) throw this.#errorOf(demand, values);
    const said = this.#warnings.filter(({ holds }) => !holds(values));
    if (said.length === 0) return;
    this.#warnings = this.#warnings.filter((w) => !said.includes(w));
    for (const { demand } of said) console.warn(this.#warningOf(demand, values));
  }

  #errorOf({ kind, sentence, node }: Demand, values: readonly number[]): UserError {
    const said = sentence((e) => this.#sizeFunction(e)(values));
    return errorOf({ kind, sentence: said, node }, this.#shapeOf(values));
  }

  /** The sentence, and the line of the user's program. */
  #warningOf({ sentence, node }: Demand, values: readonly number[]): string {
    return new UserError(
      sentence((e) => this.#sizeFunction(e)(values)),
      { origin: node?.origin },
    ).message;
  }

  /** What is known of the shapes of variables in a call with these sizes, for errors. */
  #shapeOf(values: readonly number[]): ShapeOf {
    return (v) => {
      try {
        return this.plan.sizes.ownDims(v).map((n) => this.#sizeFunction(n)(values));
      } catch {
        return undefined;
      }
    };
  }

  #make(values: readonly number[]): Prepared {
    const { params, sources } = this.plan.sizes;
    const baked = new Map<SizeParam, number>();
    params.forEach((param, i) => {
      const value = values[i] as number;
      if (this.#first[i] === undefined) this.#first[i] = value;
      else if (this.#first[i] !== value) this.#first[i] = null;
      const { kind } = sources[i] as SizeSource;
      const fixed = this.#extents
        ? kind === "dim" || this.#extents.has(param)
        : this.#first[i] !== null && kind !== "value";
      if (fixed) baked.set(param, value);
    });
    const ready = this.#compile(baked);
    const [only, more] = ready.segments;
    return {
      ready,
      home: only && !more ? only.backend : this.#backends[0],
      direct: more ? undefined : only?.executable,
      sizes: ready.program.sizes.map((p) => values[params.indexOf(p)] as number),
      shapes: this.#shapes.map((dims) => dims.map((n) => n(values))),
      shapeOf: this.#shapeOf(values.slice()),
    };
  }

  #compile(baked: ReadonlyMap<SizeParam, number>): Ready {
    const key = [...baked].map(([p, n]) => `${p.id}=${n}`).join();
    let ready = this.#ready.get(key);
    if (ready) return ready;
    const program = bake(this.plan.program, baked);
    const { segments, refused } = cut(program, this.#backends);
    const [first] = refused;
    if (this.#strict && first) throw refusedStep(program.steps[first.step], this.#backends[0], first.reason);
    ready = {
      program,
      refused,
      segments: segments.map((s) => this.#readySegment(s)),
    };
    this.compilations++;
    if (this.#ready.size >= remembered) this.#forgetOldest();
    this.#ready.set(key, ready);
    return ready;
  }

  #readySegment(segment: Segment): ReadySegment {
    const { backend, program } = segment;
    const watch = this.#watch;
    let instead: ReadySegment | undefined;
    const ready: ReadySegment = {
      ...segment,
      executable: backend.compile(program, watch && ((step) => watch(ready, step))),
      declined: new Map(),
      instead: (reason) => {
        if (this.#strict) throw refusedStep(program.steps[0], backend, reason);
        ready.declined.set(reason, (ready.declined.get(reason) ?? 0) + 1);
        return (instead ??= this.#readySegment({ ...segment, backend: this.#after(segment, reason) }));
      },
    };
    return ready;
  }

  /** What runs a segment that its backend declines. */
  #after({ backend, program }: Segment, reason: string): Backend {
    const others = this.#backends.slice(this.#backends.indexOf(backend) + 1);
    if (others.length === 0) throw refusedByAll(program.steps[0], [[backend, reason]]);
    return firstFor(program.steps, others);
  }

  /** Gives back all that was compiled; it is made again when it is needed. */
  release(): void {
    while (this.#ready.size > 0) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [key, old] = this.#ready.entries().next().value as [string, Ready];
    this.#ready.delete(key);
    for (const [k, p] of this.#prepared) if (p.ready === old) this.#prepared.delete(k);
    if (this.#last?.prepared.ready === old) this.#last = undefined;
    for (const s of old.segments) s.executable.release?.();
  }
}

/** Whether all given, not derived, sizes are as before. */
function sameGiven(
  before: readonly number[],
  now: readonly number[],
  derived: readonly { readonly at: number }[],
): boolean {
  let skip = 0;
  for (let i = 0; i < now.length; i++) {
    if (skip < derived.length && derived[skip]?.at === i) skip++;
    else if (before[i] !== now[i]) return false;
  }
  return true;
}
