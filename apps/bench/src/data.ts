import type { InputSpec, Task } from "./tasks.ts";

/** The data of an input: a typed array that knows its shape. */
export type Data = (Float32Array | Float64Array | Int32Array) & { readonly shape: readonly number[] };

/** The inputs of a task, by name: the same numbers for every library that is timed on it. */
export const makeInputs = (task: Task): Record<string, Data> =>
  Object.fromEntries(Object.entries(task.inputs).map(([name, spec]) => [name, makeInput(spec)]));

function makeInput({ shape, dtype, seed, lo = 0, hi, int }: InputSpec): Data {
  const size = shape.reduce((a, b) => a * b, 1);
  const out = new { f32: Float32Array, f64: Float64Array, i32: Int32Array }[dtype](size);
  for (let i = 0; i < size; i++)
    out[i] = int ? hash(i, seed) % hi : lo + (hi - lo) * (hash(i, seed) / 2 ** 32);
  return Object.assign(out, { shape });
}

/** 32 well mixed bits from a position and a seed. */
function hash(i: number, seed: number): number {
  let x = (i + Math.imul(seed, 0x9e3779b9)) | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x7feb352d);
  x ^= x >>> 15;
  x = Math.imul(x, 0x846ca68b);
  x ^= x >>> 16;
  return x >>> 0;
}
