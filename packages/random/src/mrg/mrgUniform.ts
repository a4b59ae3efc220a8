import {
  disconnected,
  isConstant,
  knownSize,
  opFamily,
  type TensorOp,
  TensorType,
  type TensorVariable,
  tensorOp,
  tensorType,
} from "@theano-ts/core";
import type { RoutineArray } from "@theano-ts/kernel";
import { toHalf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { stateWords, step } from "./mrg31k3p.ts";

/** The dtypes that can be drawn. */
export type MrgDType = "float16" | "float32" | "float64";

/**
 * Uniform over (0, 1) from streams that take turns: element i comes from stream i modulo their number. Takes their
 * states, a matrix with a row for each, and the size; gives the states afterwards and what was drawn. As
 * `theano.sandbox.rng_mrg.mrg_uniform`.
 */
export const mrgUniform: (dtype: MrgDType, ndim: number) => TensorOp = /* @__PURE__ */ opFamily(
  (dtype, ndim) =>
    tensorOp({
      name: `mrg_uniform{${tensorType(dtype, ndim)},no_inplace}`,
      standalone: true,
      type: ([states, size]) => [
        (states as TensorVariable).type,
        new TensorType(
          dtype,
          Array.from({ length: ndim }, (_, d) => knownSizeOf(size as TensorVariable, d) === 1),
        ),
      ],
      uses: () => ["stored", "size"],
      shape([states = []], context, node) {
        const sizes = context.elements(node.inputs[1] as TensorVariable, ndim);
        for (const n of sizes)
          context.demand(
            prim.ge(n, 0),
            (valueOf) => `Cannot draw the size (${sizes.map(valueOf).join(", ")}): sizes are not negative`,
          );
        return [states, sizes];
      },
      routine: () => ({
        name: "mrg31k3p",
        reference: ([states], [after, drawn]) =>
          draw(dtype, states as RoutineArray, after as RoutineArray, drawn as RoutineArray),
      }),
      connection: () => [
        [true, false],
        [false, false],
      ],
      grad: () => [disconnected, disconnected],
      rop: () => [null, null],
    }),
);

const knownSizeOf = (size: TensorVariable, d: number): number | undefined =>
  isConstant(size) || size.owner ? knownSize(size, d) : undefined;

function draw(dtype: MrgDType, states: RoutineArray, after: RoutineArray, drawn: RoutineArray): void {
  const words = after.data as Int32Array;
  words.set(states.data as Int32Array);
  const streams = words.length / stateWords;
  const out = drawn.data as Float64Array;
  const scaled = scales[dtype];
  for (let i = 0; i < out.length; i++) out[i] = scaled(step(words, (i % streams) * stateWords));
}

/** An integer 1 … 2^31 − 1 as a number of (0, 1), stored in each dtype. */
const scales: Readonly<Record<MrgDType, (x: number) => number>> = {
  float64: (x) => x * 2 ** -31,
  // The number before 2^-31, so that the product stays below 1.
  float32: (x) => Math.fround(x) * (2 ** -31 - 2 ** -55),
  // Only 15 bits of it: more would be rounded to 1.
  float16: (x) => toHalf(((x & 0x7fff) + 1) * 3.0458e-5),
};
