import {
  type Argument,
  type BackendChoice,
  type CompiledFunction,
  compile,
  type FunctionOutputs,
  type FunctionSpec,
  type Mode,
  type NDArray,
  separateCopy,
} from "@theano-ts/core";

/** One of the ways to compute that are compared. */
export interface Way extends BackendChoice {
  /** What it is called in the report; the backend's and the mode's name if left out. */
  readonly name?: string;
  readonly mode?: Mode;
}

/** How far one result of the second way is from the first's. */
export interface Distance {
  /** `output 0`, or `update of w`. */
  readonly of: string;
  /** Whether dtype and shape are the same; else the distances are infinite. */
  readonly alike: boolean;
  readonly largestAbsolute: number;
  /** Of |a - b| / |a|, where a is not 0. */
  readonly largestRelative: number;
}

/** Two ways to compute the same, side by side. */
export interface Comparison {
  readonly ways: readonly [string, string];
  readonly distances: readonly Distance[];
  /** The same as a table. */
  toString(): string;
}

/**
 * Makes the function that `spec` describes in two ways (two backends, or two modes), calls both with the same
 * arguments, and says how far results and updates are from each other. Shared variables stay as they are.
 */
export async function compare(
  spec: FunctionSpec<FunctionOutputs>,
  ways: readonly [Way, Way],
  args: readonly Argument[] = [],
): Promise<Comparison> {
  const [a, b] = [await resultsOf(spec, ways[0], args), await resultsOf(spec, ways[1], args)];
  const distances = a.map(([of, x], i) => distance(of, x, (b[i] as (typeof b)[number])[1]));
  const names = ways.map((w) => w.name ?? [w.backend.name, w.mode?.name].filter(Boolean).join(", ")) as [
    string,
    string,
  ];
  return { ways: names, distances, toString: () => table(names, distances) };
}

async function resultsOf(
  spec: FunctionSpec<FunctionOutputs>,
  { name: _, ...way }: Way,
  args: readonly Argument[],
): Promise<(readonly [string, NDArray])[]> {
  const f: CompiledFunction = compile({ ...spec, ...way });
  const swap = f.getShared().map((s) => [s, separateCopy(s)] as const);
  const copy = f.copy({ swap });
  const results: unknown = await copy.async(...args);
  const list = f.maker.form.variables.length === 1 && !Array.isArray(results) ? [results] : results;
  const outputs = Array.isArray(list) ? list.map((x, i) => [`output ${i}`, x]) : Object.entries(list ?? {});
  const updated = swap
    .filter(([s]) => f.maker.updated.includes(s))
    .map(([s, own]) => [`update of ${s}`, own.cell.value] as const);
  return [...(outputs as [string, NDArray][]), ...updated];
}

function distance(of: string, a: NDArray, b: NDArray): Distance {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join())
    return {
      of,
      alike: false,
      largestAbsolute: Number.POSITIVE_INFINITY,
      largestRelative: Number.POSITIVE_INFINITY,
    };
  const [x, y] = [a.astype(a.dtype).data, b.astype(b.dtype).data];
  let [largestAbsolute, largestRelative] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const [p, q] = [Number(x[i]), Number(y[i])];
    if (Object.is(p, q) || p === q) continue;
    const off = Math.abs(p - q);
    const absolute = off === off ? off : Number.POSITIVE_INFINITY;
    largestAbsolute = Math.max(largestAbsolute, absolute);
    if (p !== 0) largestRelative = Math.max(largestRelative, absolute / Math.abs(p));
  }
  return { of, alike: true, largestAbsolute, largestRelative };
}

function table(names: readonly [string, string], distances: readonly Distance[]): string {
  const width = Math.max(12, ...distances.map((d) => d.of.length + 2));
  const line = (of: string, ...rest: readonly string[]): string =>
    of.padEnd(width) + rest.map((r) => r.padStart(12)).join("");
  return [
    `${names[0]} beside ${names[1]}`,
    line("", "absolute", "relative"),
    ...distances.map((d) =>
      d.alike
        ? line(d.of, d.largestAbsolute.toExponential(1), d.largestRelative.toExponential(1))
        : line(d.of, "another dtype or shape"),
    ),
  ].join("\n");
}
