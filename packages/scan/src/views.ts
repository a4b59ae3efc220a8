import { type OrderedUpdates, subtensor, type TensorVariable } from "@theano-ts/core";
import { outputForm, scan, scanned } from "./scan.ts";
import type {
  LastOutputs,
  NonSequences,
  OutputsInfo,
  ScanArguments,
  ScanOptions,
  ScanOutputs,
  Sequences,
  StepArguments,
} from "./types.ts";

/** What the views of `scan` take beside what they go through. */
export type ViewOptions = Pick<ScanArguments, "goBackwards" | "mode" | "name">;

/**
 * Applies `fn` to each row of `sequences`, and to `nonSequences`. Gives the outputs of all rows, and updates. As
 * `theano.map`.
 */
export function map<const S extends Sequences, const N extends NonSequences = null, const R = unknown>(
  fn: (...args: StepArguments<S, null, N>) => R,
  sequences: S,
  nonSequences?: N,
  options: ViewOptions & Pick<ScanArguments, "truncateGradient"> = {},
): [outputs: ScanOutputs<R>, updates: OrderedUpdates] {
  return scan<S, null, N, R>(fn, { ...options, sequences, nonSequences } as ScanOptions<S, null, N>);
}

/**
 * Applies `fn` to each row of `sequences`, to its own outputs for the row before, beginning with `outputsInfo`, and to
 * `nonSequences`. Gives the outputs for the last row, and updates. As `theano.reduce`.
 */
export function reduce<
  const S extends Sequences,
  const O extends OutputsInfo,
  const N extends NonSequences = null,
  const R = unknown,
>(
  fn: (...args: StepArguments<S, O, N>) => R,
  sequences: S,
  outputsInfo: O,
  nonSequences?: N,
  options: ViewOptions = {},
): [outputs: LastOutputs<R>, updates: OrderedUpdates] {
  const { outputs, updates } = scanned(fn as (...args: TensorVariable[]) => unknown, {
    ...options,
    sequences,
    outputsInfo,
    nonSequences: nonSequences ?? null,
  });
  const last = outputs.map((rows) => subtensor(rows, -1) as TensorVariable);
  return [outputForm(last, false) as LastOutputs<R>, updates];
}

/** As `reduce`, from the first row to the last. As `theano.foldl`. */
export function foldl<
  const S extends Sequences,
  const O extends OutputsInfo,
  const N extends NonSequences = null,
  const R = unknown,
>(
  fn: (...args: StepArguments<S, O, N>) => R,
  sequences: S,
  outputsInfo: O,
  nonSequences?: N,
  options: Omit<ViewOptions, "goBackwards"> = {},
): [outputs: LastOutputs<R>, updates: OrderedUpdates] {
  return reduce(fn, sequences, outputsInfo, nonSequences, { ...options, goBackwards: false });
}

/** As `reduce`, from the last row to the first. As `theano.foldr`. */
export function foldr<
  const S extends Sequences,
  const O extends OutputsInfo,
  const N extends NonSequences = null,
  const R = unknown,
>(
  fn: (...args: StepArguments<S, O, N>) => R,
  sequences: S,
  outputsInfo: O,
  nonSequences?: N,
  options: Omit<ViewOptions, "goBackwards"> = {},
): [outputs: LastOutputs<R>, updates: OrderedUpdates] {
  return reduce(fn, sequences, outputsInfo, nonSequences, { ...options, goBackwards: true });
}
