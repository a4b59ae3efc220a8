import type { Apply, Op, TensorVariable, Variable } from "@theano-ts/core";
import * as ops from "@theano-ts/core/ops";
import { PrintedGraph } from "./printed.ts";

/** Text of an application, from the texts of its operands. */
type Printer = (operands: readonly string[], node: Apply) => string;

const infix =
  (sign: string): Printer =>
  (operands) =>
    operands.length === 1 ? `(${sign}${operands[0]})` : `(${operands.join(` ${sign} `)})`;
const call =
  (name: string): Printer =>
  (operands) =>
    `${name}(${operands.join(", ")})`;

/** The operations that mathematics writes otherwise than as functions. */
const notations: readonly (readonly [{ readonly op: Op }, Printer])[] = [
  [ops.add, infix("+")],
  [ops.sub, infix("-")],
  [ops.neg, infix("-")],
  [ops.mul, infix("*")],
  [ops.trueDiv, infix("/")],
  [ops.intDiv, infix("//")],
  [ops.pow, infix("**")],
  [{ op: ops.dotOp }, infix("\\dot")],
  [ops.abs, ([x]) => `|${x}|`],
  [ops.second, call("fill")],
  [ops.tensorCopy, ([x]) => x as string],
];

/** How operations without a notation print, by the form of their own name; the first that fits. */
const forms: readonly (readonly [RegExp, (part: string) => Printer])[] = [
  [/^Elemwise\{Cast\{(\w+)\}\}$/, (dtype) => call(dtype)],
  [/^Elemwise\{(?:scalar_|ultra_fast_scalar_)?(\w+?)(?:,no_inplace)?\}$/, (name) => call(name)],
  [
    /^InplaceDimShuffle\{(.*)\}$/,
    (order) => (operands, node) => shuffled(order.split(","), operands[0] as string, node),
  ],
  [/^(Join|Alloc)$/, (name) => call(name.toLowerCase())],
  [/^MakeVector\{.*\}$/, () => (operands) => `[${operands.join(", ")}]`],
  [/^Subtensor\{(.*)\}$/, (index) => (operands) => part(index.split(", "), operands)],
  [/^(.*)$/, (name) => call(name)],
];

/** Dimensions added in front go without saying, and turning all of them round is transposition. */
function shuffled(order: readonly string[], x: string, { inputs }: Apply): string {
  const ndim = (inputs[0] as TensorVariable).ndim;
  const given = order.filter((d) => d !== "");
  const rest = given.slice(
    given.findIndex((d) => d !== "x") < 0 ? given.length : given.findIndex((d) => d !== "x"),
  );
  const dims = Array.from({ length: ndim }, (_, d) => String(d));
  if (String(rest) === String(dims)) return x;
  return String(rest) === String(dims.reverse()) ? `${x}.T` : `DimShuffle{${rest.join(", ")}}(${x})`;
}

/** Of a slice the dtypes of its bounds, of an integer its text. Theano takes those texts from the last operand on. */
function part(index: readonly string[], [x, ...integers]: readonly string[]): string {
  const items = index.map((item) => (item.includes(":") ? item.replace(/:$/, "") : integers.pop()));
  return `${x}[${items.join(", ")}]`;
}

const greek = /^(?:alpha|beta|gamma|delta|epsilon)$/;

/**
 * The expression behind `variable` as one line of text, `(x ** TensorConstant{2})`: arithmetic as it is written, the
 * rest as functions. A shared part is written out wherever it is used. As `theano.pp`.
 */
export function pp(variable: Variable): string {
  const printers = new Map(notations.map(([{ op }, printer]) => [op.key, printer]));
  const graph = new PrintedGraph();
  const known = new Map<Variable, string>();
  const text = (v: Variable): string => {
    const { owner } = v;
    if (!owner) return greek.test(String(v.name)) ? `\\${v.name}` : String(v);
    const before = known.get(v);
    if (before !== undefined) return before;
    const printer = printers.get(owner.op.key) ?? printerOf(owner.op);
    const printed = printer(graph.inputsOf(owner).map(text), owner);
    known.set(v, printed);
    return printed;
  };
  return text(variable);
}

function printerOf(op: Op): Printer {
  for (const [form, printer] of forms) {
    const match = form.exec(String(op));
    if (match) return printer(match[1] as string);
  }
  return call(String(op));
}
