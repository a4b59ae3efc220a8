import { foldl, foldr, ifelse, map, reduce, scan, scanCheckpoints, until } from "theano-ts";
import { operand } from "./literals.ts";
import { type Arguments, bind, type Callable, isTrue, type Keywords, tuple } from "./python.ts";

// Loops as the cases write them: steps are functions of Python's, and sequences and outputs may be dictionaries.

type Bound = Readonly<Record<string, unknown>>;

/** The calls by Theano's path. */
export const scanCalls: Readonly<Record<string, (args: Arguments, keywords: Keywords) => unknown>> = {
  "theano.scan": (args, keywords) => {
    const given = bind("scan", scanParameters, args, keywords);
    return tuple(
      scan(stepOf(given), {
        ...specs(given),
        ...options(given),
        nonSequences: several(given.non_sequences, operand),
        returnList: isTrue(given.return_list),
        strict: isTrue(given.strict),
      } as never),
    );
  },
  "theano.scan_checkpoints": (args, keywords) => {
    const { save_every_N, ...given } = bind("scan_checkpoints", checkpointParameters, args, keywords);
    return tuple(
      scanCheckpoints(stepOf(given), {
        ...specs(given),
        ...options(given),
        nonSequences: several(given.non_sequences, operand),
        ...(save_every_N === undefined ? {} : { saveEveryN: Number(save_every_N) }),
      } as never),
    );
  },
  "theano.map": (args, keywords) => {
    const given = bind("map", mapParameters, args, keywords);
    const { sequences } = specs(given);
    return tuple(
      map(stepOf(given), sequences as never, several(given.non_sequences, operand) as never, options(given)),
    );
  },
  "theano.reduce": view("reduce", reduce, true),
  "theano.foldl": view("foldl", foldl, false),
  "theano.foldr": view("foldr", foldr, false),
  "theano.ifelse.ifelse": (args, keywords) => {
    const { condition, then_branch, else_branch, name } = bind("ifelse", ifelseParameters, args, keywords);
    const named = typeof name === "string" ? { name } : {};
    const [then, otherwise] = [several(then_branch, operand), several(else_branch, operand)];
    return ifelse(operand(condition), then as never, otherwise as never, named);
  },
  "theano.scan_module.until": ([condition]) => until(operand(condition)),
};

const ifelseParameters = ["condition", "then_branch", "else_branch", "name"];
const mapParameters = [
  "fn",
  "sequences",
  "non_sequences",
  "truncate_gradient",
  "go_backwards",
  "mode",
  "name",
];
const scanParameters = [
  "fn",
  "sequences",
  "outputs_info",
  "non_sequences",
  "n_steps",
  ...mapParameters.slice(3),
  "profile",
  "allow_gc",
  "strict",
  "return_list",
];

const checkpointParameters = [
  "fn",
  "sequences",
  "outputs_info",
  "non_sequences",
  "name",
  "n_steps",
  "save_every_N",
  "padding",
];

function view(
  name: string,
  of: typeof reduce,
  takesDirection: boolean,
): (args: Arguments, keywords: Keywords) => unknown {
  const names = ["fn", "sequences", "outputs_info", "non_sequences"];
  const parameters = [...names, ...(takesDirection ? ["go_backwards"] : []), "mode", "name"];
  return (args, keywords) => {
    const given = bind(name, parameters, args, keywords);
    const { sequences, outputsInfo } = specs(given);
    const rest = several(given.non_sequences, operand);
    return tuple(of(stepOf(given), sequences as never, outputsInfo as never, rest as never, options(given)));
  };
}

/** The step; a dictionary that it returns is a Map already. */
const stepOf =
  ({ fn }: Bound) =>
  (...args: readonly unknown[]): never =>
    call(fn as Callable, args) as never;

const call = (fn: Callable, args: readonly unknown[]): unknown => {
  const returned = fn.call(args, {});
  return Array.isArray(returned) ? Array.from(returned) : returned;
};

const specs = ({ sequences, outputs_info }: Bound): { sequences: unknown; outputsInfo: unknown } => ({
  sequences: several(sequences, (s) => spec(s, "input")),
  outputsInfo: several(outputs_info, (o) => spec(o, "initial")),
});

/** A dictionary as an object; an array by itself as an operand. */
function spec(x: unknown, of: string): unknown {
  if (!(x instanceof Map)) return x === null ? null : operand(x);
  const { taps } = Object.fromEntries(x) as { taps?: unknown };
  return {
    ...(x.has(of) ? { [of]: operand(x.get(of)) } : {}),
    ...(taps === undefined || taps === null ? {} : { taps: several(taps, Number) }),
  };
}

const several = (x: unknown, one: (x: unknown) => unknown): unknown => {
  if (x === null || x === undefined) return null;
  return Array.isArray(x) ? Array.from(x, one) : one(x);
};

function options({ n_steps, truncate_gradient, go_backwards, name }: Bound): Record<string, unknown> {
  return {
    ...(n_steps === undefined || n_steps === null ? {} : { nSteps: n_steps }),
    ...(truncate_gradient === undefined ? {} : { truncateGradient: Number(truncate_gradient) }),
    goBackwards: isTrue(go_backwards),
    ...(typeof name === "string" ? { name } : {}),
  };
}
