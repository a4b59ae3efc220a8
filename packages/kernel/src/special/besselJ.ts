import { chebyshev } from "./chebyshev.ts";
import { cosPi, gamma, gammaln, sinPi } from "./gamma.ts";

/**
 * The Bessel function of the first kind of order 0. Even. The error is below 12·2⁻⁵³ of |J₀| for |x| ≤ 5, also beside
 * the zero, and of the amplitude √(2/π|x|) beyond.
 *
 * NaN at ±∞, as SciPy. Sources: A&S 9.1.10, 9.2.5; the series were computed anew. The way to sin x ± cos x without
 * cancellation is FDLIBM's (e_j0.c).
 */
export function j0(x: number): number {
  const size = Math.abs(x);
  if (size > 5) return waves(size, 0);
  // So that it is exactly 1 at 0.
  if (size < 2 ** -27) return 1;
  const factor = chebyshev(small0, (x * x) / 12.5 - 1);
  return fromZeros(size, zeros0[0], zeros0[1]) * fromZeros(size, zeros0[2], zeros0[3]) * factor;
}

/** The Bessel function of the first kind of order 1. Odd: keeps -0. As `j0` otherwise. */
export function j1(x: number): number {
  const size = Math.abs(x);
  if (size > 5) return x < 0 ? -waves(size, 1) : waves(size, 1);
  const factor = chebyshev(small1, (x * x) / 12.5 - 1);
  return x * (fromZeros(size, zeros1[0], zeros1[1]) * fromZeros(size, zeros1[2], zeros1[3]) * factor);
}

/** x² - z² with the zero z in two parts: exact to the last digits beside it. */
const fromZeros = (x: number, zero: number, rest: number): number => (x - zero - rest) * (x + zero);

/** J of order 0 or 1 for x > 5: √(2/πx)·(P·cos χ - (Q/x)·sin χ), χ = x - π/4 - (order 1: π/2). */
function waves(x: number, order: 0 | 1): number {
  const t = 50 / (x * x) - 1;
  const p = chebyshev(order === 0 ? p0 : p1, t);
  const q = chebyshev(order === 0 ? q0 : q1, t) / x;
  const [sine, cosine] = [Math.sin(x), Math.cos(x)];
  let sum = sine + cosine;
  let difference = sine - cosine;
  // Of sum and difference, the one that cancels is -cos 2x over the other. (Beyond half the largest x it stays.)
  if (x < 2 ** 1022) {
    if (sine * cosine < 0) sum = -Math.cos(2 * x) / difference;
    else difference = -Math.cos(2 * x) / sum;
  }
  // √2·(cos χ, sin χ) is (sum, difference) for order 0 and (difference, -sum) for order 1.
  const wave = order === 0 ? p * sum - q * difference : p * difference + q * sum;
  return wave / Math.sqrt(Math.PI * x);
}

/**
 * The Bessel function of the first kind of real order `v`. The error is below 500·2⁻⁵³ (1500 for |v| > 100) of the amplitude: of |Jᵥ(x)|
 * where the function does not oscillate (0 ≤ x < v), of √(Jᵥ² + Yᵥ²) elsewhere; for |v| ≤ 200.
 *
 * For x < 0 only integer orders have values, others NaN; NaN at x = ±∞, as SciPy. At 0: 1 for order 0, 0 for others
 * above, ±∞ for orders below 0 that are not integers. NaN where |v| or x is above 10⁶ and x is neither far below v nor
 * far above v². The time grows with the larger of |v| and |x|, unless |x| > v²/2.
 *
 * Sources: A&S 9.1.10 (series), 9.1.27 and 9.12, example 1 (Miller's backward recurrence), 9.1.87 (its normalisation),
 * 9.2.5 (large x).
 */
export function jv(v: number, x: number): number {
  if (Number.isNaN(v) || !Number.isFinite(x)) return Number.NaN;
  if (!Number.isFinite(v)) return v > 0 ? 0 : Number.NaN;
  if (Number.isInteger(v)) {
    const odd = v % 2 !== 0;
    if (v < 0) return odd ? -jv(-v, x) : jv(-v, x);
    if (v === 0) return j0(x);
    if (v === 1) return j1(x);
    if (x < 0) return odd ? -jv(v, -x) : jv(v, -x);
  }
  if (x < 0) return Number.NaN;
  if (x === 0) return v > 0 ? 0 : Number.POSITIVE_INFINITY * Math.sign(gamma(v + 1));
  const quarter = (x * x) / 4;
  if (quarter < (v > 0 ? 2 * (v + 1) : 1)) return jSeries(v, x, quarter);
  if (x > Math.max(25, (v * v) / 2)) return jFar(v, x);
  // Beyond this the recurrence would take seconds: far below the turning point there is nothing left, else no digits.
  if (Math.max(Math.abs(v), x) > 1e6) return v > 1.2 * x ? 0 : Number.NaN;
  return v > 0 ? jMiller(v, x, 0)[0] : jBelow(v, x);
}

/** Σ (-x²/4)ᵏ/(k!·Γ(v + k + 1))·(x/2)ᵛ. */
function jSeries(v: number, x: number, quarter: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < v + 2 || Math.abs(term) > Math.abs(sum) * 2 ** -55; k++) {
    term *= -quarter / (k * (v + k));
    sum += term;
    if (term === 0) break;
  }
  return sum * powerOverGamma(v, x / 2);
}

/** hᵛ/Γ(v + 1). */
export function powerOverGamma(v: number, h: number): number {
  const power = h ** v;
  const divisor = gamma(v + 1);
  if (Number.isFinite(divisor) && Math.abs(divisor) > 1e-290 && power > 1e-290 && power < 1e290)
    return power / divisor;
  const sign = v < 0 && Math.floor(v) % 2 === 0 ? -1 : 1;
  return sign * Math.exp(v * Math.log(h) - gammaln(v + 1));
}

/** The expansion for x far beyond v². */
function jFar(v: number, x: number): number {
  const square = 4 * v * v;
  let [p, q, term] = [0, 0, 1];
  for (let k = 0; k < 2 * x && Math.abs(term) > 2 ** -56; k++) {
    if (k % 2 === 0) p += k % 4 === 0 ? term : -term;
    else q += k % 4 === 1 ? term : -term;
    term *= (square - (2 * k + 1) ** 2) / ((k + 1) * 8 * x);
  }
  const turn = v / 2 + 0.25;
  const cosine = Math.cos(x) * cosPi(turn) + Math.sin(x) * sinPi(turn);
  const sine = Math.sin(x) * cosPi(turn) - Math.cos(x) * sinPi(turn);
  return Math.sqrt(2 / Math.PI / x) * (p * cosine - q * sine);
}

/**
 * Jᵥ(x) and J of the order `above` + the fraction of v, for v ≥ 0: recurrence from an order so high that J is nothing
 * there down to the fraction, which gives all orders but for a factor; the factor by A&S 9.1.87.
 */
function jMiller(v: number, x: number, above: number): [number, number] {
  const order = Math.floor(v);
  const fraction = v - order;
  const high = Math.max(order, above, Math.ceil(x));
  // Beyond the larger of order and x, J falls as Airy's function: 13·∛high steps are 17 digits.
  let top = high + Math.ceil(13 * Math.cbrt(high)) + 20;
  top += top % 2;
  const even = new Float64Array(top / 2 + 1);
  let [next, here, atOrder, atAbove] = [0, 1e-300, 0, 0];
  for (let n = top; ; n--) {
    if (n % 2 === 0) even[n / 2] = here;
    if (n === order) atOrder = here;
    if (n === above) atAbove = here;
    if (n === 0) break;
    [here, next] = [(2 * (fraction + n) * here) / x - next, here];
    if (Math.abs(here) > 1e200) {
      for (let k = Math.floor((n + 1) / 2); k < even.length; k++) even[k]! *= 1e-200;
      [here, next, atOrder, atAbove] = [here * 1e-200, next * 1e-200, atOrder * 1e-200, atAbove * 1e-200];
    }
  }
  let weight = gamma(1 + fraction);
  let sum = weight * even[0]!;
  for (let k = 1; k < even.length; k++) {
    sum += weight * (fraction + 2 * k) * even[k]!;
    weight *= (fraction + k) / (k + 1);
  }
  const factor = (x / 2) ** fraction / sum;
  return [atOrder * factor, atAbove * factor];
}

/** Orders below 0 that are not integers: the recurrence goes on downwards, where it is stable. */
function jBelow(v: number, x: number): number {
  const order = Math.floor(v);
  const fraction = v - order;
  let [here, above] = x > 25 ? [jFar(fraction, x), jFar(fraction + 1, x)] : jMiller(fraction, x, 1);
  for (let n = 0; n > order; n--) [here, above] = [(2 * (fraction + n) * here) / x - above, here];
  return here;
}

/** J₀ over its first zeros' x² - z², in x²/12.5 - 1, |x| ≤ 5. */
const small0: readonly number[] = [
  0.003433775195443006, -0.001974794511586004, 0.0002472802343211527, -0.000017951655945298798,
  8.614299472476033e-7, -2.9521425632684864e-8, 7.609233569353203e-10, -1.531306324653633e-11,
  2.475309497955091e-13, -3.2866707304697332e-15, 3.6501313955036886e-17, -3.4418858692258494e-19,
];
/** J₁/x over its first zeros' x² - z², in x²/12.5 - 1, |x| ≤ 5. */
const small1: readonly number[] = [
  0.0004546530983912736, -0.00021348093861811067, 0.000022341253121436404, -0.00000138767402387634,
  5.806885161405081e-8, -1.7621593742140618e-9, 4.072176387317086e-11, -7.422794511260187e-13,
  1.096138032866157e-14, -1.3392526677386197e-16, 1.3771260961669168e-18, -1.208775673915002e-20,
];
/** The first zeros, each in two parts. */
const zeros0 = [2.404825557695773, -1.176691651530894e-16, 5.520078110286311, 8.088597146146722e-17] as const;
const zeros1 = [
  3.8317059702075125, -1.5269184090088067e-16, 7.015586669815619, -9.414165653410389e-17,
] as const;
/** P and Q of A&S 9.2.5 (Q times x) in 50/x² - 1, x ≥ 5. */
const p0: readonly number[] = [
  0.9986523398776954, -0.00132937162125028, 0.00001761305551290559, -6.319367118733069e-7,
  3.948825587093808e-8, -3.5409678948019087e-9, 4.103246366872386e-10, -5.765747662655223e-11,
  9.423105578391987e-12, -1.7401405706283885e-12, 3.5557750052411783e-13, -7.914641501338115e-14,
  1.8959456362961828e-14, -4.841483019175697e-15, 1.3078555195901338e-15, -3.714050821413154e-16,
  1.103023177871277e-16, -3.410936210498114e-17, 1.0942187869810236e-17,
];
const q0: readonly number[] = [
  -0.12364702582167493, 0.0013190194049922607, -0.00003218799121266175, 0.0000016237093205642789,
  -1.2743289742032805e-7, 1.3513032763134409e-8, -1.785075905119705e-9, 2.79085713479036e-10,
  -4.988908027652833e-11, 9.950713667806645e-12, -2.1751206043008833e-12, 5.140127162427605e-13,
  -1.2993242656059178e-13, 3.4837635776889786e-14, -9.84005757254373e-15, 2.9115274918592e-15,
  -8.982151171303344e-16, 2.877768906557925e-16, -9.542905011731343e-17, 3.2658161943648366e-17,
  -1.150518178532616e-17, 4.16320426537859e-18, -1.544369143900366e-18,
];
const p1: readonly number[] = [
  1.00226762068534, 0.0022437352958079985, -0.000023071018862548286, 7.639181732533905e-7,
  -4.589685232343401e-8, 4.020515478419001e-9, -4.586773977170972e-10, 6.373158962859246e-11,
  -1.0327344567640412e-11, 1.8943274995111034e-12, -3.849703387824105e-13, 8.529914525779044e-14,
  -2.03544697865723e-14, 5.180421738900549e-15, -1.3953502148258493e-15, 3.9523601713314257e-16,
  -1.171117080126803e-16, 3.614078564738109e-17, -1.1572356053251518e-17,
];
const q1: readonly number[] = [
  0.37308734621468637, -0.0018705189681051477, 0.000040056994520460306, -0.000001914402839085632,
  1.458816510742199e-7, -1.5183398644673165e-8, 1.979922260589517e-9, -3.065981449437696e-10,
  5.440233592059753e-11, -1.0786652192538468e-11, 2.346352831758894e-12, -5.522046856541826e-13,
  1.390972848139383e-13, -3.7181516752164614e-14, 1.0474063117829167e-14, -3.091784202917912e-15,
  9.518051831081499e-16, -3.0436450667050517e-16, 1.0075487579997493e-16, -3.4426306619813246e-17,
  1.2110503970221687e-17, -4.376388902428328e-18,
];
