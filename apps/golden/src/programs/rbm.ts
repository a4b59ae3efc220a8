import theano, {
  type FloatX,
  np,
  type OrderedUpdates,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";
import { type Binomial, binomialOf } from "./binomial.ts";
import { uniformWeights } from "./weights.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;
type Weights = SharedVariable<FloatX, 2>;
type Bias = SharedVariable<FloatX, 1>;

/** What a machine is made of: what is left out is made, in the tutorial's order. */
export interface RbmOptions {
  readonly input: Matrix;
  readonly nVisible: number;
  readonly nHidden: number;
  readonly numpyRng: InstanceType<typeof np.random.RandomState>;
  readonly binomial?: Binomial;
  readonly W?: Weights;
  readonly hbias?: Bias;
  readonly vbias?: Bias;
}

/** What training is told: the rate, the chain that goes on from call to call (none: a new one each time), its steps. */
export interface RbmTraining {
  readonly lr: number | Scalar;
  readonly persistent?: Weights;
  readonly k: number;
}

/** The tutorials' restricted Boltzmann machine: `rbm.py`. */
export class RBM {
  readonly input: Matrix;
  readonly nVisible: number;
  readonly W: Weights;
  readonly hbias: Bias;
  readonly vbias: Bias;
  readonly #binomial: Binomial;

  constructor({ input, nVisible, nHidden, numpyRng, ...given }: RbmOptions) {
    this.input = input;
    this.nVisible = nVisible;
    this.#binomial = given.binomial ?? binomialOf(numpyRng);
    this.W = given.W ?? theano.shared(uniformWeights(numpyRng, nVisible, nHidden, 4), { name: "W" });
    this.hbias = given.hbias ?? theano.shared(np.zeros(nHidden), { name: "hbias" });
    this.vbias = given.vbias ?? theano.shared(np.zeros(nVisible), { name: "vbias" });
  }

  /** What is trained. */
  get params(): [Weights, Bias, Bias] {
    return [this.W, this.hbias, this.vbias];
  }

  /** The free energy of each row. */
  freeEnergy(v: Matrix): Vector {
    const wxB = T.dot(v, this.W).add(this.hbias);
    const vbiasTerm = T.dot(v, this.vbias);
    const hiddenTerm = T.log(T.add(1, T.exp(wxB))).sum({ axis: 1 });
    return hiddenTerm.neg().sub(vbiasTerm);
  }

  /** What hidden units are drawn from, before and after the sigmoid, and a draw. */
  sampleHGivenV(v: Matrix): [preSigmoid: Matrix, mean: Matrix, sample: Matrix] {
    return this.#sample(T.dot(v, this.W).add(this.hbias));
  }

  /** What visible units are drawn from, before and after the sigmoid, and a draw. */
  sampleVGivenH(h: Matrix): [preSigmoid: Matrix, mean: Matrix, sample: Matrix] {
    return this.#sample(T.dot(h, this.W.T).add(this.vbias));
  }

  #sample(preSigmoid: Matrix): [Matrix, Matrix, Matrix] {
    const mean = T.sigmoid(preSigmoid);
    return [preSigmoid, mean, this.#binomial(mean, mean)];
  }

  /** A step of Gibbs sampling from hidden units. */
  readonly gibbsHvh = (h0: Matrix): [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix] => {
    const v1 = this.sampleVGivenH(h0);
    return [...v1, ...this.sampleHGivenV(v1[2])];
  };

  /** A step of Gibbs sampling from visible units. */
  readonly gibbsVhv = (v0: Matrix): [Matrix, Matrix, Matrix, Matrix, Matrix, Matrix] => {
    const h1 = this.sampleHGivenV(v0);
    return [...h1, ...this.sampleVGivenH(h1[2])];
  };

  /** A proxy of the cost, and the updates of a step of contrastive divergence. */
  getCostUpdates({ lr, persistent, k }: RbmTraining): [cost: Scalar, updates: OrderedUpdates] {
    const [, , phSample] = this.sampleHGivenV(this.input);
    const [[preSigmoidNvs, , nvSamples, , , nhSamples], updates] = theano.scan(this.gibbsHvh, {
      outputsInfo: [null, null, null, null, null, persistent ?? phSample],
      nSteps: k,
      name: "gibbs_hvh",
    });
    // Only the end of the chain is needed, and gradients do not go through it.
    const chainEnd = nvSamples.get(-1);
    const cost = T.mean(this.freeEnergy(this.input)).sub(T.mean(this.freeEnergy(chainEnd)));
    const gparams = T.grad(cost, this.params, { considerConstant: [chainEnd] });
    for (const [i, param] of this.params.entries())
      updates.set(param, param.sub((gparams[i] as Matrix | Vector).mul(lr)));
    if (!persistent) return [this.#reconstructionCost(preSigmoidNvs.get(-1)), updates];
    updates.set(persistent, nhSamples.get(-1));
    return [this.#pseudoLikelihoodCost(updates), updates];
  }

  /** A stochastic approximation of the pseudo-likelihood: of another visible unit in each call. */
  #pseudoLikelihoodCost(updates: OrderedUpdates): Scalar {
    const bit = theano.shared(0n, { name: "bit_i_idx" });
    const xi = T.round(this.input);
    const flipped = T.setSubtensor(xi.get(":", bit), T.sub(1, xi.get(":", bit))) as Matrix;
    const cost = T.log(T.sigmoid(this.freeEnergy(flipped).sub(this.freeEnergy(xi))))
      .mul(this.nVisible)
      .mean();
    updates.set(bit, bit.add(1).mod(this.nVisible));
    return cost;
  }

  /** The cross-entropy of what the chain ends with. */
  #reconstructionCost(preSigmoidNv: Matrix): Scalar {
    const p = T.sigmoid(preSigmoidNv);
    const x = this.input;
    return x
      .mul(T.log(p))
      .add(T.sub(1, x).mul(T.log(T.sub(1, p))))
      .sum({ axis: 1 })
      .mean();
  }
}
