import { makers } from "@theano-ts/core";
import { RandomState } from "@theano-ts/random";

/**
 * NumPy's makers of arrays, `array`, `zeros`, `ones`, `full`, `arange`, `linspace`, `eye`, `identity`, and its random
 * numbers, `np.random.RandomState`.
 */
export const np: typeof makers & { readonly random: { readonly RandomState: typeof RandomState } } =
  /* @__PURE__ */ Object.assign({ random: { RandomState } }, makers);
