import { type FloatX, type np, T, type TensorVariable } from "theano-ts";
import { mrgBinomialOf } from "./binomial.ts";
import { DA } from "./dA.ts";
import { LogisticRegression } from "./logisticSgd.ts";
import { HiddenLayer } from "./mlp.ts";
import { RBM } from "./rbm.ts";

type Matrix = TensorVariable<FloatX, 2>;

/** The sizes of a deep network. */
export interface StackOptions {
  readonly numpyRng: InstanceType<typeof np.random.RandomState>;
  readonly nIns: number;
  readonly hiddenLayersSizes: readonly number[];
  readonly nOuts: number;
}

/** What a layer is pretrained as: of its input, and with its weights. */
type Pretrained<P> = (
  layer: HiddenLayer,
  sizes: { readonly nVisible: number; readonly nHidden: number },
  input: Matrix,
) => P;

/** Sigmoid layers below a softmax, each of which is pretrained as a model of its input. */
class Stack<P> {
  readonly x: Matrix = T.matrix("x");
  readonly y: TensorVariable<"int32", 1> = T.ivector("y");
  readonly layers: HiddenLayer[] = [];
  readonly models: P[] = [];
  readonly top: LogisticRegression;

  constructor({ numpyRng, nIns, hiddenLayersSizes, nOuts }: StackOptions, model: Pretrained<P>) {
    let [input, nVisible] = [this.x, nIns];
    for (const nHidden of hiddenLayersSizes) {
      const layer = new HiddenLayer({
        rng: numpyRng,
        input,
        nIn: nVisible,
        nOut: nHidden,
        activation: "sigmoid",
      });
      this.layers.push(layer);
      this.models.push(model(layer, { nVisible, nHidden }, input));
      [input, nVisible] = [layer.output, nHidden];
    }
    this.top = new LogisticRegression(input, nVisible, nOuts);
  }

  /** What is trained in the end. */
  get params(): (HiddenLayer["W"] | HiddenLayer["b"])[] {
    return [...this.layers, this.top].flatMap(({ params }) => params);
  }
}

/** The tutorials' stacked denoising autoencoders: `SdA.py`. */
export class SdA extends Stack<DA> {
  constructor(options: StackOptions) {
    const { numpyRng } = options;
    const binomial = mrgBinomialOf(numpyRng);
    super(options, ({ W, b }, sizes, input) => new DA({ numpyRng, binomial, input, ...sizes, W, bhid: b }));
  }
}

/** The tutorials' deep belief network, of Boltzmann machines: `DBN.py`. */
export class DBN extends Stack<RBM> {
  constructor(options: StackOptions) {
    const { numpyRng } = options;
    const binomial = mrgBinomialOf(numpyRng);
    super(options, ({ W, b }, sizes, input) => new RBM({ numpyRng, binomial, input, ...sizes, W, hbias: b }));
  }
}
