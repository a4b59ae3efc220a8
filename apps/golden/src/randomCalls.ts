import crc32 from "crc-32";
import { MRG_RandomStreams, NDArray, np, RandomStreams, rawRandom, Variable } from "theano-ts";
import { operand } from "./literals.ts";
import { Missing } from "./missing.ts";
import { camelCase } from "./names.ts";
import { type Arguments, bind, Callable, type Keywords, plain, tuple } from "./python.ts";

// Random numbers as the cases write them: NumPy's RandomState, Theano's streams, and the helpers that look into them.

type RandomState = InstanceType<typeof np.random.RandomState>;
type Record_ = Readonly<Record<string, unknown>>;

/** Makes what a path names, if it names something random. */
export function randomName(path: string): Callable | undefined {
  const last = path.split(".").at(-1) as string;
  if (path === "numpy.random.RandomState")
    return new Callable(last, ([seed]) => new np.random.RandomState(seedOf(seed)));
  if (last === "RandomStreams")
    return new Callable(last, (args, keywords) => {
      const { seed } = bind(last, ["seed"], args, keywords);
      return new RandomStreams(seedOf(seed));
    });
  if (last === "MRG_RandomStreams")
    return new Callable(last, (args, keywords) => {
      const { seed } = bind(last, ["seed"], args, keywords);
      return new MRG_RandomStreams(plain(seed) as never);
    });
  if (/\.raw_random\.\w+$/.test(path))
    return new Callable(last, (args, keywords) => drawRaw(last, args, keywords));
  return undefined;
}

const seedOf = (seed: unknown): never => (seed === null ? undefined : plain(seed)) as never;

/** The parameters of Theano's draws; those with a star are operands. */
const draws: Readonly<Record<string, string>> = {
  uniform: "size *low *high ndim dtype nstreams",
  normal: "size *avg *std ndim dtype nstreams truncate",
  truncated_normal: "size *avg *std ndim dtype nstreams",
  binomial: "size *n *p ndim dtype nstreams",
  random_integers: "size *low *high ndim dtype",
  poisson: "size *lam ndim dtype",
  choice: "size *a replace *p ndim dtype nstreams",
  permutation: "size *n ndim dtype",
  multinomial: "size *n *pvals ndim dtype nstreams",
  multinomial_wo_replacement: "size *n *pvals ndim dtype nstreams",
};

/** Python's arguments of a draw as our options. MRG's counts are numbers, not operands. */
function drawOptions(name: string, args: Arguments, keywords: Keywords, counts: boolean): Record_ {
  const words = (draws[name] ?? "").split(" ");
  const names = words.map((word) => word.replace("*", ""));
  const given = Object.entries(bind(name, names, args, keywords)).filter(
    ([, v]) => v !== undefined && v !== null,
  );
  const convert = (key: string, v: unknown): unknown =>
    words.includes(`*${key}`) && !(counts && key === "n") ? operand(v) : plain(v);
  return Object.fromEntries(given.map(([key, v]) => [key, convert(key, v)]));
}

function drawRaw(
  name: string,
  [state, ...rest]: Arguments,
  { random_state, ...keywords }: Keywords,
): unknown {
  const draw = (
    rawRandom as unknown as Record<string, (state: unknown, options: Record_) => readonly unknown[]>
  )[camelCase(name)];
  if (!draw) throw new Missing(`raw_random.${name}`);
  return tuple(draw(state ?? random_state, drawOptions(name, rest, keywords, false)));
}

const isStreams = (x: unknown): x is RandomStreams | MRG_RandomStreams =>
  x instanceof RandomStreams || x instanceof MRG_RandomStreams;

/** What `x.name` is for streams, for what they drew, and for NumPy's RandomState; undefined for all else. */
export function randomAttribute(x: unknown, name: string): unknown {
  if (x instanceof np.random.RandomState) return numpyMethod(x, name);
  const ours = camelCase(name);
  const own = x as Record<string, unknown>;
  if (x instanceof Variable) return ["rng", "rstate", "update"].includes(name) ? own[ours] : undefined;
  if (!isStreams(x)) return undefined;
  if (name === "state_updates") return x.stateUpdates.map(tuple);
  const found = own[ours];
  if (found === undefined) throw new Missing(`there is no ${ours}`);
  if (typeof found !== "function") return found;
  return new Callable(name, (args, keywords) =>
    name in draws
      ? found.call(x, drawOptions(name, args, keywords, x instanceof MRG_RandomStreams))
      : (found.apply(x, args.map(plain)) ?? null),
  );
}

/** NumPy's parameters by position; before the bar those that we take by position too. */
const numpyDraws: Readonly<Record<string, string>> = {
  uniform: "| low high size",
  normal: "| loc scale size",
  randint: "| low high size dtype",
  random_integers: "| low high size",
  random_sample: "size |",
  standard_normal: "size |",
  tomaxint: "size |",
  exponential: "| scale size",
  gamma: "| shape scale size",
  beta: "| a b size",
  binomial: "| n p size",
  poisson: "| lam size",
  multinomial: "| n pvals size",
  choice: "a | size replace p",
};

function numpyMethod(state: RandomState, name: string): unknown {
  const found = (state as unknown as Record<string, unknown>)[camelCase(name)];
  if (typeof found !== "function") throw new Missing(`RandomState.${name}`);
  return new Callable(name, (args, keywords) => {
    const names = numpyDraws[name];
    const made = names === undefined ? args.map(plain) : numpyArguments(name, names, args, keywords);
    return pythonic(found.apply(state, made));
  });
}

function numpyArguments(name: string, line: string, args: Arguments, keywords: Keywords): unknown[] {
  const [first = "", rest = ""] = line.split("|");
  const [positional, options] = [first, rest].map((text) => text.split(" ").filter(Boolean)) as [
    string[],
    string[],
  ];
  const given = bind(name, [...positional, ...options], args, keywords);
  const chosen = options.flatMap((key) =>
    given[key] === undefined || given[key] === null ? [] : [[key, plain(given[key])] as const],
  );
  return [
    ...positional.map((key) => plain(given[key] ?? undefined)),
    ...(options.length > 0 ? [Object.fromEntries(chosen)] : []),
  ];
}

/** One number drawn is Python's, not NumPy's, and bytes are compared as text. */
function pythonic(x: unknown): unknown {
  if (x instanceof Uint8Array) return String.fromCharCode(...x);
  if (!(x instanceof NDArray) || x.ndim > 0) return x ?? null;
  return x.dtype.startsWith("float") ? x.item() : BigInt(x.item() as number);
}

/** The helpers that look into generators. */
export const randomHelpers: Readonly<Record<string, (...args: never[]) => unknown>> = {
  rng_brief(of: RandomState | { getValue(): RandomState }) {
    const { key, pos, hasGauss } = ("getValue" in of ? of.getValue() : of).getState();
    return new Map<string, unknown>([
      ["pos", BigInt(pos)],
      ["has_gauss", BigInt(hasGauss)],
      ["key_head", [...key.subarray(0, 4)].map(BigInt)],
      ["key_crc32", BigInt(checksum(key))],
    ]);
  },
  rstate_brief(states: NDArray) {
    const rows = states.copy();
    return new Map<string, unknown>([
      ["shape", tuple(states.shape.map(BigInt))],
      ["first", rows.get(":2").copy()],
      ["last", rows.get("-1:").copy()],
      ["crc32", BigInt(checksum(rows.data as Int32Array))],
    ]);
  },
};

/** Of words as little-endian bytes. */
function checksum(words: Uint32Array | Int32Array): number {
  const view = new DataView(new ArrayBuffer(4 * words.length));
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  return crc32.buf(new Uint8Array(view.buffer)) >>> 0;
}
