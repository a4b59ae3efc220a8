import type { Variable } from "../../graph/variable.ts";
import { add } from "../../ops/elemwise/arithmetic.ts";
import { incSubtensorEntries } from "../../ops/index/setSubtensor.ts";
import { type Entry, subtensor, subtensorEntries } from "../../ops/index/subtensor.ts";
import { join, joinOp } from "../../ops/shape/join.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { slice } from "../../value/slice.ts";
import { scalarConstant } from "../match.ts";
import { fitted, type Rule, rewriter } from "../rule.ts";

/** Elements from `start` to `stop` along `axis` of an array that is 0 elsewhere. */
interface Part {
  readonly axis: number;
  readonly start: number;
  readonly stop: number;
  readonly value: TensorVariable;
  readonly zeros: TensorVariable;
}

/**
 * Sums of parts that lie side by side, each in an array of zeros, are those parts joined: what the gradient of a value
 * that is cut into pieces is made of.
 */
export const joinedParts = (): Rule =>
  rewriter("zeros with x in [a:b] + zeros with y in [b:c] → join(x, y, …)", add, (output) => {
    const parts = termsOf(output).map((v) => partOfZeros(v, output));
    if (parts.length < 2 || !parts.every((p) => p !== undefined)) return undefined;
    const [first, ...others] = parts.toSorted((a, b) => a.start - b.start) as [Part, ...Part[]];
    let end = first.stop;
    for (const p of others) {
      if (p.axis !== first.axis || p.start !== end) return undefined;
      end = p.stop;
    }
    if (first.start !== 0) return undefined;
    return fitted(withRest([first, ...others], end), output);
  });

/** Parts joined, and after them as many zeros as there are more. */
function withRest(parts: readonly Part[], end: number): TensorVariable {
  const [{ axis, zeros }] = parts as readonly [Part];
  const index = [
    ...Array<null>(axis)
      .fill(null)
      .map(() => slice(null)),
    slice(end, null),
  ];
  return join(axis, ...parts.map((p) => p.value), subtensor(zeros, ...index) as TensorVariable);
}

/** The terms of a sum, those of sums in it included. */
function termsOf(v: TensorVariable): TensorVariable[] {
  const { owner } = v;
  if (owner?.op.key !== add.op.key) return [v];
  return (owner.inputs as readonly TensorVariable[]).flatMap(termsOf);
}

function partOfZeros(v: TensorVariable, like: TensorVariable): Part | undefined {
  if (v.dtype !== like.dtype || v.ndim !== like.ndim) return undefined;
  return incremented(v) ?? joined(v);
}

/** What was put into zeros. */
function incremented(v: TensorVariable): Part | undefined {
  const entries = v.owner ? incSubtensorEntries(v.owner.op) : undefined;
  if (!v.owner || !entries) return undefined;
  const [zeros, value, ...bounds] = v.owner.inputs as [TensorVariable, TensorVariable, ...TensorVariable[]];
  if (scalarConstant(zeros) !== 0) return undefined;
  const range = onlyRange(entries, bounds);
  if (!range) return undefined;
  const isStretched =
    value.ndim !== zeros.ndim ||
    value.broadcastable.some(
      (one, d) => one && !zeros.broadcastable[d] && !(d === range.axis && range.stop - range.start === 1),
    );
  return isStretched ? undefined : { ...range, value, zeros };
}

/** What was joined by this rule before, as one part. */
function joined(v: TensorVariable): Part | undefined {
  const { owner } = v;
  if (!owner || owner.op !== joinOp) return undefined;
  const axis = scalarConstant(owner.inputs[0] as Variable);
  const parts = owner.inputs.slice(1) as TensorVariable[];
  const rest = parts.at(-1)?.owner;
  const entries = rest ? subtensorEntries(rest.op) : undefined;
  if (axis === undefined || !rest || !entries || scalarConstant(rest.inputs[0] as Variable) !== 0)
    return undefined;
  const entry = entries[axis];
  if (!entry || "integer" in entry || entry.stop || entry.step || !entry.start) return undefined;
  const end = scalarConstant(rest.inputs[1 + entry.start.input] as Variable);
  if (end === undefined || !entries.every((e, d) => d === axis || isWhole(e))) return undefined;
  const value = parts.length === 2 ? (parts[0] as TensorVariable) : join(axis, ...parts.slice(0, -1));
  return { axis, start: 0, stop: end, value, zeros: rest.inputs[0] as TensorVariable };
}

const isWhole = (e: Entry): boolean => !("integer" in e) && !e.start && !e.stop && !e.step;

/** The range of an index that takes one along one dimension, with bounds that are known and not negative. */
function onlyRange(
  entries: readonly Entry[],
  bounds: readonly TensorVariable[],
): { axis: number; start: number; stop: number } | undefined {
  const ranged = entries.flatMap((e, d) => (isWhole(e) ? [] : [d]));
  const [axis, more] = ranged;
  const entry = axis === undefined ? undefined : entries[axis];
  if (axis === undefined || more !== undefined || !entry || "integer" in entry) return undefined;
  const known = (place: { readonly input: number } | null): number | undefined =>
    place ? scalarConstant(bounds[place.input] as Variable) : undefined;
  const start = entry.start ? known(entry.start) : 0;
  const stop = known(entry.stop);
  if (start === undefined || stop === undefined || start < 0 || stop < start) return undefined;
  return entry.step && known(entry.step) !== 1 ? undefined : { axis, start, stop };
}
