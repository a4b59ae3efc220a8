import theano, {
  type FloatX,
  np,
  type SharedVariable,
  T,
  type TensorLike,
  type TensorVariable,
} from "theano-ts";
import { crossEntropy } from "./dA.ts";
import { descend } from "./descend.ts";
import { uniformWeights } from "./weights.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Scalar = TensorVariable<FloatX, 0>;

/** What a contractive autoencoder is made of. */
export interface ContractiveOptions {
  readonly numpyRng: InstanceType<typeof np.random.RandomState>;
  readonly input: Matrix;
  readonly nVisible: number;
  readonly nHidden: number;
  readonly batchSize: number;
}

/** The tutorials' contractive autoencoder: `cA.py`. */
export class CA {
  readonly W: SharedVariable<FloatX, 2>;
  readonly b: SharedVariable<FloatX, 1>;
  readonly bPrime: SharedVariable<FloatX, 1>;
  readonly #given: ContractiveOptions;

  constructor(given: ContractiveOptions) {
    const { numpyRng, nVisible, nHidden } = given;
    this.#given = given;
    this.W = theano.shared(uniformWeights(numpyRng, nVisible, nHidden, 4), { name: "W" });
    this.bPrime = theano.shared(np.zeros(nVisible));
    this.b = theano.shared(np.zeros(nHidden), { name: "b" });
  }

  /** What is trained. */
  get params(): [SharedVariable<FloatX, 2>, SharedVariable<FloatX, 1>, SharedVariable<FloatX, 1>] {
    return [this.W, this.b, this.bPrime];
  }

  /** Of each row, how hidden units change with visible ones: rows by visible by hidden units. */
  #jacobian(hidden: Matrix): TensorVariable<FloatX, 3> {
    const { batchSize, nVisible, nHidden } = this.#given;
    const slope = hidden.mul(T.sub(1, hidden));
    return slope.reshape([batchSize, 1, nHidden]).mul(this.W.reshape([1, nVisible, nHidden]));
  }

  /** What rows lose, how much hidden units change (which the tutorial rounds down), and the updates of a step. */
  getCostUpdates(
    contractionLevel: number,
    learningRate: number,
  ): {
    readonly reconstruction: TensorVariable<FloatX, 1>;
    readonly jacobian: Scalar;
    readonly updates: [SharedVariable<FloatX, number>, TensorLike][];
  } {
    const { input, batchSize } = this.#given;
    const hidden = T.sigmoid(T.dot(input, this.W).add(this.b));
    const z = T.sigmoid(T.dot(hidden, this.W.T).add(this.bPrime));
    const reconstruction = crossEntropy(input, z);
    const jacobian = this.#jacobian(hidden).pow(2).sum().floorDiv(batchSize);
    const cost = T.mean(reconstruction).add(T.mean(jacobian).mul(contractionLevel));
    return { reconstruction, jacobian, updates: descend(cost, this.params, learningRate) };
  }
}
