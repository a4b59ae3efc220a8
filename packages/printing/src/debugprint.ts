import {
  type Apply,
  type Client,
  type InnerGraph,
  isConstant,
  isShared,
  TheanoTypeError,
  type Variable,
} from "@theano-ts/core";
import { type Printable, shown } from "./graphs.ts";
import { letters } from "./labels.ts";
import { PrintedGraph } from "./printed.ts";

/** What {@link debugprint} shows, and how. */
export interface DebugPrintOptions {
  /** How many levels of the graph are shown; -1 for all, which is the default. */
  readonly depth?: number;
  /** Whether the type of each variable is shown. */
  readonly printType?: boolean;
  /** What the text is also written to. */
  readonly file?: { write(text: string): unknown } | "str" | null;
  /** How nodes are told apart: by letters (the default), numbers, the ids of variables, or not at all. */
  readonly ids?: "CHAR" | "int" | "id" | "";
  /** Whether nothing is shown of what a variable with a name is computed from. */
  readonly stopOnName?: boolean;
  /** What has been shown, to be told so in the next call with the same map: its nodes are not shown again. */
  readonly done?: Map<Apply | Variable, string>;
  /** Whether the values that shared variables and constants have are shown; those of the rest are not kept. */
  readonly printStorage?: boolean;
  /** Whether, in graphs and functions, those who use a variable are shown, if they are more than one. */
  readonly printClients?: boolean;
}

/**
 * A graph as text: a line for each variable, those it is computed from below it and further right, and below all that
 * the graphs inside operations that have some. What was shown before is only referred to by its id. Of a compiled
 * function it is the optimised graph, each application followed by its place in the order of execution.
 *
 * The text is Theano's, ends with a newline, and is returned, not printed: `console.log(debugprint(y))`.
 * Throws a TypeError for what has no graph. As `theano.printing.debugprint`.
 */
export function debugprint(
  objects: Printable | readonly Printable[],
  options: DebugPrintOptions = {},
): string {
  if (options.depth !== undefined && !Number.isInteger(options.depth))
    throw new TheanoTypeError(`depth must be an integer, not ${String(options.depth)}`);
  const printer = new GraphPrinter(options);
  for (const object of Array.isArray(objects) ? (objects as readonly Printable[]) : [objects as Printable]) {
    const { outputs, graph } = shown(object);
    const order = graph?.toposort();
    const context = {
      places: order && new Map(order.map((node, i) => [node, i])),
      clients: options.printClients ? graph?.clients() : undefined,
    };
    for (const v of outputs) printer.root(v, context);
  }
  const text = printer.finish();
  if (typeof options.file === "object" && options.file !== null) options.file.write(text);
  return text;
}

/** What is known of the graph around a variable. */
interface Context {
  readonly places?: ReadonlyMap<Apply, number> | undefined;
  readonly clients?: ReadonlyMap<Variable, readonly Client[]> | undefined;
  /** For the inputs of an inner graph, what they are outside. */
  readonly outer?: ReadonlyMap<Variable, Variable> | undefined;
}

class GraphPrinter {
  readonly #options: DebugPrintOptions;
  readonly #graph = new PrintedGraph();
  readonly #lines: string[] = [];
  readonly #done: Map<Apply | Variable, string>;
  /** Ids given out; some to what was only referred to. */
  readonly #ids: Map<Apply | Variable | "output", string>;
  /** Variables computed by ops that have graphs inside, still to be shown. */
  readonly #inner: [Variable, InnerGraph][] = [];

  constructor(options: DebugPrintOptions) {
    this.#options = options;
    this.#done = options.done ?? new Map();
    this.#ids = new Map(this.#done);
  }

  root(v: Variable, context: Context): void {
    this.#noteInner(v);
    this.#print(v, "", "", this.#options.depth ?? -1, context);
  }

  finish(): string {
    if (this.#inner.length > 0) {
      const kinds = new Set(this.#inner.map(([, { kind }]) => kind));
      this.#lines.push("", `Inner graphs of the ${[...kinds].join(" and ")}:`);
    }
    // Grows while it is gone through: inner graphs have inner graphs.
    for (const [v, { inputs, outputs, outer }] of this.#inner) {
      const context = { outer: new Map(inputs.map((x, i) => [x, outer[i] as Variable])) };
      this.#lines.push("");
      this.#print(v, "", "", this.#options.depth ?? -1, context);
      for (const output of outputs) {
        this.#noteInner(output);
        this.#print(output, " >", " >", this.#options.depth ?? -1, context);
      }
    }
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  #noteInner(v: Variable): void {
    const graph = v.owner?.op.innerGraph?.(v.owner);
    if (graph) this.#inner.push([v, graph]);
  }

  #print(v: Variable, prefix: string, childPrefix: string, depth: number, context: Context): void {
    if (depth === 0) return;
    if (!v.owner) {
      this.#lines.push(prefix + this.#leaf(v, context));
      return;
    }
    const node = v.owner;
    const before = this.#done.has(node);
    this.#lines.push(prefix + this.#application(v, node, context));
    if (before || (this.#options.stopOnName && v.name !== null)) return;
    const inputs = this.#graph.inputsOf(node);
    inputs.forEach((x, i) => {
      this.#noteInner(x);
      const below = `${childPrefix}${i === inputs.length - 1 ? "  " : " |"}`;
      this.#print(x, `${childPrefix} |`, below, depth - 1, context);
    });
  }

  #leaf(v: Variable, { outer }: Context): string {
    const text = `${v} ${this.#id(v, v)}${this.#type(v)}`;
    const from = outer?.get(v);
    if (from) return `${text} -> ${this.#id(from.owner ?? from, from)}`;
    return text + this.#storage(v);
  }

  #application(v: Variable, node: Apply, { places, clients }: Context): string {
    const which = node.outputs.length === 1 ? "" : `.${v.index}`;
    const id = this.#id(node, v);
    // Two columns between are Theano's notes on memory that ops overwrite, which ours never do.
    const line = `${node.op}${which} ${id}${this.#type(v)} '${v.name ?? ""}'   ${places?.get(node) ?? ""}`;
    return line + this.#storage(v) + this.#clients(clients?.get(v), places);
  }

  #id(of: Apply | Variable, v: Variable): string {
    const id = this.#ids.get(of) ?? this.#newId(v);
    this.#ids.set(of, id);
    this.#done.set(of, id);
    return id;
  }

  #newId(v: Variable): string {
    const { ids = "CHAR" } = this.#options;
    if (ids === "") return "";
    const n = this.#ids.size;
    return `[id ${ids === "CHAR" ? letters(n) : ids === "int" ? n : v.id}]`;
  }

  #type(v: Variable): string {
    return this.#options.printType ? ` <${v.type}>` : "";
  }

  #storage(v: Variable): string {
    if (!this.#options.printStorage) return "";
    if (isConstant(v)) return ` [${v.data.repr()}]`;
    return isShared(v) ? ` [${v.getValue({ borrow: true }).repr()}]` : " [None]";
  }

  #clients(clients: readonly Client[] | undefined, places: Context["places"]): string {
    if (!clients || clients.length < 2) return "";
    const pairs = clients.map(({ node }) => {
      const id =
        this.#ids.get(node) ?? (node === "output" ? "output" : this.#newId(node.outputs[0] as Variable));
      this.#ids.set(node, id);
      const place = node === "output" ? "''" : (places?.get(node) ?? "''");
      return `('${id}', ${place})`;
    });
    return ` clients:[${pairs.join(", ")}]`;
  }
}
