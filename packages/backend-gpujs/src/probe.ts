import type { GpuDevice } from "./device.ts";
import { isNone } from "./primText.ts";

/** Something that every device must compute rightly, as a function of `a`. */
interface Question {
  readonly what: string;
  readonly expression: string;
  readonly given: readonly number[];
  /** The exact answers. */
  readonly answers: readonly number[];
  /** How far off an answer may be, relatively. */
  readonly within: number;
}

const thirds: readonly number[] = [1 / 3, -0.1, 1e-30, 3e38, 16777215, -8388607.5, 0, 1].map(Math.fround);
const angles: readonly number[] = [-3, -0.5, 0.25, 1, 2.5];

const questions: readonly Question[] = [
  { what: "a number as it is", expression: "a", given: thirds, answers: thirds, within: 0 },
  // GPUs divide with an error of two and a half units in the last place; and so on.
  {
    what: "a third",
    expression: "a / 3",
    given: thirds,
    answers: thirds.map((x) => x / 3),
    within: 4 * 2 ** -24,
  },
  {
    what: "a sum of integers up to 2^24",
    expression: "a + 4095",
    given: [16773121, -16773121, 1],
    answers: [16777216, -16769026, 4096],
    within: 0,
  },
  {
    what: "an exponential",
    expression: "Math.exp(a)",
    given: angles,
    answers: angles.map(Math.exp),
    within: 16 * 2 ** -24,
  },
  {
    what: "a logarithm",
    expression: "Math.log(a)",
    given: [0.01, 3, 1e10].map(Math.fround),
    answers: [0.01, 3, 1e10].map((x) => Math.log(Math.fround(x))),
    within: 16 * 2 ** -24,
  },
  {
    what: "a square root",
    expression: "Math.sqrt(a)",
    given: [2, 1e-20, 1e20].map(Math.fround),
    answers: [2, 1e-20, 1e20].map((x) => Math.sqrt(Math.fround(x))),
    within: 4 * 2 ** -24,
  },
  {
    what: "whether a number is none",
    expression: `(${isNone("a")} ? 1 : (a > 3.4e38 ? 2 : 3))`,
    given: [Number.NaN, Infinity, 1],
    answers: [1, 2, 3],
    within: 0,
  },
];

/**
 * Rejects if `device` computes wrongly: there are drivers that lose digits, infinities or NaN, and none that says so.
 */
export async function probe(device: GpuDevice): Promise<void> {
  for (const { what, expression, given, answers, within } of questions) {
    const kernel = device.kernel(
      `function (x) {\nconst a = x[this.thread.x];\nreturn ${expression};\n}`,
      given.length,
    );
    const numbers = await device.upload(Float32Array.from(given));
    const made = await kernel.run([numbers]);
    const got = await made.read();
    made.free();
    numbers.free();
    kernel.release();
    answers.forEach((exact, i) => {
      if (!(Math.abs((got[i] as number) - exact) <= within * Math.abs(exact)))
        throw new Error(
          `GPU.js (${device.mode}) computes wrongly here and is not used: ${what}, of ${given[i]}, is ${got[i]} instead of ${exact}`,
        );
    });
  }
}
