import {
  type FloatX,
  MRG_RandomStreams,
  type np,
  RandomStreams,
  type TensorLike,
  type TensorVariable,
} from "theano-ts";

type Matrix = TensorVariable<FloatX, 2>;
type RandomState = InstanceType<typeof np.random.RandomState>;

/** Draws a matrix of the shape and dtype of `like`: ones with probability `p`, else zeros. */
export type Binomial = (like: Matrix, p: TensorLike) => Matrix;

/** Draws from Theano's streams of NumPy's numbers. The seed is drawn from `rng`. */
export function binomialOf(rng: RandomState): Binomial {
  const streams = new RandomStreams(seedFrom(rng));
  return (like, p) => streams.binomial({ size: like.shape, n: 1, p, dtype: like.dtype });
}

/** Draws from streams of the generator MRG31k3p. The seed is drawn from `rng`. */
export function mrgBinomialOf(rng: RandomState): Binomial {
  const streams = new MRG_RandomStreams(seedFrom(rng));
  return (like, p) => streams.binomial({ size: like.shape, n: 1, p, dtype: like.dtype });
}

const seedFrom = (rng: RandomState): number => Number(rng.randint({ low: 2 ** 30 }).item());
