import { config } from "../config.ts";
import { about, type UserError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { Op } from "../graph/op.ts";
import type { Type } from "../graph/type.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import { isShared, type SharedVariable } from "../tensor/shared.ts";
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
export class GraphWriter implements Numbered {
  readonly #names: OpNames;
  readonly #stored: Map<string, NDArray> | undefined;
  readonly #types: TypeText[] = [];
  readonly #arrays: ArrayText[] = [];
  readonly #shared: SharedText[] = [];
  readonly #graph: NodeText[] = [];
  readonly #sharedVariables: SharedVariable[] = [];
  readonly #variables = new Map<Variable, number>();
  /** Those that have a number. */
  readonly #written = new Set<Variable>();
  /** In the other tables: of types and ops by what is written of them, of all else by what it is. */
  readonly #numbers = new Map<string | object, number>();
  #ops = 0;

  constructor({ ops = {}, arrays }: SaveOptions) {
    this.#names = new OpNames(ops);
    this.#stored = arrays;
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
      graph: this.#graph,
      defaultUpdates,
    };
  }

  /** The number of a variable, with everything that it is computed from. */
  variable(v: Variable): number {
    for (const node of toposort([v], this.#written)) this.#application(node);
    return this.#variables.get(v) ?? this.#leaf(v);
  }

  type(type: Type): number {
    const name = this.#names.nameOfType(type);
    if (name === undefined && type.constructor !== TensorType)
      throw new UnknownOpError(
        `Cannot save the type ${type}: it has no name: give it one in ops, as ops: { MyType: { type, shared } }`,
      );
    const { dtype, broadcastable } = type as TensorType;
    const text = name ?? ([dtype, broadcastable] as const);
    return this.#once(`type ${JSON.stringify(text)}`, () => this.#types.push(text) - 1);
  }

  array(array: NDArray): number {
    return this.#once(array, () => this.#arrays.push(arrayText(array, this.#stored)) - 1);
  }

  shared(s: SharedVariable): number {
    return this.#once(s, () => {
      this.#sharedVariables.push(s);
      const value = this.#once(s.cell, () => this.array(s.cell.value));
      return this.#shared.push({ type: this.type(s.type), value, ...named(s) }) - 1;
    });
  }

  /** The number of an op, which is found in the application `node` if it is not part of another op. */
  op(op: Op, node?: Apply): number {
    return this.#once(op, () => {
      const text = this.#opText(op, node);
      return this.#once(`op ${JSON.stringify(text)}`, () => {
        this.#graph.push(text);
        return this.#ops++;
      });
    });
  }

  #opText(op: Op, node: Apply | undefined): OpText {
    const own = this.#names.nameOf(op);
    if (own !== undefined) return { define: own };
    try {
      const made = op.made?.();
      const by = made && this.#names.nameOf(made.by);
      if (made && by !== undefined) return { define: by, of: made.of.map((x) => dataText(x, this)) };
    } catch (error) {
      if (error instanceof UnknownOpError) throw error;
      throw about(`Cannot save ${op}`, error, { origin: node?.origin, code: (error as UserError).code });
    }
    throw new UnknownOpError(
      `Cannot save ${op}: it has no name to be found by when the graph is loaded: give it one in ops, here and there, as ops: { myOp: it }`,
      { origin: node?.origin },
    );
  }

  #application(node: Apply): void {
    const inputs = node.inputs.map((x) => this.#variables.get(x) ?? this.#leaf(x));
    const op = this.op(node.op, node);
    // The graph inside an op may have what is outside, too: constants, and what is computed from them.
    if (node.outputs.some((y) => this.#written.has(y))) return;
    this.#graph.push({ op, inputs, outputs: node.outputs.map((y) => this.#text(y)) });
    for (const y of node.outputs) this.#number(y);
  }

  #leaf(v: Variable): number {
    if (isShared(v)) {
      const shared = this.shared(v);
      this.#graph.push({ shared });
    } else if (isConstant(v)) this.#graph.push({ constant: this.array(v.data), ...this.#text(v) });
    else this.#graph.push({ ...this.#text(v), ...this.#test(v) });
    return this.#number(v);
  }

  #text(v: Variable): VariableText {
    return { type: this.type(v.type), ...named(v) };
  }

  #test(v: Variable): { readonly test?: number } {
    const { testValue } = v.tag;
    return testValue === undefined ? {} : { test: this.array(v.type.filter(testValue) as NDArray) };
  }

  #number(v: Variable): number {
    const number = this.#written.size;
    this.#written.add(v);
    this.#variables.set(v, number);
    return number;
  }

  #once(key: string | object, add: () => number): number {
    let number = this.#numbers.get(key);
    if (number === undefined) this.#numbers.set(key, (number = add()));
    return number;
  }
}

const named = ({ name }: Variable): { readonly name?: string } => (name === null ? {} : { name });
