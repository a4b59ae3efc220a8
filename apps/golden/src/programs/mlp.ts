import theano, { type FloatX, np, type SharedVariable, T, type TensorVariable } from "theano-ts";
import { LogisticRegression } from "./logisticSgd.ts";
import { uniformWeights } from "./weights.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Scalar = TensorVariable<FloatX, 0>;
type RandomState = InstanceType<typeof np.random.RandomState>;

/** A layer's sizes, and what its units do. */
export interface LayerOptions {
  readonly rng: RandomState;
  readonly input: Matrix;
  readonly nIn: number;
  readonly nOut: number;
  readonly activation: "tanh" | "sigmoid";
}

/** A fully connected layer of the tutorials: `mlp.py`. Weights of sigmoid units begin four times as large. */
export class HiddenLayer {
  readonly W: SharedVariable<FloatX, 2>;
  readonly b: SharedVariable<FloatX, 1>;
  readonly output: Matrix;

  constructor({ rng, input, nIn, nOut, activation }: LayerOptions) {
    const scale = activation === "sigmoid" ? 4 : 1;
    this.W = theano.shared(uniformWeights(rng, nIn, nOut, scale), { name: "W" });
    this.b = theano.shared(np.zeros(nOut), { name: "b" });
    this.output = T[activation](T.dot(input, this.W).add(this.b));
  }

  /** What is trained. */
  get params(): [SharedVariable<FloatX, 2>, SharedVariable<FloatX, 1>] {
    return [this.W, this.b];
  }
}

/** The tutorials' network with one hidden layer and a softmax: `mlp.py`. */
export class MLP {
  readonly hidden: HiddenLayer;
  readonly top: LogisticRegression;
  readonly L1: Scalar;
  readonly L2Sqr: Scalar;

  constructor(rng: RandomState, input: Matrix, nIn: number, nHidden: number, nOut: number) {
    this.hidden = new HiddenLayer({ rng, input, nIn, nOut: nHidden, activation: "tanh" });
    this.top = new LogisticRegression(this.hidden.output, nHidden, nOut);
    this.L1 = T.abs(this.hidden.W).sum().add(T.abs(this.top.W).sum());
    this.L2Sqr = this.hidden.W.pow(2).sum().add(this.top.W.pow(2).sum());
  }
}
