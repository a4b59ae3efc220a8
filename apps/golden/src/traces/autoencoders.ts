import theano, { T } from "theano-ts";
import type { TraceCase } from "../case.ts";
import { CA } from "../programs/cA.ts";
import { DA } from "../programs/dA.ts";
import { generator, minibatch, number, type Run, type Start, sharedData } from "./run.ts";

/** Networks that learn to give back what they get. */
export const autoencoders: Readonly<Record<string, Start>> = { dA, cA };

function dA(given: TraceCase): Run {
  const [index, x] = [T.lscalar("index"), T.matrix("x")];
  const numpyRng = generator(given, "rng_seed");
  const model = new DA({
    numpyRng,
    input: x,
    nVisible: number(given, "n_visible"),
    nHidden: number(given, "n_hidden"),
  });
  const [cost, updates] = model.getCostUpdates(
    number(given, "corruption_level"),
    number(given, "learning_rate"),
  );
  const train = theano.function([index], cost, {
    updates,
    givens: [[x, minibatch(sharedData(given, "x"), index, number(given, "batch_size"))]],
  });
  return {
    parameters: { W: model.W, b: model.b, b_prime: model.bPrime },
    step: ({ batch }) => ({ cost: train(batch as number) }),
  };
}

function cA(given: TraceCase): Run {
  const [index, x] = [T.lscalar("index"), T.matrix("x")];
  const numpyRng = generator(given, "rng_seed");
  const batchSize = number(given, "batch_size");
  const model = new CA({
    numpyRng,
    input: x,
    nVisible: number(given, "n_visible"),
    nHidden: number(given, "n_hidden"),
    batchSize,
  });
  const { reconstruction, jacobian, updates } = model.getCostUpdates(
    number(given, "contraction_level"),
    number(given, "learning_rate"),
  );
  const train = theano.function([index], [T.mean(reconstruction), jacobian], {
    updates,
    givens: [[x, minibatch(sharedData(given, "x"), index, batchSize)]],
  });
  return {
    parameters: { W: model.W, b: model.b, b_prime: model.bPrime },
    step: ({ batch }) => {
      const [L_rec, L_jacob] = train(batch as number);
      return { L_rec, L_jacob };
    },
  };
}
