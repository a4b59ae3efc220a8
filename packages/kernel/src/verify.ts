import type { Backend } from "./backend.ts";
import { isComplex, type RealDType } from "./dtype.ts";
import { type Axis, type Carry, type Expr, type Input, operands, type SizeParam, walk } from "./expr.ts";
import { domain, expressions, inputsOf, type Kernel } from "./kernel.ts";
import { select } from "./prims.ts";
import { printExprs } from "./print.ts";
import type { Program, Step, View, Work } from "./program.ts";
import { decides, innerSteps, viewsRead, viewsWritten } from "./steps.ts";

/**
 * What is wrong with `program`, in sentences; empty if it is well-formed. What it cannot see without running, loads
 * inside their views and outputs that alias inputs rightly, is the business of whoever makes the program.
 */
export function verify(program: Program): string[] {
  const sizes = new Set(program.sizes);
  const buffers = new Set(program.buffers);
  const problems: string[] = [];
  program.buffers.forEach((b, i) => {
    for (const p of sizesOnly(b.length, sizes)) problems.push(`the length of buffer ${i} ${p}`);
    if (b.skip) for (const p of sizesOnly(b.skip, sizes)) problems.push(`what buffer ${i} skips ${p}`);
    if (b.role === "constant" && !b.data) problems.push(`buffer ${i} is a constant without data`);
    if (isComplex(b.dtype)) problems.push(`buffer ${i} is complex: make it two numbers an element`);
  });
  const wrote = { state: false };
  program.steps.forEach((step, i) => {
    for (const p of verifyStep(step, sizes, wrote)) problems.push(`step ${i}: ${p}`);
    for (const v of [...viewsRead(step), ...viewsWritten(step)])
      if (!buffers.has(v.buffer)) problems.push(`step ${i}: a view of a buffer that is not the program's`);
  });
  return problems;
}

/** `backend`, made to throw when it is given a program that is malformed: for tests of whoever makes programs. */
export const verified = (backend: Backend): Backend => ({
  name: backend.name,
  supports: backend.supports,
  ...(backend.fallback ? { fallback: backend.fallback } : {}),
  accepts: (step) => backend.accepts(step),
  allocate: (dtype, length) => backend.allocate(dtype, length),
  write: (buffer, data) => backend.write(buffer, data),
  read: (buffer) => backend.read(buffer),
  release: (buffer) => backend.release(buffer),
  compile(program) {
    const problems = verify(program);
    if (problems.length > 0) throw new Error(`internal: the program is malformed: ${problems.join("; ")}`);
    return backend.compile(program);
  },
});

function verifyStep(step: Step, sizes: ReadonlySet<SizeParam>, wrote: { state: boolean }): string[] {
  if (step.kind === "launch" || step.kind === "check") return verifyWork(step, sizes, wrote);
  const inside = step.kind === "loop" ? new Set([...sizes, step.counter]) : sizes;
  const problems = innerSteps(step).flatMap((list) => list.flatMap((s) => verifyStep(s, inside, wrote)));
  if (step.kind === "loop") for (const p of sizesOnly(step.count, sizes)) problems.push(`the count ${p}`);
  for (const v of decides(step))
    if (v.buffer.dtype !== "bool" || v.strides.length > 0)
      problems.push(`a ${step.kind} is decided by ${v.buffer.dtype}, not by one bool`);
  return problems;
}

function verifyWork(step: Work, sizes: ReadonlySet<SizeParam>, wrote: { state: boolean }): string[] {
  const { kernel } = step;
  const problems = verifyKernel(kernel, sizes);
  const match = (
    what: string,
    views: readonly View[],
    types: readonly (readonly [RealDType, number])[],
  ): void => {
    if (views.length !== types.length) problems.push(`${views.length} ${what} views for ${types.length}`);
    views.forEach((v, i) => {
      const [dtype, ndim] = types[i] ?? ["bool", 0];
      if (v.buffer.dtype !== dtype) problems.push(`${what} ${i} is ${dtype}, its buffer ${v.buffer.dtype}`);
      if (v.strides.length !== ndim)
        problems.push(`${what} ${i} has ${ndim} dimensions, its view ${v.strides.length}`);
      for (const e of [v.offset, ...v.strides])
        for (const p of sizesOnly(e, sizes)) problems.push(`the view of ${what} ${i} ${p}`);
    });
  };
  match(
    "input",
    step.inputs,
    kernel.inputs.map((x) => [x.dtype, x.ndim]),
  );
  if (step.kind === "launch") {
    for (const v of step.outputs)
      if (v.buffer.role === "input" || v.buffer.role === "constant")
        problems.push(`writes an ${v.buffer.role}`);
    wrote.state ||= step.outputs.some((v) => v.buffer.role === "state");
  } else {
    if (wrote.state) problems.push("a check after a state was written");
    if (
      kernel.kind !== "map" ||
      kernel.axes.length > 0 ||
      kernel.outputs.length !== 1 ||
      kernel.outputs[0]?.dtype !== "bool"
    )
      problems.push("a check needs a map kernel without axes and one bool output");
    return problems;
  }
  if (kernel.kind === "routine") {
    match(
      "output",
      step.outputs,
      kernel.outputs.map((o) => [o.dtype, o.ndim]),
    );
    if (step.shapes?.length !== kernel.inputs.length + kernel.outputs.length)
      problems.push("a routine needs the shape of each input and output");
  } else {
    const ndim = kernel.kind === "scatter" ? kernel.at.length : domain(kernel).length;
    match(
      "output",
      step.outputs,
      kernel.outputs.map((o) => [o.dtype, ndim]),
    );
  }
  return problems;
}

/** What is wrong with `kernel`, in sentences. */
export function verifyKernel(kernel: Kernel, sizes?: ReadonlySet<SizeParam>): string[] {
  if (kernel.kind === "routine") return [];
  const problems: string[] = [];
  const inputs = new Set<Input>(kernel.inputs);
  for (const x of inputsOf(expressions(kernel)))
    if (!inputs.has(x)) problems.push(`loads ${x.name || "an input"} without listing it`);
  for (const o of kernel.outputs)
    if (o.value.dtype !== o.dtype) problems.push(`an output is ${o.dtype}, its value ${o.value.dtype}`);
  const axes = new Set(domain(kernel));
  const free = freeNames();
  const scope = (what: string, e: Expr, allowed: ReadonlySet<Axis>, carries: ReadonlySet<Carry>): void => {
    for (const x of free(e)) {
      if ("size" in x ? !allowed.has(x) : !carries.has(x))
        problems.push(`${what} uses a ${"size" in x ? "loop" : "carry"} outside of it`);
    }
  };
  const none: ReadonlySet<Carry> = new Set();
  const carries = new Set(kernel.kind === "fold" ? kernel.carries.map((c) => c.carry) : []);
  for (const o of kernel.outputs) scope("an output", o.value, axes, carries);
  if (kernel.kind === "fold")
    for (const c of kernel.carries) {
      scope("the start of a carry", c.init, new Set(kernel.axes), none);
      scope("the step of a carry", c.next, axes, carries);
      for (const e of [c.init, c.next])
        if (e.dtype !== c.carry.dtype) problems.push(`a carry is ${c.carry.dtype}, its value ${e.dtype}`);
    }
  if (kernel.kind === "scatter") for (const e of kernel.at) scope("a place", e, axes, none);
  walk(expressions(kernel), (e) => problems.push(...verifyNode(e, sizes)));
  return problems;
}

function verifyNode(e: Expr, sizes: ReadonlySet<SizeParam> | undefined): string[] {
  switch (e.kind) {
    case "size":
      return sizes && !sizes.has(e.param) ? [`size ${e.param.name} is not the program's`] : [];
    case "load":
      return e.at.some((x) => x.dtype !== "int32") ? [`a coordinate of ${printExprs([e])} is not int32`] : [];
    case "reduce":
      return e.of.bodies.length === e.of.reducer.carries
        ? []
        : [`${e.of.reducer.name} needs ${e.of.reducer.carries} values`];
    case "call": {
      const { args, prim } = e;
      if (args.length !== prim.arity)
        return [`${prim.name} takes ${prim.arity} operands, not ${args.length}`];
      const last = (args[args.length - 1] as Expr).dtype;
      const operandsAgree =
        prim === select
          ? args[0]?.dtype === "bool" && args[1]?.dtype === last
          : args.every((a) => a.dtype === last);
      if (!operandsAgree) return [`the operands of ${prim.name} are ${args.map((a) => a.dtype).join(", ")}`];
      if (!prim.meaning(last, e.dtype)) return [`${prim.name} has no meaning for ${last}`];
      const result = prim.result === "bool" ? "bool" : prim.result === "same" ? last : e.dtype;
      return e.dtype === result ? [] : [`${prim.name} gives ${result}, not ${e.dtype}`];
    }
    default:
      return [];
  }
}

/** Complaints about an expression that should be over the program's sizes alone. */
function sizesOnly(e: Expr, sizes: ReadonlySet<SizeParam>): string[] {
  const problems: string[] = [];
  walk([e], (x) => {
    if (x.kind === "size" ? !sizes.has(x.param) : x.kind !== "const" && x.kind !== "call")
      problems.push(`depends on ${printExprs([x])}, which is not a size of the program`);
  });
  return problems;
}

/** A function that gives the axes and carries an expression uses and does not bind itself. */
function freeNames(): (e: Expr) => ReadonlySet<Axis | Carry> {
  const memo = new Map<Expr, ReadonlySet<Axis | Carry>>();
  return (root) => {
    walk([root], (e) => {
      if (memo.has(e)) return;
      const free = new Set<Axis | Carry>(operands(e).flatMap((o) => [...(memo.get(o) ?? [])]));
      if (e.kind === "index") free.add(e.axis);
      if (e.kind === "carry") free.add(e.carry);
      if (e.kind === "reduce") for (const a of e.of.axes) free.delete(a);
      memo.set(e, free);
    });
    return memo.get(root) as ReadonlySet<Axis | Carry>;
  };
}
