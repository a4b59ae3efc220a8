import { isDType } from "@theano-ts/kernel";
import { type Config, withFlags } from "../config.ts";
import type { Apply } from "../graph/apply.ts";
import { Op } from "../graph/op.ts";
import type { Type } from "../graph/type.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { here, madeWhere } from "../provenance.ts";
import { TensorConstant } from "../tensor/constant.ts";
import { Cell, SharedVariable } from "../tensor/shared.ts";
import { TensorType } from "../tensor/tensorType.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { maxRank, readArray, type StoredArrays } from "./arrays.ts";
import { type Numbers, readData, shownData } from "./data.ts";
import { DocumentError, UnknownOpError, version } from "./document.ts";
import { brief, type Fields, fields, list, name, row, text, unexpected } from "./fields.ts";
import { OpNames, type OpTable } from "./opTable.ts";

/** How graphs are loaded. */
export interface LoadOptions {
  /** Further ops, families of ops and types, by the names that they have in the document. */
  readonly ops?: OpTable;
  /** The arrays that were put aside when the graph was saved. */
  readonly arrays?: StoredArrays;
}

/** The settings that the types of results depend on. */
type TypeFlags = Pick<Config, "floatX" | "castPolicy">;

/** Everything that a document has before what it is a document of. */
export class GraphReader {
  /** The document's own fields. */
  readonly fields: Fields;
  readonly flags: TypeFlags;
  readonly shared: readonly SharedVariable[];
  readonly #variables: Variable[] = [];
  readonly #names: OpNames;
  readonly #types: readonly NamedOrTensor[];
  readonly #arrays: readonly NDArray[];
  readonly #ops: Op[] = [];
  /** For ops with graphs inside, how many operations those come to, with all that is inside of them. */
  readonly #sizes = new Map<Op, number>();
  #spent = 0;

  /** Throws a DocumentError for what is no document, an UnknownOpError for an op that nobody gave. */
  constructor(json: unknown, { ops = {}, arrays }: LoadOptions) {
    this.#names = new OpNames(ops);
    this.fields = opened(json);
    this.flags = readFlags(this.fields);
    this.#types = this.#table("types", (x, where) => this.#readType(x, where));
    this.#arrays = this.#table("arrays", (x, where) => readArray(x, where, arrays));
    // The line of the user's program that loads is the line where all of it is made.
    const origin = here();
    const cells = new Map<NDArray, Cell>();
    this.shared = madeWhere(origin, () =>
      this.#table("shared", (x, where) => this.#readShared(x, where, cells)),
    );
    madeWhere(origin, () => this.#table("graph", (x, where) => this.#readNode(fields(x, where), where)));
    this.#table("defaultUpdates", (x, where) => {
      const [s, update] = this.pair(x, where);
      s.defaultUpdate = update;
    });
  }

  /** The tensor of this number. */
  tensor(number: unknown, where: string): TensorVariable {
    const v = row(this.#variables, number, where);
    if (!isTensor(v)) throw unexpected(`${v}: ${v.type}`, "a tensor", where);
    return v;
  }

  /** The array of this number. */
  array(number: unknown, where: string): NDArray {
    return row(this.#arrays, number, where);
  }

  /** A shared variable and what it becomes. */
  pair(x: unknown, where: string): readonly [SharedVariable, TensorVariable] {
    const [s, v] = list(x, where);
    const state = row(this.shared, s, where);
    const value = this.tensor(v, where);
    if (value.dtype !== state.dtype || value.ndim !== state.ndim)
      throw unexpected(String(value.type), `a value of ${state.type}`, where);
    return [state, value];
  }

  #table<T>(field: string, read: (x: unknown, where: string) => T): T[] {
    return list(this.fields.get(field), field).map((x, i) => read(x, `${field}, row ${i}`));
  }

  #readType(x: unknown, where: string): NamedOrTensor {
    if (typeof x === "string") {
      const known = this.#names.get(x);
      if (known?.kind !== "type") throw unknown("type", x, where);
      return known;
    }
    const [dtype, pattern, ...rest] = list(x, where);
    const broadcastable = list(pattern, where);
    if (!isDType(dtype) || rest.length > 0) throw unexpected(dtype, "a dtype", where);
    if (broadcastable.length > maxRank || !broadcastable.every((b) => typeof b === "boolean"))
      throw unexpected(broadcastable, `a pattern of at most ${maxRank} dimensions`, where);
    const type = new TensorType(dtype, broadcastable as boolean[]);
    return { type, shared: (cell, label) => new SharedVariable(type, cell, label) };
  }

  #readShared(x: unknown, where: string, cells: Map<NDArray, Cell>): SharedVariable {
    const entry = fields(x, where);
    const { type, shared } = row(this.#types, entry.get("type"), where);
    const array = this.array(entry.get("value"), where);
    const value = filtered(type, array, where);
    let cell = cells.get(array);
    // A copy: constants may have the same array.
    if (!cell) cells.set(array, (cell = new Cell(value.copy())));
    const label = name(entry.get("name"), where);
    return attempt(where, () => shared(cell, label));
  }

  #readNode(node: Fields, where: string): void {
    if (node.has("define")) this.#ops.push(this.#readOp(node, where));
    else if (node.has("op")) this.#variables.push(...this.#readApply(node, where).outputs);
    else this.#variables.push(this.#readLeaf(node, where));
  }

  #readOp(node: Fields, where: string): Op {
    const called = text(node.get("define"), where);
    const known = this.#names.get(called);
    if (!known || known.kind === "type") throw unknown("op", called, where);
    if (known.kind === "op") {
      if (node.has("of")) throw unexpected(node.get("of"), `nothing that ${called} is made of`, where);
      return known.op;
    }
    const variables: Variable[] = [];
    const ops: Op[] = [];
    const noted = <T>(all: T[], x: T): T => {
      all.push(x);
      return x;
    };
    const from: Numbers = {
      op: (i) => noted(ops, row(this.#ops, i, where)),
      type: (i) => row(this.#types, i, where).type,
      array: (i) => this.array(i, where),
      variable: (i) => noted(variables, row(this.#variables, i, where)),
    };
    const of = list(node.get("of"), where).map((part) => readData(part, from, where));
    const { make, takes } = known;
    if (takes && (takes.length !== of.length || !takes.every((check, i) => check(of[i]))))
      throw unexpected(shownData(of), `what ${called} is made of`, where);
    const size = this.#sizeOf([...ops, ...toposort(variables).map(({ op }) => op)]);
    this.#spend(size, where);
    const made: unknown = attempt(where, () =>
      isClass(make) ? new make(...(of as never[])) : (make as (...of: unknown[]) => Op)(...of),
    );
    if (!(made instanceof Op)) throw unexpected(made, `an op from ${called}`, where);
    this.#sizes.set(made, size);
    return made;
  }

  /** How many operations these come to. */
  #sizeOf(ops: readonly Op[]): number {
    return ops.reduce((sum, op) => sum + 1 + (this.#sizes.get(op) ?? 0), 0);
  }

  /**
   * Counts operations that stand for others. Graphs inside of graphs may double with each line of a document, so they are
   * counted before anything is made of them.
   */
  #spend(size: number, where: string): void {
    this.#spent += size;
    if (this.#spent > mostInside)
      throw new DocumentError(
        `Cannot read ${where}: the graphs inside ops come to more than ${mostInside} operations`,
      );
  }

  #readLeaf(node: Fields, where: string): Variable {
    if (node.has("shared")) return row(this.shared, node.get("shared"), where);
    const { type } = row(this.#types, node.get("type"), where);
    const label = name(node.get("name"), where);
    if (node.has("constant")) {
      const value = filtered(type, this.array(node.get("constant"), where), where);
      return new TensorConstant(type as TensorType, value, label);
    }
    const v = type.makeVariable(label);
    if (node.has("test")) v.tag.testValue = filtered(type, this.array(node.get("test"), where), where);
    return v;
  }

  #readApply(node: Fields, where: string): Apply {
    const op = row(this.#ops, node.get("op"), where);
    this.#spend(this.#sizes.get(op) ?? 0, where);
    const inputs = list(node.get("inputs"), where).map((i) => row(this.#variables, i, where));
    const outputs = list(node.get("outputs"), where).map((y) => fields(y, where));
    const types = outputs.map((y) => row(this.#types, y.get("type"), where).type);
    const made = attempt(where, () => this.#applied(op, inputs, types));
    made.outputs.forEach((y, i) => {
      y.name = name(outputs[i]?.get("name"), where);
    });
    return made;
  }

  /** An application with outputs of these types: under the document's settings, or those it was made with before. */
  #applied(op: Op, inputs: readonly Variable[], types: readonly Type[]): Apply {
    const make = (flags: Partial<TypeFlags>): Apply => withFlags(flags, () => op.makeNode(...inputs));
    const fits = ({ outputs }: Apply): boolean =>
      outputs.length === types.length && outputs.every((y, i) => y.type.equals(types[i] as Type));
    const made = make(this.flags);
    if (fits(made)) return made;
    for (const floatX of floats) {
      const other = make({ ...this.flags, floatX });
      if (fits(other)) return other;
    }
    throw new DocumentError(
      `${op} of ${inputs.map((x) => x.type).join(" and ")} gives ${made.outputs.map((y) => y.type).join(" and ")}, not ${types.join(" and ")}`,
    );
  }
}

/** A type, and how shared variables of it are made. */
interface NamedOrTensor {
  readonly type: Type;
  shared(cell: Cell, name: string | null): SharedVariable;
}

/** The most operations that the graphs inside of ops come to, written out wherever they are used. */
const mostInside = 2 ** 20;

const floats = ["float64", "float32", "float16"] as const;

/** The fields of a document of a version that is known. */
function opened(json: unknown): Fields {
  const document = fields(typeof json === "string" ? parsed(json) : json, "the document");
  if (document.get("format") !== "theano-ts")
    throw unexpected(document.get("format"), 'the format "theano-ts"', "the document");
  if (document.get("version") !== version)
    throw new DocumentError(
      `Cannot read a document of version ${brief(document.get("version"))}: this version of the library reads version ${version}`,
    );
  return document;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new DocumentError(`Cannot read the document: it is no JSON: ${(error as Error).message}`);
  }
}

function readFlags(document: Fields): TypeFlags {
  const floatX = document.get("floatX");
  const castPolicy = document.get("castPolicy");
  if (!floats.some((f) => f === floatX)) throw unexpected(floatX, "a float dtype", "floatX");
  if (castPolicy !== "custom" && castPolicy !== "numpy+floatX")
    throw unexpected(castPolicy, "a policy", "castPolicy");
  return { floatX, castPolicy } as TypeFlags;
}

/** `array`, which must be of exactly this type. */
function filtered(type: Type, array: NDArray, where: string): NDArray {
  return attempt(where, () => type.filter(array, { strict: true }) as NDArray);
}

/** What `body` gives; whatever it throws says where in the document it was. */
function attempt<R>(where: string, body: () => R): R {
  try {
    return body();
  } catch (error) {
    const [sentence] = String((error as Error).message).split("\n");
    throw new DocumentError(`Cannot read ${where}: ${sentence}`);
  }
}

const isClass = (make: unknown): make is new (...of: never[]) => Op =>
  (make as { readonly prototype?: unknown }).prototype instanceof Op;

const unknown = (what: string, called: string, where: string): UnknownOpError =>
  new UnknownOpError(
    `Cannot read ${where}: there is no ${what} of the name ${brief(called)}: give it in ops, as when the graph was saved`,
  );
