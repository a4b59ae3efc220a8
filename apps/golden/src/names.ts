import * as library from "theano-ts";
import { operand } from "./literals.ts";
import { Missing } from "./missing.ts";
import { type Arguments, type Keywords, Module, PythonError, plain } from "./python.ts";
import { operandsOnly, type Parameter, readSignature, type Signature, signatures } from "./signatures.ts";

// Theano's dotted names become ours by rule: modules are dropped, words joined in camelCase, and a trailing underscore
// goes. There is no exception to it.

/** Python's operators. */
const operators: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "//": "floorDiv",
  "%": "mod",
  "**": "pow",
  "@": "dot",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** The function for a Python operator. Throws Python's TypeError for those that Theano's variables do not have. */
export function operatorName(sign: string): string {
  const name = operators[sign];
  if (!name) throw new PythonError("TypeError", `unsupported operand types for ${sign}`);
  return name;
}

/** `max_and_argmax` as we write it: `maxAndArgmax`. */
export const camelCase = (name: string): string =>
  name
    .replace(/_+$/, "")
    .replace(/(?<=[A-Za-z0-9])_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

const modules =
  /^(theano|tensor|basic|nnet|bn|signal|pool|abstract_conv|conv|fft|nlinalg|slinalg|extra_ops|xlogx|opt|elemwise|subtensor|gradient|printing|compile|config|sparse|scan_module|sandbox|rng_mrg|ifelse|typed_list|raw_random|shared_randomstreams|numpy|random|builtins|collections|helper|gof)$/;

/** What a dotted path stands for: a module, or something of ours. Throws Missing for what we do not have. */
export function resolve(path: string): unknown {
  const parts = path.split(".");
  const last = parts.at(-1) as string;
  // theano.tensor.xlogx.xlogx is a function, in a module of its name.
  if (modules.test(last) && parts.at(-2) !== last) return new Module(path);
  const name = camelCase(last);
  for (const place of [library.T, library.theano, library.gradient, library] as const) {
    const found = (place as unknown as Record<string, unknown>)[name];
    if (found !== undefined) return found;
  }
  throw new Missing(`${path}: there is no ${name}`);
}

/** Constructors of variables take names, and how many. */
const constructors =
  /^[bwilfdcz]?(scalar|vector|matrix|row|col|tensor[345]|(scalar|vector|row|col|tensor[345])s|matrices)$/;
const namesOnly: Signature = readSignature("...names | name dtype");

/** What the function of ours of this name takes. */
const signatureOf = (name: string): Signature =>
  name in signatures
    ? readSignature(signatures[name] as string)
    : constructors.test(name)
      ? namesOnly
      : operandsOnly;

/** Python's arguments as we take them: literals typed, integers as numbers, keywords as options. */
function argumentsFor(
  name: string,
  args: Arguments,
  keywords: Keywords,
  given: Signature = signatureOf(name),
): unknown[] {
  const { positional, options } = given;
  const made: unknown[] = [];
  const rest = [...args];
  const named = new Map(Object.entries(keywords).map(([k, v]) => [camelCase(k), v]));
  for (const parameter of positional) {
    if (parameter.takesRest)
      made.push(...spread(parameter, rest.splice(0)).map((x) => convert(parameter, x)));
    else if (parameter.collects && rest.length > 1)
      made.push(rest.splice(0).map((x) => convert(parameter, x)));
    else if (rest.length > 0) made.push(convert(parameter, rest.shift()));
    else if (named.has(parameter.name)) {
      made.push(convert(parameter, named.get(parameter.name)));
      named.delete(parameter.name);
    } else if (
      named.size > 0 &&
      positional.slice(positional.indexOf(parameter)).some((p) => named.has(p.name))
    )
      made.push(undefined);
  }
  const chosen: Record<string, unknown> = {};
  for (const parameter of options) {
    if (rest.length === 0) break;
    chosen[parameter.name] = convert(parameter, rest.shift());
  }
  if (rest.length > 0) throw new PythonError("TypeError", `${name} takes no ${args.length} arguments`);
  for (const [k, v] of named) chosen[k] = plain(v);
  if (Object.keys(chosen).length > 0) {
    while (made.length < positional.length && !positional[made.length]?.takesRest) made.push(undefined);
    made.push(chosen);
  }
  return made;
}

/** `x.dimshuffle((1, 0))` is `x.dimshuffle(1, 0)`: a lone list stands for all that is left. */
const spread = (parameter: Parameter, rest: unknown[]): unknown[] =>
  !parameter.isOperand && rest.length === 1 && Array.isArray(rest[0]) ? [...(rest[0] as unknown[])] : rest;

function convert(parameter: Parameter, x: unknown): unknown {
  if (parameter.isOperand) return operand(x);
  return x instanceof Map ? [...x].map(([k, v]) => [k, operand(v)]) : plain(x);
}

/** Whether the library has something of this name: a function, or a method of variables. */
export const isThere = (name: string): boolean =>
  [library.T, library.theano, library.gradient, library, library.TensorVariable.prototype].some(
    (place) => name in place,
  );

/** Calls the function of ours of this name. */
export function callByName(path: string, args: Arguments, keywords: Keywords): unknown {
  const name = camelCase(path.split(".").at(-1) as string);
  const found = resolve(path);
  if (typeof found !== "function") throw new Missing(`${path} is not a function`);
  return (found as (...x: unknown[]) => unknown)(...argumentsFor(name, args, keywords));
}

/** Calls the method of this Python name on one of our variables. */
export function callMethod(self: object, method: string, args: Arguments, keywords: Keywords): unknown {
  const name = camelCase(method);
  const found = (self as Record<string, unknown>)[name];
  if (typeof found !== "function") throw new Missing(`there is no method ${name}`);
  const { positional, options } = signatureOf(name);
  const given = { positional: positional[0]?.takesRest ? positional : positional.slice(1), options };
  return (found as (...x: unknown[]) => unknown).apply(self, argumentsFor(name, args, keywords, given));
}
