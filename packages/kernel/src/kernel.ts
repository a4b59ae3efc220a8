import type { RealDType } from "./dtype.ts";
import { type Axis, type Carry, type Expr, type Input, type Reducer, walk } from "./expr.ts";

/** One result of a kernel. Where it goes, a view of a buffer, is said where the kernel is launched. */
export interface Output {
  readonly dtype: RealDType;
  /** Of this dtype. */
  readonly value: Expr;
}

/** Every output element from a formula: `out[axes] = value`. All outputs have the same axes; order is free. */
export interface MapKernel {
  readonly kind: "map";
  readonly axes: readonly Axis[];
  readonly inputs: readonly Input[];
  readonly outputs: readonly Output[];
}

/** A running value of a fold: before the first step `init`, after each `next`, both of the carry's dtype. */
export interface CarryRule {
  readonly carry: Carry;
  readonly init: Expr;
  readonly next: Expr;
}

/**
 * A loop whose steps depend on the one before, in order of `along`, independently for each point of `axes`:
 * `out[axes, along] = value`. `next` sees the carries of the step before, `value` those after.
 */
export interface FoldKernel {
  readonly kind: "fold";
  readonly axes: readonly Axis[];
  readonly along: Axis;
  readonly inputs: readonly Input[];
  readonly carries: readonly CarryRule[];
  readonly outputs: readonly Output[];
}

/**
 * Writes at computed places, in index order of `axes`, so that the result is determined:
 * `out[at] = combine(out[at], value)`, or `= value` if there is no `combine`. The rest of the output stays as it is.
 * `at` is within the output wherever `where` holds; elsewhere nothing is written.
 */
export interface ScatterKernel {
  readonly kind: "scatter";
  readonly axes: readonly Axis[];
  readonly inputs: readonly Input[];
  readonly at: readonly Expr[];
  readonly where?: Expr;
  readonly combine?: Reducer;
  readonly outputs: readonly [Output];
}

/** What a routine sees: contiguous numbers in row-major order, and their shape. */
export interface RoutineArray {
  readonly data: import("./dtype.ts").TypedArray;
  readonly shape: readonly number[];
}

/**
 * What no formula says: sorting, factorisation. Its inputs and outputs are whole arrays; `reference` is its meaning
 * and fills the outputs. A backend may know the name, and have one of its own.
 */
export interface RoutineKernel {
  readonly kind: "routine";
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly outputs: readonly { readonly dtype: RealDType; readonly ndim: number }[];
  reference(inputs: readonly RoutineArray[], outputs: readonly RoutineArray[]): void;
}

/** The forms a computation can take. What a backend compiles. */
export type Kernel = MapKernel | FoldKernel | ScatterKernel | RoutineKernel;

/** The axes that an output of `kernel` is written over, outermost first. */
export function domain(kernel: MapKernel | FoldKernel | ScatterKernel): readonly Axis[] {
  return kernel.kind === "fold" ? [...kernel.axes, kernel.along] : kernel.axes;
}

/** Every expression that `kernel` evaluates. */
export function expressions(kernel: Kernel): readonly Expr[] {
  switch (kernel.kind) {
    case "map":
      return kernel.outputs.map((o) => o.value);
    case "fold":
      return [...kernel.carries.flatMap((c) => [c.init, c.next]), ...kernel.outputs.map((o) => o.value)];
    case "scatter":
      return [...kernel.at, ...(kernel.where ? [kernel.where] : []), kernel.outputs[0].value];
    case "routine":
      return [];
  }
}

/** `kernel` with other expressions, in the order of {@link expressions}, and the inputs that those load from. */
export function withExpressions<K extends MapKernel | FoldKernel | ScatterKernel>(
  kernel: K,
  changed: readonly Expr[],
): K {
  const next = changed.values();
  const take = (): Expr => next.next().value as Expr;
  const values = (): Output[] => kernel.outputs.map((o) => ({ ...o, value: take() }));
  const inputs = inputsOf(changed);
  if (kernel.kind === "fold") {
    const carries = kernel.carries.map((c) => ({ ...c, init: take(), next: take() }));
    return { ...kernel, inputs, carries, outputs: values() };
  }
  if (kernel.kind === "map") return { ...kernel, inputs, outputs: values() };
  const at = kernel.at.map(take);
  return { ...kernel, inputs, at, ...(kernel.where ? { where: take() } : {}), outputs: values() };
}

/** The inputs that `roots` load from, in the order they are met. */
export function inputsOf(roots: readonly Expr[]): Input[] {
  const found = new Set<Input>();
  walk(roots, (e) => {
    if (e.kind === "load") found.add(e.input);
  });
  return [...found];
}

/** A map kernel over `axes`, its inputs gathered from the outputs. */
export function map(axes: readonly Axis[], outputs: readonly Output[]): MapKernel {
  return { kind: "map", axes, inputs: inputsOf(outputs.map((o) => o.value)), outputs };
}
