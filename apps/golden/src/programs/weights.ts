import type { NDArray, np } from "theano-ts";

type RandomState = InstanceType<typeof np.random.RandomState>;

/** Weights as the tutorials begin with them: uniform within ±`scale`·√(6 / (inputs + outputs)). */
export function uniformWeights(
  rng: RandomState,
  inputs: number,
  outputs: number,
  scale = 1,
): NDArray<"float64", 2> {
  const bound = scale * Math.sqrt(6 / (inputs + outputs));
  return rng.uniform({ low: -bound, high: bound, size: [inputs, outputs] });
}
