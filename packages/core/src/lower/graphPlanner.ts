import {
  type DType,
  type Expr,
  type Input,
  input,
  int,
  type Launch,
  load,
  map,
  type Output,
  type ProgramBuffer,
  partOf,
  partsOf,
  type Step,
  sameExpr,
  type View,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import type { Dims } from "../tensor/meaning.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { type Cluster, type MapCluster, type Member, Schedule } from "./clusters.ts";
import { Expressions, type Place, type Spot, spotOf } from "./expressions.ts";
import { innerPlanOf } from "./innerPlan.ts";
import { Launches, openStrides, outputsOf } from "./launches.ts";
import { NotPlanned } from "./notPlanned.ts";
import { opOf, type Sizes } from "./sizes.ts";
import { decideStorage, isReshape, type Storage, usesOf } from "./storage.ts";

/** Where a value is wanted, with room for so many numbers before it; undefined if that is up to the planner. */
export type Rooms = (v: TensorVariable, before: Expr) => Spot | undefined;

/** Gives what a graph stores its places, and makes the steps that fill them: of a whole function, or of what a loop repeats. */
export class GraphPlanner {
  readonly sizes: Sizes;
  readonly expressions: Expressions;
  readonly launches: Launches;
  readonly schedule: Schedule = new Schedule();
  /** All buffers made so far, also by the planners of other graphs of the program. */
  readonly buffers: ProgramBuffer[];
  readonly storage: Storage;
  /** Whether some step may end the run: then no state may be written before the last. */
  checked = false;
  /** For what is stored in the very place where it is wanted, that place. */
  readonly #rooms: Rooms;
  readonly #members = new Map<Variable, Member>();
  /** What copies a value that is there already, an input say, to where it must go besides; it computes nothing anew. */
  readonly #copies = new Map<Variable, Member>();
  readonly #aliases = new Map<Variable, Variable>();
  /** What was stored where it is wanted. */
  readonly #direct = new Set<Variable>();

  constructor(sizes: Sizes, storage: Storage, buffers: ProgramBuffer[], rooms: Rooms) {
    this.sizes = sizes;
    this.storage = storage;
    this.buffers = buffers;
    this.#rooms = rooms;
    this.expressions = new Expressions(sizes, storage.stored);
    this.launches = new Launches(this.expressions);
  }

  /** Plans everything that the graph needs. */
  store(): void {
    const { order, stored, needed } = this.storage;
    // Sizes that a rule finds equal are one: all rules run before the first loop is made.
    for (const node of order) {
      const plan = innerPlanOf(node);
      if (plan && needed.includes(node)) plan.demand?.(node, this.sizes);
      for (const v of node.outputs) if (!plan || stored.has(v)) this.sizes.dims(v);
    }
    for (const node of needed) {
      this.#check(node);
      if (node.outputs.some((v) => stored.has(v))) this.#store(node);
    }
  }

  /** Notes a buffer as one of the program's. */
  buffer(b: ProgramBuffer): ProgramBuffer {
    this.buffers.push(b);
    return b;
  }

  /** A buffer of the program's for an array of the type and sizes of `v`. */
  bufferFor(v: TensorVariable, role: ProgramBuffer["role"]): ProgramBuffer {
    return this.buffer(this.expressions.bufferFor(v, role));
  }

  placeOf(v: Variable): Place {
    const place = this.expressions.placeOf(v);
    if (!place) throw new Error(`internal: ${v} has no place`);
    return place;
  }

  /** Where all of `x` is in memory. */
  wholeOf(x: TensorVariable): Place {
    if (isConstant(x) && !this.expressions.placeOf(x))
      this.expressions.put(x, spotOf(this.expressions.bufferFor(x, "constant", x.data)));
    return this.placeOf(x);
  }

  /** Whether a reshape of `v` is read under other sizes: then its elements may not change early. */
  isAliased(v: Variable): boolean {
    return [...this.#aliases.values()].includes(v);
  }

  /** Room for `v`, and for so many numbers before it: where it is wanted, so that it is not written twice. */
  room(v: TensorVariable, before: Expr = int(0)): Spot {
    const wanted = this.#rooms(v, before);
    if (wanted) this.#direct.add(v);
    return wanted ?? this.newRoom(v, "temporary", before);
  }

  /** A new buffer for `v`, and for so many numbers before it that an output's caller does not get. */
  newRoom(v: TensorVariable, role: "temporary" | "output", before: Expr): Spot {
    const { length, ...of } = this.expressions.bufferFor(v, role);
    const skip = role === "output" && !isZero(before) ? { skip: before } : {};
    return { buffer: this.buffer({ ...of, length: prim.add(length, before), ...skip }), offset: before };
  }

  /** A planner of a graph inside this one, whose `leaves` are given: of the same sizes and buffers. */
  inside(targets: readonly TensorVariable[], leaves: ReadonlySet<Variable>, rooms: Rooms): GraphPlanner {
    const storage = decideStorage(toposort(targets, leaves), targets);
    return new GraphPlanner(this.sizes, storage, this.buffers, rooms);
  }

  /** Plans everything, and then puts each of these values also where else it is wanted: the first place is its room. */
  storeAt(wishes: ReadonlyMap<TensorVariable, readonly Spot[]>): void {
    this.store();
    for (const [v, spots] of wishes)
      for (const spot of this.#direct.has(v) ? spots.slice(1) : spots) this.memberFor(v).targets.push(spot);
  }

  /** All steps, in order. */
  steps(): readonly Step[] {
    return this.schedule.clusters.flatMap((c) => this.clusterSteps(c));
  }

  /** Makes what stores the outputs of `node`. */
  #store(node: Apply): void {
    const { record } = opOf(node);
    const outputs = node.outputs.filter((v) => this.storage.stored.has(v)) as TensorVariable[];
    const { launches } = this;
    if (isReshape(node)) this.#alias(node);
    else if (record.at) for (const v of outputs) this.#formula(v, record.standalone === true);
    else if (record.pieces) this.#fixed(node, ([of]) => launches.pieces(node, of as Spot));
    else if (record.fold) this.#fixed(node, ([of]) => [launches.fold(node, of as Spot)]);
    else if (record.scatter) this.#fixed(node, ([of]) => launches.scatter(node, of as Spot));
    else if (record.routine) this.#routine(node);
    else {
      const plan = innerPlanOf(node);
      if (!plan) throw new NotPlanned(node);
      plan.plan(node, this);
    }
  }

  #formula(v: TensorVariable, closed: boolean): void {
    const dims = this.sizes.dims(v);
    const axes = this.expressions.axes(dims);
    const parts = this.expressions.compute(v, this.expressions.point(dims));
    this.expressions.put(v, this.room(v));
    const { inputs } = this.placeOf(v);
    this.#members.set(v, this.schedule.add(v, dims, axes, parts, inputs, closed));
  }

  /** A value that is another's elements under other sizes shares its buffer. */
  #alias(node: Apply): void {
    const [x] = node.inputs as [TensorVariable];
    const [v] = node.outputs as [TensorVariable];
    this.expressions.put(v, this.wholeOf(x));
    this.#aliases.set(v, this.#aliases.get(x) ?? x);
    // Whoever reads the alias reads what the original's launch makes.
    this.schedule.addFixed([], this.placeOf(x).inputs, this.placeOf(v).inputs);
  }

  /** The outputs of `node` by launches of their own. */
  #fixed(node: Apply, make: (of: readonly Spot[]) => readonly Launch[], reads?: readonly Input[]): void {
    const outputs = node.outputs as readonly TensorVariable[];
    const rooms = outputs.map((v) => this.room(v));
    const source = (): Apply[] => this.nodesOf(outputs);
    const made = make(rooms).map((launch) => ({ ...launch, source }));
    outputs.forEach((v, i) => this.expressions.put(v, rooms[i] as Spot));
    this.schedule.addFixed(
      made,
      reads ?? [...new Set(made.flatMap((l) => l.kernel.inputs))],
      outputs.flatMap((v) => this.placeOf(v).inputs),
    );
  }

  #routine(node: Apply): void {
    const uses = usesOf(node);
    const read = (node.inputs as readonly TensorVariable[]).filter((_, i) => uses[i] === "whole");
    const from = read.map((x) => this.wholeOf(x));
    const reads = read.flatMap((x) => this.placeOf(x).inputs);
    this.#fixed(node, (of) => [this.launches.routine(node, read, from, of)], reads);
  }

  /** What ends the run if the elements of the operands of `node` are not as they must be. */
  #check(node: Apply): void {
    const steps = this.launches.checks(node).map((step) => ({ ...step, source: () => [node] }));
    if (steps.length === 0) return;
    this.checked = true;
    this.schedule.addFixed(steps, [...new Set(steps.flatMap((s) => s.kernel.inputs))], []);
  }

  /** The member that computes `v` over its own loops; for what is stored otherwise, one that copies it. */
  memberFor(v: TensorVariable): Member {
    const found = this.#members.get(v) ?? this.#copies.get(v);
    if (found) return found;
    const dims = this.sizes.dims(v);
    const parts = this.expressions.read(v, this.expressions.point(dims));
    const made = this.schedule.add(v, dims, this.expressions.axes(dims), parts, [], false);
    this.#copies.set(v, made);
    return made;
  }

  /** By what `m` is read by others. */
  inputsOf(m: Member): readonly Input[] {
    return this.#members.get(m.of) === m ? (this.expressions.placeOf(m.of)?.inputs ?? []) : [];
  }

  /** The steps of a cluster. */
  clusterSteps(cluster: Cluster): readonly Step[] {
    return cluster.kind === "fixed" ? cluster.steps : this.#mapSteps(cluster);
  }

  #mapSteps({ axes, members }: MapCluster): readonly Step[] {
    const outputs: Output[] = [];
    const views: View[] = [];
    for (const m of members) {
      const own = this.inputsOf(m);
      const keep =
        (own.length > 0 && this.#direct.has(m.of)) || own.some((x) => this.schedule.readersOf(x).size > 0);
      for (const spot of [...(keep ? [this.placeOf(m.of)] : []), ...m.targets]) {
        outputs.push(...outputsOf(m.parts));
        views.push(...this.#openViews(spot, m.dims, m.of.dtype));
      }
    }
    if (outputs.length === 0) return [];
    const source = (): Apply[] => this.nodesOf(members.map((m) => m.of));
    return [{ ...this.launches.launch(map(axes, outputs), views), source }];
  }

  /** What computes `x`, or copies it, to a place of the same sizes. */
  copy(x: TensorVariable, to: Spot): Launch {
    const dims = this.sizes.dims(x);
    const parts = this.expressions.read(x, this.expressions.point(dims));
    return this.launches.launch(
      map(this.expressions.axes(dims), outputsOf(parts)),
      this.#openViews(to, dims, x.dtype),
    );
  }

  /** What copies an array of these sizes from one place to another. */
  move(from: Spot, to: Spot, dims: Dims, dtype: DType): Launch {
    const { expressions } = this;
    const sources = Array.from({ length: partsOf(dtype) }, () => input(partOf(dtype), dims.length));
    const point = expressions.point(dims);
    const kernel = map(expressions.axes(dims), outputsOf(sources.map((x) => load(x, point))));
    return {
      kind: "launch",
      kernel,
      inputs: kernel.inputs.map((x) => expressions.view(from, dims, dtype, sources.indexOf(x))),
      outputs: this.#openViews(to, dims, dtype),
    };
  }

  /** Views of the parts of an array, for a kernel that has no loop where a size is 1. */
  #openViews(of: Spot, dims: Dims, dtype: DType): View[] {
    return Array.from({ length: partsOf(dtype) }, (_, k) => {
      const view = this.expressions.view(of, dims, dtype, k);
      return { ...view, strides: openStrides(dims, view.strides) };
    });
  }

  /** The applications whose work computing `values` is: those that nothing stored stands between. */
  nodesOf(values: readonly Variable[]): Apply[] {
    const stored = (v: Variable): boolean =>
      !values.includes(v) && this.expressions.placeOf(v as TensorVariable) !== undefined;
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

/** Whether an expression over sizes is the number 0. */
export const isZero = (e: Expr): boolean => e.kind === "const" && e.value === 0;

/** Whether these are as many, and the same, expressions. */
export const sameExprs = (a: readonly Expr[], b: readonly Expr[]): boolean =>
  a.length === b.length && a.every((e, i) => sameExpr(e, b[i] as Expr));
