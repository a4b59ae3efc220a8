import {
  add,
  constant,
  dot,
  fastRun,
  gt,
  type Mode,
  mul,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
} from "@theano-ts/core";
import { scan } from "./scan.ts";
import { until } from "./until.ts";

/** What programs with loops are compiled with. */
export const mode: Mode = fastRun;
/** Begins a state of floats. */
export const zero: TensorVariable = /* @__PURE__ */ constant(0, { dtype: "float64" });
/** The last row. */
export const last = (x: TensorVariable): TensorVariable => subtensor(x, -1) as TensorVariable;
/** What a loop gives, of which types are of no interest here. */
export const only = (x: unknown): TensorVariable => x as TensorVariable;

/** Some numbers. */
export const xs: readonly number[] = [0.3, -0.2, 0.8, 0.5];
const ws = [
  [0.5, -0.4],
  [0.3, 0.9],
];
const rows = [
  [0.1, 0.4],
  [-0.3, 0.2],
  [0.7, -0.6],
];

/** Functions of a few arrays, by loops, and arrays to try them at. */
export const loops: [string, (...x: TensorVariable[]) => TensorVariable, unknown[]][] = [
  ["a map", (x) => only(scan((a) => tanh(mul(a, a)), { sequences: x })[0]), [xs]],
  [
    "a recurrence, and all it reads",
    (x, w, h) =>
      only(scan((a, p, w) => tanh(add(a, dot(p, w))), { sequences: x, outputsInfo: h, nonSequences: w })[0]),
    [rows, ws, [0.2, -0.1]],
  ],
  [
    "its last value",
    (x, w) => last(only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: x, outputsInfo: zero })[0])),
    [xs, 0.7],
  ],
  [
    "taps of a sequence",
    (x) =>
      only(scan((a, b, c) => mul(a, add(b, mul(c, c))), { sequences: { input: x, taps: [-2, 0, 1] } })[0]),
    [[0.3, -0.2, 0.8, 0.5, 0.9, -0.7]],
  ],
  [
    "taps of an output",
    (x, h) =>
      only(
        scan((a, p, q) => tanh(add(mul(a, p), q)), {
          sequences: x,
          outputsInfo: { initial: h, taps: [-1, -3] },
        })[0],
      ),
    [xs, [0.1, 0.5, -0.6]],
  ],
  [
    "fewer steps than taps",
    (x, h) =>
      only(
        scan((a, p) => mul(a, p), {
          sequences: x,
          outputsInfo: { initial: h, taps: [-3] },
        })[0],
      ),
    [
      [0.3, -0.2],
      [0.1, 0.5, -0.6],
    ],
  ],
  [
    "an output that is computed from another",
    (x, h) => {
      const [[p, q]] = scan(
        (a, p) => {
          const next = tanh(add(a, p));
          return [next, mul(next, next)] as const;
        },
        { sequences: x, outputsInfo: [h, null] },
      );
      return mul(only(p), only(q));
    },
    [xs, 0.4],
  ],
  [
    "states that read each other",
    (x, p, q) => {
      const [[a, b]] = scan((x, p, q) => [mul(x, q), add(p, tanh(q))] as const, {
        sequences: x,
        outputsInfo: [p, q],
      });
      return add(only(a), mul(only(b), 2));
    },
    [xs, 0.4, -0.9],
  ],
  [
    "a sequence backwards",
    (x) =>
      only(
        scan((a, p) => tanh(add(a, mul(p, 0.5))), { sequences: x, outputsInfo: zero, goBackwards: true })[0],
      ),
    [xs],
  ],
  [
    "some rows of a sequence, backwards",
    (x) =>
      only(
        scan((a, b, p) => tanh(add(mul(a, b), p)), {
          sequences: { input: x, taps: [0, 1] },
          outputsInfo: zero,
          goBackwards: true,
          nSteps: 2,
        })[0],
      ),
    [xs],
  ],
  [
    "fewer steps than rows",
    (x, w) =>
      only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: x, outputsInfo: zero, nSteps: 3 })[0]),
    [xs, 0.7],
  ],
  [
    "a loop that ends early",
    (x, w) =>
      only(
        scan(
          (a, p) => {
            const next = add(p, mul(a, w));
            return [next, until(gt(next, 1))] as const;
          },
          { sequences: x, outputsInfo: zero },
        )[0],
      ),
    [[0.6, 0.5, 0.4, 0.3], 1.1],
  ],
  [
    "a loop in a loop",
    (x, w) =>
      only(
        scan(
          (row) =>
            last(only(scan((a, p) => tanh(add(a, mul(p, w))), { sequences: row, outputsInfo: zero })[0])),
          { sequences: x },
        )[0],
      ),
    [rows, 0.7],
  ],
  [
    "an array that is sequence, state and whole at once",
    (x) =>
      only(
        scan((a, p, whole) => tanh(add(mul(a, sum(whole)), p)), {
          sequences: x,
          outputsInfo: subtensor(x, 1),
          nonSequences: x,
        })[0],
      ),
    [xs],
  ],
  [
    "a state that reads one of integers",
    (x) =>
      only(
        scan((a, p, n) => [mul(a, p, add(n, 1)), add(n, 1)] as const, {
          sequences: x,
          outputsInfo: [constant(1, { dtype: "float64" }), 0n],
        })[0][0],
      ),
    [xs],
  ],
  [
    "a state that is the same after every step",
    (x, w) =>
      add(
        sum(x),
        only(scan((_, p) => add(mul(p, 0), sum(w)), { sequences: x, outputsInfo: zero })[0]),
        only(scan(() => sum(mul(w, w)), { sequences: x, outputsInfo: zero })[0]),
      ),
    [xs, [0.5, 0.25]],
  ],
  [
    "values that are only handed on",
    (x, w) => {
      const [[p, all]] = scan((_, p, whole) => [p, whole] as const, {
        sequences: x,
        outputsInfo: [sum(w), null],
        nonSequences: w,
      });
      return add(sum(x), mul(only(p), sum(only(all), { axis: 1 })));
    },
    [xs, [0.5, 0.25]],
  ],
  [
    "one value for two outputs",
    (x) => {
      const [[a, b]] = scan(
        (a, p) => {
          const next = add(a, mul(p, 0.5));
          return [next, next] as const;
        },
        { sequences: x, outputsInfo: [zero, null] },
      );
      return mul(only(a), only(b));
    },
    [xs],
  ],
  [
    "states that change places",
    (x, w) => {
      const [[a, b]] = scan((x, p, q) => [q, add(p, x)] as const, {
        sequences: x,
        outputsInfo: [zero, w],
      });
      return add(only(a), mul(only(b), 2));
    },
    [xs, 0.75],
  ],
  [
    "a loop over what a loop made",
    (x) => {
      const [sums] = scan((v, p) => tanh(add(v, p)), { sequences: x, outputsInfo: zero });
      return only(scan((v, u) => mul(v, u), { sequences: [only(sums), x] })[0]);
    },
    [xs],
  ],
];
