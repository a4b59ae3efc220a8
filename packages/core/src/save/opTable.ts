import { TheanoTypeError } from "../errors.ts";
import { Op } from "../graph/op.ts";
import { Type } from "../graph/type.ts";
import type { Cell, SharedVariable } from "../tensor/shared.ts";

// biome-ignore lint/suspicious/noExplicitAny: what a family takes is its own affair, and checked before
type Anything = any;

/** What makes ops: a family (see `opFamily`), or the class of ops whose `made` names it. */
export type OpMaker = ((...of: Anything[]) => Op) | (new (...of: Anything[]) => Op);

/** Whether what a document says an op is made of can be that. */
export type Check = (x: unknown) => boolean;

/** A maker of ops, and what it takes: a document that says something else is refused before the maker is asked. */
export interface CheckedMaker {
  readonly make: OpMaker;
  readonly takes: readonly Check[];
}

/** A type that is more than a dtype and a pattern, and how its shared variables are made. */
export interface NamedType {
  readonly type: Type;
  shared(cell: Cell, name: string | null): SharedVariable;
}

/** What a name in a document may stand for: an op, a function that applies one, a maker of ops, or a type. */
export type OpTableEntry = Op | { readonly op: Op } | OpMaker | CheckedMaker | NamedType;

/**
 * The ops, families of ops and types that graphs are saved and loaded with, by the names that they have in documents.
 * Loading knows nothing else: a name is looked up here, and nowhere.
 */
export type OpTable = Readonly<Record<string, OpTableEntry>>;

/** An entry of a table, told apart. */
export type Known =
  | { readonly kind: "op"; readonly op: Op }
  | { readonly kind: "maker"; readonly make: OpMaker; readonly takes: readonly Check[] | undefined }
  | ({ readonly kind: "type" } & NamedType);

/** A table that can be asked both ways. */
export class OpNames {
  readonly #byName = new Map<string, Known>();
  readonly #names = new Map<unknown, string>();

  /** Throws a TypeError for an entry that is none of what it may be. */
  constructor(table: OpTable) {
    for (const [name, entry] of Object.entries(table)) {
      const known = knownOf(entry, name);
      this.#byName.set(name, known);
      const object = known.kind === "op" ? known.op : known.kind === "maker" ? known.make : undefined;
      if (object && !this.#names.has(object)) this.#names.set(object, name);
    }
  }

  /** What a name stands for. */
  get(name: string): Known | undefined {
    return this.#byName.get(name);
  }

  /** The name of an op or of a maker of ops. */
  nameOf(object: unknown): string | undefined {
    return this.#names.get(object);
  }

  /** The name of a type that has one. */
  nameOfType(type: Type): string | undefined {
    for (const [name, known] of this.#byName)
      if (known.kind === "type" && known.type.constructor === type.constructor && known.type.equals(type))
        return name;
    return undefined;
  }
}

function knownOf(entry: OpTableEntry, name: string): Known {
  if (entry instanceof Op) return { kind: "op", op: entry };
  if (typeof entry === "object" && entry !== null) {
    if ("type" in entry && entry.type instanceof Type) return { kind: "type", ...entry };
    if ("make" in entry) return { kind: "maker", make: entry.make, takes: entry.takes };
  }
  const op = (entry as Partial<{ op: unknown }> | null)?.op;
  if (op instanceof Op) return { kind: "op", op };
  if (typeof entry === "function") return { kind: "maker", make: entry, takes: undefined };
  throw new TheanoTypeError(
    `Cannot save and load by the name ${name} what is no op, function that applies one, or family of ops`,
  );
}
