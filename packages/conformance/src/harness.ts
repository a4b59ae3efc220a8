import {
  type Backend,
  Declined,
  type Executable,
  interpreter,
  type Program,
  refusal,
  type TypedArray,
  verify,
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

/** Runs a trial on `backend`. Throws if the program is malformed, or the backend refuses one of its steps. */
export async function run(backend: Backend, trial: Trial): Promise<Outcome> {
  const problems = verify(trial.program);
  if (problems.length > 0) throw new Error(`the trial is malformed: ${problems.join("; ")}`);
  for (const step of trial.program.steps) {
    const reason = refusal(backend, step);
    if (reason !== undefined) throw new Refused(reason);
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

/** Thrown when a backend says it cannot run a step, or not with this data: that is its right, and no failure. */
class Refused extends Error {}

/** Runs a trial on the suite's backend and by the meaning, and hands both outcomes to `compare`. */
export async function agree(
  { backend }: Suite,
  trial: Trial,
  compare: (got: Outcome, meant: Outcome) => void,
): Promise<void> {
  const copy = (): Trial => ({ ...trial, states: (trial.states ?? []).map((s) => s.slice()) });
  const meant = await run(interpreter, copy());
  const got = await run(backend, copy()).catch((error: unknown): never => {
    throw error instanceof Declined ? new Refused(error.message) : error;
  });
  compare(got, meant);
}

/** What came of a suite; filled while its tests run. */
export interface Report {
  /** The tests that passed. */
  readonly agreed: string[];
  /** The tests of which the backend refuses a step, or declines the run, and why. */
  readonly refused: Map<string, string>;
}

/** What the tests are about, and what is known of it. */
export interface Suite {
  readonly backend: Backend;
  readonly runner: Runner;
  readonly limits: Limits;
  readonly report: Report;
}

/** `it`, for a test that may be among the backend's limits, or of something that it refuses. */
export function declare(suite: Suite, title: string, body: () => void | Promise<void>): void {
  const { runner, limits, report } = suite;
  const reason = limits[title];
  runner.it(reason === undefined ? title : `${title} [limit: ${reason}]`, async () => {
    try {
      await body();
    } catch (error) {
      if (reason !== undefined && !(error instanceof Refused)) return;
      if (!(error instanceof Refused)) throw error;
      report.refused.set(title, error.message);
      if (reason !== undefined) throw new Error(`"${title}" is a limit, and refused: ${error.message}`);
      return;
    }
    if (reason !== undefined) throw new Error(`"${title}" passes, but is listed as a limit: ${reason}`);
    report.agreed.push(title);
  });
}
