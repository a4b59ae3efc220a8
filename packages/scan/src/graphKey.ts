import { identityOf, isConstant, toposort, type Variable } from "@theano-ts/core";

/** A text that is equal for graphs that compute the same in the same way from their inputs. */
export function graphKey(inputs: readonly Variable[], outputs: readonly Variable[]): string {
  const names = new Map<Variable, string>(inputs.map((x, i) => [x, `${i}:${x.type}`]));
  const nameOf = (v: Variable): string => names.get(v) ?? leafName(v);
  let next = 0;
  const lines = toposort(outputs, new Set(inputs)).map((node) => {
    const line = `${node.op.key}(${node.inputs.map(nameOf).join()})`;
    for (const y of node.outputs) if (!names.has(y)) names.set(y, `%${next++}`);
    return line;
  });
  return `{${lines.join(";")}→${outputs.map(nameOf).join()}}`;
}

/** Constants are equal where their values are; of big ones, where they are one array. */
export function leafName(v: Variable): string {
  if (!isConstant(v)) return `v${v.id}`;
  const { data, type } = v;
  if (data.size > 64) return `${type}#${identityOf(data)}`;
  const values = Array.from(data.copy().data as ArrayLike<number | bigint>, (x) =>
    Object.is(x, -0) ? "-0" : `${x}`,
  );
  return `${type}[${data.shape}]${values}`;
}
