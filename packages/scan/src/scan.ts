import {
  asTensor,
  cast,
  constant,
  IndexError,
  knownInteger,
  type OrderedUpdates,
  slice,
  subtensor,
  type TensorLike,
  type TensorVariable,
  tensorType,
  ValueError,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { asRows, fit } from "./fit.ts";
import { LoopBuilder } from "./loopBuilder.ts";
import { type Recurrent, readOutput } from "./outputs.ts";
import { rowType } from "./rowType.ts";
import { applyScan } from "./scanOp.ts";
import { Sequence } from "./sequences.ts";
import { closeStep, type WrittenStep } from "./step.ts";
import { stepCount } from "./stepCount.ts";
import { readStepResult, type StepResult } from "./stepResult.ts";
import type {
  NonSequences,
  OutputsInfo,
  ScanArguments,
  ScanOptions,
  ScanOutputs,
  Sequences,
  StepArguments,
} from "./types.ts";

/**
 * Applies `fn` step after step: to rows of `sequences`, to its own former outputs where `outputsInfo` says how they
 * begin, and to `nonSequences`, in that order. Gives its outputs of all steps, one row for each, and the updates of the
 * shared variables that it changes, which are for the function that is compiled.
 *
 * `fn` returns its outputs (one, or a list), then its updates, then `until(condition)`; each may be left out. What it uses
 * beyond its arguments is found. The loop ends with the shortest sequence, after `nSteps` steps, or with the condition.
 * Throws a ValueError if nothing says how many steps there are, if the outputs are not as many as `outputsInfo`, or if an
 * output has another dtype or rank than its initial value; an IndexError for a negative number of steps. As
 * `theano.scan`.
 */
export function scan<
  const S extends Sequences = null,
  const O extends OutputsInfo = null,
  const N extends NonSequences = null,
  const R = unknown,
  const L extends boolean = false,
>(
  fn: (...args: StepArguments<S, O, N>) => R,
  options: ScanOptions<S, O, N> & { readonly returnList?: L },
): [outputs: ScanOutputs<R, L>, updates: OrderedUpdates] {
  const { outputs, updates } = scanned(
    fn as (...args: TensorVariable[]) => unknown,
    options as ScanArguments,
  );
  return [outputForm(outputs, options.returnList ?? false) as ScanOutputs<R, L>, updates];
}

/** As Theano returns outputs: one by itself, several in a list; none as null. */
export const outputForm = <X>(outputs: readonly X[], list: boolean): X | readonly X[] | null => {
  if (list || outputs.length > 1) return outputs;
  return outputs[0] ?? null;
};

/** What `scan` gives, untyped: always a list of outputs. */
interface Scanned {
  readonly outputs: readonly TensorVariable[];
  readonly updates: OrderedUpdates;
}

/** As `scan`, untyped. */
export function scanned(fn: (...args: TensorVariable[]) => unknown, options: ScanArguments): Scanned {
  const read = readArguments(options);
  const { name, sequences, recurrent, nonSequences, nSteps, goBackwards } = read;
  if (nSteps !== undefined && knownInteger(nSteps) === 1) {
    const rows = sequences.flatMap((s) => s.firstRows(goBackwards));
    const formers = recurrent.flatMap((r) => r?.firstRows() ?? []);
    return once(callStep(fn, [...rows, ...formers, ...nonSequences], name));
  }
  const given = [...sequences, ...recurrent].flatMap((x) => x?.taps.map(({ inner }) => inner) ?? []);
  const before = lastVariable([...given, ...nonSequences]);
  const result = callStep(fn, [...given, ...nonSequences], name);
  const strict = options.strict ?? false;
  return looped(read, { ...result, given, nonSequences, before, strict }, options.truncateGradient ?? -1);
}

/** The options of a loop, read. */
interface ReadArguments {
  readonly name: string;
  readonly sequences: readonly Sequence[];
  /** For each output what begins it, if steps read it again; empty if nothing was said of outputs. */
  readonly recurrent: readonly (Recurrent | undefined)[];
  readonly nonSequences: readonly TensorVariable[];
  readonly nSteps: TensorVariable | undefined;
  readonly goBackwards: boolean;
}

function readArguments(options: ScanArguments): ReadArguments {
  const sequences = listOf(options.sequences).map((s, i) => new Sequence(s as TensorLike, i));
  const recurrent = listOf(options.outputsInfo).map((o, i) => readOutput(o as TensorLike, i));
  const nonSequences = listOf(options.nonSequences).map((v) => asTensor(v));
  const nSteps = stepsOf(options.nSteps);
  if (nSteps === undefined && sequences.length === 0)
    throw new ValueError(
      "No information about the number of steps provided: give scan nSteps, or a sequence to go through",
    );
  const { goBackwards = false, name } = options;
  return { name: name ?? "scan_fn", sequences, recurrent, nonSequences, nSteps, goBackwards };
}

/** The loop of a step that was written. */
function looped(read: ReadArguments, step: WrittenStep, truncateGradient: number): Scanned {
  const { name, sequences, nSteps, goBackwards } = read;
  const infos = infosOf(read, step);
  const builder = new LoopBuilder(stepCount(sequences, nSteps));
  const isWhole =
    nSteps === undefined && !step.condition && new Set(sequences.map(({ span }) => span)).size === 1;
  for (const s of sequences) s.read(builder, goBackwards, isWhole);
  const states = infos.map((r) => r && readBack(r, builder));
  const closed = closeStep(step, builder);
  const places = closed.outputs.map((y, i) => {
    const state = states[i];
    if (state === undefined) return builder.keep(y);
    builder.next(state, checkedNext(y, infos[i] as Recurrent, i, step.outputs[i] as TensorVariable));
    return state;
  });
  if (closed.condition) builder.until(closed.condition);
  const results = builder.apply(applyScan({ name, truncateGradient }));
  const { count } = results;
  const outputs = places.map((place, i) => {
    const rows = states[i] === undefined ? results.kept(place) : results.trace(place);
    // Of a loop that may end early, the rows of the steps that it made.
    return count ? (subtensor(rows, slice(null, count)) as TensorVariable) : rows;
  });
  return { outputs, updates: closed.updates(results) };
}

/** For each output of the step what begins it. Throws a ValueError if outputsInfo is for another number of outputs. */
function infosOf({ recurrent }: ReadArguments, { outputs }: StepResult): readonly (Recurrent | undefined)[] {
  if (recurrent.length === 0) return outputs.map(() => undefined);
  if (outputs.length === recurrent.length) return recurrent;
  throw new ValueError(
    `The step of scan returned ${outputs.length} outputs, but outputsInfo is for ${recurrent.length}: provide null as outputsInfo for any output that does not feed back into scan (it behaves like a map)`,
  );
}

/** One or several as a list. */
export function listOf(x: unknown): readonly unknown[] {
  if (x === null || x === undefined) return [];
  return Array.isArray(x) ? x : [x];
}

/** The number of steps that was asked for; undefined if none was. */
function stepsOf(nSteps: ScanArguments["nSteps"]): TensorVariable | undefined {
  if (nSteps === null || nSteps === undefined) return undefined;
  if (typeof nSteps === "number" && !Number.isFinite(nSteps)) return undefined;
  const n =
    typeof nSteps === "object"
      ? asTensor(nSteps)
      : constant(BigInt(Math.trunc(Number(nSteps))), { dtype: "int64" });
  if (!isDiscrete(n.dtype) || n.dtype === "bool" || n.ndim !== 0)
    throw new ValueError(`nSteps must be an integer scalar, but ${n} is ${n.type}`, { origin: n.origin });
  const known = knownInteger(n);
  if (known !== undefined && known < 0)
    throw new IndexError(`scan cannot run a negative number of steps: nSteps is ${known}`);
  return cast(n, "int64");
}

/** Calls the step. An error of its own says where it came up. */
function callStep(
  fn: (...args: TensorVariable[]) => unknown,
  args: readonly TensorVariable[],
  name: string,
): StepResult {
  try {
    return readStepResult(fn(...args), `The step of ${name}`);
  } catch (error) {
    if (error instanceof Error) error.message += `\n    in the step of ${name}`;
    throw error;
  }
}

/** A loop of one step is that step. */
function once({ outputs, updates, condition }: StepResult): Scanned {
  if (condition) console.warn(`scan makes one step, so its condition ${condition} is ignored`);
  return { outputs: outputs.map(asRows), updates };
}

const lastVariable = (variables: readonly TensorVariable[]): number =>
  variables.reduce((last, { id }) => Math.max(last, id), newestVariable());

/** The number that the newest variable has. */
const newestVariable = (): number => tensorType("int64", 0).makeVariable().id;

/** A state for an output, read as its taps say. */
function readBack({ initial, depth, taps, label }: Recurrent, builder: LoopBuilder): number {
  const state = builder.state(initial, depth, label);
  for (const { at, inner } of taps) builder.before(state, -at, inner);
  return state;
}

/** The next value of an output, which must be of the type of its initial one. */
function checkedNext(
  y: TensorVariable,
  { given, initial }: Recurrent,
  position: number,
  origin: TensorVariable,
): TensorVariable {
  const type = rowType(initial);
  const differs = (what: string, before: unknown, after: unknown, remedy: string): never => {
    throw new ValueError(
      `The initial state (outputsInfo) of output ${position} of scan, ${given}, has ${what} ${before}, but what the step makes of it, ${origin}, has ${what} ${after}: ${remedy}`,
      { origin: origin.origin ?? given.origin },
    );
  };
  if (y.dtype !== type.dtype)
    differs("dtype", type.dtype, y.dtype, `begin with a value of ${y.dtype}, or cast what the step returns`);
  if (y.ndim !== type.ndim)
    differs("rank", type.ndim, y.ndim, "every step must return what the next one can begin with");
  const stretched = type.broadcastable.findIndex((b, d) => b && !y.broadcastable[d]);
  if (stretched >= 0)
    differs(
      `dimension ${stretched}`,
      "declared of size 1",
      "of any size",
      `declare the initial value by T.unbroadcast(…, ${stretched})`,
    );
  return fit(y, type);
}
