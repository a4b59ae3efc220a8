import theano, { type FloatX, np, type SharedVariable, T, type TensorVariable } from "theano-ts";

type Matrix = TensorVariable<FloatX, 2>;
type Scalar = TensorVariable<FloatX, 0>;
type Labels = TensorVariable<"int32", 1>;

/** The softmax of each row. */
export function softmax(x: Matrix): Matrix {
  const e = T.exp(x.sub(x.max({ axis: 1, keepdims: true })));
  return e.div(e.sum({ axis: 1, keepdims: true }));
}

/** The tutorials' softmax regression: `logistic_sgd.py`. */
export class LogisticRegression {
  readonly W: SharedVariable<FloatX, 2>;
  readonly b: SharedVariable<FloatX, 1>;
  readonly pYGivenX: Matrix;
  readonly yPred: TensorVariable<"int64", 1>;

  constructor(input: Matrix, nIn: number, nOut: number) {
    this.W = theano.shared(np.zeros([nIn, nOut]), { name: "W" });
    this.b = theano.shared(np.zeros(nOut), { name: "b" });
    this.pYGivenX = softmax(T.dot(input, this.W).add(this.b));
    this.yPred = T.argmax(this.pYGivenX, { axis: 1 });
  }

  /** What is trained. */
  get params(): [SharedVariable<FloatX, 2>, SharedVariable<FloatX, 1>] {
    return [this.W, this.b];
  }

  /** The mean negative log-likelihood of the right classes. */
  negativeLogLikelihood(y: Labels): Scalar {
    return T.log(this.pYGivenX)
      .get(T.arange(y.shape.get(0)), y)
      .mean()
      .neg();
  }

  /** The share of rows whose class is another. */
  errors(y: Labels): Scalar {
    return T.mean(T.neq(this.yPred, y));
  }
}
