import {
  type Apply,
  type Argument,
  type Arguments,
  type Computer,
  type FunctionMaker,
  Mode,
  type NDArray,
  type Outline,
  type Profile,
  Runner,
  TensorOp,
  userLine,
} from "@theano-ts/core";
import { memoryOf, type Step } from "@theano-ts/kernel";
import { type Measured, profileTable } from "./profileTable.ts";

/** How many events a trace keeps: the first of them. */
const mostEvents = 100_000;

interface Event {
  readonly name: string;
  readonly at: number;
  readonly for: number;
}

/** `mode`, with the time of every call and of every step of the compiled program measured: `f.profile` has them. */
export const profiled = (mode: Mode): Mode =>
  new Mode({ name: mode.name, phases: mode.phases, linker: (maker) => new Profiler(maker) });

class Profiler implements Computer {
  readonly profile: Profile;
  readonly #runner: Runner;
  readonly #name: string;
  readonly #steps = new Map<Step, Measured>();
  readonly #events: Event[] = [];
  #calls = 0;
  #seconds = 0;
  #first = 0;
  /** When the last step ended, in milliseconds. */
  #mark = 0;

  constructor(maker: FunctionMaker) {
    this.#name = maker.options.name || "function";
    this.#runner = new Runner(maker.functionInputs, maker.computation, {
      ...maker.options,
      watch: ({ program, backend }, at) => {
        const now = performance.now();
        if (at >= 0) this.#stepped(program.steps[at] as Step, backend.name, this.#mark, now);
        this.#mark = now;
      },
    });
    this.profile = { summary: () => this.#summary(), chromeTrace: () => this.#trace() };
  }

  get arguments(): Arguments {
    return this.#runner.arguments;
  }

  call(args: readonly Argument[]): readonly NDArray[] {
    const from = performance.now();
    const results = this.#runner.call(args);
    this.#called(from);
    return results;
  }

  async callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    const from = performance.now();
    const results = await this.#runner.callAsync(args);
    this.#called(from);
    return results;
  }

  #called(from: number): void {
    const spent = performance.now() - from;
    if (this.#calls++ === 0) this.#first = spent / 1000;
    this.#seconds += spent / 1000;
    this.#note(this.#name, from, spent);
  }

  #stepped(step: Step, backend: string, from: number, to: number): void {
    let measured = this.#steps.get(step);
    if (!measured) this.#steps.set(step, (measured = describe(step, backend)));
    measured.calls++;
    measured.seconds += (to - from) / 1000;
    this.#note(measured.name, from, to - from);
  }

  #note(name: string, at: number, spent: number): void {
    if (this.#events.length < mostEvents) this.#events.push({ name, at, for: spent });
  }

  #summary(): string {
    const program = this.#runner.lastProgram;
    return profileTable({
      name: this.#name,
      calls: this.#calls,
      seconds: this.#seconds,
      first: this.#first,
      steps: [...this.#steps.values()],
      memory: program && memoryOf(program),
    });
  }

  #trace(): string {
    const traceEvents = this.#events.map((e) => ({
      name: e.name,
      ph: "X",
      ts: e.at * 1000,
      dur: e.for * 1000,
      pid: 1,
      tid: 1,
      cat: e.name === this.#name ? "call" : "step",
    }));
    return JSON.stringify({ traceEvents, displayTimeUnit: "ms" });
  }

  free(): void {
    this.#runner.free();
  }

  outline(args?: readonly Argument[]): Outline {
    return this.#runner.outline(args);
  }
}

function describe(step: Step, backend: string): Measured {
  const nodes = (step.source?.() ?? []) as readonly Apply[];
  const weights = nodes.map(weightOf);
  const whole = weights.reduce((a, b) => a + b, 0) || 1;
  const kind = step.kind === "launch" ? step.kernel.kind : step.kind;
  return {
    name: nodes.map((n) => String(n.op)).join(" · ") || kind,
    kind,
    backend,
    calls: 0,
    seconds: 0,
    shares: nodes.map((n, i) => ({
      op: String(n.op),
      node: String(n),
      line: userLine(n.origin) ?? "(unknown)",
      share: (weights[i] as number) / whole,
    })),
  };
}

/** What an element of an application costs, roughly: how the time of a fused step is shared out. */
function weightOf({ op }: Apply): number {
  if (!(op instanceof TensorOp)) return 1;
  const { cost = 1, reduces } = op.record;
  return reduces ? 50 : Math.max(cost, 0.1);
}
