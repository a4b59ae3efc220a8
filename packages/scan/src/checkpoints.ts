import {
  add,
  alloc,
  arange,
  asTensor,
  cast,
  floorDiv,
  join,
  minimum,
  mul,
  type OrderedUpdates,
  reshape,
  shapeI,
  sub,
  subtensor,
  type TensorLike,
  type TensorVariable,
  UserError,
  ValueError,
} from "@theano-ts/core";
import type { OutputSpec } from "./outputs.ts";
import { listOf, outputForm, scanned } from "./scan.ts";
import { isSpec } from "./sequences.ts";
import type {
  NonSequences,
  OutputsInfo,
  ScanArguments,
  ScanOptions,
  ScanOutputs,
  Sequences,
  StepArguments,
} from "./types.ts";

/** What {@link scanCheckpoints} is told beside the step. */
export interface CheckpointOptions<S extends Sequences, O extends OutputsInfo, N extends NonSequences>
  extends Pick<ScanOptions<S, O, N>, "sequences" | "outputsInfo" | "nonSequences" | "nSteps" | "name"> {
  /** How many steps there are from one saved row to the next: 10 by default. */
  readonly saveEveryN?: number;
  /** Whether sequences may have any number of rows: if not, it must be a multiple of `saveEveryN`, and nothing is copied. */
  readonly padding?: boolean;
}

/**
 * As `scan`, of which only every `saveEveryN`-th row is saved, and the last: what a gradient needs of the rows between it
 * computes again. So a gradient through n steps needs memory for about n/N + N of them, and takes half as long again.
 *
 * Sequences are all of one length, which is `nSteps` if that is given; outputs are read one step back, if at all. Throws
 * a RuntimeError for outputs with taps. As `theano.scan_checkpoints`.
 */
export function scanCheckpoints<
  const S extends Sequences = null,
  const O extends OutputsInfo = null,
  const N extends NonSequences = null,
  const R = unknown,
>(
  fn: (...args: StepArguments<S, O, N>) => R,
  options: CheckpointOptions<S, O, N>,
): [outputs: ScanOutputs<R>, updates: OrderedUpdates] {
  const step = fn as (...args: TensorVariable[]) => unknown;
  const { outputs, updates } = inChunks(
    step,
    options as CheckpointOptions<Sequences, OutputsInfo, NonSequences>,
  );
  return [outputForm(outputs, false) as ScanOutputs<R>, updates];
}

function inChunks(
  fn: (...args: TensorVariable[]) => unknown,
  options: CheckpointOptions<Sequences, OutputsInfo, NonSequences>,
): ReturnType<typeof scanned> {
  const { saveEveryN: size = 10, padding = true, name = "checkpointscan_fn" } = options;
  if (!Number.isInteger(size) || size < 1)
    throw new ValueError(
      `scanCheckpoints saves every saveEveryN-th row: that must be 1 or more, not ${size}`,
    );
  const sequences = listOf(options.sequences).map((s) => asTensor(s));
  const infos = listOf(options.outputsInfo);
  if (infos.some((o) => isSpec<OutputSpec>(o) && o.taps !== undefined))
    throw new TapsError("scanCheckpoints does not work with taps: its outputs are read one step back");
  const steps = countOf(options.nSteps, sequences);
  const chunks = floorDiv(add(steps, size - 1), size) as TensorVariable;
  // As many steps as a chunk has, and in the last one those that are left.
  const lengths = minimum(sub(steps, mul(arange(chunks), size)), size);
  const split = sequences.map((s) =>
    inRows(padding ? padded(s, sub(mul(chunks, size), steps)) : s, chunks, size),
  );
  const chunk = (...args: TensorVariable[]): unknown => {
    const rows = args.slice(0, split.length);
    const recurrent = args.slice(split.length + 1, split.length + 1 + infos.filter((o) => o !== null).length);
    let next = 0;
    const inner = scanned(fn, {
      sequences: rows,
      outputsInfo: infos.map((o) => (o === null ? null : (recurrent[next++] as TensorVariable))),
      nonSequences: args.slice(split.length + 1 + recurrent.length),
      nSteps: args[split.length] as TensorVariable,
      name: `${name}_inner`,
    });
    return [inner.outputs.map((all) => subtensor(all, -1)), inner.updates];
  };
  return scanned(chunk, {
    sequences: [...split, lengths],
    outputsInfo: infos as OutputsInfo,
    nonSequences: options.nonSequences ?? null,
    name: `${name}_outer`,
  });
}

/** Python's RuntimeError. */
class TapsError extends UserError {
  override name = "RuntimeError";
}

function countOf(nSteps: ScanArguments["nSteps"], sequences: readonly TensorVariable[]): TensorVariable {
  if (nSteps !== null && nSteps !== undefined) return cast(asTensor(nSteps as TensorLike), "int64");
  const [first] = sequences;
  if (first) return shapeI(first, 0);
  throw new ValueError("scanCheckpoints needs nSteps, or a sequence to go through");
}

/** `x` with `count` rows of zeros below. */
function padded(x: TensorVariable, count: TensorVariable): TensorVariable {
  const sizes = Array.from({ length: x.ndim - 1 }, (_, d) => shapeI(x, d + 1));
  return join(0, x, cast(alloc(0, count, ...sizes), x.dtype));
}

/** The rows of `x` in chunks of `size`. */
function inRows(x: TensorVariable, chunks: TensorVariable, size: number): TensorVariable {
  const sizes = Array.from({ length: x.ndim - 1 }, (_, d) => shapeI(x, d + 1));
  return reshape(x, [chunks, size, ...sizes]) as TensorVariable;
}
