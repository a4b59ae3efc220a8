import {
  buffer,
  type Expr,
  int,
  type Launch,
  load,
  type ProgramBuffer,
  product,
  type RoutineKernel,
  type SizeParam,
  size,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Emitter } from "../emit/emitter.ts";
import { scalar } from "../emit/scope.ts";
import { addressIn, flattener } from "../schedule/flatten.ts";
import { i32 } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { fillNormal, scratchBytes } from "./gaussian.ts";
import { fillMrg, scratchPerStream } from "./mrg31k3p.ts";
import { fillUniform, place } from "./mt19937.ts";
import { Writer } from "./writer.ts";

/** A launch of a routine, as those who write its code see it. */
interface RoutineCall {
  readonly kernel: RoutineKernel;
  readonly emitter: Emitter;
  /** Byte addresses of the first elements. */
  readonly inputs: readonly Expr[];
  readonly outputs: readonly Expr[];
  /** How many elements, and of each first dimension how many. */
  readonly lengths: readonly Expr[];
  readonly rows: readonly Expr[];
  /** The only element of an input, as float64. */
  element(input: number): Expr;
  /** The address of scratch memory of so many bytes. */
  room(bytes: Expr): Expr;
}

/** A routine that this backend has. */
interface Routine {
  /** True, or why this one's inputs or outputs are not what it is written for. */
  accepts(kernel: RoutineKernel): true | string;
  /** Writes the call of its code. */
  emit(call: RoutineCall): void;
}

const areFloats = (kernel: RoutineKernel): true | string => {
  const dtype = kernel.outputs[1]?.dtype;
  return dtype === "float64" || dtype === "float32" ? true : `${kernel.name} of ${dtype} runs on the host`;
};

/** Draws of NumPy's generator whose parameters are numbers. */
const scalarParameters = (kernel: RoutineKernel): true | string =>
  kernel.inputs.slice(1).every((x) => x.ndim === 0)
    ? areFloats(kernel)
    : `${kernel.name} with arrays as parameters runs on the host`;

const routines: Readonly<Record<string, Routine>> = {
  "randomState.uniform": {
    accepts: scalarParameters,
    emit(call) {
      const { emitter, outputs, lengths } = call;
      copyState(call);
      const [low, high] = [call.element(1), call.element(2)];
      const dtype = call.kernel.outputs[1]?.dtype as string;
      callWith(emitter, [...outputs, lengths.at(-1) as Expr, low, prim.sub(high, low)]);
      emitter.code.call(fillUniform(emitter.code.module, dtype));
    },
  },
  "randomState.normal": {
    accepts: scalarParameters,
    emit(call) {
      const { emitter, outputs, lengths } = call;
      copyState(call);
      const dtype = call.kernel.outputs[1]?.dtype as string;
      const room = call.room(int(scratchBytes));
      callWith(emitter, [...outputs, lengths.at(-1) as Expr, call.element(1), call.element(2), room]);
      emitter.code.call(fillNormal(emitter.code.module, dtype));
    },
  },
  mrg31k3p: {
    accepts: areFloats,
    emit(call) {
      const { emitter, outputs, lengths, rows } = call;
      const streams = rows[0] as Expr;
      copy(call, prim.mul(lengths[0] as Expr, 4));
      const room = call.room(prim.mul(prim.add(streams, 4), scratchPerStream));
      callWith(emitter, [...outputs, lengths.at(-1) as Expr, streams, room]);
      emitter.code.call(fillMrg(emitter.code.module, call.kernel.outputs[1]?.dtype as string));
    },
  },
};

/** True, or why `kernel` is not run here. */
export function acceptsRoutine(kernel: RoutineKernel): true | string {
  const routine = Object.hasOwn(routines, kernel.name) ? routines[kernel.name] : undefined;
  return routine ? routine.accepts(kernel) : `the cpu backend has no routine ${kernel.name}`;
}

/** Writes the launch of a routine; returns what was made of it. */
export function emitRoutine(
  kernel: RoutineKernel,
  step: Launch,
  emitter: Emitter,
  addressOf: (of: ProgramBuffer) => SizeParam,
  take: (b: ProgramBuffer) => SizeParam,
): string {
  const shapes = step.shapes ?? [];
  const read = flattener(kernel.inputs, step.inputs, addressOf);
  const first = (k: number): Expr => addressIn(viewAt(step, k), [], addressOf);
  routines[kernel.name]?.emit({
    kernel,
    emitter,
    inputs: step.inputs.map((_, k) => first(k)),
    outputs: step.outputs.map((_, k) => first(step.inputs.length + k)),
    lengths: shapes.map(product),
    rows: shapes.map((shape) => shape[0] ?? int(1)),
    element(k) {
      const x = kernel.inputs[k] as RoutineKernel["inputs"][number];
      return (read([prim.cast(load(x, []), "float64")]) as [Expr])[0];
    },
    room: (bytes) => size(take(buffer("uint8", bytes, "temporary"))),
  });
  return `routine ${kernel.name} ${kernel.outputs.map((o) => o.dtype).join(", ")}`;
}

const viewAt = (step: Launch, k: number): Launch["inputs"][number] =>
  [...step.inputs, ...step.outputs][k] as Launch["inputs"][number];

/** Puts arguments on the stack. */
function callWith(emitter: Emitter, values: readonly Expr[]): void {
  emitter.ensure(values.map((e) => ({ e, form: scalar })));
  for (const e of values) emitter.push(e, scalar);
}

const copyState = (call: RoutineCall): void => copy(call, int(place.bytes));

/** Copies the state to where it will be afterwards: so many bytes, a multiple of 4. */
function copy({ emitter, inputs, outputs }: RoutineCall, bytes: Expr): void {
  const w = new Writer(emitter.code);
  callWith(emitter, [inputs[0] as Expr, outputs[0] as Expr, bytes]);
  const [end, to, from] = [w.let(i32), w.let(i32), w.let(i32)];
  w.code.set(end);
  w.code.set(to);
  w.code.set(from);
  w.set(end, w.add(w.get(to), w.get(end)));
  w.while(w.op(op.i32_lt_u, w.get(to), w.get(end)), () => {
    w.store(op.i32_store, w.get(to), w.load(op.i32_load, w.get(from)));
    w.set(to, w.add(w.get(to), 4));
    w.set(from, w.add(w.get(from), 4));
  });
}
