import {
  type Backend,
  type Executable,
  interpreter,
  type Program,
  type TypedArray,
  verify,
  workOf,
} from "@theano-ts/kernel";

/** How tests are declared: jest's, or any runner's of that form. */
export interface Runner {
  describe(title: string, body: () => void): unknown;
  it(title: string, body: () => Promise<void>): unknown;
}

/** What a backend is known not to do, by the title of the test, with the reason. A test that passes all the same fails. */
export type Limits = Readonly<Record<string, string>>;

/** A program with data to run it on. */
export interface Trial {
  readonly program: Program;
  readonly sizes?: readonly number[];
  readonly inputs?: readonly TypedArray[];
  readonly states?: readonly TypedArray[];
}

/** What came of a trial: its outputs, then the states as they are afterwards. */
export interface Outcome {
  readonly outputs: readonly TypedArray[];
  readonly states: readonly TypedArray[];
}

/** Runs a trial on `backend`. Throws if the program is malformed, or the backend refuses one of its kernels. */
export async function run(backend: Backend, trial: Trial): Promise<Outcome> {
  const problems = verify(trial.program);
  if (problems.length > 0) throw new Error(`the trial is malformed: ${problems.join("; ")}`);
  for (const { kernel } of workOf(trial.program.steps)) {
    const accepted = backend.accepts(kernel);
    if (accepted !== true) throw new Refused(accepted);
  }
  const executable: Executable = backend.compile(trial.program);
  const stateBuffers = trial.program.buffers.filter((b) => b.role === "state");
  const states = (trial.states ?? []).map((data, i) => {
    const made = backend.allocate((stateBuffers[i] as (typeof stateBuffers)[number]).dtype, data.length);
    backend.write(made, data);
    return made;
  });
  try {
    const outputs = await executable.run(trial.sizes ?? [], trial.inputs ?? [], states);
    return { outputs, states: await Promise.all(states.map(async (s) => backend.read(s))) };
  } finally {
    for (const s of states) backend.release(s);
    executable.release?.();
  }
}

/** Thrown when a backend says it cannot run a kernel: that is its right, and no failure. */
class Refused extends Error {}

/** Runs a trial on `backend` and by the meaning, and hands both outcomes to `compare`; nothing is compared if refused. */
export async function agree(
  backend: Backend,
  trial: Trial,
  compare: (got: Outcome, meant: Outcome) => void,
): Promise<void> {
  const copy = (): Trial => ({ ...trial, states: (trial.states ?? []).map((s) => s.slice()) });
  const meant = await run(interpreter, copy());
  try {
    compare(await run(backend, copy()), meant);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
}

/** `it`, for a test that may be among the backend's limits. */
export function declare(
  runner: Runner,
  limits: Limits,
  title: string,
  body: () => void | Promise<void>,
): void {
  const reason = limits[title];
  if (reason === undefined) {
    runner.it(title, async () => body());
    return;
  }
  runner.it(`${title} [limit: ${reason}]`, async () => {
    let failed = false;
    try {
      await body();
    } catch {
      failed = true;
    }
    if (!failed) throw new Error(`"${title}" passes, but is listed as a limit: ${reason}`);
  });
}
