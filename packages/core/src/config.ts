import type { DType } from "@theano-ts/kernel";

/** Settings that hold for the whole process, by Theano's names. Change them before building graphs. */
export interface Config {
  /** The dtype of floats nobody gave a dtype: literals, constructors without one, the mean of integers. */
  floatX: "float16" | "float32" | "float64";
}

/** The settings in force. */
export const config: Config = { floatX: "float64" };

/** Runs `body` with some settings changed, and puts them back after it, whatever happens. */
export function withFlags<R>(flags: Partial<Config>, body: () => R): R {
  const before = { ...config };
  Object.assign(config, flags);
  try {
    return body();
  } finally {
    Object.assign(config, before);
  }
}

/** `config.floatX` as a dtype. */
export const floatX = (): DType => config.floatX;
