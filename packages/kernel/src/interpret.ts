import type { Backend, DeviceBuffer, Executable, Watch } from "./backend.ts";
import { allocate, dtypes, isComplex, type RealDType, type TypedArray } from "./dtype.ts";
import {
  type Axis,
  type Carry,
  type Const,
  carry,
  carryValue,
  constant,
  type Expr,
  type Input,
  operands,
  type Reduction,
  type Scalar,
  type SizeParam,
} from "./expr.ts";
import { fromHalf, toHalf } from "./float16.ts";
import {
  domain,
  type FoldKernel,
  type Kernel,
  type MapKernel,
  type RoutineKernel,
  type ScatterKernel,
} from "./kernel.ts";
import { select } from "./prims.ts";
import { CheckFailure, type Program, type ProgramBuffer, type Step, type View } from "./program.ts";

/**
 * Runs programs in plain JavaScript, one element after the other. This is what kernels mean: a backend is right if it
 * gives these numbers, each primitive within its stated accuracy and a sum within n·ε·Σ|x|. It accepts everything.
 */
export const interpreter: Backend = {
  name: "interpreter",
  isLastResort: true,
  supports: {
    dtypes: /* @__PURE__ */ new Set(/* @__PURE__ */ dtypes.filter((d): d is RealDType => !isComplex(d))),
    sizes: "arguments",
  },
  accepts: () => true,
  compile: interpretProgram,
  allocate: (dtype, length) => ({ dtype, length, data: allocate(dtype, length) }) as HostBuffer,
  write: (to, data) => (to as HostBuffer).data.set(data as never),
  read: (from) => (from as HostBuffer).data.slice(),
  release: () => {},
};

interface HostBuffer extends DeviceBuffer {
  readonly data: TypedArray;
}

function interpretProgram(program: Program, watch?: Watch): Executable {
  const byRole = (role: ProgramBuffer["role"]): ProgramBuffer[] =>
    program.buffers.filter((b) => b.role === role);
  const [inputs, states, outputs] = [byRole("input"), byRole("state"), byRole("output")];
  return {
    run(sizes, inputData, stateData) {
      const evaluator = new Evaluator(new Map(program.sizes.map((p, i) => [p.id, sizes[i] as number])));
      const data = new Map<ProgramBuffer, TypedArray>();
      inputs.forEach((b, i) => data.set(b, hostData(inputData[i] as TypedArray | DeviceBuffer)));
      states.forEach((b, i) => data.set(b, hostData(stateData[i] as DeviceBuffer)));
      for (const b of program.buffers)
        if (!data.has(b)) data.set(b, b.data ?? allocate(b.dtype, evaluator.integer(b.length)));
      const bind = (v: View): BoundView => ({
        data: data.get(v.buffer) as TypedArray,
        dtype: v.buffer.dtype,
        offset: evaluator.integer(v.offset),
        strides: v.strides.map((s) => evaluator.integer(s)),
      });
      watch?.(-1);
      for (const [i, step] of program.steps.entries()) {
        runStep(step, bind, evaluator);
        watch?.(i);
      }
      return outputs.map((b) => {
        const all = data.get(b) as TypedArray;
        return b.skip ? all.subarray(evaluator.integer(b.skip)) : all;
      });
    },
  };
}

function runStep(step: Step, bind: (v: View) => BoundView, evaluator: Evaluator): void {
  const isTrue = (v: View): boolean => {
    const { data, offset } = bind(v);
    return Boolean(data[offset]);
  };
  switch (step.kind) {
    case "loop": {
      const count = evaluator.integer(step.count);
      for (let i = 0; i < count; i++) {
        evaluator.setCounter(step.counter, i);
        for (const inner of step.steps) runStep(inner, bind, evaluator);
        if (step.until && isTrue(step.until)) break;
      }
      return;
    }
    case "branch":
      for (const inner of isTrue(step.condition) ? step.whenTrue : step.whenFalse)
        runStep(inner, bind, evaluator);
      return;
    case "check": {
      const ok: BoundView = { data: new Uint8Array(1), dtype: "bool", offset: 0, strides: [] };
      runKernel(step.kernel, step.inputs.map(bind), [ok], evaluator);
      if (!ok.data[0]) throw new CheckFailure(step.subject);
      return;
    }
    case "launch": {
      const { kernel } = step;
      if (kernel.kind === "routine") {
        const shapes = (step.shapes ?? []).map((s) => s.map((n) => evaluator.integer(n)));
        runRoutine(kernel, step.inputs.map(bind), step.outputs.map(bind), shapes);
      } else runKernel(kernel, step.inputs.map(bind), step.outputs.map(bind), evaluator);
    }
  }
}

const hostData = (data: TypedArray | DeviceBuffer): TypedArray =>
  ArrayBuffer.isView(data) ? data : (data as HostBuffer).data;

/** A view whose places are numbers. */
interface BoundView {
  readonly data: TypedArray;
  readonly dtype: RealDType;
  readonly offset: number;
  readonly strides: readonly number[];
}

const get = (v: BoundView, place: number): Scalar => {
  const x = v.data[place];
  if (x === undefined) throw new Error(`internal: read at ${place} of a buffer of ${v.data.length}`);
  return v.dtype === "float16" ? fromHalf(x as number) : x;
};
const put = (v: BoundView, place: number, x: Scalar): void => {
  if (place < 0 || place >= v.data.length)
    throw new Error(`internal: write at ${place} of a buffer of ${v.data.length}`);
  (v.data as { [i: number]: Scalar })[place] = v.dtype === "float16" ? toHalf(x as number) : x;
};

function runKernel(
  kernel: Exclude<Kernel, RoutineKernel>,
  inputs: readonly BoundView[],
  outputs: readonly BoundView[],
  evaluator: Evaluator,
): void {
  evaluator.bind(new Map(kernel.inputs.map((x, i) => [x, inputs[i] as BoundView])));
  if (kernel.kind === "map") runMap(kernel, outputs, evaluator);
  else if (kernel.kind === "fold") runFold(kernel, outputs, evaluator);
  else runScatter(kernel, outputs[0] as BoundView, evaluator);
}

const placeAt = (v: BoundView, at: readonly number[]): number =>
  at.reduce((sum, x, i) => sum + x * (v.strides[i] as number), v.offset);

function runMap(kernel: MapKernel, outputs: readonly BoundView[], evaluator: Evaluator): void {
  evaluator.loop(domain(kernel), (at) => {
    // All values before any write: an output may be the very place an input is read from.
    const values = kernel.outputs.map((o) => evaluator.value(o.value));
    values.forEach((x, i) => put(outputs[i] as BoundView, placeAt(outputs[i] as BoundView, at), x));
  });
}

function runFold(kernel: FoldKernel, outputs: readonly BoundView[], evaluator: Evaluator): void {
  evaluator.loop(kernel.axes, (outer) => {
    for (const c of kernel.carries) evaluator.setCarry(c.carry, evaluator.value(c.init));
    evaluator.loop([kernel.along], ([k]) => {
      const next = kernel.carries.map((c) => evaluator.value(c.next));
      kernel.carries.forEach((c, i) => evaluator.setCarry(c.carry, next[i] as Scalar));
      kernel.outputs.forEach((o, i) => {
        const view = outputs[i] as BoundView;
        put(view, placeAt(view, [...outer, k as number]), evaluator.value(o.value));
      });
    });
  });
}

function runScatter(kernel: ScatterKernel, output: BoundView, evaluator: Evaluator): void {
  const { combine } = kernel;
  const { dtype, value } = kernel.outputs[0];
  evaluator.loop(kernel.axes, () => {
    if (kernel.where && !evaluator.value(kernel.where)) return;
    const place = placeAt(
      output,
      kernel.at.map((e) => evaluator.integer(e)),
    );
    const x = evaluator.value(value);
    if (!combine) {
      put(output, place, x);
      return;
    }
    const [both] = combine.combine([constant(get(output, place), dtype)], [constant(x, dtype)]);
    put(output, place, evaluator.value(both as Expr));
  });
}

function runRoutine(
  kernel: RoutineKernel,
  inputs: readonly BoundView[],
  outputs: readonly BoundView[],
  shapes: readonly (readonly number[])[],
): void {
  const given = inputs.map((v, i) => ({
    data: gather(v, shapes[i] as number[]),
    shape: shapes[i] as number[],
  }));
  const made = outputs.map((v, i) => {
    const shape = shapes[inputs.length + i] as number[];
    return {
      data: allocate(
        v.dtype,
        shape.reduce((n, s) => n * s, 1),
      ),
      shape,
    };
  });
  kernel.reference(given, made);
  outputs.forEach((v, i) => {
    let k = 0;
    const { data, shape } = made[i] as (typeof made)[number];
    points(shape, (at) => {
      (v.data as { [i: number]: Scalar })[placeAt(v, at)] = data[k++] as Scalar;
    });
  });
}

/** The elements of a view in row-major order. */
function gather(v: BoundView, shape: readonly number[]): TypedArray {
  const data = allocate(
    v.dtype,
    shape.reduce((n, s) => n * s, 1),
  );
  let k = 0;
  points(shape, (at) => {
    (data as { [i: number]: Scalar })[k++] = v.data[placeAt(v, at)] as Scalar;
  });
  return data;
}

/** All coordinates below `shape`, last fastest. The array passed is reused. */
function points(shape: readonly number[], visit: (at: readonly number[]) => void): void {
  const at = shape.map(() => 0);
  const step = (d: number): void => {
    if (d === shape.length) {
      visit(at);
      return;
    }
    for (let i = 0; i < (shape[d] as number); i++) {
      at[d] = i;
      step(d + 1);
    }
  };
  step(0);
}

/** A value remembered for as long as what it was computed from stands. */
interface Memo {
  readonly run: () => Scalar;
  /** The loops and carries this depends on. */
  readonly on: readonly Clock[];
  stamp: number;
  value: Scalar;
}

/** A loop variable, counter or carry, and the moment it last changed. */
interface Clock {
  value: Scalar;
  stamp: number;
}

/** Computes expressions. A node is computed once for each setting of the loop variables it depends on. */
class Evaluator {
  #now = 0;
  #inputs: ReadonlyMap<Input, BoundView> = new Map();
  #memos = new Map<Expr, Memo>();
  readonly #combinations = new Map<Reduction, Combination>();
  readonly #clocks = new Map<Axis | Carry | SizeParam, Clock>();
  readonly #sizes: ReadonlyMap<number, number>;

  constructor(sizes: ReadonlyMap<number, number>) {
    this.#sizes = sizes;
  }

  /** Starts anew with these inputs. */
  bind(inputs: ReadonlyMap<Input, BoundView>): void {
    this.#inputs = inputs;
    this.#memos = new Map();
  }

  /** Every setting of `axes`, last fastest. */
  loop(axes: readonly Axis[], body: (at: readonly number[]) => void): void {
    const at = axes.map(() => 0);
    const step = (d: number): void => {
      if (d === axes.length) {
        body(at);
        return;
      }
      const a = axes[d] as Axis;
      const clock = this.#clock(a);
      const n = this.integer(a.size);
      for (let i = 0; i < n; i++) {
        at[d] = i;
        clock.value = i;
        clock.stamp = ++this.#now;
        step(d + 1);
      }
    };
    step(0);
  }

  setCarry(carry: Carry, value: Scalar): void {
    this.#set(carry, value);
  }

  /** Says which round of a loop it is. */
  setCounter(counter: SizeParam, value: number): void {
    this.#set(counter, value);
  }

  #set(what: Carry | SizeParam, value: Scalar): void {
    const clock = this.#clock(what);
    clock.value = value;
    clock.stamp = ++this.#now;
  }

  integer(e: Expr): number {
    return e.kind === "const" ? Number(e.value) : Number(this.value(e));
  }

  value(e: Expr): Scalar {
    if (e.kind === "const") return e.value;
    const memo = this.#memo(e);
    let stamp = 0;
    for (const clock of memo.on) if (clock.stamp > stamp) stamp = clock.stamp;
    if (memo.stamp !== stamp) {
      memo.value = memo.run();
      memo.stamp = stamp;
    }
    return memo.value;
  }

  #clock(of: Axis | Carry | SizeParam): Clock {
    let clock = this.#clocks.get(of);
    if (!clock) this.#clocks.set(of, (clock = { value: 0, stamp: 0 }));
    return clock;
  }

  #memo(e: Exclude<Expr, Const>): Memo {
    let memo = this.#memos.get(e);
    if (!memo)
      this.#memos.set(
        e,
        (memo = { run: this.#meaning(e), on: [...this.#dependencies(e)], stamp: -1, value: 0 }),
      );
    return memo;
  }

  #dependencies(e: Exclude<Expr, Const>): Set<Clock> {
    if (e.kind === "index") return new Set([this.#clock(e.axis)]);
    if (e.kind === "carry") return new Set([this.#clock(e.carry)]);
    if (e.kind === "size") return new Set(this.#sizes.has(e.param.id) ? [] : [this.#clock(e.param)]);
    const on = new Set(operands(e).flatMap((o) => (o.kind === "const" ? [] : this.#memo(o).on)));
    if (e.kind === "reduce") for (const a of e.of.axes) on.delete(this.#clock(a));
    return on;
  }

  #meaning(e: Exclude<Expr, Const>): () => Scalar {
    switch (e.kind) {
      case "index":
      case "carry": {
        const clock = this.#clock(e.kind === "index" ? e.axis : e.carry);
        return () => clock.value;
      }
      case "size": {
        const { id } = e.param;
        if (this.#sizes.has(id)) return () => this.#sizes.get(id) as number;
        const counter = this.#clock(e.param);
        return () => counter.value;
      }
      case "load": {
        const view = this.#inputs.get(e.input) as BoundView;
        return () =>
          get(
            view,
            placeAt(
              view,
              e.at.map((x) => this.integer(x)),
            ),
          );
      }
      case "call": {
        const { args } = e;
        if (e.prim === select) {
          const [c, x, y] = args as [Expr, Expr, Expr];
          return () => (this.value(c) ? this.value(x) : this.value(y));
        }
        const dtype = (args[args.length - 1] as Expr).dtype;
        const f = e.prim.meaning(dtype, e.dtype);
        if (!f) throw new Error(`internal: ${e.prim.name} of ${dtype}`);
        return () => f(...args.map((a) => this.value(a)));
      }
      case "reduce":
        return () => {
          const results = this.#reduce(e.of);
          return results[e.slot] as Scalar;
        };
    }
  }

  #reduce(of: Reduction): readonly Scalar[] {
    const { reducer, axes, bodies } = of;
    const { sofar, next, combined } = this.#combination(of);
    reducer
      .init(bodies.map((b) => b.dtype))
      .forEach((e, i) => this.setCarry(sofar[i] as Carry, this.value(e)));
    this.loop(axes, () => {
      const values = bodies.map((b) => this.value(b));
      values.forEach((x, i) => this.setCarry(next[i] as Carry, x));
      const results = combined.map((e) => this.value(e));
      results.forEach((x, i) => this.setCarry(sofar[i] as Carry, x));
    });
    return sofar.map((c) => this.#clock(c).value);
  }

  /** The reducer's own formula over two sets of carries: what came so far, and what comes next. */
  #combination(of: Reduction): Combination {
    let found = this.#combinations.get(of);
    if (!found) {
      const sofar = of.bodies.map((b) => carry(b.dtype));
      const next = of.bodies.map((b) => carry(b.dtype));
      found = { sofar, next, combined: of.reducer.combine(sofar.map(carryValue), next.map(carryValue)) };
      this.#combinations.set(of, found);
    }
    return found;
  }
}

interface Combination {
  readonly sofar: readonly Carry[];
  readonly next: readonly Carry[];
  readonly combined: readonly Expr[];
}

/** The value of an expression over sizes alone, given those. */
export function evaluateSize(e: Expr, sizes: ReadonlyMap<number, number>): number {
  return new Evaluator(sizes).integer(e);
}
