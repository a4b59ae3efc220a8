import { chebyshev } from "./chebyshev.ts";

/**
 * The gamma function. Relative error below 12·2⁻⁵³; exact for the integers up to 23.
 *
 * +∞ at 0, at the negative integers, and from 171.63 on; -∞ at -∞ (as SciPy).
 * Sources: A&S 6.1.15 (recurrence), 6.1.17 (reflection), 6.1.37 (Stirling).
 */
export function gamma(x: number): number {
  if (Number.isInteger(x)) {
    if (x <= 0) return Number.POSITIVE_INFINITY;
    if (x <= 23) return factorial(x - 1);
  }
  if (x >= 10) return x > 172 ? Number.POSITIVE_INFINITY : stirling(x, x / 2 - 0.25);
  if (x > 0) return x < 1 ? reciprocal(x + 1, x) : shifted(x);
  if (!(x > Number.NEGATIVE_INFINITY)) return x;
  // Beside 0 the series of 1/Γ still holds a little below 1.
  if (x > -0.001) return reciprocal(x + 1, x);
  // Γ(x) = -π/(x·sin(πx)·Γ(-x)); the halves of a large Γ(-x) divide one after the other, as it may overflow.
  const rest = -Math.PI / (x * sinPi(x));
  if (x > -10) return rest / gamma(-x);
  if (x < -200) return rest < 0 ? -0 : 0;
  const power = -x / 2 - 0.25;
  return rest / stirling(-x, 0) / (-x) ** power / (-x) ** power;
}

const logPi = 1.1447298858494002;

/** 1·2·…·n, exact up to 22. */
function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return product;
}

/** Γ(y)/x for 1 ≤ y ≤ 2. */
const reciprocal = (y: number, x: number): number => 1 / (x * chebyshev(inverse, 2 * y - 3));

/** Γ(x) for 1 ≤ x < 10, from 1 … 2 up; x - k is exact. */
function shifted(x: number): number {
  let product = 1;
  let y = x;
  while (y > 2) product *= --y;
  return product / chebyshev(inverse, 2 * y - 3);
}

/** √2π·xᵖ·e⁻ˣ·e^(1/12x …)·xᵖ: Γ(x) for p = x/2 - 1/4 and x ≥ 10; xᵖ comes twice since x²ᵖ may overflow. */
function stirling(x: number, p: number): number {
  const power = x ** p;
  return power * (2.5066282746310002 * Math.exp(-x) * Math.exp(stirlingSeries(x))) * power;
}

/**
 * log Γ(x) - ((x - ½)·log x - x + ½·log 2π) for x ≥ 10, with an absolute error below 2⁻⁵⁸.
 * Source: A&S 6.1.41; the factors are B₂ₖ/(2k·(2k - 1)).
 */
export function stirlingSeries(x: number): number {
  const y = 1 / (x * x);
  return (
    (1 / 12 +
      y *
        (-1 / 360 +
          y *
            (1 / 1260 +
              y *
                (-1 / 1680 +
                  y *
                    (1 / 1188 +
                      y * (-691 / 360360 + y * (1 / 156 + y * (-3617 / 122400 + (y * 43867) / 244188)))))))) /
    x
  );
}

/**
 * log|Γ(x)|. For x > 0 the relative error is below 8·2⁻⁵³, also near the zeros 1 and 2; for x < 0 the error is below
 * 8·2⁻⁵³ times the larger of 1 and log Γ(-x): near the zeros there it is absolute.
 *
 * +∞ at 0 and the negative integers; -∞ at -∞ (as SciPy).
 */
export function gammaln(x: number): number {
  if (x < 0) {
    if (x === Number.NEGATIVE_INFINITY) return x;
    const sine = sinPi(x);
    return sine === 0 ? Number.POSITIVE_INFINITY : logPi - Math.log(Math.abs(sine)) - gammaln(1 - x);
  }
  if (x >= 10) {
    const main = (x - 0.5) * (Math.log(x) - 1);
    // 0.4189… is ½·log 2π - ½.
    return main + (0.4189385332046727 + stirlingSeries(x));
  }
  if (x < 1) return x === 0 ? Number.POSITIVE_INFINITY : gammaln1p(x) - Math.log(x);
  let product = 1;
  let y = x;
  while (y > 3) product *= --y;
  return nearOne(y, y - 1, y - 2) + (product === 1 ? 0 : Math.log(product));
}

/** log Γ(1 + a) for 0 ≤ a ≤ 2, with a relative error below 8·2⁻⁵³ however small a is. */
export const gammaln1p = (a: number): number => nearOne(1 + a, a, a - 1);

/** log Γ(x) for 1 ≤ x ≤ 3; its zeros as factors, which the caller has exactly. */
const nearOne = (x: number, minusOne: number, minusTwo: number): number =>
  minusOne * minusTwo * chebyshev(withoutZeros, x - 2);

/** sin(πx), with the whole turns taken off first, which is exact. */
export function sinPi(x: number): number {
  const turn = Math.abs(x) % 2;
  const half = turn > 1 ? turn - 1 : turn;
  const sine = half === 1 ? 0 : Math.sin(Math.PI * (half > 0.5 ? 1 - half : half));
  return turn > 1 === x < 0 ? sine : -sine;
}

/** cos(πx), in the same way. */
export function cosPi(x: number): number {
  const turn = Math.abs(x) % 2;
  const half = turn > 1 ? 2 - turn : turn;
  return half > 0.25 && half < 0.75 ? Math.sin(Math.PI * (0.5 - half)) : Math.cos(Math.PI * half);
}

/** 1/Γ(x) in 2x - 3, 1 ≤ x ≤ 2. */
const inverse: readonly number[] = [
  1.063773007805262, -0.004985587286840036, -0.06419254361091582, 0.005065798640286087, 0.0004166091387096889,
  -0.00008048141249784711, 0.000002960011775188017, 2.6897599644059546e-7, -3.3396463068683694e-8,
  1.0896538645441867e-9, 5.13850186324227e-11, -6.600741004112952e-12, 2.4769163034825414e-13,
  2.2003907817225954e-15, -6.707186064779082e-16, 3.1317345823123396e-17,
];

/** log Γ(x)/((x - 1)·(x - 2)) in x - 2, 1 ≤ x ≤ 3. */
const withoutZeros: readonly number[] = [
  0.44148902545501423, -0.11119580321752523, 0.01951044826068884, -0.003922461463025264,
  0.0008478989895953857, -0.00019153855341365593, 0.00004454470184975607, -0.0000105728743735943,
  0.0000025474336873408417, -6.208535880776316e-7, 1.5268677399071546e-7, -3.782637660291326e-8,
  9.428100823624284e-9, -2.361999702184645e-9, 5.943541905817546e-10, -1.501312977072867e-10,
  3.8050196458110534e-11, -9.672485299656325e-12, 2.465348198355661e-12, -6.298868140791711e-13,
  1.6128460030283787e-13, -4.137949206814042e-14, 1.0635701227757898e-14, -2.7382420786652826e-15,
  7.060670507214892e-16, -1.8232177141662118e-16, 4.714169006756272e-17, -1.2204107319639856e-17,
  3.1630451661790255e-18,
];
