import type { ChosenMode } from "./modes.ts";

/** What devices are known to compute otherwise than NumPy, as tests of the conformance suite, with the reason. */
type Limits = Readonly<Record<string, string>>;

const angles = "beyond 100 000 radians it is NaN: a float32 has too few digits to tell such angles apart";
const powers = "a power is made of a logarithm, whose last digits the exponent multiplies";
const tiny = "numbers below 2^-126 become 0 on the device";

const everywhere: Limits = {
  "sin of float32": angles,
  "cos of float32": angles,
  "tan of float32": angles,
  "pow of float32": powers,
};

/** Of devices that have no numbers below the smallest normal one. */
const onDevices: Limits = {
  ...everywhere,
  "mul of float32": tiny,
  "div of float32": tiny,
  "atan2 of float32": tiny,
  "exp of float32": tiny,
  "sigmoid of float32": tiny,
  "softplus of float32": tiny,
};

/** The limits of each mode, by the titles of the conformance suite's tests. */
export const limitsOf: Readonly<Record<ChosenMode, Limits>> = {
  cpu: everywhere,
  webasm: everywhere,
  "headless-gl": onDevices,
  webgl: onDevices,
  webgl2: onDevices,
  webgpu: onDevices,
};
