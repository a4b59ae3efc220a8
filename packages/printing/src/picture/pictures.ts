import {
  type Apply,
  type InnerGraph,
  isConstant,
  isShared,
  toposort,
  userLine,
  type Variable,
} from "@theano-ts/core";
import type { Drawn } from "./drawn.ts";
import type { Kind, Picture, PictureEdge, PictureNode } from "./model.ts";

/** The picture of a graph, and after it those of the graphs inside its operations. */
export function pictures(graph: Drawn, title: string): Picture[] {
  const made: Picture[] = [];
  const waiting: [Drawn, string, ReadonlyMap<Variable, Variable>][] = [[graph, title, new Map()]];
  // Grows while it is gone through: inner graphs have inner graphs.
  for (const [part, name, outer] of waiting)
    made.push(
      pictureOf(part, name, outer, (node, inner) => {
        waiting.push([
          { outputs: inner.outputs, updates: [] },
          `inside ${node.op}`,
          new Map(inner.inputs.map((x, i) => [x, inner.outer[i] as Variable])),
        ]);
        return waiting.length - 1;
      }),
    );
  return made;
}

function pictureOf(
  { outputs, updates }: Drawn,
  title: string,
  outer: ReadonlyMap<Variable, Variable>,
  addInner: (node: Apply, inner: InnerGraph) => number,
): Picture {
  const nodes: PictureNode[] = [];
  const edges: PictureEdge[] = [];
  const numbers = new Map<Apply | Variable, number>();
  const add = (node: PictureNode): number => nodes.push(node) - 1;
  const boxOf = (v: Variable): number => numbers.get(v.owner ?? v) as number;
  const link = (v: Variable, to: number, slot: number, slots: number): void => {
    const several = v.owner !== null && v.owner.outputs.length > 1;
    edges.push({ from: boxOf(v), to, slot, slots, label: several ? String(v.index) : "" });
  };
  const leaf = (v: Variable): void => {
    if (!v.owner && !numbers.has(v)) numbers.set(v, add(leafNode(v, outer.get(v))));
  };
  const results = [...outputs, ...updates.map(([, v]) => v)];
  for (const node of toposort(results)) {
    node.inputs.forEach(leaf);
    const inner = node.op.innerGraph?.(node);
    const box = add(opNode(node, inner && addInner(node, inner)));
    numbers.set(node, box);
    node.inputs.forEach((v, i) => link(v, box, i, node.inputs.length));
  }
  results.forEach(leaf);
  outputs.forEach((v, i) => {
    link(v, add(resultNode("output", v, outputs.length > 1 ? `output ${i}` : "output")), 0, 1);
  });
  for (const [s, v] of updates) link(v, add(resultNode("update", v, `new ${s}`)), 0, 1);
  return { title, nodes, edges };
}

function opNode(node: Apply, inner: number | undefined): PictureNode {
  const names = node.outputs.flatMap(({ name }) => (name === null ? [] : [name]));
  return {
    kind: "op",
    label: opLabel(node),
    type: node.outputs.map(({ type }) => type).join(", "),
    details: [
      ["op", String(node.op)],
      ["key", node.op.key],
      ...(names.length > 0 ? [["name", names.join(", ")] as const] : []),
      ...whereMade(node.outputs[0]),
    ],
    inner,
  };
}

/** The name of the operation without what all elementwise ones have, and of its result if that has one. */
function opLabel({ op, outputs }: Apply): string {
  const short = String(op).replace(/^Elemwise\{(\w+)(?:,no_inplace)?\}$/, "$1");
  const name = outputs.length === 1 ? outputs[0]?.name : null;
  return name ? `${name} = ${short}` : short;
}

function leafNode(v: Variable, outer: Variable | undefined): PictureNode {
  const kind: Kind = isConstant(v) ? "constant" : isShared(v) ? "shared" : "input";
  const value = isConstant(v) && v.data.size <= 100 ? [["value", String(v.data)] as const] : [];
  const outside = outer ? [["outside", String(outer)] as const] : [];
  const label = isConstant(v) ? (v.name ?? String(v).replace(/^TensorConstant\{(.*)\}$/s, "$1")) : String(v);
  return {
    kind,
    label,
    type: String(v.type),
    details: [...value, ...outside, ...whereMade(v)],
    inner: undefined,
  };
}

const resultNode = (kind: Kind, v: Variable, label: string): PictureNode => ({
  kind,
  label,
  type: String(v.type),
  details: v.name === null ? [] : [["name", v.name]],
  inner: undefined,
});

function whereMade(v: Variable | undefined): (readonly [string, string])[] {
  const line = userLine(v?.origin);
  return line === undefined ? [] : [["made at", line]];
}
