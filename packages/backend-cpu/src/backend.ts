import {
  type Backend,
  type DeviceBuffer,
  domain,
  dtypes,
  type Expr,
  expressions,
  interpreter,
  isComplex,
  type Kernel,
  type Program,
  type RealDType,
  type Step,
  type TypedArray,
  viewOf,
  type Watch,
  walk,
  workOf,
} from "@theano-ts/kernel";
import { compileProgram } from "./compile.ts";
import { type CpuBuffer, Device } from "./device.ts";
import { maxAxes } from "./emit/analysis.ts";
import { CpuExecutable } from "./executable.ts";
import { acceptsRoutine } from "./routines/index.ts";

/** What `cpu` can be told. */
export interface CpuOptions {
  /**
   * Rounds `a · b + c` once, by relaxed SIMD, where the engine has it: faster, but results may differ in the last bits
   * between machines. Off by default.
   */
  readonly fma?: boolean;
}

/** The CPU backend. */
export interface CpuBackend extends Backend {
  /** Whether fused multiply-add was asked for and is there. */
  readonly fma: boolean;
  compile(program: Program, watch?: Watch): CpuExecutable;
  read(buffer: DeviceBuffer): TypedArray;
}

// The one memory that functions share: made when it is first needed.
let shared: Device | undefined;

/**
 * Runs programs as WebAssembly with 128-bit vectors, one module for each, written in process. All functions of a
 * process share one memory, whichever options they have.
 */
export function cpu(options: CpuOptions = {}): CpuBackend {
  const fma = options.fma === true && hasFma();
  const device = (shared ??= new Device());
  return {
    name: "cpu",
    fallback: interpreter,
    fma,
    supports: {
      dtypes: new Set(dtypes.filter((d): d is RealDType => !isComplex(d))),
      sizes: "arguments",
    },
    accepts,
    compile: (program, watch) => new CpuExecutable(device, program, compileProgram(program, fma, watch)),
    allocate: (dtype, length) => device.allocate(dtype, length),
    write: (buffer, data) => {
      (view(device, buffer) as { set(from: unknown): void }).set(data);
    },
    read: (buffer) => view(device, buffer).slice(),
    release: (buffer) => device.free(buffer as CpuBuffer),
  };
}

const view = (device: Device, buffer: DeviceBuffer): TypedArray =>
  viewOf(buffer.dtype, device.memory.memory.buffer, (buffer as CpuBuffer).address, buffer.length);

const accepts = (step: Step): true | string =>
  workOf([step])
    .map(({ kernel }) => acceptsKernel(kernel))
    .find((answer) => answer !== true) ?? true;

function acceptsKernel(kernel: Kernel): true | string {
  if (kernel.kind === "routine") return acceptsRoutine(kernel);
  const axes = new Set(domain(kernel));
  walk(expressions(kernel), (e: Expr) => {
    if (e.kind === "reduce") for (const a of e.of.axes) axes.add(a);
  });
  return axes.size <= maxAxes ? true : `it has ${axes.size} loops; the cpu backend takes ${maxAxes}`;
}

/** Whether the engine has fused multiply-add. Node 20 has it behind a flag that can be set while it runs. */
function hasFma(): boolean {
  const probe = (): boolean => WebAssembly.validate(new Uint8Array(probeBytes()));
  if (probe()) return true;
  const process = (globalThis as { process?: { getBuiltinModule?(name: string): unknown } }).process;
  const v8 = process?.getBuiltinModule?.("node:v8") as
    | { setFlagsFromString?(flag: string): void }
    | undefined;
  try {
    v8?.setFlagsFromString?.("--experimental-wasm-relaxed-simd");
  } catch {
    return false;
  }
  return probe();
}
const probeBytes = (): number[] => {
  // (func (result v128) zero zero zero f64x2.relaxed_madd)
  const zero = [0xfd, 0x0c, ...new Array<number>(16).fill(0)];
  const body = [0, ...zero, ...zero, ...zero, 0xfd, 0x87, 0x02, 0x0b];
  return [
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    5,
    1,
    96,
    0,
    1,
    123,
    3,
    2,
    1,
    0,
    10,
    body.length + 2,
    1,
    body.length,
    ...body,
  ];
};
