import { type Apply, TheanoTypeError, ValueError, type Variable } from "@theano-ts/core";

/** One use of a variable on the way to a cost: an application, and as which of its inputs. */
export interface Path {
  readonly node: Apply;
  readonly input: number;
}

function patternOf(node: Apply): readonly (readonly boolean[])[] {
  const { op, inputs, outputs, origin } = node;
  const pattern: unknown = op.connectionPattern?.(node);
  if (pattern === undefined) return inputs.map(() => outputs.map(() => true));
  const isList = Array.isArray(pattern) && pattern.every((row) => Array.isArray(row));
  if (!isList)
    throw new TheanoTypeError(`The connectionPattern of ${op} must be a list of lists, one for each input`, {
      origin,
    });
  const rows = pattern as boolean[][];
  if (rows.length !== inputs.length || rows.some((row) => row.length !== outputs.length))
    throw new ValueError(
      `The connectionPattern of ${op} must have ${inputs.length} rows of ${outputs.length}: one for each input, of one for each output`,
      { origin },
    );
  return rows;
}

/** Which outputs depend on which inputs of `node`, worked out once. */
export type Patterns = (node: Apply) => readonly (readonly boolean[])[];

/** A function that works out connection patterns, and remembers them. */
export function patterns(): Patterns {
  const memo = new Map<Apply, readonly (readonly boolean[])[]>();
  return (node) => {
    let found = memo.get(node);
    if (!found) memo.set(node, (found = patternOf(node)));
    return found;
  };
}

/**
 * For every variable between `wrt` and `outputs`, by which applications the outputs depend on it, in the order in which
 * a walk from the outputs meets them: the order in which Theano adds their gradients. Nothing behind `constant`
 * variables is met.
 */
export function pathsBetween(
  outputs: readonly Variable[],
  wrt: readonly Variable[],
  constant: ReadonlySet<Variable>,
  pattern: Patterns,
): Map<Variable, Path[]> {
  const paths = new Map<Variable, Path[]>();
  const done = new Set<Variable>();
  // Each frame goes through the inputs of what made one variable; depth would overflow the stack in long graphs.
  const frames: { readonly v: Variable; next: number }[] = [];
  const enter = (v: Variable): void => {
    if (done.has(v)) return;
    done.add(v);
    if (v.owner && !constant.has(v)) frames.push({ v, next: 0 });
  };
  for (const output of outputs) {
    if (!paths.has(output)) paths.set(output, []);
    enter(output);
    while (frames.length > 0) {
      const frame = frames[frames.length - 1] as (typeof frames)[number];
      const node = frame.v.owner as Apply;
      const i = frame.next++;
      if (i >= node.inputs.length) {
        frames.pop();
        continue;
      }
      if (!pattern(node)[i]?.[frame.v.index]) continue;
      const x = node.inputs[i] as Variable;
      const list = paths.get(x) ?? [];
      paths.set(x, list);
      if (!list.some((p) => p.node === node && p.input === i)) list.push({ node, input: i });
      enter(x);
    }
  }
  return restrict(paths, wrt, pattern);
}

/** Only the variables that depend on one of `wrt`. */
function restrict(
  paths: Map<Variable, Path[]>,
  wrt: readonly Variable[],
  pattern: Patterns,
): Map<Variable, Path[]> {
  const reached = new Set<Variable>();
  const stack = [...wrt];
  while (stack.length > 0) {
    const v = stack.pop() as Variable;
    if (reached.has(v) || !paths.has(v)) continue;
    reached.add(v);
    for (const { node, input } of paths.get(v) as Path[])
      node.outputs.forEach((output, j) => {
        if (pattern(node)[input]?.[j]) stack.push(output);
      });
  }
  return new Map([...paths].filter(([v]) => reached.has(v)));
}
