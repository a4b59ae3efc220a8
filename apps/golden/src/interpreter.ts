import { complex, config, NDArray, np, OpFromGraph, SharedVariable, TensorType, Variable } from "theano-ts";
import { toArray, toNumber } from "./arrays.ts";
import { builtin } from "./builtins.ts";
import type { Json, TensorJson } from "./case.ts";
import { helper } from "./helpers.ts";
import { ellipsis, getItem, indexItem, PythonSlice } from "./indexing.ts";
import { operand } from "./literals.ts";
import { Missing } from "./missing.ts";
import { callByName, callMethod, camelCase, operatorName, resolve } from "./names.ts";
import { attribute, binary, numpyName, setItem, unary } from "./numpy.ts";
import {
  type Arguments,
  Callable,
  Compiled,
  isTrue,
  type Keywords,
  Module,
  PythonError,
  pythonStr,
  Tuple,
  tuple,
} from "./python.ts";
import { randomAttribute, randomName } from "./randomCalls.ts";
import { callCompiled, theanoCalls } from "./theanoCalls.ts";

/** The names a program has set; a function's scope looks in the one around it. */
export type Scope = Map<string, unknown>;

/** Whoever wants to know what a program shows. */
export interface Listener {
  shown(step: Json, evaluate: () => unknown): void;
}

/** Ends a function. */
class Return {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

/** Runs the subset of Python that cases are written in. */
export class Interpreter {
  readonly #listener: Listener;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  /** Runs statements; what a `return` gave, if one was met. */
  run(steps: readonly Json[], scope: Scope, outer: Chain | undefined): Return | undefined {
    const chain: Chain = { scope, outer };
    for (const step of steps) {
      const returned = this.#statement(step, chain);
      if (returned) return returned;
    }
    return undefined;
  }

  #statement(step: Json, chain: Chain): Return | undefined {
    const value = (e: unknown): unknown => this.#evaluate(e, chain);
    if ("set" in step) assign(step.set, value(step.e), chain.scope);
    else if ("do" in step) value(step.do);
    else if ("show" in step) this.#listener.shown(step, () => value(step.show));
    else if ("warns" in step) this.#listener.shown(step, () => value(step.warns));
    else if ("return" in step) return new Return(value(step.return));
    else if ("setitem" in step)
      this.#setItem(...((step.setitem as unknown[]).map(value) as [unknown, unknown, unknown]));
    else if ("setattr" in step) {
      const [object, name, x] = step.setattr as [unknown, string, unknown];
      const owner = value(object);
      const target = owner instanceof Compiled ? owner.run : owner;
      (target as Record<string, unknown>)[camelCase(name)] = value(x);
    } else if ("for" in step) {
      for (const item of iterate(value(step.in))) {
        assign(step.for, item, chain.scope);
        const returned = this.run(step.body as Json[], chain.scope, chain.outer);
        if (returned) return returned;
      }
    } else throw new Missing(`a statement of the form ${Object.keys(step)}`);
    return undefined;
  }

  #setItem(object: unknown, key: unknown, value: unknown): void {
    if (object instanceof Map) object.set(key, value);
    else if (object instanceof NDArray)
      setItem(object, (key instanceof Tuple ? [...key] : [key]).map(indexItem), value);
    else if (Array.isArray(object)) object[Number(key)] = value;
    else if (object instanceof Compiled) object.run.set(key as string, Number(value));
    else throw new Missing("assignment to an item of a function");
  }

  #evaluate(e: unknown, chain: Chain): unknown {
    if (typeof e === "number") return BigInt(e);
    if (e === null || typeof e !== "object") return e;
    const node = e as Json;
    const value = (x: unknown): unknown => this.#evaluate(x, chain);
    const all = (list: unknown): unknown[] =>
      (list as unknown[]).flatMap((x) =>
        isNode(x) && "star" in x ? [...iterate(value(x.star))] : [value(x)],
      );
    if ("v" in node) return lookup(node.v as string, chain);
    if ("g" in node) return globalName(node.g as string);
    if ("f" in node) return toNumber(node.f);
    if ("i" in node) return BigInt(node.i as string);
    if ("call" in node) {
      const keywords = Object.fromEntries(
        Object.entries((node.k ?? {}) as Json).map(([k, x]) => [k, value(x)]),
      );
      return call(value(node.call), all(node.a ?? []), keywords);
    }
    if ("get" in node) {
      const [object, name] = node.get as [unknown, string];
      return getAttribute(value(object), name);
    }
    if ("idx" in node) {
      const [object, item] = node.idx as [unknown, unknown];
      return index(value(object), value(item));
    }
    if ("op" in node) return operate(node.op as string, node.a as unknown[], value);
    if ("list" in node) return all(node.list);
    if ("tup" in node) return tuple(all(node.tup));
    if ("dict" in node)
      return new Map((node.dict as [unknown, unknown][]).map(([k, x]) => [value(k), value(x)]));
    if ("slice" in node) return new PythonSlice((node.slice as unknown[]).map(value));
    if ("ell" in node) return ellipsis;
    if ("np" in node) return toArray(node.np as TensorJson);
    if ("c" in node) return complex(...(node.c as [number, number]));
    if ("if" in node) {
      const [condition, yes, no] = node.if as [unknown, unknown, unknown];
      return isTrue(value(condition)) ? value(yes) : value(no);
    }
    if ("comp" in node)
      return [...iterate(value(node.in))].map((item) => {
        const scope: Scope = new Map();
        assign(node.for, item, scope);
        return this.#evaluate(node.comp, { scope, outer: chain });
      });
    if ("fn" in node) return this.#closure(node, chain);
    throw new Missing(`an expression of the form ${JSON.stringify(node).slice(0, 60)}`);
  }

  #closure(node: Json, chain: Chain): Callable {
    const names = node.fn as string[];
    const defaults = ((node.defaults ?? []) as unknown[]).map((x) => this.#evaluate(x, chain));
    return new Callable("function", (args, keywords) => {
      const scope: Scope = new Map();
      const first = names.length - defaults.length;
      names.forEach((name, i) => {
        scope.set(name, i < args.length ? args[i] : name in keywords ? keywords[name] : defaults[i - first]);
      });
      if (node.vararg) scope.set(node.vararg as string, tuple(args.slice(names.length)));
      return this.run(node.body as Json[], scope, chain)?.value ?? null;
    });
  }
}

/** A scope and the ones around it. */
interface Chain {
  readonly scope: Scope;
  readonly outer: Chain | undefined;
}

const isNode = (x: unknown): x is Json => typeof x === "object" && x !== null;

function lookup(name: string, chain: Chain): unknown {
  for (let at: Chain | undefined = chain; at; at = at.outer)
    if (at.scope.has(name)) return at.scope.get(name);
  throw new Missing(`the program has not set ${name}`);
}

function assign(target: unknown, value: unknown, scope: Scope): void {
  if (typeof target === "string") {
    scope.set(target, value);
    return;
  }
  const [targets, items] = [target as unknown[], [...iterate(value)]];
  if (targets.length !== items.length)
    throw new PythonError("ValueError", `cannot unpack ${items.length} values into ${targets.length} names`);
  targets.forEach((t, i) => {
    assign(t, items[i], scope);
  });
}

function iterate(x: unknown): Iterable<unknown> {
  if (x instanceof Map) return x.keys();
  if (x instanceof Variable) return x as unknown as Iterable<unknown>;
  if (Array.isArray(x) || x instanceof NDArray || typeof x === "string") return x as Iterable<unknown>;
  throw new PythonError("TypeError", `${pythonStr(x)} is not iterable`);
}

/** What a dotted path from a root is. */
function globalName(path: string): unknown {
  const [root, ...rest] = path.split(".") as [string, ...string[]];
  const last = rest.at(-1) as string;
  if (path === "theano.config.floatX") return config.floatX;
  const random = randomName(path);
  if (random) return random;
  if (root === "numpy") return numpyName(last);
  if (root === "builtins" || root === "collections") return builtin(last);
  if (root === "helper") return helper(last);
  const special =
    theanoCalls[path.replace(/^theano\.(tensor|gradient|compile|printing)\.(?=\w+$)/, "theano.")];
  if (special) return new Callable(last, special);
  const found = resolve(path);
  return typeof found === "function"
    ? new Callable(last, (args, keywords) => callByName(path, args, keywords), found)
    : found;
}

function call(f: unknown, args: Arguments, keywords: Keywords): unknown {
  if (f instanceof Callable) return f.call(args, keywords);
  if (f instanceof Compiled) return callCompiled(f, args, keywords);
  if (f instanceof TensorType)
    return f.makeVariable((args[0] as string) ?? (keywords.name as string) ?? null);
  if (f instanceof OpFromGraph) {
    const results = f.apply(...args.map((x) => operand(x)));
    return results.length === 1 ? results[0] : [...results];
  }
  throw new Missing(`calling ${pythonStr(f)}`);
}

/** What is read of variables without a call. */
const properties = [
  "name",
  "type",
  "owner",
  "dtype",
  "ndim",
  "broadcastable",
  "T",
  "shape",
  "size",
  "tag",
  "inputs",
  "outputs",
  "op",
];

function getAttribute(x: unknown, name: string): unknown {
  if (x instanceof Module) return globalName(`${x.path}.${name}`);
  if (x instanceof NDArray) return attribute(x, name);
  const random = randomAttribute(x, name);
  if (random !== undefined) return random;
  if (x instanceof Map) return dictAttribute(x, name);
  if (typeof x !== "object" || x === null) throw new Missing(`${pythonStr(x)}.${name}`);
  if (x instanceof SharedVariable && name === "set_value")
    return theanoCalls.setValue && new Callable(name, (args, k) => theanoCalls.setValue?.([x, ...args], k));
  const ours = camelCase(name);
  if (x instanceof Compiled && name !== "name") {
    const found = (x.run as unknown as Record<string, unknown>)[ours];
    if (found === undefined) throw new Missing(`a function's ${name}`);
    const special = theanoCalls[`function.${name}`];
    if (special) return new Callable(name, (args, keywords) => special([x, ...args], keywords));
    return typeof found === "function" ? new Callable(name, (args) => found(...args)) : found;
  }
  // A variable's tag holds whatever a program puts there.
  if (Object.getPrototypeOf(x) === Object.prototype) return (x as Record<string, unknown>)[ours];
  // What a function was made of, and the graph in it.
  if ("fgraph" in x || "toposort" in x) {
    const found = (x as unknown as Record<string, unknown>)[ours];
    return typeof found === "function" ? new Callable(name, () => found.call(x)) : found;
  }
  if (properties.includes(name)) {
    const found = (x as Record<string, unknown>)[ours];
    if (found === undefined) throw new Missing(`there is no ${name}`);
    return name === "ndim"
      ? BigInt(found as number)
      : name === "broadcastable"
        ? tuple(found as boolean[])
        : found;
  }
  if (name === "eval")
    return new Callable(name, (args, keywords) => theanoCalls.eval?.([x, ...args], keywords));
  if (!(ours in x)) throw new Missing(`there is no ${ours}`);
  return new Callable(name, (args, keywords) => callMethod(x, name, args, keywords));
}

function dictAttribute(x: Map<unknown, unknown>, name: string): Callable {
  const methods: Readonly<Record<string, (...args: unknown[]) => unknown>> = {
    items: () => [...x].map(tuple),
    keys: () => [...x.keys()],
    values: () => [...x.values()],
    get: (key, other = null) => x.get(key) ?? other,
    update: (y) => {
      for (const [k, v] of y as Map<unknown, unknown>) x.set(k, v);
      return null;
    },
  };
  const method = methods[name];
  if (!method) throw new Missing(`dict.${name}`);
  return new Callable(name, (args) => method(...args));
}

function index(x: unknown, key: unknown): unknown {
  if (x instanceof NDArray || x instanceof Variable) return getItem(x as NDArray, key);
  if (x instanceof Map) return x.get(key);
  if (x instanceof Compiled) return x.run.get(key as string);
  if (Array.isArray(x) || typeof x === "string") {
    if (key instanceof PythonSlice)
      return x.slice(
        ...(key.bounds.slice(0, 2).map((b) => (b === null ? undefined : Number(b))) as number[]),
      );
    const at = Number(key);
    const item = x[at < 0 ? at + x.length : at];
    if (item === undefined) throw new PythonError("IndexError", "list index out of range");
    return item;
  }
  throw new Missing(`an item of ${pythonStr(x)}`);
}

function operate(sign: string, operands: readonly unknown[], value: (e: unknown) => unknown): unknown {
  const [x, y] = operands.map(value);
  if (sign === "is" || (sign === "==" && x instanceof Variable)) return x === y;
  if (sign === "is not" || (sign === "!=" && x instanceof Variable)) return x !== y;
  if (sign === "not") return !isTrue(x);
  if (sign === "in") return [...iterate(y)].includes(x);
  if (sign === "not in") return ![...iterate(y)].includes(x);
  if (x instanceof Variable || y instanceof Variable)
    return symbolic(sign, operands.length === 1 ? [x] : [x, y]);
  if (x instanceof NDArray || y instanceof NDArray)
    return operands.length === 1 ? unary(sign, x as NDArray) : binary(sign, x, y);
  return operands.length === 1 ? scalarUnary(sign, x) : scalar(sign, x, y);
}

function symbolic(sign: string, operands: readonly unknown[]): unknown {
  const unaryNames: Readonly<Record<string, string>> = { neg: "neg", inv: "invert", abs: "abs" };
  const name = operands.length === 1 ? unaryNames[sign] : operatorName(sign);
  if (!name) throw new Missing(`the operator ${sign}`);
  if (operands.some((x) => typeof x === "string" || x === null || x === undefined))
    throw new PythonError("TypeError", `unsupported operand types for ${sign}`);
  return callByName(name, operands, {});
}

function scalarUnary(sign: string, x: unknown): unknown {
  if (sign === "neg") return -(x as number);
  if (sign === "pos") return x;
  if (sign === "inv") return ~(x as bigint);
  throw new Missing(`the operator ${sign}`);
}

function scalar(sign: string, x: unknown, y: unknown): unknown {
  if (sign === "+" && Array.isArray(x) && Array.isArray(y))
    return x instanceof Tuple ? tuple([...x, ...y]) : [...x, ...y];
  if (sign === "*" && Array.isArray(x)) return Array.from({ length: Number(y) }, () => [...x]).flat();
  if (sign === "+" && typeof x === "string") return x + String(y);
  if (sign === "==")
    return typeof x === typeof y && !Array.isArray(x) ? x === y : pythonStr(x) === pythonStr(y);
  if (sign === "!=") return !scalar("==", x, y);
  const order: Readonly<Record<string, (a: never, b: never) => boolean>> = {
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
  };
  if (order[sign]) return order[sign](x as never, y as never);
  if (typeof x === "bigint" && typeof y === "bigint" && sign !== "/") return integers(sign, x, y);
  const result = binary(sign, np.array(Number(x)), np.array(Number(y))).item();
  return result;
}

function integers(sign: string, x: bigint, y: bigint): bigint {
  const floor = (): bigint => (x % y !== 0n && x < 0n !== y < 0n ? x / y - 1n : x / y);
  const table: Readonly<Record<string, () => bigint>> = {
    "+": () => x + y,
    "-": () => x - y,
    "*": () => x * y,
    "//": floor,
    "%": () => x - floor() * y,
    "**": () => x ** y,
    "&": () => x & y,
    "|": () => x | y,
    "^": () => x ^ y,
    "<<": () => x << y,
    ">>": () => x >> y,
  };
  const f = table[sign];
  if (!f) throw new Missing(`the operator ${sign}`);
  return f();
}
