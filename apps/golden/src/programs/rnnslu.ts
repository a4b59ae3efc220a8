import theano, {
  type CompiledFunction,
  type FloatX,
  np,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";
import { descend } from "./descend.ts";
import { softmax } from "./logisticSgd.ts";

type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;

/** Sizes: hidden units, classes, words, numbers that stand for a word, words that are seen at once. */
export interface ElmanOptions {
  readonly rng: InstanceType<typeof np.random.RandomState>;
  readonly nh: number;
  readonly nc: number;
  readonly ne: number;
  readonly de: number;
  readonly cs: number;
}

/** The tutorials' Elman network, which labels the words of a sentence: `rnnslu.py`. */
export class RNNSLU {
  readonly embeddings: SharedVariable<FloatX, 2>;
  readonly wx: SharedVariable<FloatX, 2>;
  readonly wh: SharedVariable<FloatX, 2>;
  readonly w: SharedVariable<FloatX, 2>;
  readonly bh: SharedVariable<FloatX, 1>;
  readonly b: SharedVariable<FloatX, 1>;
  readonly h0: SharedVariable<FloatX, 1>;
  /** The classes of the words whose windows these are. */
  readonly classify: CompiledFunction<TensorVariable<"int64", 1>>;
  /** A step towards these classes: windows, classes, learning rate. */
  readonly sentenceTrain: CompiledFunction<Scalar>;
  /** Gives the numbers of each word length 1. */
  readonly normalize: CompiledFunction<undefined>;

  constructor({ rng, nh, nc, ne, de, cs }: ElmanOptions) {
    const uniform = (rows: number, columns: number, name: string): SharedVariable<FloatX, 2> =>
      theano.shared(T.mul(0.2, rng.uniform({ low: -1, high: 1, size: [rows, columns] })).eval(), { name });
    // One more row than words: beyond the ends of a sentence.
    this.embeddings = uniform(ne + 1, de, "embeddings");
    this.wx = uniform(de * cs, nh, "wx");
    this.wh = uniform(nh, nh, "wh");
    this.w = uniform(nh, nc, "w");
    this.bh = theano.shared(np.zeros(nh), { name: "bh" });
    this.b = theano.shared(np.zeros(nc), { name: "b" });
    this.h0 = theano.shared(np.zeros(nh), { name: "h0" });

    const [idxs, ySentence, lr] = [T.imatrix("idxs"), T.ivector("y_sentence"), T.scalar("lr")];
    const x = this.embeddings.get(idxs).reshape([idxs.shape[0], de * cs]);
    const recurrence = (row: Vector, before: Vector): [Vector, TensorVariable<FloatX, 2>] => {
      const h = T.sigmoid(T.dot(row, this.wx).add(T.dot(before, this.wh)).add(this.bh));
      return [h, softmax(T.dot(h, this.w).add(this.b).dimshuffle("x", 0))];
    };
    const [[, s]] = theano.scan(recurrence, {
      sequences: x,
      outputsInfo: [this.h0, null],
      nSteps: x.shape[0],
    });
    const p = s.get(":", 0, ":");
    const nll = T.log(p).get(T.arange(x.shape[0]), ySentence).mean().neg();

    this.classify = theano.function([idxs], T.argmax(p, { axis: 1 }));
    this.sentenceTrain = theano.function([idxs, ySentence, lr], nll, {
      updates: descend(nll, this.params, lr),
    });
    const lengths = T.sqrt(this.embeddings.pow(2).sum({ axis: 1 })).dimshuffle(0, "x");
    this.normalize = theano.function([], undefined, {
      updates: [[this.embeddings, this.embeddings.div(lengths)]],
    });
  }

  /** What is trained. */
  get params(): (SharedVariable<FloatX, 2> | SharedVariable<FloatX, 1>)[] {
    return [this.embeddings, this.wx, this.wh, this.w, this.bh, this.b, this.h0];
  }
}
