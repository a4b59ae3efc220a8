import { config } from "../config.ts";
import { about, type UserError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { Op } from "../graph/op.ts";
import type { Type } from "../graph/type.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import { type Cell, isShared, type SharedVariable } from "../tensor/shared.ts";
import { TensorType } from "../tensor/tensorType.ts";
import type { NDArray } from "../value/ndarray.ts";
import { arrayText } from "./arrays.ts";
import { dataText, type Numbered } from "./data.ts";
import {
  type ArrayText,
  type GraphDocument,
  type NodeText,
  type OpText,
  type SharedText,
  type TypeText,
  UnknownOpError,
  type VariableText,
  version,
} from "./document.ts";
import { OpNames, type OpTable } from "./opTable.ts";

/** How graphs are saved. */
export interface SaveOptions {
  /** Further ops, families of ops and types, by the names that they are to have in the document. */
  readonly ops?: OpTable;
  /** Where arrays of more than 64 bytes go, by names that the document refers to; into the document if left out. */
  readonly arrays?: Map<string, NDArray>;
}

/** Fills the tables of a document. */
export class GraphWriter {
  readonly #names: OpNames;
  readonly #stored: Map<string, NDArray> | undefined;
  readonly #types: TypeText[] = [];
  readonly #arrays: ArrayText[] = [];
  readonly #shared: SharedText[] = [];
  readonly #ops: OpText[] = [];
  readonly #numbers = new Map<string | object, number>();
  readonly #sharedVariables: SharedVariable[] = [];
  readonly #main: GraphPart = new GraphPart(this);

  constructor({ ops = {}, arrays }: SaveOptions) {
    this.#names = new OpNames(ops);
    this.#stored = arrays;
  }

  /** The number of a variable of the document's graph, with everything that it is computed from. */
  variable(v: Variable): number {
    return this.#main.variable(v);
  }

  /** The tables, once all that is saved has its number. */
  finish(): Omit<GraphDocument, "outputs" | "functions" | "form"> {
    const defaultUpdates: [number, number][] = [];
    // Grows while it is gone through: what a variable becomes may depend on others.
    for (const s of this.#sharedVariables)
      if (s.defaultUpdate) defaultUpdates.push([this.shared(s), this.variable(s.defaultUpdate)]);
    const { floatX, castPolicy } = config;
    return {
      format: "theano-ts",
      version,
      floatX,
      castPolicy,
      types: this.#types,
      arrays: this.#arrays,
      shared: this.#shared,
      ops: this.#ops,
      graph: this.#main.nodes,
      defaultUpdates,
    };
  }

  type(type: Type): number {
    const name = this.#names.nameOfType(type);
    if (name === undefined && type.constructor !== TensorType)
      throw new UnknownOpError(
        `Cannot save the type ${type}: it has no name: give it one in ops, as ops: { MyType: { type, shared } }`,
      );
    const { dtype, broadcastable } = type as TensorType;
    return this.#row(this.#types, name ?? [dtype, broadcastable]);
  }

  array(array: NDArray): number {
    return this.#once(array, () => this.#arrays.push(arrayText(array, this.#stored)) - 1);
  }

  shared(s: SharedVariable): number {
    return this.#once(s, () => {
      this.#sharedVariables.push(s);
      const type = this.type(s.type);
      return this.#shared.push({ type, value: this.#value(s.cell), ...named(s) }) - 1;
    });
  }

  /** `node` is the application that it is found in. */
  op(op: Op, node: Apply): number {
    return this.#once(op, () => this.#row(this.#ops, this.#opText(op, node)));
  }

  #value(cell: Cell): number {
    return this.#once(cell, () => this.array(cell.value));
  }

  #opText(op: Op, node: Apply): OpText {
    const own = this.#names.nameOf(op);
    if (own !== undefined) return { op: own };
    try {
      const made = op.made?.();
      const by = made && this.#names.nameOf(made.by);
      if (!made || by === undefined) throw unknown(op, node);
      const inner = new GraphPart(this);
      const to: Numbered = {
        op: (x) => this.op(x, node),
        type: (x) => this.type(x),
        array: (x) => this.array(x),
        variable: (v) => inner.variable(v),
      };
      const of = made.of.map((x) => dataText(x, to));
      return { op: by, of, ...(inner.nodes.length > 0 ? { graph: inner.nodes } : {}) };
    } catch (error) {
      if (error instanceof UnknownOpError) throw error;
      const { code } = error as UserError;
      throw about(`Cannot save ${op}`, error, { origin: node.origin, code });
    }
  }

  #once(object: object, add: () => number): number {
    let number = this.#numbers.get(object);
    if (number === undefined) this.#numbers.set(object, (number = add()));
    return number;
  }

  /** The number of a row of a table, in which equal rows are there once. */
  #row<T>(table: T[], row: T): number {
    const key = `${table === (this.#ops as unknown) ? "op" : "type"} ${JSON.stringify(row)}`;
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = table.push(row) - 1));
    return number;
  }
}

/** A graph that is being written: a document's, or one inside an op. */
class GraphPart {
  readonly nodes: NodeText[] = [];
  readonly #to: GraphWriter;
  readonly #numbers = new Map<Variable, number>();

  constructor(to: GraphWriter) {
    this.#to = to;
  }

  variable(v: Variable): number {
    for (const node of toposort([v], new Set(this.#numbers.keys()))) this.#application(node);
    return this.#numbers.get(v) ?? this.#leaf(v);
  }

  #application(node: Apply): void {
    const inputs = node.inputs.map((x) => this.#numbers.get(x) ?? this.#leaf(x));
    const outputs = node.outputs.map((y) => this.#text(y));
    this.nodes.push({ op: this.#to.op(node.op, node), inputs, outputs });
    for (const y of node.outputs) this.#number(y);
  }

  #leaf(v: Variable): number {
    if (isShared(v)) this.nodes.push({ shared: this.#to.shared(v) });
    else if (isConstant(v)) this.nodes.push({ constant: this.#to.array(v.data), ...this.#text(v) });
    else this.nodes.push({ ...this.#text(v), ...this.#test(v) });
    return this.#number(v);
  }

  #text(v: Variable): VariableText {
    return { type: this.#to.type(v.type), ...named(v) };
  }

  #test(v: Variable): { readonly test?: number } {
    const { testValue } = v.tag;
    return testValue === undefined ? {} : { test: this.#to.array(v.type.filter(testValue) as NDArray) };
  }

  #number(v: Variable): number {
    const number = this.#numbers.size;
    this.#numbers.set(v, number);
    return number;
  }
}

const named = ({ name }: Variable): { readonly name?: string } => (name === null ? {} : { name });

const unknown = (op: Op, node: Apply): UnknownOpError =>
  new UnknownOpError(
    `Cannot save ${op}: it has no name to be found by when the graph is loaded: give it one in ops, here and there, as ops: { myOp: it }`,
    { origin: node.origin },
  );
