import {
  asTensor,
  constant,
  floatX,
  slice,
  subtensor,
  type TensorLike,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
} from "@theano-ts/core";
import { asRows } from "./fit.ts";
import { rowType } from "./rowType.ts";
import { asTaps, isSpec } from "./sequences.ts";

/** Where an output begins, and which of its former values a step sees: those at `t + tap`, all taps negative. */
export interface OutputSpec {
  readonly initial?: TensorLike | null;
  readonly taps?: number | readonly number[] | null;
}

/** What a step sees of an output's former values. */
interface Tap {
  readonly at: number;
  readonly inner: TensorVariable;
}

/** An output that steps read again: where it begins, and the variables that steps have for its former values. */
export class Recurrent {
  /** The rows before the first step, oldest first. */
  readonly initial: TensorVariable;
  readonly depth: number;
  readonly taps: readonly Tap[];
  /** What the user gave. */
  readonly given: TensorVariable;
  /** What errors call it. */
  readonly label: string;

  constructor(given: TensorVariable, taps: readonly number[], position: number) {
    this.given = given;
    this.label = `output ${position} (outputsInfo ${given})`;
    this.depth = -Math.min(...taps);
    const isLone = taps.length === 1 && taps[0] === -1;
    if (!isLone && given.ndim === 0)
      throw new TheanoTypeError(
        `The initial value of output ${position} of scan is ${given}: ${given.type}: for the taps ${taps.join(", ")} it needs a first dimension of ${this.depth} rows`,
        { origin: given.origin },
      );
    this.initial = isLone ? asRows(given) : (subtensor(given, slice(0, this.depth)) as TensorVariable);
    if (given.name !== null) this.initial.name = `${given.name}[t${isLone ? "-1" : `-${this.depth}:t`}]`;
    const type = rowType(this.initial);
    this.taps = taps.map((at) => ({ at, inner: type.makeVariable(given.name && `${given.name}[t${at}]`) }));
  }

  /** What the only step of a loop of one step sees. */
  firstRows(): TensorVariable[] {
    return this.taps.map(({ at }) => subtensor(this.initial, this.depth + at) as TensorVariable);
  }
}

/** What is known of an output before the step is written: undefined if no step reads it again. */
export function readOutput(
  spec: TensorLike | OutputSpec | null | undefined,
  position: number,
): Recurrent | undefined {
  if (spec === null || spec === undefined) return undefined;
  const { initial, taps } = isSpec<OutputSpec>(spec) ? spec : { initial: spec, taps: undefined };
  if (initial === null || initial === undefined) {
    if (taps === null || taps === undefined) return undefined;
    throw new ValueError(
      `Output ${position} of scan has taps, so steps read it: outputsInfo must give its initial value too`,
    );
  }
  const list = asTaps(taps, [-1]);
  if (new Set(list).size < list.length)
    throw new ValueError(
      `All the taps of output ${position} of scan must be different, not ${list.join(", ")}`,
    );
  if (list.some((tap) => tap >= 0))
    throw new ValueError(
      `All the taps of output ${position} of scan must be smaller than 0, not ${list.join(", ")}: a step sees former values only`,
    );
  return new Recurrent(asInitial(initial), list, position);
}

/** A plain number begins a float, as the value of a shared variable does; a bigint an int64. */
function asInitial(x: TensorLike): TensorVariable {
  if (typeof x === "number") return constant(x, { dtype: floatX() });
  if (typeof x === "bigint") return constant(x, { dtype: "int64" });
  return asTensor(x);
}
