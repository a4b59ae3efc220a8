import {
  type Expr,
  type Input,
  input as kernelInput,
  type Launch,
  load,
  map,
  type Output,
  type Program,
  type ProgramBuffer,
  partOf,
  partsOf,
  type Step,
  type View,
  viewsRead,
  viewsWritten,
  walk,
} from "@theano-ts/kernel";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import type { Dims } from "../tensor/meaning.ts";
import type { SharedVariable } from "../tensor/shared.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { type Cluster, type MapCluster, type Member, Schedule } from "./clusters.ts";
import { Expressions } from "./expressions.ts";
import { Launches, openStrides, outputsOf } from "./launches.ts";
import { opOf, Sizes } from "./sizes.ts";
import { decideStorage, isReshape, usesOf } from "./storage.ts";

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
  readonly #sizes = new Sizes();
  readonly #schedule = new Schedule();
  readonly #buffers: ProgramBuffer[] = [];
  readonly #members = new Map<Variable, Member>();
  /** What copies a value that is there already, an input say, to where it must go besides; it computes nothing anew. */
  readonly #copies = new Map<Variable, Member>();
  readonly #aliases = new Map<Variable, Variable>();
  /** Outputs that are stored in the very buffer that goes to the caller. */
  readonly #direct = new Map<Variable, ProgramBuffer>();
  /** Whether some step may end the run: then no state may be written before the last. */
  #checked = false;
  /** Output buffers that are one of the results already. */
  readonly #taken = new Set<ProgramBuffer>();
  #expressions!: Expressions;
  #launches!: Launches;

  constructor(computation: Computation) {
    this.#computation = computation;
  }

  plan(): Plan {
    const { inputs, shared, outputs, updates } = this.#computation;
    const targets = [...outputs, ...updates.map(([, v]) => v)];
    const leaves = new Set<Variable>([...inputs, ...shared]);
    for (const v of leaves) this.#sizes.give(v);
    const order = toposort(targets, leaves);
    const { needed, stored } = decideStorage(order, targets);
    this.#expressions = new Expressions(this.#sizes, stored);
    this.#launches = new Launches(this.#expressions);
    for (const v of inputs) this.#leaf(v, "input");
    for (const v of shared) this.#leaf(v, "state");
    // Sizes that a rule finds equal are one: all rules run before the first loop is made.
    for (const node of order) for (const v of node.outputs) this.#sizes.dims(v);
    for (const node of needed) {
      this.#check(node);
      if (node.outputs.some((v) => stored.has(v))) this.#store(node, stored);
    }

    const results = outputs.map((v) => this.#target(v));
    const inPlace = new Map<SharedVariable, Member>();
    const byHost: [SharedVariable, ProgramBuffer][] = [];
    for (const [s, v] of updates) {
      const sameSizes = sameDims(this.#sizes.dims(s), this.#sizes.dims(v));
      if (sameSizes) inPlace.set(s, this.#memberFor(v));
      else byHost.push([s, this.#target(v)]);
    }
    const steps = this.#steps(inPlace);
    const used = usedBuffers(steps);
    const outputBuffers = [...results, ...byHost.map(([, b]) => b)];
    const keep = (b: ProgramBuffer): boolean => used.has(b) || b.role === "output";
    const constants = [...used].filter((b) => b.role === "constant");
    const buffers = [...this.#buffers.filter(keep), ...constants];
    const roleOf = <V extends TensorVariable>(list: readonly V[]): V[] =>
      list.filter((v) => keep(this.#expressions.placeOf(v)?.buffer as ProgramBuffer));
    const byBuffer = new Map(outputBuffers.map((b, i) => [b, i]));
    const described = [
      ...outputs.map((of) => ({ of, dims: this.#sizes.dims(of) })),
      ...byHost.map(([update]) => {
        const of = (updates.find(([s]) => s === update) as readonly [SharedVariable, TensorVariable])[1];
        return { of, update, dims: this.#sizes.dims(of) };
      }),
    ];
    // What comes back is in the order of the program's buffers: the caller's order is put on top of that.
    const ordered = buffers.filter((b) => b.role === "output").map((b) => byBuffer.get(b) as number);
    if (ordered.some((at, i) => at !== i))
      buffers.sort((a, b) => (byBuffer.get(a) ?? -1) - (byBuffer.get(b) ?? -1));
    return {
      sizes: this.#sizes,
      program: { sizes: this.#sizes.params, buffers, steps },
      inputs: roleOf(inputs),
      states: roleOf(shared),
      outputs: described,
      written: [...inPlace.keys()],
    };
  }

  #buffer(b: ProgramBuffer): ProgramBuffer {
    this.#buffers.push(b);
    return b;
  }

  /** Room for `v`: what goes to the caller if it is an output, so that it is not written twice. */
  #room(v: TensorVariable): ProgramBuffer {
    const isOutput = this.#computation.outputs.includes(v);
    const of = this.#buffer(this.#expressions.bufferFor(v, isOutput ? "output" : "temporary"));
    if (isOutput) this.#direct.set(v, of);
    return of;
  }

  #leaf(v: TensorVariable, role: "input" | "state"): void {
    this.#expressions.put(v, this.#buffer(this.#expressions.bufferFor(v, role)));
  }

  /** Makes what stores the outputs of `node`. */
  #store(node: Apply, stored: ReadonlySet<Variable>): void {
    const { record } = opOf(node);
    const outputs = node.outputs.filter((v) => stored.has(v)) as TensorVariable[];
    if (isReshape(node)) this.#alias(node);
    else if (record.at) for (const v of outputs) this.#formula(v, record.standalone === true);
    else if (record.pieces) this.#fixed(node, ([of]) => this.#launches.pieces(node, of as ProgramBuffer));
    else if (record.fold) this.#fixed(node, ([of]) => [this.#launches.fold(node, of as ProgramBuffer)]);
    else if (record.scatter) this.#fixed(node, ([of]) => this.#launches.scatter(node, of as ProgramBuffer));
    else if (record.routine) this.#routine(node);
    else throw new Error(`internal: ${node.op} has no meaning`);
  }

  #formula(v: TensorVariable, closed: boolean): void {
    const dims = this.#sizes.dims(v);
    const axes = this.#expressions.axes(dims);
    const parts = this.#expressions.compute(v, this.#expressions.point(dims));
    this.#expressions.put(v, this.#room(v));
    const { inputs } = this.#placeOf(v);
    this.#members.set(v, this.#schedule.add(v, dims, axes, parts, inputs, closed));
  }

  /** A value that is another's elements under other sizes shares its buffer. */
  #alias(node: Apply): void {
    const [x] = node.inputs as [TensorVariable];
    const [v] = node.outputs as [TensorVariable];
    this.#expressions.put(v, this.#wholeOf(x));
    this.#aliases.set(v, this.#aliases.get(x) ?? x);
    // Whoever reads the alias reads what the original's launch makes.
    this.#schedule.addFixed([], this.#placeOf(x).inputs, this.#placeOf(v).inputs);
  }

  #placeOf(v: TensorVariable): { readonly buffer: ProgramBuffer; readonly inputs: readonly Input[] } {
    const place = this.#expressions.placeOf(v);
    if (!place) throw new Error(`internal: ${v} has no place`);
    return place;
  }

  /** The outputs of `node` by launches of their own. */
  #fixed(
    node: Apply,
    make: (of: readonly ProgramBuffer[]) => readonly Launch[],
    reads?: readonly Input[],
  ): void {
    const outputs = node.outputs as readonly TensorVariable[];
    const buffers = outputs.map((v) => this.#room(v));
    const source = (): Apply[] => this.#nodesOf(outputs);
    const made = make(buffers).map((launch) => ({ ...launch, source }));
    outputs.forEach((v, i) => this.#expressions.put(v, buffers[i] as ProgramBuffer));
    this.#schedule.addFixed(
      made,
      reads ?? [...new Set(made.flatMap((l) => l.kernel.inputs))],
      outputs.flatMap((v) => this.#placeOf(v).inputs),
    );
  }

  #routine(node: Apply): void {
    const uses = usesOf(node);
    const read = (node.inputs as readonly TensorVariable[]).filter(
      (_, i) => uses[i] === "stored" || uses[i] === "elements",
    );
    const from = read.map((x) => this.#wholeOf(x));
    const reads = read.flatMap((x) => this.#placeOf(x).inputs);
    this.#fixed(node, (of) => [this.#launches.routine(node, read, from, of)], reads);
  }

  /** The buffer that holds all of `x`. */
  #wholeOf(x: TensorVariable): ProgramBuffer {
    if (isConstant(x) && !this.#expressions.placeOf(x))
      this.#expressions.put(x, this.#expressions.bufferFor(x, "constant", x.data));
    return this.#placeOf(x).buffer;
  }

  /** What ends the run if the elements of the operands of `node` are not as they must be. */
  #check(node: Apply): void {
    const steps = this.#launches.checks(node).map((step) => ({ ...step, source: () => [node] }));
    if (steps.length === 0) return;
    this.#checked = true;
    this.#schedule.addFixed(steps, [...new Set(steps.flatMap((s) => s.kernel.inputs))], []);
  }

  /** The member that computes `v` over its own loops; for what is stored otherwise, one that copies it. */
  #memberFor(v: TensorVariable): Member {
    const found = this.#members.get(v) ?? this.#copies.get(v);
    if (found) return found;
    const dims = this.#sizes.dims(v);
    const parts = this.#expressions.read(v, this.#expressions.point(dims));
    const made = this.#schedule.add(v, dims, this.#expressions.axes(dims), parts, [], false);
    this.#copies.set(v, made);
    return made;
  }

  /** A buffer that `v` is written to, beside where others read it from. */
  #target(v: TensorVariable): ProgramBuffer {
    const direct = this.#direct.get(v);
    if (direct && !this.#taken.has(direct)) {
      this.#taken.add(direct);
      return direct;
    }
    const of = this.#buffer(this.#expressions.bufferFor(v, "output"));
    this.#taken.add(of);
    this.#memberFor(v).targets.push(of);
    return of;
  }

  /** All launches, in order; updates that can be are written where the old value was. */
  #steps(updates: ReadonlyMap<SharedVariable, Member>): Step[] {
    const { clusters } = this.#schedule;
    const last = new Set([...updates.values()].map((m) => this.#schedule.positionOf(m)));
    // A cluster that only updates is read by nobody: it can wait until the old values have been read.
    const canWait = (position: number): boolean => {
      const c = clusters[position] as Cluster;
      return (
        c.kind === "map" &&
        last.has(position) &&
        c.members.every((m) => this.#inputsOf(m).every((x) => this.#schedule.readersOf(x).size === 0))
      );
    };
    const order = [...clusters.keys()].sort((a, b) => Number(canWait(a)) - Number(canWait(b)) || a - b);
    const rank = new Map(order.map((position, i) => [position, i]));
    const commits: Launch[] = [];
    for (const [s, member] of updates) {
      const state = this.#placeOf(s);
      const mine = rank.get(this.#schedule.positionOf(member)) as number;
      const readers = state.inputs.flatMap((x) => [...this.#schedule.readersOf(x)]);
      const safe =
        !this.#checked &&
        readers.every((p) => (rank.get(p) as number) <= mine) &&
        this.#readsPointwise(member, state.inputs) &&
        !this.#isAliased(s);
      if (safe) member.targets.push(state.buffer);
      else commits.push(...this.#commit(s, member));
    }
    const steps = order.flatMap((position) => this.#clusterSteps(clusters[position] as Cluster));
    return [...steps, ...commits];
  }

  #inputsOf(m: Member): readonly Input[] {
    return this.#members.get(m.of) === m ? (this.#expressions.placeOf(m.of)?.inputs ?? []) : [];
  }

  /** Whether a reshape of the shared variable is read under other sizes: then its elements may not change early. */
  #isAliased(s: SharedVariable): boolean {
    return [...this.#aliases.values()].includes(s);
  }

  /** Whether the cluster of `member` reads these inputs, if at all, only where it writes. */
  #readsPointwise(member: Member, inputs: readonly Input[]): boolean {
    const cluster = this.#schedule.clusters[this.#schedule.positionOf(member)] as MapCluster;
    const point = this.#expressions.point(member.dims);
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
    const beside = this.#buffer(this.#expressions.bufferFor(s, "temporary"));
    member.targets.push(beside);
    const { dims } = member;
    const parts = partsOf(s.dtype);
    const sources = Array.from({ length: parts }, () => kernelInput(partOf(s.dtype), s.ndim));
    const kernel = map(
      this.#expressions.axes(dims),
      outputsOf(sources.map((x) => load(x, this.#expressions.point(dims)))),
    );
    const state = this.#placeOf(s).buffer;
    const view = (of: ProgramBuffer, k: number): View => this.#expressions.view(of, dims, s.dtype, k);
    return [
      {
        kind: "launch",
        kernel,
        inputs: kernel.inputs.map((x) => view(beside, sources.indexOf(x))),
        outputs: sources.map((_, k) => ({
          ...view(state, k),
          strides: openStrides(dims, view(state, k).strides),
        })),
      },
    ];
  }

  #clusterSteps(cluster: Cluster): readonly Step[] {
    if (cluster.kind === "fixed") return cluster.steps;
    const outputs: Output[] = [];
    const views: View[] = [];
    for (const m of cluster.members) {
      const own = this.#inputsOf(m);
      const keep =
        (own.length > 0 && this.#direct.has(m.of)) || own.some((x) => this.#schedule.readersOf(x).size > 0);
      const buffers = [...(keep ? [this.#placeOf(m.of).buffer] : []), ...m.targets];
      for (const of of buffers)
        m.parts.forEach((value, k) => {
          const view = this.#expressions.view(of, m.dims, m.of.dtype, k);
          outputs.push({ dtype: value.dtype, value });
          views.push({ ...view, strides: openStrides(m.dims, view.strides) });
        });
    }
    if (outputs.length === 0) return [];
    const source = (): Apply[] => this.#nodesOf(cluster.members.map((m) => m.of));
    return [{ ...this.#launches.launch(map(cluster.axes, outputs), views), source }];
  }

  /** The applications whose work computing `values` is: those that nothing stored stands between. */
  #nodesOf(values: readonly Variable[]): Apply[] {
    const stored = (v: Variable): boolean =>
      !values.includes(v) && this.#expressions.placeOf(v as TensorVariable) !== undefined;
    const found = new Set<Apply>();
    const stack = [...values];
    for (let v = stack.pop(); v; v = stack.pop()) {
      if (!v.owner || stored(v) || found.has(v.owner)) continue;
      found.add(v.owner);
      stack.push(...v.owner.inputs);
    }
    return [...found];
  }
}

const sameDims = (a: Dims, b: Dims): boolean =>
  a.every((e, i) => {
    const f = b[i] as Expr;
    return e === f || (e.kind === "const" && f.kind === "const" && e.value === f.value);
  });

function usedBuffers(steps: readonly Step[]): Set<ProgramBuffer> {
  return new Set(steps.flatMap((s) => [...viewsRead(s), ...viewsWritten(s)].map((v) => v.buffer)));
}
