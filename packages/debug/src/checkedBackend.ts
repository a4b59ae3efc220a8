import {
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
  type Step,
  type TypedArray,
  type View,
  viewsRead,
  viewsWritten,
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
    const work = this.#steps(sizes, inputs, states);
    let step = work.next();
    while (!step.done) {
      if (step.value instanceof Promise) return this.#later(work, step.value);
      step = work.next(step.value);
    }
    return step.value;
  }

  async #later(
    work: Generator<Soon<TypedArray[]>, TypedArray[], TypedArray[]>,
    first: Promise<TypedArray[]>,
  ): Promise<TypedArray[]> {
    let step = work.next(await first);
    while (!step.done) step = work.next(await step.value);
    return step.value;
  }

  /** Runs step after step; asks for what only comes later. */
  *#steps(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): Generator<Soon<TypedArray[]>, TypedArray[], TypedArray[]> {
    const program = bake(this.#program, new Map(this.#program.sizes.map((p, i) => [p, sizes[i] as number])));
    const inRole = (role: ProgramBuffer["role"]): ProgramBuffer[] =>
      program.buffers.filter((b) => b.role === role);
    const data = new Map<ProgramBuffer, TypedArray>();
    for (const [role, given] of [["input", inputs] as const, ["state", states] as const]) {
      const contents = all(given.map((d) => (isDeviceBuffer(d) ? this.#inner.read(d) : d)));
      const read = contents instanceof Promise ? yield contents : contents;
      inRole(role).forEach((b, i) => data.set(b, (read[i] as TypedArray).slice()));
    }
    for (const b of program.buffers)
      if (!data.has(b)) data.set(b, b.data?.slice() ?? allocate(b.dtype, lengthOf(b)));
    for (const step of program.steps) {
      const lone = alone(step);
      const expected = runAlone(interpreter, lone, data) as TypedArray[];
      const got = runAlone(this.#inner, lone, data);
      const results = got instanceof Promise ? yield got : got;
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
function runAlone(
  backend: Backend,
  program: Alone,
  data: ReadonlyMap<ProgramBuffer, TypedArray>,
): Soon<TypedArray[]> {
  const buffers = program.originals.map((b) => {
    const content = data.get(b) as TypedArray;
    const made = backend.allocate(b.dtype, content.length);
    backend.write(made, content);
    return made;
  });
  const executable = backend.compile(program);
  const release = (): void => {
    for (const b of buffers) backend.release(b);
    executable.release?.();
  };
  const read = (): Soon<TypedArray[]> => all(buffers.map((b) => backend.read(b)));
  try {
    const done = executable.run([], [], buffers);
    if (done instanceof Promise) return done.then(read).finally(release);
    const contents = read();
    if (contents instanceof Promise) return contents.finally(release);
    release();
    return contents;
  } catch (error) {
    release();
    throw error;
  }
}

type Soon<T> = T | Promise<T>;

/** All values: now, if all are there. */
function all<T>(values: readonly Soon<T>[]): Soon<T[]> {
  return values.some((v) => v instanceof Promise) ? Promise.all(values) : (values as T[]);
}
