import type { DType } from "@theano-ts/kernel";

/** Settings that hold for the whole process, by Theano's names. Change them before building graphs. */
export interface Config {
  /** The dtype of floats nobody gave a dtype: literals, constructors without one, the mean of integers. */
  floatX: "float16" | "float32" | "float64";
  /**
   * The dtype of elementwise results: NumPy's, or (`numpy+floatX`) `floatX` where NumPy's is float64 and no operand is,
   * as for int32 and float32. It must be the same while a graph is built and compiled.
   */
  castPolicy: "custom" | "numpy+floatX";
  /** What happens when a float64 variable is made: to find where a float32 program turns to doubles. */
  warnFloat64: "ignore" | "warn" | "raise";
  /** Whether the value of each variable is computed as it is made, from `tag.testValue` of those it is made of. */
  computeTestValue: "off" | "ignore" | "warn" | "raise";
  /** Whether errors of calls show what the operation concerned is computed from. */
  exceptionVerbosity: "low" | "high";
  /** How many lines of the user's program, innermost first, errors show. */
  tracebackLimit: number;
  /** What is done about an input of a function that nothing depends on, where the function does not say. */
  onUnusedInput: "raise" | "warn" | "ignore";
  /** The name of the mode of functions that name none. */
  mode: string;
  /** Whether functions that do not say measure where time goes. */
  profile: boolean;
}

/** A setting's first value, and those it may have: a list, or any of the first's type. */
interface Flag<V> {
  readonly first: V;
  readonly values?: readonly V[];
}

const flags: { readonly [K in keyof Config]: Flag<Config[K]> } = {
  floatX: { first: "float64", values: ["float16", "float32", "float64"] },
  castPolicy: { first: "custom", values: ["custom", "numpy+floatX"] },
  warnFloat64: { first: "ignore", values: ["ignore", "warn", "raise"] },
  computeTestValue: { first: "off", values: ["off", "ignore", "warn", "raise"] },
  exceptionVerbosity: { first: "low", values: ["low", "high"] },
  tracebackLimit: { first: 1 },
  onUnusedInput: { first: "raise", values: ["raise", "warn", "ignore"] },
  mode: { first: "FAST_RUN" },
  profile: { first: false, values: [false, true] },
};

/** A setting of this name does not exist, or has no such value; a ValueError. `errors.ts` stands on this file. */
class FlagError extends Error {
  override name = "ValueError";
  readonly code = "unknown-flag";
}

function checkFlag(name: string, value: unknown): void {
  if (!Object.hasOwn(flags, name))
    throw new FlagError(`There is no setting ${name}: the settings are ${Object.keys(flags).join(", ")}`);
  const { first, values } = flags[name as keyof Config] as Flag<unknown>;
  if (values ? values.includes(value) : typeof value === typeof first) return;
  throw new FlagError(
    `The setting ${name} cannot be ${String(value)}: it is ${values ? `one of ${values.join(", ")}` : `a ${typeof first}`}`,
  );
}

/**
 * The settings in force. Setting one to a value it cannot have throws a ValueError. At the start they are those of
 * `THEANO_FLAGS`, of the environment in Node or a global variable elsewhere: `floatX=float32,profile=true`, names in
 * Theano's spelling or ours.
 */
export const config: Config = /* @__PURE__ */ makeConfig();

function makeConfig(): Config {
  const first = Object.fromEntries(Object.entries(flags).map(([name, flag]) => [name, flag.first]));
  const made = new Proxy(first as unknown as Config, {
    set(target, name, value) {
      checkFlag(String(name), value);
      return Reflect.set(target, name, value);
    },
  });
  for (const [name, text] of flagsFromOutside()) {
    const known = flags[name as keyof Config] as Flag<unknown> | undefined;
    const value =
      typeof known?.first === "boolean"
        ? /^(true|1)$/i.test(text)
        : typeof known?.first === "number"
          ? Number(text)
          : text;
    try {
      Object.assign(made, { [name]: value });
    } catch (error) {
      console.warn(`THEANO_FLAGS: ${(error as Error).message}`);
    }
  }
  return made;
}

/** What `THEANO_FLAGS` says, by our names: `compute_test_value` and `traceback.limit` are spelled `computeTestValue`, `tracebackLimit`. */
function flagsFromOutside(): (readonly [string, string])[] {
  const outside = globalThis as {
    THEANO_FLAGS?: string;
    process?: { env?: Record<string, string | undefined> };
  };
  const text = outside.process?.env?.THEANO_FLAGS ?? outside.THEANO_FLAGS ?? "";
  return text
    .split(",")
    .filter((part) => part.includes("="))
    .map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim().replace(/[_.](\w)/g, (_, c: string) => c.toUpperCase()), value.join("=").trim()];
    });
}

/** Runs `body` with some settings changed, and puts them back after it, whatever happens. */
export function withFlags<R>(changes: Partial<Config>, body: () => R): R {
  const before = Object.fromEntries(Object.keys(changes).map((name) => [name, config[name as keyof Config]]));
  try {
    Object.assign(config, changes);
    return body();
  } finally {
    Object.assign(config, before);
  }
}

/** `config.floatX` as a dtype. */
export const floatX = (): DType => config.floatX;
