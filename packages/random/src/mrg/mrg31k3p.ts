// MRG31k3p: P. L'Ecuyer and R. Touzin, "Fast combined multiple recursive generators with multipliers of the form
// a = ±2^q ±2^r", Proceedings of the 2000 Winter Simulation Conference. Streams far apart are made as in P. L'Ecuyer,
// R. Simard, E. J. Chen and W. D. Kelton, "An object-oriented random-number package with many long streams and
// substreams", Operations Research 50 (2002). A state is six words: three of each component.

/** The modulus of the first component, 2^31 − 1. */
export const modulus1 = 2147483647;
/** The modulus of the second component, 2^31 − 21069. */
export const modulus2 = 2147462579;
/** Words of a state. */
export const stateWords = 6;

/**
 * Moves the state at `at` in `words` on by one step; gives an integer 1 … 2^31 − 1.
 */
export function step(words: Int32Array, at: number): number {
  const [x11, x12, x13] = [words[at]!, words[at + 1]!, words[at + 2]!];
  const [x21, x22, x23] = [words[at + 3]!, words[at + 4]!, words[at + 5]!];
  const first = reduced(((x12 & 511) << 22) + (x12 >> 9) + ((x13 & 16777215) << 7) + (x13 >> 24), modulus1);
  const y1 = reduced(first + x13, modulus1);
  const low = reduced(((x21 & 65535) << 15) + 21069 * (x21 >> 16), modulus2);
  const high = reduced(((x23 & 65535) << 15) + 21069 * (x23 >> 16), modulus2);
  const y2 = reduced(reduced(high + x23, modulus2) + low, modulus2);
  words[at + 2] = x12;
  words[at + 1] = x11;
  words[at] = y1;
  words[at + 5] = x22;
  words[at + 4] = x21;
  words[at + 3] = y2;
  return y1 > y2 ? y1 - y2 : y1 - y2 + modulus1;
}

/** `x` modulo `m`, for x below 2m. */
const reduced = (x: number, m: number): number => (x >= m ? x - m : x);

/** The state 2^72 steps after this one: the start of the next substream. */
export const nextSubstream = (state: Int32Array): Int32Array => jumped(state, by72[0], by72[1]);

/** The state 2^134 steps after this one: the start of the next stream. */
export const nextStream = (state: Int32Array): Int32Array => jumped(state, by134[0], by134[1]);

type Matrix = readonly (readonly number[])[];

const jumped = (state: Int32Array, first: Matrix, second: Matrix): Int32Array =>
  Int32Array.of(
    ...first.map((row) => dotModulo(row, state.subarray(0, 3), modulus1)),
    ...second.map((row) => dotModulo(row, state.subarray(3, 6), modulus2)),
  );

const dotModulo = (row: readonly number[], x: Int32Array, m: number): number =>
  row.reduce((sum, a, i) => (sum + productModulo(a, x[i]!, m)) % m, 0);

/** a · b modulo m, of numbers below 2^31: in two steps, so that doubles hold everything. */
const productModulo = (a: number, b: number, m: number): number =>
  (((Math.floor(a / 65536) * b) % m) * 65536 + (a % 65536) * b) % m;

/** The powers 2^72 and 2^134 of the components' matrices. */
const by72: readonly [Matrix, Matrix] = [
  [
    [1516919229, 758510237, 499121365],
    [1884998244, 1516919229, 335398200],
    [601897748, 1884998244, 358115744],
  ],
  [
    [1228857673, 1496414766, 954677935],
    [1133297478, 1407477216, 1496414766],
    [2002613992, 1639496704, 1407477216],
  ],
];
const by134: readonly [Matrix, Matrix] = [
  [
    [1702500920, 1849582496, 1656874625],
    [828554832, 1702500920, 1512419905],
    [1143731069, 828554832, 102237247],
  ],
  [
    [796789021, 1464208080, 607337906],
    [1241679051, 1431130166, 1464208080],
    [1401213391, 1178684362, 1431130166],
  ],
];
