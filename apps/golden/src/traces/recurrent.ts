import theano, { type FloatX, type SharedVariable } from "theano-ts";
import { toArray } from "../arrays.ts";
import type { Json, TraceCase } from "../case.ts";
import { Lstm, type LstmParameters } from "../programs/lstm.ts";
import { adadelta, sgd } from "../programs/optimizers.ts";
import { RNNSLU } from "../programs/rnnslu.ts";
import { generator, number, type Run, type Start } from "./run.ts";

/** Networks that read words one after the other. */
export const recurrent: Readonly<Record<string, Start>> = { rnnslu, lstm };

function rnnslu(given: TraceCase): Run {
  const [nh, nc, ne, de, cs] = ["nh", "nc", "ne", "de", "cs"].map((name) => number(given, name)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const model = new RNNSLU({ rng: generator(given, "numpy_seed"), nh, nc, ne, de, cs });
  const { embeddings, wx, wh, w, bh, b, h0 } = model;
  return {
    parameters: { embeddings, wx, wh, w, bh, b, h0 },
    step: ({ contextwin, labels }) => {
      const windows = contextwin as number[][];
      const cost = model.sentenceTrain(windows, labels as number[], number(given, "learning_rate"));
      model.normalize();
      return { cost, classify: model.classify(windows) };
    },
  };
}

function lstm(given: TraceCase): Run {
  // The tutorial's first weights are the left singular vectors of random matrices: they are taken as recorded.
  const parameters = Object.fromEntries(
    Object.entries(given.init).map(([name, value]) => [name, theano.shared(toArray(value), { name })]),
  ) as unknown as LstmParameters;
  const useDropout = given.hyper.use_dropout === true;
  const model = new Lstm(parameters, { dimProj: number(given, "dim_proj"), useDropout });
  const { gradShared, update } = (given.hyper.optimizer === "adadelta" ? adadelta : sgd)(model);
  let last: Json = {};
  return {
    parameters: parameters as unknown as Record<string, SharedVariable<FloatX, number>>,
    step: (recorded) => {
      last = recorded;
      model.useNoise.setValue(1);
      const cost = gradShared(recorded.x as number[][], recorded.mask as number[][], recorded.y as number[]);
      update(number(given, "lr"));
      return { cost };
    },
    extras: () => {
      model.useNoise.setValue(0);
      return { pred_prob_last: model.predProb(last.x as number[][], last.mask as number[][]) };
    },
  };
}
