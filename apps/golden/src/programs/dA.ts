import theano, {
  type FloatX,
  np,
  type SharedVariable,
  T,
  type TensorLike,
  type TensorVariable,
} from "theano-ts";
import { type Binomial, binomialOf } from "./binomial.ts";
import { descend } from "./descend.ts";
import { uniformWeights } from "./weights.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;

/** The sum over each row of the cross-entropy of `x` under the probabilities `z`. */
export const crossEntropy = (x: Matrix, z: Matrix): Vector =>
  x
    .mul(T.log(z))
    .add(T.sub(1, x).mul(T.log(T.sub(1, z))))
    .sum({ axis: 1 })
    .neg();

/** What an autoencoder is made of: what is left out is made, in the tutorial's order. */
export interface AutoencoderOptions {
  readonly numpyRng: InstanceType<typeof np.random.RandomState>;
  readonly binomial?: Binomial;
  readonly input: Matrix;
  readonly nVisible: number;
  readonly nHidden: number;
  readonly W?: SharedVariable<FloatX, 2>;
  readonly bhid?: SharedVariable<FloatX, 1>;
}

/** The tutorials' denoising autoencoder: `dA.py`. */
export class DA {
  readonly x: Matrix;
  readonly W: SharedVariable<FloatX, 2>;
  readonly b: SharedVariable<FloatX, 1>;
  readonly bPrime: SharedVariable<FloatX, 1>;
  readonly #binomial: Binomial;

  constructor({ numpyRng, input, nVisible, nHidden, ...given }: AutoencoderOptions) {
    this.x = input;
    this.#binomial = given.binomial ?? binomialOf(numpyRng);
    this.W = given.W ?? theano.shared(uniformWeights(numpyRng, nVisible, nHidden, 4), { name: "W" });
    this.bPrime = theano.shared(np.zeros(nVisible));
    this.b = given.bhid ?? theano.shared(np.zeros(nHidden), { name: "b" });
  }

  /** What is trained. */
  get params(): [SharedVariable<FloatX, 2>, SharedVariable<FloatX, 1>, SharedVariable<FloatX, 1>] {
    return [this.W, this.b, this.bPrime];
  }

  /** The input with a share of `level` of it set to 0. */
  corrupted(level: number | Scalar): Matrix {
    return this.#binomial(this.x, T.sub(1, level)).mul(this.x);
  }

  /** The hidden units, of values of the visible ones. */
  hiddenValues(x: Matrix): Matrix {
    return T.sigmoid(T.dot(x, this.W).add(this.b));
  }

  /** The visible units that hidden ones stand for. */
  reconstructed(hidden: Matrix): Matrix {
    return T.sigmoid(T.dot(hidden, this.W.T).add(this.bPrime));
  }

  /** The cost of a step, and its updates. */
  getCostUpdates(
    corruptionLevel: number | Scalar,
    learningRate: number | Scalar,
  ): [cost: Scalar, updates: [SharedVariable<FloatX, number>, TensorLike][]] {
    const z = this.reconstructed(this.hiddenValues(this.corrupted(corruptionLevel)));
    const cost = T.mean(crossEntropy(this.x, z));
    return [cost, descend(cost, this.params, learningRate)];
  }
}
