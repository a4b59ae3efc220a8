import {
  In,
  NDArray,
  OpFromGraph,
  Out,
  Print,
  type SharedVariable,
  T,
  type TensorLike,
  TensorType,
  type TensorVariable,
  theano,
  type Variable,
} from "theano-ts";
import { operand } from "./literals.ts";
import { callByName, camelCase } from "./names.ts";
import {
  type Arguments,
  bind,
  Callable,
  Compiled,
  type Keywords,
  PythonError,
  plain,
  Tuple,
  tuple,
} from "./python.ts";
import { scanCalls } from "./scanCalls.ts";

// Theano's functions whose arguments are more than operands and options: what Python's values mean there.

/** The calls by Theano's path, and a few methods. */
export const theanoCalls: Readonly<Record<string, (args: Arguments, keywords: Keywords) => unknown>> = {
  "theano.function": makeFunction,
  "theano.shared": shared,
  "theano.In": (args, keywords) => {
    const names = [
      "variable",
      "name",
      "value",
      "update",
      "mutable",
      "strict",
      "borrow",
      "allow_downcast",
      "implicit",
      "autoname",
    ];
    const { variable, value, update, ...rest } = bind("In", names, args, keywords);
    const given = {
      ...(value === undefined || value === null ? {} : { value: argument(value, variable as Variable) }),
      ...(update === undefined || update === null ? {} : { update: literalFor(variable, update) }),
    };
    return new In(variable as Variable, { ...options(rest), ...given } as never);
  },
  // Which linker computes is not a matter of the mode here: every mode compiles.
  "theano.Mode": (args, keywords) => {
    const { optimizer } = bind("Mode", ["linker", "optimizer"], args, keywords);
    return optimizer === null || optimizer === undefined ? "None" : String(optimizer).toUpperCase();
  },
  "theano.tensor.opt.Assert": ([message]) => {
    const assertion = new T.Assert(message as string | undefined);
    return new Callable("Assert", (operands) => assertion.call(...(operands as [never])));
  },
  "theano.Out": (args, keywords) => {
    const { variable, ...rest } = bind("Out", ["variable", "borrow"], args, keywords);
    return new Out(variable as Variable, options(rest) as never);
  },
  "theano.TensorType": (args, keywords) => {
    const { dtype, broadcastable } = bind("TensorType", ["dtype", "broadcastable", "name"], args, keywords);
    return new TensorType(dtype as never, Array.from(broadcastable as boolean[]));
  },
  "theano.tensor": (args, keywords) => {
    const { dtype, broadcastable, name } = bind("tensor", ["dtype", "broadcastable", "name"], args, keywords);
    return T.tensor(dtype as never, Array.from(broadcastable as boolean[]), (name as string) ?? null);
  },
  "theano.constant": (args, keywords) => {
    const { x, ...rest } = bind("constant", ["x", "name", "ndim", "dtype"], args, keywords);
    if (rest.dtype === undefined) return asConstant(operand(typeof x === "boolean" ? BigInt(x) : x));
    return T.constant(plain(x) as never, options(rest) as never);
  },
  "theano.grad": (args, keywords) => {
    const how = keywords.return_disconnected;
    const lower = typeof how === "string" ? { return_disconnected: how.toLowerCase() } : {};
    const made = callByName("theano.grad", args, { ...keywords, ...lower });
    // Several gradients come in what the variables came in.
    return (args[1] ?? keywords.wrt) instanceof Tuple ? tuple(made as unknown[]) : made;
  },
  "theano.OpFromGraph": (args, keywords) => {
    const { inputs, outputs, ...rest } = bind("OpFromGraph", opFromGraphParameters, args, keywords);
    const [from, to] = [inputs, outputs].map((list) => Array.from(list as Variable[]));
    return new OpFromGraph(from as Variable[], to as Variable[], options(rest));
  },
  ...scanCalls,
  eval: ([self, values]) => {
    const pairs = [...((values as Map<Variable, unknown>) ?? [])];
    return (self as TensorVariable).eval(pairs.map(([v, x]) => [v, argument(x, v) as never]));
  },
  setValue: ([self, value], keywords) => {
    const s = self as SharedVariable;
    s.setValue(argument(value, s) as never, options(keywords) as never);
    return null;
  },
  "theano.Print": (args, keywords) => {
    const { message, attrs } = bind("Print", ["message", "attrs", "global_fn"], args, keywords);
    const print = new Print(message as string, attrs ? { attrs: Array.from(attrs as []) } : {});
    return new Callable("Print", ([x]) => print.call(operand(x)));
  },
  "theano.debugprint": (args, keywords) => {
    const names = [
      "obj",
      "depth",
      "print_type",
      "file",
      "ids",
      "stop_on_name",
      "done",
      "print_storage",
      "print_clients",
    ];
    const { obj, ...rest } = bind("debugprint", names, args, keywords);
    const one = (x: unknown): never => (x instanceof Compiled ? x.run : x) as never;
    const text = theano.printing.debugprint(Array.isArray(obj) ? obj.map(one) : one(obj), options(rest));
    return rest.file === "str" ? text : null;
  },
  "function.copy": ([self, ...args], keywords) => {
    const f = self as Compiled;
    const names = ["share_memory", "swap", "delete_updates", "name", "profile"];
    const { swap, ...rest } = bind("copy", names, args, keywords);
    const copy = (f.run as unknown as { copy(o: unknown): never }).copy({
      ...options(rest),
      ...(swap ? { swap: [...(swap as Map<never, never>)] } : {}),
    });
    return new Compiled(copy, f.inputs, (rest.name as string | undefined) ?? f.name, true);
  },
};

/** Arrays are operands as they are, but constants only when we are told. */
const asConstant = (x: TensorLike): TensorLike => (x instanceof NDArray ? T.constant(x) : x);

/** Keywords as options: camelCase, without those left at None. */
const options = (keywords: Keywords): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(keywords)
      .filter(([, v]) => v !== null && v !== undefined)
      .map(([k, v]) => [camelCase(k), plain(v)]),
  );

const opFromGraphParameters = [
  "inputs",
  "outputs",
  "inline",
  "lop_overrides",
  "grad_overrides",
  "rop_overrides",
  "connection_pattern",
  "name",
];

const functionParameters = [
  "inputs",
  "outputs",
  "mode",
  "updates",
  "givens",
  "no_default_updates",
  "accept_inplace",
  "name",
  "rebuild_strict",
  "allow_input_downcast",
  "profile",
  "on_unused_input",
];

function makeFunction(args: Arguments, keywords: Keywords): Compiled {
  const { inputs, outputs, updates, givens, ...rest } = bind("function", functionParameters, args, keywords);
  const list = Array.from((inputs ?? []) as Variable[], (x) => x as Variable | In);
  const form =
    outputs instanceof Map
      ? Object.fromEntries(outputs)
      : Array.isArray(outputs)
        ? Array.from(outputs, output)
        : output(outputs);
  const run = theano.function(list, (form ?? null) as never, {
    ...options(rest),
    ...(updates ? { updates: pairs(updates) as never } : {}),
    ...(givens ? { givens: pairs(givens) as never } : {}),
  });
  const variables = list.map((x) => (x instanceof In ? x.variable : x));
  return new Compiled(run as never, variables as Variable[], (rest.name as string) ?? null);
}

function output(x: unknown): unknown {
  if (x === null || x === undefined) return null;
  return typeof x === "bigint" || typeof x === "number" ? badOutput(x) : x;
}

function badOutput(x: unknown): never {
  throw new PythonError(
    "TypeError",
    `Outputs must be theano Variable or Out instances. Received ${String(x)}`,
  );
}

const isIterable = (x: unknown): boolean => typeof x === "object" && x !== null && Symbol.iterator in x;

const pairs = (x: unknown): [unknown, unknown][] =>
  !isIterable(x)
    ? (x as never)
    : Array.from(x as Iterable<readonly [unknown, unknown]>, (pair) => {
        if (!Array.isArray(pair) || pair.length !== 2) return pair as never;
        const [k, v] = pair as [unknown, unknown];
        return [k, typeof v === "string" || v === null ? v : literalFor(k, v)];
      });

/** A literal given for a variable is converted to that variable's dtype by us, as a plain number. */
const literalFor = (_: unknown, v: unknown): unknown =>
  typeof v === "bigint" || typeof v === "number" ? Number(v) : operand(v);

function shared(args: Arguments, keywords: Keywords): unknown {
  const { value, ...rest } = bind(
    "shared",
    ["value", "name", "strict", "allow_downcast", "borrow", "broadcastable", "target"],
    args,
    keywords,
  );
  const dtype = typeof value === "bigint" ? "int64" : typeof value === "number" ? "float64" : undefined;
  return theano.shared(plain(value) as never, { ...options(rest), ...(dtype ? { dtype } : {}) } as never);
}

/** Calls a compiled function with Python's values. */
export function callCompiled(f: Compiled, args: Arguments, keywords: Keywords): unknown {
  const given: unknown[] = args.map((x, i) => argument(x, f.inputs[i]));
  const names = Object.keys(keywords);
  if (names.length > 0)
    given.push(
      Object.fromEntries(
        names.map((name) => [
          name,
          argument(
            keywords[name],
            f.inputs.find((v) => v.name === name),
          ),
        ]),
      ),
    );
  const result: unknown = f.run(...(given as never[]));
  if (result instanceof NDArray) return f.copied ? [result] : result;
  if (Array.isArray(result)) return result;
  return result === undefined ? [] : new Map(Object.entries(result as object));
}

/** A Python value as the argument for an input: a NumPy scalar, unlike an array, converts wherever it fits exactly. */
function argument(x: unknown, input: Variable | undefined): unknown {
  const { dtype } = (input ?? {}) as { dtype?: string };
  if (x instanceof NDArray && x.ndim === 0 && dtype !== x.dtype && !/complex/.test(x.dtype)) return x.item();
  return plain(x);
}
