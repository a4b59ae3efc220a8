import {
  asTensor,
  isShared,
  isTensor,
  OrderedUpdates,
  type TensorLike,
  type TensorVariable,
  ValueError,
} from "@theano-ts/core";
import { Until } from "./until.ts";

/** What a step returned, in order. */
export interface StepResult {
  readonly outputs: readonly TensorVariable[];
  readonly updates: OrderedUpdates;
  readonly condition: TensorVariable | undefined;
}

/**
 * Reads what a step returned: outputs (one or a list), then updates (a Map or pairs), then a condition, of which any
 * may be left out. Throws a ValueError for anything else. As Theano's `get_updates_and_outputs`.
 */
export function readStepResult(returned: unknown, what: string): StepResult {
  if (isOutputs(returned)) return result(returned);
  if (isUpdates(returned)) return result([], returned);
  if (Array.isArray(returned)) {
    const rest = [...(returned as readonly unknown[])];
    const outputs = isOutputs(rest[0]) ? (rest.shift() as Outputs) : [];
    const updates = isUpdates(rest[0]) ? (rest.shift() as Updates) : [];
    const condition = rest[0] instanceof Until ? (rest.shift() as Until) : undefined;
    if (rest.length === 0) return result(outputs, updates, condition);
  }
  throw new ValueError(
    `${what} returned ${text(returned)}: it must return its outputs (a variable or a list of them), its updates (a Map, or pairs of a shared variable and a value), or [outputs, updates], each of the lists with until(condition) as its last item if it has one; of a plain value make a variable by T.constant`,
  );
}

type Outputs = TensorVariable | readonly TensorVariable[];
type Updates = Iterable<readonly [never, TensorLike]>;

const isOutputs = (x: unknown): x is Outputs => isTensor(x) || (Array.isArray(x) && x.every(isTensor));

const isUpdates = (x: unknown): x is Updates =>
  x instanceof Map ||
  (Array.isArray(x) && x.every((pair) => Array.isArray(pair) && pair.length === 2 && isShared(pair[0])));

function result(outputs: Outputs, updates: Updates = [], condition?: Until): StepResult {
  return {
    outputs: isTensor(outputs) ? [outputs] : Array.from(outputs),
    updates: new OrderedUpdates([...updates].map(([s, v]) => [s, asTensorFor(s, v)])),
    condition: condition?.condition,
  };
}

const asTensorFor = (s: TensorVariable, value: TensorLike): TensorVariable => asTensor(value, s.dtype);

function text(x: unknown): string {
  if (Array.isArray(x)) return `[${x.map(text).join(", ")}]`;
  return x === undefined ? "nothing" : String(x);
}
