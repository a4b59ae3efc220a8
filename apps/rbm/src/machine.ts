// The restricted Boltzmann machine of the Deep Learning Tutorials, trained by contrastive divergence: the chain is a loop
// in the graph, minibatches are parts of one shared array that `givens` puts in, and `updates` do the learning.
import theano, {
  type CompiledFunction,
  MRG_RandomStreams,
  type NDArray,
  np,
  type OrderedUpdates,
  type SharedVariable,
  slice,
  T,
  type TensorVariable,
} from "theano-ts";

type Scalar = TensorVariable<"float32", 0>;
type Matrix = TensorVariable<"float32", 2>;
type Weights = SharedVariable<"float32", 2>;
type Biases = SharedVariable<"float32", 1>;

const dtype = "float32";

/** A machine's sizes, and where its first weights and its draws come from. */
export interface MachineOptions {
  readonly visible: number;
  readonly hidden: number;
  readonly seed: number;
}

/** How a machine is trained. */
export interface TrainingOptions {
  /** Images, a row each. */
  readonly images: NDArray<"float32", 2>;
  readonly batchSize: number;
  readonly learningRate: number;
  /** How many Gibbs steps there are in each step of training. */
  readonly k: number;
  /** Whether the chains go on from one minibatch to the next, rather than begin at each one's images. */
  readonly persistent: boolean;
}

/** Units that see, units that do not, and the weights between them. */
export class Machine {
  /** Visible by hidden units: a column for each filter. */
  readonly W: Weights;
  readonly hiddenBias: Biases;
  readonly visibleBias: Biases;
  readonly #sizes: MachineOptions;
  readonly #streams: MRG_RandomStreams;

  constructor(sizes: MachineOptions) {
    const { visible, hidden, seed } = sizes;
    this.#sizes = sizes;
    this.#streams = new MRG_RandomStreams(seed + 1);
    // As G. Hinton's "A Practical Guide to Training Restricted Boltzmann Machines" has it: filters then show no first noise.
    const first = new np.random.RandomState(seed).normal({ scale: 0.01, size: [visible, hidden] });
    this.W = theano.shared(first.astype(dtype), { name: "W" });
    this.hiddenBias = theano.shared(np.zeros(hidden, { dtype }), { name: "hiddenBias" });
    this.visibleBias = theano.shared(np.zeros(visible, { dtype }), { name: "visibleBias" });
  }

  /** Makes a function that trains on the minibatch of a given number, and gives a proxy of the cost. */
  training({ images, batchSize, learningRate, k, persistent }: TrainingOptions): CompiledFunction<Scalar> {
    const index = T.lscalar("index");
    const x: Matrix = T.matrix("x", { dtype });
    const chains = theano.shared(np.zeros([batchSize, this.#sizes.hidden], { dtype }), { name: "chains" });
    const [, firstHidden] = this.#hiddenOf(x);

    const [[preSigmoids, , visibles, hiddens], updates] = theano.scan((h: Matrix) => this.#gibbs(h), {
      outputsInfo: [null, null, null, persistent ? chains : firstHidden],
      nSteps: k,
      name: "gibbs",
    });
    const end = visibles.get(-1);
    const cost = T.mean(this.#freeEnergy(x)).sub(T.mean(this.#freeEnergy(end)));
    const parameters = [this.W, this.hiddenBias, this.visibleBias] as const;
    // Where the chain ends is a sample: gradients do not go through it.
    const gradients = T.grad(cost, parameters, { considerConstant: [end] });
    parameters.forEach((p, i) => {
      updates.set(p, p.sub((gradients[i] as Matrix).mul(learningRate)));
    });
    if (persistent) updates.set(chains, hiddens.get(-1));
    const monitor = persistent
      ? this.#pseudoLikelihood(x, updates)
      : this.#reconstruction(x, preSigmoids.get(-1));

    const data = theano.shared(images, { name: "images" });
    const rows = slice(index.mul(batchSize), index.add(1).mul(batchSize));
    return theano.function([index], monitor, { updates, givens: [[x, data.get(rows)]], name: "train" });
  }

  /** Makes a function that goes on with chains from `start` by `steps` Gibbs steps, and gives what images are drawn from. */
  sampling(start: NDArray<"float32", 2>, steps: number): CompiledFunction<Matrix> {
    const chains = theano.shared(start, { name: "chains" });
    const [[means, visibles], updates] = theano.scan(
      (v: Matrix): [Matrix, Matrix] => {
        const [, mean, next] = this.#gibbs(this.#hiddenOf(v)[1]);
        return [mean, next];
      },
      { outputsInfo: [null, chains], nSteps: steps, name: "gibbs" },
    );
    updates.set(chains, visibles.get(-1));
    return theano.function([], means.get(-1), { updates, name: "sample" });
  }

  /** One Gibbs step from hidden units. */
  #gibbs(h: Matrix): [preSigmoid: Matrix, mean: Matrix, visible: Matrix, hidden: Matrix] {
    const preSigmoid = T.dot(h, this.W.T).add(this.visibleBias);
    const mean = T.sigmoid(preSigmoid);
    const visible = this.#drawn(mean);
    return [preSigmoid, mean, visible, this.#hiddenOf(visible)[1]];
  }

  #hiddenOf(v: Matrix): [mean: Matrix, sample: Matrix] {
    const mean = T.sigmoid(T.dot(v, this.W).add(this.hiddenBias));
    return [mean, this.#drawn(mean)];
  }

  /** Ones with these probabilities, and zeros. */
  #drawn(p: Matrix): Matrix {
    return this.#streams.binomial({ size: p.shape, n: 1, p, dtype });
  }

  /** −log Σ exp(−energy) over all hidden units: of each row, but for a constant, how unlikely it is. */
  #freeEnergy(v: Matrix): TensorVariable<"float32", 1> {
    const hidden = T.log(T.add(1, T.exp(T.dot(v, this.W).add(this.hiddenBias)))).sum({ axis: 1 });
    return hidden.neg().sub(T.dot(v, this.visibleBias));
  }

  /** The log-likelihood of one pixel given all others, times the number of pixels: of another one in each call. */
  #pseudoLikelihood(x: Matrix, updates: OrderedUpdates): Scalar {
    const { visible } = this.#sizes;
    const pixel = theano.shared(0n, { name: "pixel" });
    const xi = T.round(x);
    const flipped = T.setSubtensor(xi.get(":", pixel), T.sub(1, xi.get(":", pixel))) as Matrix;
    updates.set(pixel, pixel.add(stride(visible)).mod(visible));
    return T.log(T.sigmoid(this.#freeEnergy(flipped).sub(this.#freeEnergy(xi))))
      .mul(visible)
      .mean();
  }

  /** The log-likelihood of the images where the chain ends; the compiler finds the stable form of the logarithms. */
  #reconstruction(x: Matrix, preSigmoid: Matrix): Scalar {
    const p = T.sigmoid(preSigmoid);
    return x
      .mul(T.log(p))
      .add(T.sub(1, x).mul(T.log(T.sub(1, p))))
      .sum({ axis: 1 })
      .mean();
  }
}

/**
 * How far to go on among `n` pixels so that all are met before one is met again, and those of a few calls lie all over the
 * image: near the golden ratio, without a divisor in common with `n`.
 */
function stride(n: number): number {
  const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b));
  let step = Math.round(n * 0.618);
  while (divisor(n, step) > 1) step++;
  return step;
}
