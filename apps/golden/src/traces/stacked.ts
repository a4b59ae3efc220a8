import theano, { type FloatX, type SharedVariable, T, type TensorLike, type TensorVariable } from "theano-ts";
import type { TraceCase } from "../case.ts";
import { descend } from "../programs/descend.ts";
import { DBN, SdA, type StackOptions } from "../programs/stacked.ts";
import { training } from "./classifiers.ts";
import { generator, minibatch, number, type Run, type Start, sharedData } from "./run.ts";

/** Deep networks whose layers are pretrained one after the other. */
export const stacked: Readonly<Record<string, Start>> = {
  SdA: (given) => {
    const model = new SdA(sizes(given, "numpy_rng_seed"));
    const levels = given.hyper.corruption_levels as number[];
    return run(given, model, (rate) =>
      model.models.map((dA, i) => dA.getCostUpdates(levels[i] as number, rate)),
    );
  },
  DBN: (given) => {
    const model = new DBN(sizes(given, "numpy_rng_seed"));
    const k = number(given, "k");
    return run(given, model, (lr) => model.models.map((rbm) => rbm.getCostUpdates({ lr, k })));
  },
};

const sizes = (given: TraceCase, seed: string): StackOptions => ({
  numpyRng: generator(given, seed),
  nIns: number(given, "n_ins"),
  hiddenLayersSizes: given.hyper.hidden_layers_sizes as number[],
  nOuts: number(given, "n_outs"),
});

type Step = readonly [
  cost: TensorVariable<FloatX, 0>,
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
  updates: Iterable<readonly [SharedVariable<any, any>, TensorLike]>,
];

/** A deep network's run: `pretraining` gives the step of each layer at a rate. */
function run(given: TraceCase, model: SdA | DBN, pretraining: (rate: number) => readonly Step[]): Run {
  const { x, y, layers, top } = model;
  const index = T.lscalar("index");
  const size = number(given, "batch_size");
  const pretrain = pretraining(number(given, "pretrain_lr")).map(([cost, updates]) =>
    theano.function([index], cost, {
      updates: [...updates],
      givens: [[x, minibatch(sharedData(given, "x"), index, size)]],
    }),
  );
  const cost = top.negativeLogLikelihood(y);
  const updates = descend(cost, model.params, number(given, "finetune_lr"));
  const finetune = training(given, { x, y, cost, errors: top.errors(y), updates });
  return {
    parameters: {
      ...Object.fromEntries(
        layers.flatMap(({ W, b }, i) => [
          [`l${i}.W`, W],
          [`l${i}.b`, b],
        ]),
      ),
      "log.W": top.W,
      "log.b": top.b,
    },
    step: (recorded) => ({
      cost:
        recorded.phase === "finetune"
          ? finetune(recorded).cost
          : pretrain[recorded.layer as number]?.(recorded.batch as number),
    }),
  };
}
