import type { ErrorJson, Json, ProgramCase } from "./case.ts";
import { describeError, difference, errorDifference, succeedsWell } from "./compare.ts";
import { Interpreter, type Scope } from "./interpreter.ts";

/** What is wrong with what a program shows; undefined if all is right. */
export function runProgram(given: ProgramCase): string | undefined {
  const check = new Check(given);
  const interpreter = new Interpreter({ shown: (step, evaluate) => check.shown(step, evaluate) });
  const scope: Scope = new Map();
  interpreter.run(given.steps, scope, undefined);
  return check.wrong;
}

/** Compares what is shown with what Theano showed, in order. */
class Check {
  /** The first thing that is wrong. */
  wrong: string | undefined;
  readonly #given: ProgramCase;
  readonly #times = new Map<Json, number>();
  #count = 0;

  constructor(given: ProgramCase) {
    this.#given = given;
  }

  shown(step: Json, evaluate: () => unknown): void {
    const time = this.#times.get(step) ?? 0;
    this.#times.set(step, time + 1);
    // What Theano's light mode gives is told for information: one that stabilises less or more is as right.
    if (time === 1 && this.#given.id.startsWith("stability/")) return;
    const want = ("wants" in step ? (step.wants as Json[])[time] : step.want) as Json;
    const wrong = this.#compare(evaluate, want);
    if (wrong !== undefined) this.wrong ??= `shown ${this.#count}: ${wrong}`;
    this.#count++;
  }

  #compare(evaluate: () => unknown, want: Json): string | undefined {
    const error = want?.raises as ErrorJson | undefined;
    // There the recorded values have overflowed where the right ones are finite.
    const forgiving = /^stability\/|logistic_regression/.test(this.#given.id);
    try {
      const got = evaluate();
      if (error && succeedsWell(error, this.#given)) return undefined;
      const recorded = want && "warned" in want ? (want.value as Json) : want;
      return difference(got, recorded, { ...this.#given, forgiving });
    } catch (thrown) {
      return error ? errorDifference(thrown, error) : describeError(thrown);
    }
  }
}
