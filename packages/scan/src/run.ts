import {
  type Apply,
  type CompiledFunction,
  compile,
  fastRun,
  IndexError,
  type Loop,
  makers,
  type NDArray,
  shape,
  type TensorVariable,
  ValueError,
} from "@theano-ts/core";
import { type Backend, interpreter } from "@theano-ts/kernel";

/** Computes one step, or what the sizes of its outputs would be. */
type Step = CompiledFunction<readonly TensorVariable[]>;

/**
 * What computes a loop on the host: a step is compiled once for each backend, and called step after step. Throws an
 * IndexError for a negative number of steps, a ValueError if a sequence is shorter than that or a value changes its shape.
 */
export function loopRunner(
  loop: Loop,
  name: string,
): (operands: readonly NDArray[], node: Apply, backend?: Backend) => readonly NDArray[] {
  const made = new Map<Backend, Step>();
  const stepOn = (backend: Backend): Step => {
    let step = made.get(backend);
    if (!step) {
      step = compileStep(loop, loop.outputs, name, backend);
      made.set(backend, step);
    }
    return step;
  };
  return (operands, node, backend = interpreter) => run(loop, name, node, operands, stepOn(backend));
}

function compileStep(
  { inputs }: Loop,
  outputs: readonly TensorVariable[],
  name: string,
  backend: Backend,
): Step {
  const step = compile({ inputs, outputs, mode: fastRun, backend, onUnusedInput: "ignore", name });
  step.trustInput = true;
  return step;
}

function run(loop: Loop, name: string, node: Apply, operands: readonly NDArray[], step: Step): NDArray[] {
  const steps = Number((operands[loop.steps] as NDArray).item());
  checkSteps(loop, name, node, operands, steps);
  const states = loop.states.map(({ initial, depth }) => {
    const rows = operands[initial] as NDArray;
    return Array.from({ length: depth }, (_, i) => rows.get(i) as NDArray);
  });
  const kept = new Map(loop.traces.map(({ value }) => [value, [] as NDArray[]]));
  let done = 0;
  for (let stopped = false; done < steps && !stopped; done++) {
    const values = callStep(step, argumentsOf(loop, operands, states, steps, done), name, done);
    loop.states.forEach(({ next }, k) => {
      const rows = states[k] as NDArray[];
      const value = values[next] as NDArray;
      checkRow(rows.at(-1) as NDArray, value, describe(loop, k), name, node, done);
      rows.push(value);
    });
    for (const [value, rows] of kept) {
      const row = values[value] as NDArray;
      if (rows.length > 0) checkRow(rows[0] as NDArray, row, `output ${value}`, name, node, done);
      rows.push(row);
    }
    stopped = loop.until !== undefined && Boolean((values[loop.until.value] as NDArray).item());
  }
  const outputs: NDArray[] = [];
  loop.states.forEach(({ depth, initial, trace, final }, k) => {
    const rows = states[k] as NDArray[];
    const like = operands[initial] as NDArray;
    outputs[trace] = stacked(rows.slice(depth), like, like.shape.slice(1));
    outputs[final] = stacked(rows.slice(-depth), like, like.shape.slice(1));
  });
  const empty = done === 0 && loop.traces.length > 0 ? rowShapes(loop, operands) : [];
  loop.traces.forEach(({ value, output }, i) => {
    const rows = kept.get(value) as NDArray[];
    const { dtype } = loop.outputs[value] as TensorVariable;
    outputs[output] = stacked(rows, { dtype }, rows[0]?.shape ?? (empty[i] as readonly number[]));
  });
  if (loop.until) outputs[loop.until.count] = makers.full([], done, { dtype: "int64" }) as NDArray;
  return outputs;
}

function checkSteps(
  loop: Loop,
  name: string,
  { inputs, origin }: Apply,
  operands: readonly NDArray[],
  steps: number,
): void {
  if (steps < 0)
    throw new IndexError(`${name} was asked to run for a negative number of steps, ${steps}`, { origin });
  for (const source of loop.sources) {
    if (source.kind !== "row") continue;
    const rows = (operands[source.operand] as NDArray).shape[0] as number;
    if (steps > 0 && rows < steps + source.offset)
      throw new ValueError(
        `${name} runs ${steps} steps, for which sequence ${inputs[source.operand]} needs ${steps + source.offset} rows, but it has ${rows}`,
        { origin },
      );
  }
  loop.states.forEach(({ initial, depth }, k) => {
    const rows = (operands[initial] as NDArray).shape[0] as number;
    if (rows < depth)
      throw new ValueError(
        `${name} reads ${describe(loop, k)} up to ${depth} steps back, but its initial value has only ${rows} rows`,
        { origin },
      );
  });
}

/** A state by its label, or by the name that its readers have. */
function describe({ states, sources, inputs }: Loop, state: number): string {
  const reader = sources.findIndex((s) => s.kind === "state" && s.state === state);
  return states[state]?.label ?? `state ${inputs[reader]?.name ?? state}`;
}

function argumentsOf(
  { sources }: Loop,
  operands: readonly NDArray[],
  states: readonly (readonly NDArray[])[],
  steps: number,
  t: number,
): NDArray[] {
  return sources.map((source) => {
    if (source.kind === "state")
      return (states[source.state] as readonly NDArray[]).at(-source.back) as NDArray;
    const operand = operands[source.operand] as NDArray;
    if (source.kind === "whole") return operand;
    return operand.get((source.backwards ? steps - 1 - t : t) + source.offset) as NDArray;
  });
}

/** What a step gives. An error in it says which step it was. */
function callStep(step: Step, args: readonly NDArray[], name: string, t: number): readonly NDArray[] {
  try {
    return step(...args) as readonly NDArray[];
  } catch (error) {
    if (error instanceof Error) error.message += `\n    in step ${t} of ${name}`;
    throw error;
  }
}

function checkRow(
  before: NDArray,
  row: NDArray,
  what: string,
  name: string,
  { origin }: Apply,
  t: number,
): void {
  if (row.ndim === before.ndim && row.shape.every((n, i) => n === before.shape[i])) return;
  throw new ValueError(
    `could not put a row of shape (${row.shape}) beside those of shape (${before.shape}): ${what} of ${name} changes its shape in step ${t}`,
    { origin },
  );
}

/** Rows of one shape as one array. */
function stacked(
  rows: readonly NDArray[],
  { dtype }: Pick<NDArray, "dtype">,
  row: readonly number[],
): NDArray {
  const all = makers.zeros([rows.length, ...row], { dtype }) as NDArray;
  const data = all.data as Float64Array;
  let at = 0;
  for (const r of rows) {
    const values = r.copy().data as Float64Array;
    data.set(values, at);
    at += values.length;
  }
  return all;
}

/** The shapes that the rows of traces would have, of a loop that runs no step. */
function rowShapes(loop: Loop, operands: readonly NDArray[]): (readonly number[])[] {
  const values = loop.traces.map(({ value }) => shape(loop.outputs[value] as TensorVariable));
  const shapes = compileStep(loop, values, "shapes", interpreter);
  const rows = loop.sources.map((source) => {
    if (source.kind === "whole") return operands[source.operand] as NDArray;
    const of =
      source.kind === "row" ? source.operand : (loop.states[source.state] as { initial: number }).initial;
    const { shape: sizes, dtype } = operands[of] as NDArray;
    return makers.zeros(sizes.slice(1), { dtype }) as NDArray;
  });
  return (shapes(...rows) as readonly NDArray[]).map((s) =>
    Array.from(s.copy().data as BigInt64Array, Number),
  );
}
