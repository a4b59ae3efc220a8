import {
  type Expr,
  type Input,
  type Launch,
  load,
  type Program,
  type ProgramBuffer,
  type Step,
  viewsRead,
  viewsWritten,
  walk,
} from "@theano-ts/kernel";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import type { Dims } from "../tensor/meaning.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { Cluster, MapCluster, Member } from "./clusters.ts";
import { type Spot, spotOf } from "./expressions.ts";
import { GraphPlanner, sameExprs } from "./graphPlanner.ts";
import { Sizes } from "./sizes.ts";
import { decideStorage } from "./storage.ts";

/** A graph to compute: every leaf of it is an input, a shared variable or a constant. */
export interface Computation {
  readonly inputs: readonly TensorVariable[];
  readonly shared: readonly SharedVariable[];
  readonly outputs: readonly TensorVariable[];
  readonly updates: readonly (readonly [SharedVariable, TensorVariable])[];
}

/** A program for a graph, with what its caller must do around it. */
export interface Plan {
  readonly sizes: Sizes;
  readonly program: Program;
  /** Whose data each buffer of role input is. */
  readonly inputs: readonly TensorVariable[];
  /** Whose value each buffer of role state is. */
  readonly states: readonly SharedVariable[];
  /** The dimensions of what comes back: the graph's outputs, then the updates that the program cannot write in place. */
  readonly outputs: readonly {
    readonly dims: Dims;
    readonly of: TensorVariable;
    readonly update?: SharedVariable;
  }[];
  /** The shared variables that the program writes in place. */
  readonly written: readonly SharedVariable[];
}

/** Plans the kernels of `computation`: what is stored, what shares a loop, and what is written in place. */
export function plan(computation: Computation): Plan {
  return new Planner(computation).plan();
}

class Planner {
  readonly #computation: Computation;
  readonly #graph: GraphPlanner;
  /** Outputs that are stored in the very buffer that goes to the caller. */
  readonly #direct = new Map<Variable, ProgramBuffer>();
  /** Output buffers that are one of the results already. */
  readonly #taken = new Set<ProgramBuffer>();

  constructor(computation: Computation) {
    this.#computation = computation;
    const { inputs, shared, outputs, updates } = computation;
    const targets = [...outputs, ...updates.map(([, v]) => v)];
    const leaves = new Set<Variable>([...inputs, ...shared]);
    const sizes = new Sizes();
    for (const v of leaves) sizes.give(v);
    const storage = decideStorage(toposort(targets, leaves), targets);
    this.#graph = new GraphPlanner(sizes, storage, [], (v, before) => this.#room(v, before));
  }

  plan(): Plan {
    const { inputs, shared, outputs, updates } = this.#computation;
    const { sizes, expressions } = this.#graph;
    for (const v of inputs) this.#leaf(v, "input");
    for (const v of shared) this.#leaf(v, "state");
    this.#graph.store();
    const results = outputs.map((v) => this.#target(v));
    const inPlace = new Map<SharedVariable, Member>();
    const byHost: [SharedVariable, ProgramBuffer][] = [];
    for (const [s, v] of updates) {
      if (sameExprs(sizes.dims(s), sizes.dims(v))) inPlace.set(s, this.#graph.memberFor(v));
      else byHost.push([s, this.#target(v)]);
    }
    const steps = this.#steps(inPlace);
    const used = new Set(steps.flatMap((s) => [...viewsRead(s), ...viewsWritten(s)].map((v) => v.buffer)));
    const outputBuffers = [...results, ...byHost.map(([, b]) => b)];
    const keep = (b: ProgramBuffer): boolean => used.has(b) || b.role === "output";
    const constants = [...used].filter((b) => b.role === "constant");
    const buffers = [...this.#graph.buffers.filter(keep), ...constants];
    const roleOf = <V extends TensorVariable>(list: readonly V[]): V[] =>
      list.filter((v) => keep(expressions.placeOf(v)?.buffer as ProgramBuffer));
    const byBuffer = new Map(outputBuffers.map((b, i) => [b, i]));
    const described = [
      ...outputs.map((of) => ({ of, dims: sizes.dims(of) })),
      ...byHost.map(([update]) => {
        const of = (updates.find(([s]) => s === update) as readonly [SharedVariable, TensorVariable])[1];
        return { of, update, dims: sizes.dims(of) };
      }),
    ];
    // What comes back is in the order of the program's buffers: the caller's order is put on top of that.
    const ordered = buffers.filter((b) => b.role === "output").map((b) => byBuffer.get(b) as number);
    if (ordered.some((at, i) => at !== i))
      buffers.sort((a, b) => (byBuffer.get(a) ?? -1) - (byBuffer.get(b) ?? -1));
    return {
      sizes,
      program: { sizes: sizes.params, buffers, steps },
      inputs: roleOf(inputs),
      states: roleOf(shared),
      outputs: described,
      written: [...inPlace.keys()],
    };
  }

  #leaf(v: TensorVariable, role: "input" | "state"): void {
    this.#graph.expressions.put(v, spotOf(this.#graph.bufferFor(v, role)));
  }

  /** The buffer that goes to the caller, if `v` is an output. */
  #room(v: TensorVariable, before: Expr): Spot | undefined {
    if (!this.#computation.outputs.includes(v)) return undefined;
    const room = this.#graph.newRoom(v, "output", before);
    this.#direct.set(v, room.buffer);
    return room;
  }

  /** A buffer that `v` is written to, beside where others read it from. */
  #target(v: TensorVariable): ProgramBuffer {
    const direct = this.#direct.get(v);
    if (direct && !this.#taken.has(direct)) {
      this.#taken.add(direct);
      return direct;
    }
    const of = this.#graph.bufferFor(v, "output");
    this.#taken.add(of);
    this.#graph.memberFor(v).targets.push(spotOf(of));
    return of;
  }

  /** All launches, in order; updates that can be are written where the old value was. */
  #steps(updates: ReadonlyMap<SharedVariable, Member>): Step[] {
    const graph = this.#graph;
    const { schedule } = graph;
    const { clusters } = schedule;
    const last = new Set([...updates.values()].map((m) => schedule.positionOf(m)));
    // A cluster that only updates is read by nobody: it can wait until the old values have been read.
    const canWait = (position: number): boolean => {
      const c = clusters[position] as Cluster;
      return (
        c.kind === "map" &&
        last.has(position) &&
        c.members.every((m) => graph.inputsOf(m).every((x) => schedule.readersOf(x).size === 0))
      );
    };
    const order = [...clusters.keys()].sort((a, b) => Number(canWait(a)) - Number(canWait(b)) || a - b);
    const rank = new Map(order.map((position, i) => [position, i]));
    const commits: Launch[] = [];
    for (const [s, member] of updates) {
      const state = graph.placeOf(s);
      const mine = rank.get(schedule.positionOf(member)) as number;
      const readers = state.inputs.flatMap((x) => [...schedule.readersOf(x)]);
      const safe =
        !graph.checked &&
        readers.every((p) => (rank.get(p) as number) <= mine) &&
        this.#readsPointwise(member, state.inputs) &&
        !graph.isAliased(s);
      if (safe) member.targets.push(state);
      else commits.push(...this.#commit(s, member));
    }
    const steps = order.flatMap((position) => graph.clusterSteps(clusters[position] as Cluster));
    return [...steps, ...commits];
  }

  /** Whether the cluster of `member` reads these inputs, if at all, only where it writes. */
  #readsPointwise(member: Member, inputs: readonly Input[]): boolean {
    const { schedule, expressions } = this.#graph;
    const cluster = schedule.clusters[schedule.positionOf(member)] as MapCluster;
    const point = expressions.point(member.dims);
    let pointwise = true;
    walk(
      cluster.members.flatMap((m) => m.parts),
      (e) => {
        if (e.kind === "load" && inputs.includes(e.input)) pointwise &&= e === load(e.input, point);
      },
    );
    return pointwise;
  }

  /** Writes the new value beside the old one, and copies it over in the end. */
  #commit(s: SharedVariable, member: Member): Launch[] {
    const graph = this.#graph;
    const beside = spotOf(graph.bufferFor(s, "temporary"));
    member.targets.push(beside);
    return [graph.move(beside, graph.placeOf(s), member.dims, s.dtype)];
  }
}
