import {
  type Apply,
  isConstant,
  knownInteger,
  type SymbolicIndex,
  slice,
  subtensor,
  subtensorEntries,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";
import { isScan } from "../loopOp.ts";

/** A part of the last rows of an array, `x[-back]` or `x[-back:]`, of the other dimensions whatever it takes. */
export interface Tail {
  readonly rows: TensorVariable;
  readonly back: number;
  /** Whether it is one row. */
  readonly isRow: boolean;
  /** The same part of other rows: of the one at `place`, or of those from there on. */
  of(rows: TensorVariable, place: TensorVariable | number): TensorVariable;
}

/** What `node` takes of last rows; undefined if it takes others. */
export function tailOf(node: Apply): Tail | undefined {
  const entries = subtensorEntries(node.op);
  const [first] = entries ?? [];
  if (!entries || !first) return undefined;
  const isRow = "integer" in first;
  const input = (at: number): TensorVariable => node.inputs[1 + at] as TensorVariable;
  if (!isRow && (first.stop !== null || first.step !== null)) return undefined;
  const from = isRow ? first.integer : first.start?.input;
  const place = from === undefined ? undefined : input(from);
  const at = place && isConstant(place) ? knownInteger(place) : undefined;
  if (at === undefined || at >= 0) return undefined;
  const others = entries.slice(1).map((entry): SymbolicIndex => {
    if ("integer" in entry) return input(entry.integer);
    const { start, stop, step } = entry;
    return slice(start && input(start.input), stop && input(stop.input), step && input(step.input));
  });
  const rows = node.inputs[0] as TensorVariable;
  return {
    rows,
    back: -at,
    isRow,
    of: (x, begin) => subtensor(x, isRow ? begin : slice(begin, null), ...others) as TensorVariable,
  };
}

/** All rows that a loop made, of those up to where it ended. */
export function wholeOf(v: Variable): Variable {
  const { owner } = v;
  const entries = owner ? subtensorEntries(owner.op) : undefined;
  const [entry] = entries ?? [];
  if (!owner || entries?.length !== 1 || !entry || "integer" in entry) return v;
  const { start, stop, step } = entry;
  if (start !== null || step !== null || stop === null || typeof stop !== "object") return v;
  const rows = owner.inputs[0] as Variable;
  const count = owner.inputs[1 + stop.input] as Variable;
  return isScan(rows.owner?.op) && count.owner === rows.owner ? rows : v;
}
