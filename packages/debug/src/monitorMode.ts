import { fastRun, Mode, type NDArray } from "@theano-ts/core";
import { isComplex, isFloat } from "@theano-ts/kernel";
import { type Step, stepByStep } from "./stepper.ts";

/** Whom {@link MonitorMode} calls. */
export interface MonitorOptions {
  /** Called before each application is computed. */
  readonly preFunc?: (step: Step) => void;
  /** Called after it, with the values of its outputs. */
  readonly postFunc?: (step: Step, outputs: readonly NDArray[]) => void;
  /** The mode whose rewrites are done before; `FAST_RUN` by default. */
  readonly mode?: Mode;
}

/**
 * Computes functions one application after the other, and calls whoever wants to see it. As
 * `theano.compile.MonitorMode`.
 */
export class MonitorMode extends Mode {
  constructor({ preFunc, postFunc, mode = fastRun }: MonitorOptions = {}) {
    super({
      name: "MonitorMode",
      phases: mode.phases,
      linker: stepByStep({
        ...(preFunc ? { before: preFunc } : {}),
        ...(postFunc ? { after: postFunc } : {}),
      }),
    });
  }
}

/**
 * A `postFunc` that prints, once a function first makes a NaN, the application that made it, with its inputs and
 * outputs. As `theano.compile.monitormode.detect_nan`.
 */
export function detectNan({ i, node, inputs }: Step, outputs: readonly NDArray[]): void {
  if (!outputs.some(hasNan)) return;
  console.log(
    [
      `*** NaN detected *** in ${i}: ${node}`,
      `inputs: ${inputs.join(", ")}`,
      `outputs: ${outputs.join(", ")}`,
    ].join("\n"),
  );
}

const hasNan = ({ dtype, data }: NDArray): boolean =>
  (isFloat(dtype) || isComplex(dtype)) && (data as Float64Array).some((x) => x !== x);
