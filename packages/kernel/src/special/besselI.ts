import { powerOverGamma } from "./besselJ.ts";
import { chebyshev } from "./chebyshev.ts";

/**
 * The modified Bessel function of the first kind of order 0. Even. Relative error below 8·2⁻⁵³; +∞ beyond ±713.98.
 *
 * NaN at ±∞, as SciPy. Source: A&S 9.6.10, 9.7.1; the series were computed anew.
 */
export function i0(x: number): number {
  const size = Math.abs(x);
  if (size <= 8) return Math.exp(size) * chebyshev(small0, size / 4 - 1);
  return grown(size, chebyshev(large0, 16 / size - 1));
}

/** The modified Bessel function of the first kind of order 1. Odd: keeps -0. As `i0` otherwise. */
export function i1(x: number): number {
  const size = Math.abs(x);
  if (size <= 8) return (x * (Math.exp(size) * chebyshev(small1, size / 4 - 1))) / (1 + size);
  const value = grown(size, chebyshev(large1, 16 / size - 1));
  return x < 0 ? -value : value;
}

/** eˣ·value/√x in two halves, since eˣ alone may overflow. */
function grown(x: number, value: number): number {
  const half = Math.exp(x / 2);
  return x === Number.POSITIVE_INFINITY ? Number.NaN : half * (value / Math.sqrt(x)) * half;
}

/**
 * The modified Bessel function of the first kind of real order `v`. Relative error below 1000·2⁻⁵³ for |v| ≤ 100 and
 * |x| ≤ 700 (for orders below 0 relative to the largest term of its series, as it may cross zero there).
 *
 * For x < 0 only integer orders have values, others NaN; NaN at x = ±∞, as SciPy. At 0: 1 for order 0, 0 for others
 * above, +∞ for orders below 0 that are not integers.
 *
 * Sources: A&S 9.6.10 (series), 9.7.1 (large x).
 */
export function iv(v: number, x: number): number {
  if (Number.isNaN(v) || !Number.isFinite(x)) return Number.NaN;
  if (!Number.isFinite(v)) return v > 0 ? 0 : Number.NaN;
  if (Number.isInteger(v)) {
    const order = Math.abs(v);
    if (order === 0) return i0(x);
    if (order === 1) return i1(x);
    if (x < 0) return order % 2 === 0 ? iv(order, -x) : -iv(order, -x);
    if (v < 0) return iv(order, x);
  }
  if (x < 0) return Number.NaN;
  if (x === 0) return v > 0 ? 0 : Number.POSITIVE_INFINITY;
  if (x > Math.max(30, (v * v) / 2)) return iFar(v, x);
  // It grows as exp(x - v²/2x)/√(2πx), and the exponent is even larger where v is near x.
  if (x - (v * v) / (2 * x) > 760) return Number.POSITIVE_INFINITY;
  const quarter = (x * x) / 4;
  let term = 1;
  let sum = 1;
  for (let k = 1; k < 1e6; k++) {
    term *= quarter / (k * (v + k));
    sum += term;
    if (k > -v && Math.abs(term) < Math.abs(sum) * 2 ** -55) break;
  }
  return sum * powerOverGamma(v, x / 2);
}

/** The expansion for x far beyond v². */
function iFar(v: number, x: number): number {
  const square = 4 * v * v;
  let sum = 0;
  let term = 1;
  for (let k = 0; k < 2 * x && Math.abs(term) > 2 ** -56; k++) {
    sum += term;
    term *= -(square - (2 * k + 1) ** 2) / ((k + 1) * 8 * x);
  }
  return grown(x, sum / Math.sqrt(2 * Math.PI));
}

/** e⁻ˣ·I₀ in x/4 - 1, 0 ≤ x ≤ 8. */
const small0: readonly number[] = [
  0.33839763720473803, -0.3046826723431984, 0.17162090152220877, -0.09490109704804764, 0.04930528423967071,
  -0.02373741480589947, 0.010546460394594998, -0.004324309995050576, 0.0016394756169413357,
  -0.0005763755745385824, 0.00018850288509584165, -0.00005754195010082104, 0.000016448448070728896,
  -0.0000044167383584587505, 0.0000011173875391201037, -2.670793853940612e-7, 6.046995022541919e-8,
  -1.300025009986248e-8, 2.6598237246823866e-9, -5.189795601635263e-10, 9.675809035373237e-11,
  -1.726826291441556e-11, 2.95505266312964e-12, -4.856446783111929e-13, 7.676185498604936e-14,
  -1.1685332877993451e-14, 1.715391285555133e-15, -2.431279846547955e-16, 3.3307945188222384e-17,
  -4.4153416464793395e-18,
];
/** √x·e⁻ˣ·I₀ in 16/x - 1, x ≥ 8. */
const large0: readonly number[] = [
  0.4022452055070544, 0.0033691164782556943, 0.00006889758346916825, 0.0000028913705208347567,
  2.0489185894690638e-7, 2.266668990498178e-8, 3.3962320257083865e-9, 4.94060238822497e-10,
  1.1889147107846439e-11, -3.1499165279632416e-11, -1.3215811840447713e-11, -1.7941785315068062e-12,
  7.180124451383666e-13, 3.8527783827421426e-13, 1.54008621752141e-14, -4.150569347287222e-14,
  -9.554846698828307e-15, 3.8116806693526224e-15, 1.7725601330565263e-15, -3.425485619677219e-16,
  -2.8276239805165836e-16, 3.461222867697461e-17, 4.46562142029676e-17, -4.830504485944182e-18,
  -7.233180487874754e-18,
];
/** (1 + x)·e⁻ˣ·I₁/x in x/4 - 1, 0 ≤ x ≤ 8. */
const small1: readonly number[] = [
  0.27863492939341605, -0.17162090152220877, 0.054493294317377386, -0.009989690599527732,
  -0.003387887052309795, 0.004945319476747819, -0.003373199968950462, 0.0017695555478066621,
  -0.0007892367520714209, 0.0003113991353586689, -0.00011098970358636966, 0.00003620598648707926,
  -0.00001090881482432957, 0.000003056801434638057, -8.009978587389498e-7, 1.9716906904360218e-7,
  -4.576799514689336e-8, 1.0051944070687821e-8, -2.0949741571396406e-9, 4.154159427331038e-10,
  -7.855681177111594e-11, 1.41972592821462e-11, -2.4568958226516582e-12, 4.078507665421902e-13,
  -6.505148251635197e-14, 9.984110242341122e-15, -1.4766063408898357e-15, 2.1071115905485388e-16,
  -2.9047170077866515e-17, 3.872623394384126e-18,
];
/** √x·e⁻ˣ·I₁ in 16/x - 1, x ≥ 8. */
const large1: readonly number[] = [
  0.38928811750914005, -0.009761097491361469, -0.00011058893876262371, -0.000003882564808877691,
  -2.512236237870209e-7, -2.6314688468895196e-8, -3.835380385964237e-9, -5.589743462196584e-10,
  -1.8974958123505413e-11, 3.2526035830154884e-11, 1.4125807436613782e-11, 2.0356285441470896e-12,
  -7.198551776245908e-13, -4.0835511110921974e-13, -2.1015418427726643e-14, 4.272440016711951e-14,
  1.0420276984128802e-14, -3.8144030724370075e-15, -1.8803547755107825e-15, 3.3082023109209285e-16,
  2.96262899764595e-16, -3.209525921993424e-17, -4.6503053684893586e-17, 4.414348323071708e-18,
  7.517296310842105e-18,
];
