import { type Axis, type Expr, type Input, index, type Step, substitution, walk } from "@theano-ts/kernel";
import type { Dims, Parts } from "../tensor/meaning.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import type { Spot } from "./expressions.ts";

/** A stored value with a formula over the loops of its own sizes. */
export interface Member {
  readonly of: TensorVariable;
  readonly dims: Dims;
  /** Over the axes of the cluster; what other members of it hold is computed, not loaded. */
  readonly parts: Parts;
  /** Where it must go beside the place others read it from. */
  readonly targets: Spot[];
}

/** What becomes one kernel: values over the same loops, computed together. */
export interface MapCluster {
  readonly kind: "map";
  readonly axes: readonly Axis[];
  readonly members: Member[];
  /** Whether nothing may join it. */
  readonly closed: boolean;
  /** How many expressions its members have. */
  nodes: number;
}

/** Steps that are not merged with anything, in their order. */
interface FixedCluster {
  readonly kind: "fixed";
  readonly steps: readonly Step[];
}

/** What becomes one kernel, or stays as it is. */
export type Cluster = MapCluster | FixedCluster;

/** How many expressions one kernel may hold: engines compile bigger ones slowly and run them badly. */
const largest = 500;

/** What is loaded by some expressions, and whether only at the current point of `axes`. */
interface Reads {
  readonly input: Input;
  readonly pointwise: boolean;
}

function readsOf(roots: readonly Expr[], axes: readonly Axis[]): { reads: Reads[]; nodes: number } {
  const pointwise = new Map<Input, boolean>();
  let nodes = 0;
  walk(roots, (e) => {
    nodes++;
    if (e.kind === "load") pointwise.set(e.input, (pointwise.get(e.input) ?? true) && isPoint(e.at, axes));
  });
  return { reads: [...pointwise].map(([input, p]) => ({ input, pointwise: p })), nodes };
}

/** Whether coordinates are those of the current point: the loop variables in order, and 0 for dimensions of size 1. */
function isPoint(at: readonly Expr[], axes: readonly Axis[]): boolean {
  let next = 0;
  for (const e of at) {
    if (next < axes.length && e === index(axes[next] as Axis)) next++;
    else if (e.kind !== "const" || e.value !== 0) return false;
  }
  return next === axes.length;
}

/**
 * The order of kernels, and which values share one. A value joins an earlier cluster with the same loops if what it needs
 * is computed before, or there, at the very point where it is needed; so a chain of elementwise operations over equal
 * sizes is one loop, whoever else reads its links.
 */
export class Schedule {
  readonly clusters: Cluster[] = [];
  /** In which cluster an input's value is computed; none for what the caller gives. */
  readonly #madeIn = new Map<Input, number>();
  readonly #member = new Map<Input, { member: Member; part: number }>();
  /** The clusters that load an input, computed elsewhere or given by the caller. */
  readonly #readBy = new Map<Input, Set<number>>();

  /** Puts a value with a formula where it belongs. `inputs` are what others load it by. */
  add(
    of: TensorVariable,
    dims: Dims,
    axes: readonly Axis[],
    parts: Parts,
    inputs: readonly Input[],
    closed: boolean,
  ): Member {
    const { reads, nodes } = readsOf(parts, axes);
    const position = closed ? this.clusters.length : this.#find(axes, reads, nodes);
    const cluster = this.#open(position, axes, closed);
    const member: Member = { of, dims, parts: this.#inPlace(position, parts), targets: [] };
    cluster.members.push(member);
    cluster.nodes += nodes;
    inputs.forEach((x, part) => {
      this.#madeIn.set(x, position);
      this.#member.set(x, { member, part });
    });
    this.#note(position, reads);
    return member;
  }

  /** Puts steps at the end. `reads` are what they load, `inputs` what they make. */
  addFixed(steps: readonly Step[], reads: readonly Input[], inputs: readonly Input[]): void {
    const position = this.clusters.push({ kind: "fixed", steps }) - 1;
    for (const x of inputs) this.#madeIn.set(x, position);
    this.#note(
      position,
      reads.map((input) => ({ input, pointwise: false })),
    );
  }

  /** The positions of the clusters that load `input`. */
  readersOf(input: Input): ReadonlySet<number> {
    return this.#readBy.get(input) ?? new Set();
  }

  positionOf(member: Member): number {
    return this.clusters.findIndex((c) => c.kind === "map" && c.members.includes(member));
  }

  #find(axes: readonly Axis[], reads: readonly Reads[], nodes: number): number {
    let earliest = 0;
    const related = new Set<number>();
    for (const { input, pointwise } of reads) {
      const made = this.#madeIn.get(input);
      for (const position of this.readersOf(input)) related.add(position);
      if (made === undefined) continue;
      const here = this.clusters[made] as Cluster;
      const joins = pointwise && here.kind === "map" && !here.closed && here.axes === axes;
      earliest = Math.max(earliest, joins ? made : made + 1);
      if (joins) related.add(made);
    }
    for (let p = earliest; p < this.clusters.length; p++) {
      const c = this.clusters[p] as Cluster;
      if (c.kind !== "map" || c.closed || c.axes !== axes || !related.has(p)) continue;
      if (nodes + c.nodes <= largest) return p;
    }
    return this.clusters.length;
  }

  #open(position: number, axes: readonly Axis[], closed: boolean): MapCluster {
    const found = this.clusters[position];
    if (found?.kind === "map") return found;
    const made: MapCluster = { kind: "map", axes, members: [], closed, nodes: 0 };
    this.clusters.push(made);
    return made;
  }

  /** `parts` with what the same cluster holds computed instead of loaded. */
  #inPlace(position: number, parts: Parts): Parts {
    const rewrite = substitution((e) => {
      if (e.kind !== "load" || this.#madeIn.get(e.input) !== position) return undefined;
      const made = this.#member.get(e.input);
      return made && (made.member.parts[made.part] as Expr);
    });
    return parts.map(rewrite);
  }

  #note(position: number, reads: readonly Reads[]): void {
    for (const { input } of reads) {
      if (this.#madeIn.get(input) === position) continue;
      const positions = this.#readBy.get(input);
      if (positions) positions.add(position);
      else this.#readBy.set(input, new Set([position]));
    }
  }
}
