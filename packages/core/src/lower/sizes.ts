import {
  constant as constantExpr,
  type Expr,
  int,
  isDiscrete,
  partOf,
  type Scalar,
  type SizeParam,
  size,
  sizeParam,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { NotImplementedError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { graphInputs } from "../graph/walk.ts";
import { isConstant, type TensorConstant } from "../tensor/constant.ts";
import type { Dims, Parts, ShapeContext, ValueContext } from "../tensor/meaning.ts";
import { TensorOp } from "../tensor/tensorOp.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { innerPlanOf } from "./innerPlan.ts";
import { NotPlanned } from "./notPlanned.ts";

/** Where the value of a size parameter comes from when a function is called. */
export type SizeSource =
  /** A dimension of an input or shared variable. */
  | { readonly kind: "dim"; readonly of: TensorVariable; readonly axis: number }
  /** An element of an input or shared variable of integers or floats, by its flat position. */
  | { readonly kind: "value"; readonly of: TensorVariable; readonly at: number }
  /** Computed from the parameters before it. */
  | { readonly kind: "derived"; readonly from: Expr }
  /** An element of something that must be computed first, by its flat position. */
  | { readonly kind: "computed"; readonly of: TensorVariable; readonly at: number };

/** Graphs inside an application, and where their variables without an owner come from. */
export interface InnerGraphs {
  /** All of an operand, or another row of one in each step. */
  readonly leaves: ReadonlyMap<
    Variable,
    { readonly whole?: TensorVariable; readonly rowOf?: TensorVariable }
  >;
}

/** What must hold for the sizes of a call. */
export interface Demand {
  readonly holds: Expr;
  readonly kind: "value" | "index" | "assertion";
  sentence(valueOf: (e: Expr) => number): string;
  /** What demands it. */
  readonly node: Apply | undefined;
}

/**
 * The sizes in a graph, as expressions over parameters that are known when a function is called. What is not a plain
 * parameter becomes one, computed by the host, so that all the rest of a program sees are parameters and numbers.
 */
export class Sizes implements ShapeContext {
  readonly params: SizeParam[] = [];
  readonly sources: SizeSource[] = [];
  readonly demands: Demand[] = [];
  /** What a function is to be told of, once, if it does not hold. */
  readonly warnings: Demand[] = [];
  readonly #dims = new Map<Variable, Dims>();
  readonly #values = new Map<string, Expr>();
  readonly #derived = new Map<Expr, Expr>();
  /** Sizes that were found equal to another, which stands for both. */
  readonly #equal = new Map<Expr, Expr>();
  readonly #leaves = new Set<Variable>();
  readonly #inside = new Map<Apply, InnerGraphs>();
  /** What variables of a loop's steps are, that are the same in every step. */
  readonly #outer = new Map<Variable, Variable>();
  #node: Apply | undefined;

  /** Says that `v` is given when the function runs, whatever computes it elsewhere. */
  give(v: Variable): void {
    this.#leaves.add(v);
  }

  /** The sizes as `v`'s own rule gives them, before any were found equal to others. */
  ownDims(v: Variable): Dims {
    return this.#dims.get(v) ?? this.dims(v);
  }

  /** The graphs inside `node`, as `make` gives them, over variables whose sizes are known. */
  inside<B extends InnerGraphs>(node: Apply, make: (node: Apply) => B): B {
    let inner = this.#inside.get(node) as B | undefined;
    if (!inner) {
      this.#inside.set(node, (inner = make(node)));
      for (const [own, { whole, rowOf }] of inner.leaves) {
        this.#leaves.add(own);
        if (whole) this.#outer.set(own, whole);
        else if (rowOf) this.#dims.set(own, this.dims(rowOf).slice(1));
      }
    }
    return inner;
  }

  dims(v: Variable): Dims {
    const outer = this.#outer.get(v);
    if (outer) return this.dims(outer);
    if (!this.#dims.has(v)) this.#infer(v as TensorVariable);
    return (this.#dims.get(v) as Dims).map((e) => this.canonical(e));
  }

  #ownerOf(v: Variable): Apply | null {
    return this.#leaves.has(v) ? null : v.owner;
  }

  #leafDims(v: TensorVariable): Dims {
    if (isConstant(v)) return v.data.shape.map(int);
    return v.broadcastable.map((one, axis) =>
      one ? int(1) : this.#param({ kind: "dim", of: v, axis }, `${nameOf(v)}.shape[${axis}]`),
    );
  }

  #infer(v: TensorVariable): void {
    const node = this.#ownerOf(v);
    if (!node) {
      this.#dims.set(v, this.#leafDims(v));
      return;
    }
    const op = opOf(node);
    const plan = innerPlanOf(node);
    if (plan) {
      // Nothing else is asked for: sizes that follow from how a loop ends are known late.
      this.#dims.set(v, plan.dims(v, node, this));
      return;
    }
    // What the host computes before a program is no part of it, so this is inside of a loop.
    if (op.record.host) throw new NotPlanned(node);
    const before = this.#node;
    const inputs = node.inputs.map((x) => this.dims(x));
    this.#node = node;
    const shapes = op.record.shape?.(inputs, this, node);
    if (!shapes) throw new Error(`internal: ${op} does not say what sizes it has`);
    node.outputs.forEach((output, i) => {
      const { broadcastable } = output as TensorVariable;
      // A broadcastable dimension has size 1 whatever the rule computes.
      this.#dims.set(
        output,
        (shapes[i] as Dims).map((e, d) => (broadcastable[d] ? int(1) : this.derive(e))),
      );
    });
    this.#node = before;
  }

  /** `e`, which is over sizes, as a number or a plain parameter. */
  derive(e: Expr): Expr {
    if (e.kind === "const" || e.kind === "size") return e;
    let found = this.#derived.get(e);
    if (!found)
      this.#derived.set(e, (found = this.#param({ kind: "derived", from: e }, `n${this.params.length}`)));
    return found;
  }

  #param(source: SizeSource, name: string): Expr {
    const param = sizeParam(name);
    this.params.push(param);
    this.sources.push(source);
    return size(param);
  }

  scalar(v: Variable): Expr {
    const value = this.value(v as TensorVariable, []);
    return value.kind === "const" ? int(clampToInt32(value.value)) : this.derive(prim.cast(value, "int32"));
  }

  number(v: Variable): Expr {
    return this.value(v as TensorVariable, []);
  }

  elements(v: Variable, count?: number): readonly Expr[] {
    const [length] = this.dims(v) as readonly [Expr];
    if (count === undefined && length.kind !== "const")
      throw new NotImplementedError(
        `The length of ${v} must be known when the function is built: it is a shape`,
      );
    if (count !== undefined)
      this.demand(
        prim.eq(length, count),
        (valueOf) => `${v} must have ${count} elements, and has ${valueOf(length)}: it is a shape`,
      );
    return Array.from({ length: count ?? Number((length as { value: number }).value) }, (_, i) => {
      const e = this.value(v as TensorVariable, [int(i)]);
      return e.kind === "const" ? int(clampToInt32(e.value)) : this.derive(prim.cast(e, "int32"));
    });
  }

  /** One element of `v`, in its own dtype, from what is known before the function runs. */
  value(v: TensorVariable, at: readonly Expr[]): Expr {
    const outer = this.#outer.get(v);
    if (outer) return this.value(outer as TensorVariable, at);
    const key = `${v.id}:${at.map((e) => (e.kind === "const" ? `=${e.value}` : e.id)).join()}`;
    let found = this.#values.get(key);
    if (!found) this.#values.set(key, (found = this.#value(v, at)));
    return found;
  }

  #value(v: TensorVariable, at: readonly Expr[]): Expr {
    if (isConstant(v) && at.every((e) => e.kind === "const")) return constantElement(v, at);
    const owner = this.#ownerOf(v);
    const op = owner?.op;
    if (op instanceof TensorOp && op.record.at && owner && !op.record.reduces) {
      const parts = op.record.at(at, this.#context(owner), owner);
      const [value] = parts[v.index] as Parts;
      if (value && isOverSizes(value)) return value;
    }
    if (op instanceof TensorOp && op.record.pieces && owner) {
      const value = this.#pieceElement(op, owner, at);
      if (value) return value;
    }
    return this.#given(v, at);
  }

  /** The element from the last part that surely covers it, if there is one. */
  #pieceElement(op: TensorOp, node: Apply, at: readonly Expr[]): Expr | undefined {
    const pieces = op.record.pieces?.(this.#context(node), node) ?? [];
    for (const piece of [...pieces].reverse()) {
      const index = at.map((e, d) =>
        prim.floorDiv(prim.sub(e, piece.start[d] as Expr), piece.step[d] as Expr),
      );
      const known = [...index, ...piece.size].every((e) => e.kind === "const");
      if (!known) return undefined;
      const inside = index.every((e, d) => {
        const [i, n] = [
          Number((e as { value: Scalar }).value),
          Number((piece.size[d] as { value: Scalar }).value),
        ];
        return i >= 0 && i < n;
      });
      if (inside) return piece.at(index)[0];
    }
    return undefined;
  }

  /** What the caller gives, or what must be computed before. */
  #given(v: TensorVariable, at: readonly Expr[]): Expr {
    const loop = this.#loopThatMakes(v);
    if (loop) throw new NotPlanned(loop);
    const dims = this.dims(v);
    if (!at.every((e) => e.kind === "const") || dims.length > 1)
      throw new NotImplementedError(`A size depends on an element of ${v} whose place is not known`, {
        origin: v.origin,
      });
    const place = at.length === 0 ? 0 : Number((at[0] as { value: Scalar }).value);
    const source: SizeSource = {
      kind: this.#ownerOf(v) || isConstant(v) ? "computed" : "value",
      of: v,
      at: place,
    };
    return prim.cast(
      this.#param(source, at.length === 0 ? nameOf(v) : `${nameOf(v)}[${place}]`),
      partOf(v.dtype),
    );
  }

  /** The loop in which `v` is made from what differs between steps, if it is. */
  #loopThatMakes(v: Variable): Apply | undefined {
    if (this.#inside.size === 0) return undefined;
    const leaves = [v, ...graphInputs([v], this.#leaves)];
    const isStepwise = ({ leaves: own }: InnerGraphs): boolean => leaves.some((l) => own.get(l)?.rowOf);
    return [...this.#inside].find(([, body]) => isStepwise(body))?.[0];
  }

  #context(node: Apply): ValueContext {
    return {
      inputs: node.inputs.map((x) => (at) => [this.value(x as TensorVariable, at)]),
      outputs: node.outputs.map((x) => this.dims(x)),
      scalar: (x) => this.scalar(x),
      number: (x) => this.number(x),
      elements: (x) => this.elements(x),
      dims: (x) => this.dims(x),
      demand: (...args) => this.demand(...args),
      warn: (...args) => this.warn(...args),
      same: (...args) => this.same(...args),
    };
  }

  demand(
    holds: Expr,
    sentence: (valueOf: (e: Expr) => number) => string,
    kind: Demand["kind"] = "value",
  ): void {
    if (holds.kind === "const" && holds.value) return;
    this.demands.push({ holds, sentence, kind, node: this.#node });
  }

  warn(holds: Expr, sentence: Demand["sentence"]): void {
    if (holds.kind === "const" && holds.value) return;
    this.warnings.push({ holds, sentence, kind: "value", node: this.#node });
  }

  same(sizes: readonly Expr[], sentence: (valueOf: (e: Expr) => number) => string): Expr {
    const plain = sizes.map((e) => this.canonical(this.derive(e)));
    const chosen = plain.find((e) => e.kind === "const") ?? (plain[0] as Expr);
    for (const e of new Set(plain)) {
      if (e === chosen || (e.kind === "const" && chosen.kind === "const" && e.value === chosen.value))
        continue;
      this.demand(prim.eq(e, chosen), sentence);
      if (e.kind === "size") this.#equal.set(e, chosen);
    }
    return chosen;
  }

  /** What stands for `e` and all that was found equal to it. */
  canonical(e: Expr): Expr {
    let found = e;
    for (let next = this.#equal.get(found); next; next = this.#equal.get(found)) found = next;
    return found;
  }

  /** Demands made while `body` runs come from `node`. */
  during<R>(node: Apply, body: () => R): R {
    const before = this.#node;
    this.#node = node;
    try {
      return body();
    } finally {
      this.#node = before;
    }
  }
}

/** The operation of a node, which must be one on tensors. */
export function opOf(node: Apply): TensorOp {
  if (node.op instanceof TensorOp) return node.op;
  throw new NotImplementedError(`${node.op} has no meaning that can be compiled`, { origin: node.origin });
}

const nameOf = (v: TensorVariable): string => v.name ?? `${v.type}`;

function constantElement(v: TensorConstant, at: readonly Expr[]): Expr {
  const place = at.map((e) => Number((e as { value: Scalar }).value));
  const dtype = partOf(v.dtype);
  if (isDiscrete(v.dtype))
    return constantExpr(place.length ? v.data.itemBigInt(...place) : v.data.itemBigInt(), dtype);
  const item = (place.length ? v.data.item(...place) : v.data.item()) as number | { re: number };
  return constantExpr(typeof item === "object" ? item.re : item, dtype);
}

/** Python's bounds may be as large as sys.maxsize: as sizes they mean "to the end". */
const clampToInt32 = (x: Scalar): number => Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Number(x)));

function isOverSizes(e: Expr): boolean {
  if (e.kind === "const" || e.kind === "size") return true;
  return e.kind === "call" && e.args.every(isOverSizes);
}
