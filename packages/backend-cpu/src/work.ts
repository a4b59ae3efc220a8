import {
  type Axis,
  bytesOf,
  type CarryRule,
  type Check,
  domain,
  type Expr,
  type FoldKernel,
  index,
  type Launch,
  type MapKernel,
  type ScatterKernel,
  type View,
  type Work,
} from "@theano-ts/kernel";
import { Analysis, constantOf } from "./emit/analysis.ts";
import { Emitter, type Environment } from "./emit/emitter.ts";
import { callWeight } from "./emit/patterns.ts";
import { emitRoutine } from "./routines/index.ts";
import { asContraction, emitContraction } from "./schedule/contract.ts";
import type { Scratch } from "./schedule/epilogue.ts";
import {
  type AddressOf,
  addressIn,
  type Flat,
  flattener,
  isSingle,
  mergeAxes,
  orderAddresses,
} from "./schedule/flatten.ts";
import { chooseFoldInner, emitFold, type FlatFold, foldExtra } from "./schedule/fold.ts";
import { chooseInner, emitMap, type Inner, vectorReduction } from "./schedule/map.ts";
import { asMatrixVector, emitMatrixVector } from "./schedule/matrixVector.ts";
import { emitScatter } from "./schedule/scatter.ts";
import type { Code } from "./wasm/code.ts";

/** Writes the step of one kernel into `code`, the body of a function of the table; returns what was made of it. */
export function emitWork(
  step: Work,
  outputs: readonly View[],
  code: Code,
  environment: Environment,
  addressOf: AddressOf,
  room: Scratch,
): string {
  const analysis = new Analysis();
  const emitter = new Emitter(code, analysis, environment);
  emitter.vectorReduction = (group) => {
    const way = vectorReduction(group, emitter);
    if (way)
      emitter.notes.add(
        `${group.map((r) => r.reducer.name).join(", ")} by ${way.lanes}x${way.unroll}${way.halves ? " in halves" : ""}`,
      );
    return way;
  };
  const { kernel } = step;
  if (kernel.kind !== "routine" && domain(kernel).some((a) => (constantOf(a.size) ?? 1) <= 0))
    return "nothing";
  switch (kernel.kind) {
    case "map":
      return emitMapStep(kernel, step, outputs, emitter, addressOf, room);
    case "fold":
      return emitFoldStep(kernel, step as Launch, emitter, addressOf);
    case "scatter":
      return emitScatterStep(kernel, step as Launch, emitter, addressOf);
    case "routine":
      return emitRoutine(kernel, step as Launch, emitter, addressOf, room.take);
  }
}

/** The kernel's outputs as stores to byte addresses, and `extra` expressions likewise. */
function flatten(
  kernel: MapKernel | FoldKernel | ScatterKernel,
  step: Launch | Check,
  outputs: readonly View[],
  addressOf: AddressOf,
  extra: readonly Expr[],
): Flat {
  const flat = flattener(kernel.inputs, step.inputs, addressOf);
  const axes = domain(kernel);
  const at = kernel.kind === "scatter" ? kernel.at : axes.map((a) => index(a));
  const places = outputs.map((v) => addressIn(v, at, addressOf));
  const values = kernel.outputs.map((o) => o.value);
  const made = flat([...values, ...extra, ...places]);
  const n = values.length;
  return {
    axes: kernel.axes.filter((a) => !isSingle(a)),
    stores: kernel.outputs.map((o, i) => ({
      dtype: o.dtype,
      value: made[i] as Expr,
      address: made[n + extra.length + i] as Expr,
    })),
    extra: made.slice(n, n + extra.length),
  };
}

function emitMapStep(
  kernel: MapKernel,
  step: Launch | Check,
  outputs: readonly View[],
  emitter: Emitter,
  addressOf: AddressOf,
  room: Scratch,
): string {
  const merged = mergeAxes(flatten(kernel, step, outputs, addressOf, []));
  const contraction = asContraction(merged, emitter);
  if (contraction) return emitContraction(contraction, emitter, room);
  const matrixVector = asMatrixVector(merged, emitter);
  if (matrixVector) return emitMatrixVector(matrixVector, emitter, room);
  const inner = chooseInner(merged, emitter);
  const flat = orderAddresses(withLast(merged, inner.axis), emitter.analysis);
  emitMap(flat, inner, emitter);
  const reductions = emitter.notes.size > 0 ? ` · ${[...emitter.notes].join(" · ")}` : "";
  const more = flat.stores.length > 1 ? ` · ${flat.stores.length} outputs` : "";
  return `${step.kind === "check" ? "check" : "map"} ${describe(flat.axes)} ${how(inner, flat)}${more}${reductions}${calls(flat)}`;
}

const withLast = (flat: Flat, axis: Axis | undefined): Flat =>
  axis ? { ...flat, axes: [...flat.axes.filter((a) => a !== axis), axis] } : flat;

function emitFoldStep(kernel: FoldKernel, step: Launch, emitter: Emitter, addressOf: AddressOf): string {
  const made = flatten(kernel, step, step.outputs, addressOf, foldExtra(kernel.carries));
  const single = isSingle(kernel.along);
  const carries = (flat: Flat): CarryRule[] =>
    kernel.carries.map((c, i) => ({
      carry: c.carry,
      init: flat.extra[2 * i] as Expr,
      next: flat.extra[2 * i + 1] as Expr,
    }));
  // The axes are free to move, the steps are not.
  const merged = mergeAxes(made);
  const along = single ? ({ ...kernel.along } as Axis) : kernel.along;
  const fold: FlatFold = { flat: merged, along, carries: carries(merged) };
  const inner = chooseFoldInner(fold, emitter);
  const placed = withLast(merged, inner.lanes ? inner.axis : undefined);
  const ordered = orderAddresses({ ...placed, axes: [...placed.axes, along] }, emitter.analysis);
  const flat: Flat = { ...ordered, axes: placed.axes };
  emitFold({ flat, along, carries: carries(flat) }, inner, emitter);
  return `fold ${describe(flat.axes)} along ${describe([along])} ${how(inner, flat)}${calls(flat)}`;
}

function emitScatterStep(
  kernel: ScatterKernel,
  step: Launch,
  emitter: Emitter,
  addressOf: AddressOf,
): string {
  const made = flatten(kernel, step, step.outputs, addressOf, kernel.where ? [kernel.where] : []);
  const flat = orderAddresses(made, emitter.analysis);
  const [store] = flat.stores;
  if (!store) throw new Error("internal: a scatter without an output");
  emitScatter({ axes: flat.axes, store, where: flat.extra[0], combine: kernel.combine }, emitter);
  return `scatter ${kernel.combine?.name ?? "set"} ${describe(flat.axes)} ${store.dtype}${calls(flat)}`;
}

const describe = (axes: readonly Axis[]): string =>
  `[${axes.map((a) => constantOf(a.size) ?? "n").join(", ")}]`;

function how(inner: Inner, flat: Flat): string {
  const dtype = flat.stores.find((s) => s.dtype !== "bool")?.dtype ?? "bool";
  if (!inner.lanes) return `${dtype} scalar`;
  const letters = dtype.startsWith("float")
    ? "f"
    : dtype.startsWith("u")
      ? "u"
      : dtype === "bool"
        ? "mask"
        : "i";
  const width = letters === "mask" ? "" : bytesOf(dtype) * 8;
  return `${letters}${width}x${inner.lanes}${inner.unroll > 1 ? ` by ${inner.unroll}` : ""}`;
}

/** The primitives that are calls into JavaScript, if any. */
function calls(flat: Flat): string {
  const names = new Set<string>();
  const roots = [...flat.stores.map((s) => s.value), ...flat.extra];
  const seen = new Set<Expr>();
  const stack = [...roots];
  while (stack.length > 0) {
    const e = stack.pop() as Expr;
    if (seen.has(e)) continue;
    seen.add(e);
    if (e.kind === "call") {
      if (callWeight(e) >= 1000) names.add(e.prim.name);
      stack.push(...e.args);
    } else if (e.kind === "load") stack.push(...e.at);
    else if (e.kind === "reduce") stack.push(...e.of.bodies);
  }
  return names.size > 0 ? ` · calls ${[...names].join(", ")}` : "";
}
