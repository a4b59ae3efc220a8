import {
  allOf,
  allocate,
  type Backend,
  bake,
  type DeviceBuffer,
  type Executable,
  type Expr,
  interpreter,
  isDeviceBuffer,
  type Program,
  type ProgramBuffer,
  printKernel,
  runTask,
  type Soon,
  type Step,
  type Task,
  type TypedArray,
  type View,
  viewsRead,
  viewsWritten,
  waitFor,
  withViews,
  workOf,
} from "@theano-ts/kernel";
import { type Difference, difference } from "./closeness.ts";

/** Told of a kernel whose results are not what the kernel means. */
export type Report = (step: Step, found: Difference, text: string) => never;

/**
 * `inner`, with every step of every program run alone, on it and by the interpreter, from the same data; the results
 * must agree. `report` ends the run otherwise.
 */
export const checkedBackend = (inner: Backend, report: Report): Backend => ({
  ...inner,
  name: `${inner.name}, checked`,
  compile: (program) => new CheckedExecutable(inner, program, report),
});

class CheckedExecutable implements Executable {
  readonly #inner: Backend;
  readonly #program: Program;
  readonly #report: Report;

  constructor(inner: Backend, program: Program, report: Report) {
    this.#inner = inner;
    this.#program = program;
    this.#report = report;
  }

  run(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): Soon<TypedArray[]> {
    return runTask(this.#steps(sizes, inputs, states));
  }

  /** Runs step after step. */
  *#steps(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): Task<TypedArray[]> {
    const program = bake(this.#program, new Map(this.#program.sizes.map((p, i) => [p, sizes[i] as number])));
    const inRole = (role: ProgramBuffer["role"]): ProgramBuffer[] =>
      program.buffers.filter((b) => b.role === role);
    const data = new Map<ProgramBuffer, TypedArray>();
    for (const [role, given] of [["input", inputs] as const, ["state", states] as const]) {
      const read = yield* waitFor(allOf(given.map((d) => (isDeviceBuffer(d) ? this.#inner.read(d) : d))));
      inRole(role).forEach((b, i) => data.set(b, (read[i] as TypedArray).slice()));
    }
    for (const b of program.buffers)
      if (!data.has(b)) data.set(b, b.data?.slice() ?? allocate(b.dtype, lengthOf(b)));
    for (const step of program.steps) {
      const lone = alone(step);
      const expected = yield* runAlone(interpreter, lone, data);
      const results = yield* runAlone(this.#inner, lone, data);
      lone.buffers.forEach((b, i) => {
        const found = difference(expected[i] as TypedArray, results[i] as TypedArray, b.dtype);
        if (found)
          this.#report(
            step,
            found,
            workOf([step])
              .map(({ kernel }) => printKernel(kernel))
              .join("\n"),
          );
        data.set(lone.originals[i] as ProgramBuffer, results[i] as TypedArray);
      });
    }
    inRole("state").forEach((b, i) => {
      this.#inner.write(states[i] as DeviceBuffer, data.get(b) as TypedArray);
    });
    return inRole("output").map((b) => (data.get(b) as TypedArray).slice(b.skip ? numberOf(b.skip) : 0));
  }
}

const numberOf = (e: Expr): number => Number((e as Expr & { value: number }).value);
const lengthOf = ({ length }: ProgramBuffer): number => numberOf(length);

/** A step as a program of its own, whose buffers are all states: given before it, and read after it. */
interface Alone extends Program {
  readonly originals: readonly ProgramBuffer[];
}

function alone(step: Step): Alone {
  const views = [...viewsRead(step), ...viewsWritten(step)];
  const originals = [...new Set(views.map((v) => v.buffer))];
  const copies = new Map(originals.map((b) => [b, { ...b, role: "state" as const }]));
  const view = (v: View): View => ({ ...v, buffer: copies.get(v.buffer) as ProgramBuffer });
  return { originals, sizes: [], buffers: [...copies.values()], steps: [withViews(step, view)] };
}

/** The content of the buffers after the step. */
function* runAlone(
  backend: Backend,
  program: Alone,
  data: ReadonlyMap<ProgramBuffer, TypedArray>,
): Task<TypedArray[]> {
  const buffers: DeviceBuffer[] = [];
  let executable: Executable | undefined;
  try {
    for (const b of program.originals) {
      const content = data.get(b) as TypedArray;
      const made = backend.allocate(b.dtype, content.length);
      buffers.push(made);
      backend.write(made, content);
    }
    executable = backend.compile(program);
    yield* waitFor(executable.run([], [], buffers));
    return yield* waitFor(allOf(buffers.map((b) => backend.read(b))));
  } finally {
    for (const b of buffers) backend.release(b);
    executable?.release?.();
  }
}
