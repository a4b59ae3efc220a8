import {
  Apply,
  add,
  compile,
  constant,
  exp,
  fastRun,
  type InnerGraph,
  maxAndArgmax,
  mul,
  Op,
  shared,
  type TensorVariable,
  tensorType,
  type Variable,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { graphDot, graphHtml, graphSvg } from "../index.ts";

const vector = (name: string | null): TensorVariable => tensorType("float64", 1).makeVariable(name);

/** An operation with an exponential inside. */
class Boxed extends Op {
  readonly key = "Boxed";
  readonly inner = vector("inner");
  override makeNode(x: Variable): Apply {
    return new Apply(this, [x], [x.type]);
  }
  override toString(): string {
    return this.key;
  }
  override innerGraph({ inputs }: Apply): InnerGraph {
    return { inputs: [this.inner], outputs: [exp(this.inner) as Variable], outer: inputs, kind: "boxed ops" };
  }
}

/** The tags of markup that are not closed in the order they were opened. */
function unbalanced(markup: string): string[] {
  const open: string[] = [];
  for (const [, close, name, rest] of markup.matchAll(/<(\/?)([a-z]\w*)([^>]*)>/g)) {
    if (close === "/") {
      if (open.at(-1) !== name) return [...open, `/${name}`];
      open.pop();
    } else if (!rest?.endsWith("/") && name !== "meta") open.push(name as string);
  }
  return open;
}

const x = vector("x");
const w = shared([1, 2], { name: "w" });
const cost = add(mul(w, exp(x)), constant(2)) as TensorVariable;
const f = compile({
  inputs: [x],
  outputs: cost,
  updates: [[w, mul(w, 3) as TensorVariable]],
  mode: fastRun,
  backend: interpreter,
});

const legends = [
  "operation",
  "input",
  "constant",
  "shared variable",
  "output",
  "new value of a shared variable",
];

test("a picture is markup whose tags close, with a legend of what occurs in it", () => {
  const svg = graphSvg(f, { title: "one step" });
  expect(unbalanced(svg)).toEqual([]);
  expect(legends.filter((name) => !svg.includes(`>${name}<`))).toEqual([]);
  expect(graphSvg(exp(x) as Variable)).not.toContain("shared variable");
  expect(svg).toContain(">one step<");
  expect(svg).toContain(">new w<");
});

test("boxes say the type of their values, and on request what they are and where they were made", () => {
  const svg = graphSvg(exp(x) as Variable);
  expect(svg).toContain(">float64 vector<");
  expect(svg).toContain("op: Elemwise{exp,no_inplace}");
  expect(svg).toMatch(/made at: [^<]*picture\.test\.ts:\d+/);
  expect(graphSvg(exp(x) as Variable, { types: false })).not.toContain(">float64 vector<");
});

test("of a function, the graph that was given can be drawn instead", () => {
  const mode = { mode: fastRun, backend: interpreter };
  const g = compile({ inputs: [x], outputs: exp(add(x, 0)) as TensorVariable, ...mode });
  expect(graphSvg(g)).not.toContain(">add<");
  expect(graphSvg(g, { of: "given" })).toContain(">add<");
  const y = exp(x) as Variable;
  expect(graphSvg(y, { of: "given" })).toBe(graphSvg(y));
});

test("the style of a page can tell the boxes of a picture apart", () => {
  const svg = graphSvg(f);
  for (const kind of ["op", "input", "constant", "shared", "output", "update"]) {
    expect(svg).toContain(`<g class="node ${kind}"`);
    expect(svg).toContain(`<g class="legend ${kind}"`);
  }
});

test("names cannot break out of the markup", () => {
  const nasty = vector(`</svg><script>alert("1")</script>&'`);
  for (const markup of [graphSvg(nasty), graphHtml(nasty, { title: "<b>" })]) {
    expect(markup).not.toContain("<script>alert");
    expect(markup).not.toContain("<b>");
  }
  expect(graphDot(vector('"a\\b"'))).toContain('label="\\"a\\\\b\\"\\nTensorType(float64, vector)"');
});

test("arrows from an operation with several outputs say which it is", () => {
  expect(graphSvg(maxAndArgmax(x)[1] as Variable)).toMatch(/<g class="edge"[^>]*>.*>1<\/text>/);
  expect(graphDot(maxAndArgmax(x)[1] as Variable)).toContain('[label="1"]');
});

test("graphs inside operations are drawn below, and in a page folded away", () => {
  const y = new Boxed().call(x);
  expect(graphSvg(y)).toContain(">inside Boxed<");
  const page = graphHtml(y);
  expect(page).toContain('<details data-inner="1"><summary>inside Boxed</summary>');
  expect(page).toContain("outside: x");
  expect(graphDot(y)).toContain("subgraph cluster_1 {");
});

test("a page about a function shows the graph as given beside the optimised one, and asks for nothing else", () => {
  const page = graphHtml(f);
  expect(page).toMatch(/as given.*optimised/s);
  expect(unbalanced(page.replace(/<script>.*<\/script>|<style>.*?<\/style>|<!doctype html>/gs, ""))).toEqual(
    [],
  );
  expect(page).not.toMatch(/https?:|src=|href=|@import|url\(/);
  expect(() => new Function(/<script>(.*)<\/script>/s.exec(page)?.[1] as string)).not.toThrow();
});

test("the text for Graphviz has a line for each box and each arrow", () => {
  expect(graphDot(exp(x) as Variable)).toBe(
    [
      "digraph {",
      "  ordering=in;",
      '  n0_0 [label="x\\nTensorType(float64, vector)", shape=box, style=filled, fillcolor="#e1f3e1"];',
      '  n0_1 [label="exp\\nTensorType(float64, vector)", shape=box, style="rounded,filled", fillcolor="#fff6dd"];',
      '  n0_2 [label="output\\nTensorType(float64, vector)", shape=box, style=filled, fillcolor="#fde3ea"];',
      "  n0_0 -> n0_1;",
      "  n0_1 -> n0_2;",
      "}",
      "",
    ].join("\n"),
  );
});
