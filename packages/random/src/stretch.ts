import { ValueError } from "@theano-ts/core";
import type { RoutineArray } from "@theano-ts/kernel";

/** Element i, in row-major order, of an array stretched to a shape. */
export type Elements = (i: number) => number;

/**
 * The elements of `array`, stretched to `shape`: its dimensions are the last ones, those of size 1 repeat. Throws a
 * ValueError if they do not fit.
 */
export function stretched({ data, shape: own }: RoutineArray, shape: readonly number[]): Elements {
  const added = shape.length - own.length;
  const length = shape.reduce((n, m) => n * m, 1);
  if (own.some((n, d) => n !== 1 && n !== shape[d + added]))
    throw new ValueError(`Cannot stretch a parameter of shape (${own.join(", ")}) to (${shape.join(", ")})`);
  if (data.length === 1) {
    const value = Number(data[0]);
    return () => value;
  }
  if (data.length === length) return (i) => Number(data[i]);
  const places = new Int32Array(length);
  let [step, repeat] = [1, 1];
  for (let d = shape.length - 1; d >= 0; d--) {
    const n = shape[d] as number;
    const size = own[d - added] ?? 1;
    if (size !== 1) for (let i = 0; i < length; i++) places[i]! += (Math.floor(i / repeat) % n) * step;
    step *= size;
    repeat *= n;
  }
  return (i) => Number(data[places[i] as number]);
}
