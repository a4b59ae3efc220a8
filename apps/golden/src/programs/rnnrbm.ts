import theano, {
  type CompiledFunction,
  type FloatX,
  MRG_RandomStreams,
  np,
  type OrderedUpdates,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";
import { descend } from "./descend.ts";

type Matrix = TensorVariable<FloatX, 2>;
type Vector = TensorVariable<FloatX, 1>;
type Scalar = TensorVariable<FloatX, 0>;

/** Sizes and rates; seeds of NumPy's and Theano's numbers. */
export interface RnnRbmOptions {
  readonly nVisible: number;
  readonly nHidden: number;
  readonly nHiddenRecurrent: number;
  readonly lr: number;
  readonly rng: InstanceType<typeof np.random.RandomState>;
  readonly seed: number;
  /** How many Gibbs steps there are in training, and for each row that is generated. */
  readonly kTrain: number;
  readonly kGenerate: number;
}

/** A row of units, or several. */
type Rows = TensorVariable<FloatX, number>;

/** A Boltzmann machine's biases: one for all rows, or of each row. */
interface Biases<V extends Rows> {
  readonly bv: V;
  readonly bh: V;
}

/** The tutorials' sequence of Boltzmann machines whose biases a recurrent network gives: `rnnrbm.py`. */
export class RnnRbm {
  readonly W: SharedVariable<FloatX, 2>;
  readonly bv: SharedVariable<FloatX, 1>;
  readonly bh: SharedVariable<FloatX, 1>;
  readonly Wuh: SharedVariable<FloatX, 2>;
  readonly Wuv: SharedVariable<FloatX, 2>;
  readonly Wvu: SharedVariable<FloatX, 2>;
  readonly Wuu: SharedVariable<FloatX, 2>;
  readonly bu: SharedVariable<FloatX, 1>;
  /** A step of training on a sequence. Gives the pseudo log-likelihood of a row. */
  readonly train: CompiledFunction<Scalar>;
  /** A sequence of 200 rows that the model makes up. */
  readonly generate: CompiledFunction<Matrix>;
  readonly #rng: MRG_RandomStreams;

  constructor({ nVisible, nHidden, nHiddenRecurrent, lr, rng, seed, kTrain, kGenerate }: RnnRbmOptions) {
    const normal = (rows: number, columns: number, scale: number): SharedVariable<FloatX, 2> =>
      theano.shared(rng.normal({ scale, size: [rows, columns] }));
    this.#rng = new MRG_RandomStreams(seed);
    this.W = normal(nVisible, nHidden, 0.01);
    this.bv = theano.shared(np.zeros(nVisible));
    this.bh = theano.shared(np.zeros(nHidden));
    this.Wuh = normal(nHiddenRecurrent, nHidden, 0.0001);
    this.Wuv = normal(nHiddenRecurrent, nVisible, 0.0001);
    this.Wvu = normal(nVisible, nHiddenRecurrent, 0.0001);
    this.Wuu = normal(nHiddenRecurrent, nHiddenRecurrent, 0.0001);
    this.bu = theano.shared(np.zeros(nHiddenRecurrent));

    const u0 = T.zeros([nHiddenRecurrent]);
    const v: Matrix = T.matrix("v");
    const [[, bvs, bhs], updates] = theano.scan(
      (row: Vector, u: Vector): [Vector, Vector, Vector] => {
        const { bv, bh } = this.#biases(u);
        return [this.#next(row, u), bv, bh];
      },
      { sequences: v, outputsInfo: [u0, null, null] },
    );
    const chain = this.#gibbs(v, { bv: bvs, bh: bhs }, kTrain);
    updates.update(chain.updates);
    updates.update(descend(chain.cost, this.params, lr, [chain.sample]));
    this.train = theano.function([v], chain.monitor, { updates });

    const [[rows], generating] = theano.scan(
      (u: Vector): [[Vector, Vector], OrderedUpdates] => {
        const { sample, updates: drawn } = this.#gibbs(T.zeros([nVisible]), this.#biases(u), kGenerate);
        return [[sample as Vector, this.#next(sample as Vector, u)], drawn];
      },
      { outputsInfo: [null, u0], nSteps: 200 },
    );
    this.generate = theano.function([], rows, { updates: generating });
  }

  /** What is trained. */
  get params(): (SharedVariable<FloatX, 2> | SharedVariable<FloatX, 1>)[] {
    return [this.W, this.bv, this.bh, this.Wuh, this.Wuv, this.Wvu, this.Wuu, this.bu];
  }

  #biases(u: Vector): Biases<Vector> {
    return { bv: this.bv.add(T.dot(u, this.Wuv)), bh: this.bh.add(T.dot(u, this.Wuh)) };
  }

  /** The recurrent network's state after a row. */
  #next(row: Vector, u: Vector): Vector {
    return T.tanh(this.bu.add(T.dot(row, this.Wvu)).add(T.dot(u, this.Wuu)));
  }

  /** A chain of Gibbs steps from `v`. */
  #gibbs(v: Rows, { bv, bh }: Biases<Rows>, k: number): Chain {
    const draw = (p: Rows): Rows => this.#rng.binomial({ size: p.shape, n: 1, p, dtype: p.dtype });
    const step = (from: Rows): [mean: Rows, sample: Rows] => {
      const h = draw(T.sigmoid(T.dot(from, this.W).add(bh)));
      const mean = T.sigmoid(T.dot(h, this.W.T).add(bv));
      return [mean, draw(mean)];
    };
    const [samples, updates] = theano.scan((from) => step(from)[1], { outputsInfo: v, nSteps: k });
    const sample = samples.get(-1) as Rows;
    const [mean] = step(sample);
    const rows = v.shape.get(0);
    const monitor = T.xlogy0(v, mean)
      .add(T.xlogy0(T.sub(1, v), T.sub(1, mean)))
      .sum()
      .div(rows);
    const freeEnergy = (x: Rows): Scalar =>
      x
        .mul(bv)
        .sum()
        .neg()
        .sub(T.log(T.add(1, T.exp(T.dot(x, this.W).add(bh)))).sum());
    return { sample, cost: freeEnergy(v).sub(freeEnergy(sample)).div(rows), monitor, updates };
  }
}

/** Where a chain ends, what to go down in training, how likely the rows are that it begins with. */
interface Chain {
  readonly sample: Rows;
  readonly cost: Scalar;
  readonly monitor: Scalar;
  readonly updates: OrderedUpdates;
}
