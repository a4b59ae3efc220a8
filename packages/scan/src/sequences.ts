import {
  add,
  asTensor,
  shapeI,
  slice,
  sub,
  subtensor,
  type TensorLike,
  type TensorVariable,
  TheanoTypeError,
  UserError,
} from "@theano-ts/core";
import type { LoopBuilder } from "./loopBuilder.ts";
import { rowType } from "./rowType.ts";

/** An array that is gone through row by row, and which rows a step sees: those at `t + tap`. */
export interface SequenceSpec {
  readonly input: TensorLike;
  readonly taps?: number | readonly number[] | null;
}

/** One step's view of a sequence. */
interface Tap {
  readonly at: number;
  readonly inner: TensorVariable;
}

/** A sequence, and the variables that steps have for its rows. */
export class Sequence {
  readonly input: TensorVariable;
  readonly taps: readonly Tap[];
  /** How far the taps reach before and after a step. */
  readonly #before: number;
  readonly #after: number;

  constructor(spec: TensorLike | SequenceSpec, position: number) {
    const { input, taps } = readSpec(spec, position);
    this.input = input;
    this.taps = taps.map((at) => ({
      at,
      inner: rowType(input).makeVariable(input.name && `${input.name}[t${signed(at)}]`),
    }));
    this.#before = -Math.min(0, ...taps);
    this.#after = Math.max(0, ...taps);
  }

  /** How many steps it lasts: an int64 scalar. */
  get steps(): TensorVariable {
    const length = shapeI(this.input, 0);
    return this.reach === 0 ? length : sub(length, this.reach);
  }

  /** How many rows a step sees beyond one, from the first to the last. */
  get reach(): number {
    return this.#before + this.#after;
  }

  /** Equal for sequences that last equally long, as far as can be seen. */
  get span(): string {
    return `${this.input.id}-${this.reach}`;
  }

  /** What the only step of a loop of one step sees. */
  firstRows(goBackwards: boolean): TensorVariable[] {
    const last = sub(this.steps, 1);
    return this.taps.map(({ at }) => {
      const row = at + this.#before;
      return subtensor(this.input, goBackwards ? add(last, row) : row) as TensorVariable;
    });
  }

  /** Has `builder` read the rows; the last first if `goBackwards`, of a loop that is known to go through all if `whole`. */
  read(builder: LoopBuilder, goBackwards: boolean, whole: boolean): void {
    for (const { at, inner } of this.taps) {
      const offset = at + this.#before;
      if (!goBackwards || whole) builder.row(this.input, { offset, backwards: goBackwards }, inner);
      else builder.row(this.#reversed(offset), {}, inner);
    }
  }

  /** The rows that a tap sees, the last first. */
  #reversed(offset: number): TensorVariable {
    const seen = subtensor(this.input, slice(offset, add(this.steps, offset)));
    return subtensor(seen as TensorVariable, slice(null, null, -1)) as TensorVariable;
  }
}

const signed = (tap: number): string => (tap === 0 ? "" : tap > 0 ? `+${tap}` : `${tap}`);

/** Python's KeyError. */
class MissingKeyError extends UserError {
  override name = "KeyError";
}

function readSpec(
  spec: TensorLike | SequenceSpec,
  position: number,
): { readonly input: TensorVariable; readonly taps: readonly number[] } {
  if (isSpec<SequenceSpec>(spec) && spec.input === undefined)
    throw new MissingKeyError(`Sequence ${position} of scan says nothing of its 'input'`);
  const { input, taps } = isSpec<SequenceSpec>(spec) ? spec : { input: spec, taps: undefined };
  const x = asTensor(input);
  if (x.ndim === 0)
    throw new TheanoTypeError(
      `Sequence ${position} of scan is ${x}: ${x.type}, which has no rows: pass it in nonSequences`,
      { origin: x.origin },
    );
  return { input: x, taps: asTaps(taps, [0]) };
}

/** Taps as a list. */
export const asTaps = (
  taps: number | readonly number[] | null | undefined,
  others: readonly number[],
): readonly number[] => {
  if (taps === null || taps === undefined) return others;
  return (Array.isArray(taps) ? taps : [taps]).map(Number);
};

/** Whether this says more about a sequence or output than which array it is. */
export const isSpec = <S extends object>(x: unknown): x is S =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype && !("data" in x);
