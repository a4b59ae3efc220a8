import { type Apply, type ErrorCode, fastRun, Mode, type NDArray, UserError } from "@theano-ts/core";
import { isComplex, isFloat } from "@theano-ts/kernel";
import { type Step, stepByStep } from "./stepper.ts";

/** What {@link NanGuardMode} is to find. */
export interface NanGuardOptions {
  /** Whether NaN ends a call; true by default. */
  readonly nanIsError?: boolean;
  /** Whether an infinity does; true by default. */
  readonly infIsError?: boolean;
  /** Whether a number beyond 1e10 does; true by default. */
  readonly bigIsError?: boolean;
  /** The mode whose rewrites are done before; `FAST_RUN` by default. */
  readonly mode?: Mode;
}

/** A number that should not be: NaN, infinite or big. Python's AssertionError, which Theano raises here. */
export class NanGuardError extends UserError {
  static override readonly code: ErrorCode = "nan-guard";
  override name = "AssertionError";
  /** The application that made the number. */
  readonly node: Apply;
  readonly inputs: readonly NDArray[];
  readonly outputs: readonly NDArray[];

  constructor(sentence: string, { node, inputs }: Step, outputs: readonly NDArray[]) {
    super(sentence, {
      origin: node.origin,
      notes: [
        `    node     ${node}`,
        ...inputs.map((x, i) => `    input ${i}  ${summary(node.inputs[i] as never, x)}`),
        ...outputs.map((x, i) => `    output ${i} ${summary(node.outputs[i] as never, x)}`),
      ],
    });
    this.node = node;
    this.inputs = inputs;
    this.outputs = outputs;
  }
}

/**
 * Computes functions one application after the other, and ends a call at the first that makes a NaN, an infinity or a
 * number beyond 1e10: the error names it, its inputs and the user's line, and no state changes. Integers, random
 * states among them, are not looked at. As `theano.compile.nanguardmode.NanGuardMode`.
 */
export class NanGuardMode extends Mode {
  constructor({
    nanIsError = true,
    infIsError = true,
    bigIsError = true,
    mode = fastRun,
  }: NanGuardOptions = {}) {
    const wrong = (x: number): string | undefined => {
      if (x !== x) return nanIsError ? "NaN" : undefined;
      if (Math.abs(x) === Number.POSITIVE_INFINITY) return infIsError ? "an infinity" : undefined;
      return bigIsError && Math.abs(x) > 1e10 ? `${x}, beyond 1e10` : undefined;
    };
    super({
      name: "NanGuardMode",
      phases: mode.phases,
      linker: stepByStep({
        before: (step) => guard(step, "was given", step.inputs, wrong, []),
        after: (step, outputs) => guard(step, "made", outputs, wrong, outputs),
      }),
    });
  }
}

function guard(
  step: Step,
  verb: string,
  values: readonly NDArray[],
  wrong: (x: number) => string | undefined,
  outputs: readonly NDArray[],
): void {
  for (const value of values) {
    if (!isFloat(value.dtype) && !isComplex(value.dtype)) continue;
    for (const x of numbersOf(value)) {
      const what = wrong(x);
      if (what) throw new NanGuardError(`${step.node} ${verb} ${what}`, step, outputs);
    }
  }
}

/** The numbers of an array of floats, complex ones as two. */
const numbersOf = (value: NDArray): Iterable<number> =>
  value.astype(value.dtype === "float16" ? "float32" : value.dtype).data as Float64Array;

function summary(v: { readonly type: unknown }, x: NDArray): string {
  const values = x.size > 12 ? "" : `: ${String(x).replace(/\s+/g, " ")}`;
  return `${v}: ${v.type}, shape (${x.shape.join(", ")})${values}`;
}
