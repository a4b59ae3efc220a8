import type { Expr } from "../expr.ts";
import { abs, add, div, lt, mul, number, select, sub } from "../prims.ts";
import { expModerate } from "./exponential.ts";
import { atMost, estrin, type Float, withSign } from "./parts.ts";

// Chebyshev fits (mpmath, 50 digits): near 0 of erf(x)/x - 1 in x², beyond of exp(x²)·erfc(x) in 1/(x + 2).

interface Constants {
  readonly near: readonly number[];
  readonly far: readonly number[];
  /** The variable of `far` is (1/(x + 2) - center)·scale. */
  readonly center: number;
  readonly scale: number;
  /** From here on erf is 1. */
  readonly one: number;
}

const constants: { readonly [D in Float]: Constants } = {
  float32: {
    near: [
      0.12837916079392445, -0.3761257580700919, 0.11282762541894384, -0.026804351447918467,
      0.005054042056057186, -6.331998096493241e-4,
    ],
    far: [
      0.27178530286858976, 0.16529675590307044, 0.03447070246712876, 0.00405303480966876,
      4.546868122652829e-5, -5.0219961508505303e-5, -1.5354499893186427e-6, 9.103514878296707e-7,
    ],
    center: 0.25938967136150237,
    scale: 10.784810126582279,
    one: 4,
  },
  float64: {
    near: [
      0.12837916709551256, -0.3761263890318336, 0.11283791670933264, -0.02686617064038413,
      0.005223977572514907, -0.000854832357563797, 1.2055192652208321e-4, -1.4921969577624702e-5,
      1.6399720736388881e-6, -1.5701227105190677e-7, 1.0687686191469846e-8,
    ],
    far: [
      0.2363401881776663, 0.18421430795828314, 0.047632453734983156, 0.0073239350068776115,
      2.2580397089612945e-4, -1.2997209041539244e-4, -1.0168684325335107e-5, 3.8002329744538864e-6,
      2.1294618641806274e-7, -1.5103003788821394e-7, 4.397395651493923e-9, 5.9241720881595176e-9,
      -9.540198711806639e-10, -1.4162569863995414e-10, 7.046923815921827e-11, -4.964810687102662e-12,
      -2.7767381846306105e-12, 6.730910306594009e-13,
    ],
    center: 0.238556338028169,
    scale: 8.806201550387597,
    one: 6,
  },
};

/** The error function, by a polynomial near 0 and by its complement elsewhere. */
export function erf(x: Expr): Expr {
  const { near, far, center, scale, one } = constants[x.dtype as Float];
  const a = atMost(abs(x), one);
  const square = mul(a, a);
  const small = add(x, mul(x, estrin(square, near)));
  const t = mul(sub(div(number(1, x.dtype), add(a, 2)), center), scale);
  const large = withSign(sub(number(1, x.dtype), mul(expModerate(mul(square, -1)), estrin(t, far))), x);
  return select(lt(a, 0.84375), small, large);
}
