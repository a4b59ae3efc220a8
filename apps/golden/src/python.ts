import { type CompiledFunction, NDArray, type TensorVariable, type Variable } from "theano-ts";

// What Python's values are here: int is bigint, float number, bool boolean, None null, str string, list an array, tuple
// a Tuple, dict a Map, a NumPy array or scalar an NDArray.

/** Python's tuple: a list in all but indexing. */
export class Tuple extends Array<unknown> {}

export const tuple = (items: Iterable<unknown>): Tuple => {
  const made = new Tuple();
  made.push(...items);
  return made;
};

export type Arguments = readonly unknown[];
export type Keywords = Readonly<Record<string, unknown>>;

/** Something that Python can call. */
export class Callable {
  readonly name: string;
  readonly call: (args: Arguments, keywords: Keywords) => unknown;
  /** What of ours is called, if it is one thing. */
  readonly of: unknown;

  constructor(name: string, call: (args: Arguments, keywords: Keywords) => unknown, of: unknown = name) {
    this.name = name;
    this.call = call;
    this.of = of;
  }

  toString(): string {
    return String(this.of);
  }
}

/** A module, by its path. */
export class Module {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }
}

/** A compiled function, and what a caller in Python can ask of it. */
export class Compiled {
  readonly run: CompiledFunction;
  readonly inputs: readonly Variable[];
  readonly name: string | null;
  /** Whether it is a copy: Theano's forget that a single output was not given in a list, and give one. */
  readonly copied: boolean;

  constructor(run: CompiledFunction, inputs: readonly Variable[], name: string | null, copied = false) {
    this.run = run;
    this.inputs = inputs;
    this.name = name;
    this.copied = copied;
  }
}

/** Parameters by name: positional arguments first, then keywords, which may be any of `names` not given yet. */
export function bind(
  what: string,
  names: readonly string[],
  args: Arguments,
  keywords: Keywords,
): Record<string, unknown> {
  if (args.length > names.length)
    throw new PythonTypeError(`${what} takes ${names.length} arguments, not ${args.length}`);
  const bound: Record<string, unknown> = {};
  args.forEach((value, i) => {
    bound[names[i] as string] = value;
  });
  for (const [name, value] of Object.entries(keywords)) {
    if (!names.includes(name))
      throw new PythonTypeError(`${what} got an unexpected keyword argument '${name}'`);
    bound[name] = value;
  }
  return bound;
}

/** The errors that Python itself raises, by class. */
export class PythonError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
class PythonTypeError extends PythonError {
  constructor(message: string) {
    super("TypeError", message);
  }
}

/** Python's `str`. */
export function pythonStr(x: unknown): string {
  if (x === null || x === undefined) return "None";
  if (x === true) return "True";
  if (x === false) return "False";
  if (typeof x === "number") return floatStr(x);
  if (x instanceof Tuple) return `(${x.map(pythonRepr).join(", ")}${x.length === 1 ? "," : ""})`;
  if (Array.isArray(x)) return `[${x.map(pythonRepr).join(", ")}]`;
  if (x instanceof Map) return `{${[...x].map(([k, v]) => `${pythonRepr(k)}: ${pythonRepr(v)}`).join(", ")}}`;
  return String(x);
}

/** Python's `repr`. */
export function pythonRepr(x: unknown): string {
  if (typeof x === "string") return `'${x}'`;
  return x instanceof NDArray ? x.repr() : pythonStr(x);
}

function floatStr(x: number): string {
  if (Number.isInteger(x) && Math.abs(x) < 1e16) return `${Object.is(x, -0) ? "-0" : x}.0`;
  return String(x).replace("Infinity", "inf").replace("NaN", "nan");
}

/** Python's name of the class of `x`. */
export function className(x: unknown): string {
  if (x === null || x === undefined) return "NoneType";
  if (typeof x === "bigint") return "int";
  if (typeof x === "number") return "float";
  if (typeof x === "boolean") return "bool";
  if (typeof x === "string") return "str";
  if (x instanceof Tuple) return "tuple";
  if (Array.isArray(x)) return "list";
  if (x instanceof Map) return x.constructor === Map ? "dict" : x.constructor.name;
  if (x instanceof NDArray) return x.ndim === 0 ? x.dtype : "ndarray";
  if (x instanceof Compiled) return "Function";
  return (x as object).constructor.name;
}

/** Python's idea of what counts as true. */
export function isTrue(x: unknown): boolean {
  if (Array.isArray(x)) return x.length > 0;
  if (x instanceof Map) return x.size > 0;
  if (x instanceof NDArray) return Boolean(x.item());
  return Boolean(x);
}

/** `x` as JavaScript would write it: integers are numbers. */
export function plain(x: unknown): unknown {
  if (typeof x === "bigint") return Number.isSafeInteger(Number(x)) ? Number(x) : x;
  if (Array.isArray(x)) return Array.from(x, plain);
  return x;
}

/** Whether a variable is somewhere in a list. */
export const holds = (x: unknown, is: (v: unknown) => v is TensorVariable): boolean =>
  Array.isArray(x) ? x.some((item) => holds(item, is)) : is(x);
