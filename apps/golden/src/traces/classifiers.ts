import theano, { T } from "theano-ts";
import type { TraceCase } from "../case.ts";
import { descend } from "../programs/descend.ts";
import { LogisticRegression } from "../programs/logisticSgd.ts";
import { MLP } from "../programs/mlp.ts";
import { generator, minibatch, number, type Run, type Start, sharedData } from "./run.ts";

/** Networks that name classes. */
export const classifiers: Readonly<Record<string, Start>> = { logistic_sgd: logisticSgd, mlp };

function logisticSgd(given: TraceCase): Run {
  const [x, y] = [T.matrix("x"), T.ivector("y")];
  const model = new LogisticRegression(x, number(given, "n_in"), number(given, "n_out"));
  const cost = model.negativeLogLikelihood(y);
  const updates = descend(cost, model.params, number(given, "learning_rate"));
  const { W, b } = model;
  return { parameters: { W, b }, step: training(given, { x, y, cost, errors: model.errors(y), updates }) };
}

function mlp(given: TraceCase): Run {
  const [x, y] = [T.matrix("x"), T.ivector("y")];
  const rng = generator(given, "rng_seed");
  const model = new MLP(rng, x, number(given, "n_in"), number(given, "n_hidden"), number(given, "n_out"));
  const { hidden, top } = model;
  const cost = top
    .negativeLogLikelihood(y)
    .add(model.L1.mul(number(given, "L1_reg")))
    .add(model.L2Sqr.mul(number(given, "L2_reg")));
  const updates = descend(cost, [...hidden.params, ...top.params], number(given, "learning_rate"));
  return {
    parameters: { "hidden.W": hidden.W, "hidden.b": hidden.b, "log.W": top.W, "log.b": top.b },
    step: training(given, { x, y, cost, errors: top.errors(y), updates }),
  };
}

interface Training {
  readonly x: ReturnType<typeof T.matrix>;
  readonly y: ReturnType<typeof T.ivector>;
  readonly cost: ReturnType<LogisticRegression["negativeLogLikelihood"]>;
  readonly errors: ReturnType<LogisticRegression["errors"]>;
  readonly updates: ReturnType<typeof descend>;
}

/** Steps on minibatches of the data, each with the errors that the model makes there afterwards. */
export function training(given: TraceCase, { x, y, cost, errors, updates }: Training): Run["step"] {
  const index = T.lscalar("index");
  const size = number(given, "batch_size");
  const givens = [
    [x, minibatch(sharedData(given, "x"), index, size)],
    [y, minibatch(sharedData(given, "y"), index, size)],
  ] as const;
  const train = theano.function([index], cost, { updates, givens });
  const test = theano.function([index], errors, { givens });
  return ({ batch }) => ({ cost: train(batch as number), errors: test(batch as number) });
}
