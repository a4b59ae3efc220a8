import theano, {
  type CompiledFunction,
  type FloatX,
  MRG_RandomStreams,
  type SharedVariable,
  slice,
  T,
  type TensorVariable,
} from "theano-ts";
import { softmax } from "./logisticSgd.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;

/** Of the numbers that say which units are dropped. */
const seed = 123;

/** What is trained: embeddings of words, the cells' weights (gates in the order input, forget, output, cell), a softmax. */
export interface LstmParameters {
  readonly Wemb: SharedVariable<FloatX, 2>;
  readonly lstm_W: SharedVariable<FloatX, 2>;
  readonly lstm_U: SharedVariable<FloatX, 2>;
  readonly lstm_b: SharedVariable<FloatX, 1>;
  readonly U: SharedVariable<FloatX, 2>;
  readonly b: SharedVariable<FloatX, 1>;
}

/** The tutorials' classifier of sentences by long short-term memory: `lstm.py`. */
export class Lstm {
  /** Words, a column for each sentence. */
  readonly x: TensorVariable<"int64", 2> = T.lmatrix("x");
  /** 1 where there is a word. */
  readonly mask: Matrix = T.matrix("mask");
  /** The class of each sentence. */
  readonly y: TensorVariable<"int64", 1> = T.lvector("y");
  /** Whether units are dropped: 1 in training, 0 else. */
  readonly useNoise: SharedVariable<FloatX, 0> = theano.shared(0);
  readonly params: LstmParameters;
  readonly cost: Scalar;
  /** The probabilities of classes, a row for each sentence. */
  readonly predProb: CompiledFunction<Matrix>;
  readonly #size: number;

  constructor(params: LstmParameters, options: { readonly dimProj: number; readonly useDropout: boolean }) {
    this.params = params;
    this.#size = options.dimProj;
    const { x, mask, y } = this;
    const [steps, samples] = x.shape;
    const words = params.Wemb.get(x.flatten()).reshape([steps, samples, this.#size]);
    const states = this.#layer(words, samples);
    const mean = states
      .mul(mask.dimshuffle(0, 1, "x"))
      .sum({ axis: 0 })
      .div(mask.sum({ axis: 0 }).dimshuffle(0, "x"));
    const proj = options.useDropout ? this.#dropout(mean) : mean;
    const pred = softmax(T.dot(proj, params.U).add(params.b));
    this.predProb = theano.function([x, mask], pred);
    this.cost = T.log(pred.get(T.arange(samples), y).add(1e-8))
      .mean()
      .neg();
  }

  /** The states after each word: words by sentences by units. A sentence that has ended keeps its own. */
  #layer(words: TensorVariable<FloatX, 3>, samples: TensorVariable<"int64", 0>): TensorVariable<FloatX, 3> {
    const { lstm_W: W, lstm_U: U, lstm_b: bias } = this.params;
    const size = this.#size;
    const step = (m: Vector, row: Matrix, hBefore: Matrix, cBefore: Matrix): [Matrix, Matrix] => {
      const preact = T.dot(hBefore, U).add(row);
      const part = (k: number): Matrix => preact.get(":", slice(k * size, (k + 1) * size));
      const [i, f, o] = [T.sigmoid(part(0)), T.sigmoid(part(1)), T.sigmoid(part(2))];
      const there = m.dimshuffle(0, "x");
      const chosen = (now: Matrix, before: Matrix): Matrix => there.mul(now).add(T.sub(1, there).mul(before));
      const c = chosen(f.mul(cBefore).add(i.mul(T.tanh(part(3)))), cBefore);
      return [chosen(o.mul(T.tanh(c)), hBefore), c];
    };
    const start = T.zeros([samples, size]);
    const [[states]] = theano.scan(step, {
      sequences: [this.mask, T.dot(words, W).add(bias) as TensorVariable<FloatX, 3>],
      outputsInfo: [start, start],
      nSteps: this.x.shape[0],
      name: "lstm__layers",
    });
    return states;
  }

  #dropout(state: Matrix): Matrix {
    const kept = new MRG_RandomStreams(seed).binomial(state.shape, { p: 0.5, n: 1, dtype: state.dtype });
    return T.switch(this.useNoise, state.mul(kept), state.mul(0.5));
  }
}
