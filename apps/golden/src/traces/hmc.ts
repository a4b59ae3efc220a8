import { type FloatX, T, type TensorVariable } from "theano-ts";
import type { TraceCase } from "../case.ts";
import { HmcSampler } from "../programs/hmc.ts";
import { number, type Run, type Start, sharedData } from "./run.ts";

/** Samples of a distribution whose energy is known. */
export const hybridMonteCarlo: Readonly<Record<string, Start>> = { hmc };

function hmc(given: TraceCase): Run {
  const [mu, inverse, positions] = [
    sharedData(given, "mu"),
    sharedData(given, "cov_inv"),
    sharedData(given, "positions0"),
  ];
  const energy = (x: TensorVariable<FloatX, 2>): TensorVariable<FloatX, 1> => {
    const away = x.sub(mu) as TensorVariable<FloatX, 2>;
    return T.mul(0.5, T.dot(away, inverse).mul(away)).sum({ axis: 1 }) as TensorVariable<FloatX, 1>;
  };
  const sampler = new HmcSampler({
    positions,
    energy,
    initialStepsize: number(given, "initial_stepsize"),
    stepsizeMax: number(given, "stepsize_max"),
    nSteps: number(given, "n_steps"),
    seed: number(given, "seed"),
  });
  return {
    parameters: { positions },
    step: () => {
      sampler.simulate();
      return {
        positions: positions.getValue(),
        stepsize: sampler.stepsize.getValue(),
        avg_acceptance_rate: sampler.avgAcceptanceRate.getValue(),
      };
    },
  };
}
