import theano, { type NDArray, np, slice, T } from "theano-ts";
import type { TraceCase } from "../case.ts";
import { RBM } from "../programs/rbm.ts";
import { RnnRbm } from "../programs/rnnrbm.ts";
import { generator, minibatch, number, type Run, type Start, sharedData } from "./run.ts";

/** Boltzmann machines. */
export const boltzmann: Readonly<Record<string, Start>> = { rbm, rnnrbm };

function rbm(given: TraceCase): Run {
  const [nVisible, nHidden, size] = ["n_visible", "n_hidden", "batch_size"].map((name) =>
    number(given, name),
  ) as [number, number, number];
  const [index, x] = [T.lscalar("index"), T.matrix("x")];
  const numpyRng = generator(given, "rng_seed");
  const machine = new RBM({ input: x, nVisible, nHidden, numpyRng });
  const { W, hbias, vbias } = machine;
  const chain = theano.shared(np.zeros([size, nHidden]));
  const persistent = given.hyper.persistent ? { persistent: chain } : {};
  const [cost, updates] = machine.getCostUpdates({
    lr: number(given, "learning_rate"),
    k: number(given, "k"),
    ...persistent,
  });
  const data = sharedData(given, "x");
  const train = theano.function([index], cost, {
    updates,
    givens: [[x, minibatch(data, index, size)]],
    name: "train_rbm",
  });
  return {
    parameters: { W, hbias, vbias },
    step: ({ batch }) => ({ cost: train(batch as number) }),
    extras: () => ({
      ...(given.hyper.persistent ? { persistent_chain: chain.getValue() } : {}),
      samples: samples(machine, data.getValue().get(slice(0, 3)) as NDArray<"float64", 2>),
    }),
  };
}

/** The tutorial's sampling: what the chain ends with after five steps from `start`, and after five more. */
function samples(machine: RBM, start: NDArray<"float64", 2>): unknown[] {
  const chain = theano.shared(start);
  const [[, , , , means, samples], updates] = theano.scan(machine.gibbsVhv, {
    outputsInfo: [null, null, null, null, null, chain],
    nSteps: 5,
    name: "gibbs_vhv",
  });
  const last = samples.get(-1);
  updates.set(chain, last);
  const sample = theano.function([], [means.get(-1), last], { updates, name: "sample_fn" });
  return [sample(), sample()];
}

function rnnrbm(given: TraceCase): Run {
  const model = new RnnRbm({
    nVisible: number(given, "n_visible"),
    nHidden: number(given, "n_hidden"),
    nHiddenRecurrent: number(given, "n_hidden_recurrent"),
    lr: number(given, "lr"),
    rng: generator(given, "numpy_seed"),
    // It is told as text: MRG_RandomStreams(seed=4321).
    seed: Number(/seed=(\d+)/.exec(String(given.hyper.theano_rng))?.[1]),
    kTrain: number(given, "k_train"),
    kGenerate: number(given, "k_generate"),
  });
  const { W, bv, bh, Wuh, Wuv, Wvu, Wuu, bu } = model;
  return {
    parameters: { W, bv, bh, Wuh, Wuv, Wvu, Wuu, bu },
    step: ({ v }) => ({ monitor: model.train(v as number[][]) }),
    extras: () => ({ generated_first_20: model.generate().get(slice(0, 20)) }),
  };
}
