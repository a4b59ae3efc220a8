import { roundHalf } from "@theano-ts/kernel";

/** The floats whose shortest digits are asked for: 0.1 has one digit in each of them. */
export type Precision = "float16" | "float32" | "float64";

/** `x` rounded to the precision. */
export const roundTo = (x: number, dtype: Precision): number =>
  dtype === "float64" ? x : dtype === "float32" ? Math.fround(x) : roundHalf(x);

/** The digits d₁d₂d₃… of d₁.d₂d₃… · 10^exponent, without trailing zeros. */
interface Digits {
  readonly digits: string;
  readonly exponent: number;
}

/**
 * |x| as a plain decimal: the fewest digits that tell it from its neighbours in `dtype`, but not more than `places`
 * behind the point, and (of the exact value) not fewer than `atLeast`. Rounds ties to even; zeros at the end go.
 */
export function positional(
  x: number,
  dtype: Precision,
  places: number = Number.POSITIVE_INFINITY,
  atLeast: number = Number.NEGATIVE_INFINITY,
): { readonly integer: string; readonly fraction: string } {
  const shortest = shortestDigits(x, dtype);
  const whole = shortest.exponent + 1;
  const { digits, exponent } = withDigits(x, shortest, whole + atLeast, whole + places);
  const padded = exponent < 0 ? "0".repeat(-exponent) + digits : digits.padEnd(exponent + 1, "0");
  const point = Math.max(exponent, 0) + 1;
  return { integer: padded.slice(0, point), fraction: padded.slice(point).replace(/0+$/, "") };
}

/**
 * |x| as d.ddd·10^exponent: as `positional`, with zeros at the end up to `atLeast` places. `exponent` has its sign and
 * two digits or three.
 */
export function scientific(
  x: number,
  dtype: Precision,
  places: number = Number.POSITIVE_INFINITY,
  atLeast: number = 0,
): { readonly integer: string; readonly fraction: string; readonly exponent: string } {
  const { digits, exponent } = withDigits(x, shortestDigits(x, dtype), atLeast + 1, places + 1);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return {
    integer: digits[0]!,
    fraction: digits.slice(1).padEnd(atLeast, "0"),
    exponent: (exponent < 0 ? "-" : "+") + power,
  };
}

function shortestDigits(x: number, dtype: Precision): Digits {
  const size = Math.abs(x);
  if (dtype === "float64") return parse(size.toExponential());
  // The nearest decimal of n digits is the one that reads back as x, if any of n digits does.
  for (let n = 0; ; n++) {
    const text = size.toExponential(n);
    if (roundTo(Number(text), dtype) === size || n > 17) return parse(text);
  }
}

const parse = (text: string): Digits => {
  const [mantissa = "", exponent = ""] = text.split("e");
  return { digits: trim(mantissa.replace(".", "")), exponent: Number(exponent) };
};

const trim = (digits: string): string => digits.replace(/0+$/, "") || "0";

/** The digits of `shortest` if they are from `least` to `most`, else as many of the exact value. */
function withDigits(x: number, shortest: Digits, least: number, most: number): Digits {
  const count = Math.min(Math.max(shortest.digits.length, least), most);
  return count === shortest.digits.length ? shortest : exactDigits(Math.abs(x), count);
}

/** `count` digits of `size`, rounded from the exact value, ties to even. */
function exactDigits(size: number, count: number): Digits {
  const nearest = size.toExponential(count - 1);
  // toExponential rounds ties up. Fifty digits more tell a tie from what only looks like one.
  const [digits = "", exponent] = size
    .toExponential(count + 50)
    .replace(".", "")
    .split("e");
  const tie = /^50*$/.test(digits.slice(count)) && Number(digits[count - 1]) % 2 === 0;
  return parse(tie ? `${digits.slice(0, count)}e${exponent}` : nearest);
}
