import { chebyshev } from "./chebyshev.ts";
import { cosPi, gamma, gammaln, sinPi } from "./gamma.ts";

/**
 * The Bessel function of the first kind of order 0. Even. The error is below 16·2⁻⁵³ of |J₀| for |x| ≤ 8, also beside
 * the zeros, and of the amplitude √(2/π|x|) beyond.
 *
 * NaN at ±∞, as SciPy. Sources: A&S 9.1.10, 9.2.5; the series were computed anew. The way to sin x ± cos x without
 * cancellation is FDLIBM's (e_j0.c).
 */
export function j0(x: number): number {
  const size = Math.abs(x);
  if (size > 8) return waves(size, 0);
  // So that it is exactly 1 at 0.
  if (size < 2 ** -27) return 1;
  const factor = chebyshev(small0, (x * x) / 32 - 1);
  return fromZeros(size, zeros0[0], zeros0[1]) * fromZeros(size, zeros0[2], zeros0[3]) * factor;
}

/** The Bessel function of the first kind of order 1. Odd: keeps -0. As `j0` otherwise. */
export function j1(x: number): number {
  const size = Math.abs(x);
  if (size > 8) return x < 0 ? -waves(size, 1) : waves(size, 1);
  const factor = chebyshev(small1, (x * x) / 32 - 1);
  return x * (fromZeros(size, zeros1[0], zeros1[1]) * fromZeros(size, zeros1[2], zeros1[3]) * factor);
}

/** x² - z² with the zero z in two parts: exact to the last digits beside it. */
const fromZeros = (x: number, zero: number, rest: number): number => (x - zero - rest) * (x + zero);

/** J of order 0 or 1 for x > 8: √(2/πx)·(P·cos χ - (Q/x)·sin χ), χ = x - π/4 - (order 1: π/2). */
function waves(x: number, order: 0 | 1): number {
  const t = 128 / (x * x) - 1;
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
 * The Bessel function of the first kind of real order `v`. The error is below 500·2⁻⁵³ of the amplitude: of |Jᵥ(x)|
 * where the function does not oscillate (0 ≤ x < v), of √(Jᵥ² + Yᵥ²) elsewhere, for |v| ≤ 200.
 *
 * For x < 0 only integer orders have values, others NaN; NaN at x = ±∞, as SciPy. At 0: 1 for order 0, 0 for others
 * above, ±∞ for orders below 0 that are not integers. The time grows with the larger of |v| and |x|, unless |x| > v²/2.
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

/** J₀ over its first zeros' x² - z², in x²/32 - 1, |x| ≤ 8. */
const small0: readonly number[] = [
  0.0019903555001601486, -0.002620939138497025, 0.0008687721472062577, -0.00017040584951557357,
  0.00002204908639454817, -0.0000020248894980012834, 1.3898025173428905e-7, -7.406701254344167e-9,
  3.1559927583611334e-10, -1.1003860827939697e-11, 3.1989232970233477e-13, -7.875041254709154e-15,
  1.6632588015211278e-16, -3.0475993756698376e-18, 4.8912290055811176e-20,
];
/** J₁/x over its first zeros' x² - z², in x²/32 - 1, |x| ≤ 8. */
const small1: readonly number[] = [
  0.00027895709887613106, -0.0003115684036643562, 0.00008553646588540538, -0.000014149356425623485,
  0.000001576470099225889, -1.269075502369425e-7, 7.747614077073057e-9, -3.716577146675772e-10,
  1.4395417669312554e-11, -4.60007822413452e-13, 1.2341465589619718e-14, -2.8205466239524856e-16,
  5.558821065951572e-18, -9.546930865755219e-20,
];
/** The first zeros, each in two parts. */
const zeros0 = [2.404825557695773, -1.176691651530894e-16, 5.520078110286311, 8.088597146146722e-17] as const;
const zeros1 = [
  3.8317059702075125, -1.5269184090088067e-16, 7.015586669815619, -9.414165653410389e-17,
] as const;
/** P and Q of A&S 9.2.5 (Q times x) in 128/x² - 1, x ≥ 8. */
const p0: readonly number[] = [
  0.9994603493475187, -0.0005365220468132117, 0.0000030751847875194745, -5.1705945376060975e-8,
  1.6306464635151382e-9, -7.86409137723707e-11, 5.168262387349193e-12, -4.3045788699253914e-13,
  4.3265957431549404e-14, -5.069034095935236e-15, 6.748072215733873e-16, -1.0011513723467786e-16,
  1.6305919233744186e-17,
];
const q0: readonly number[] = [
  -0.12444683684269607, 0.0005470815954089319, -0.0000059315987288485175, 1.4377965798375193e-7,
  -5.817532749493056e-9, 3.376097523734991e-10, -2.565397936797308e-11, 2.404916100281365e-12,
  -2.6690625482579414e-13, 3.4041800321963686e-14, -4.87994410531204e-15, 7.729703176242605e-16,
  -1.3348852171502517e-16, 2.4865952389390515e-17, -4.952892629886516e-18, 1.0473158973776097e-18,
];
const p1: readonly number[] = [
  1.0009030408600137, 0.0008989898330859408, -0.000003987284300488908, 6.177633960644299e-8,
  -1.8718907491063067e-9, 8.816898659582339e-11, -5.704863640395645e-12, 4.699195515230542e-13,
  -4.6842237839904895e-14, 5.452674896044717e-15, -7.221180842274018e-16, 1.0667689114335412e-16,
  -1.7312313216116335e-17,
];
const q1: readonly number[] = [
  0.3742222965562826, -0.0007702178839325664, 0.0000073108922063643636, -1.676782510726674e-7,
  6.583354662120443e-9, -3.749090950541556e-10, 2.8121750359748866e-11, -2.61145253946232e-12,
  2.8774212663332235e-13, -3.649001916061838e-14, 5.206626366226707e-15, -8.215318025458595e-16,
  1.4141084390211833e-16, -2.626761589838529e-17, 5.2192649196714085e-18,
];
