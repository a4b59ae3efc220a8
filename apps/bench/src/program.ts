// What programs that are timed have in common.
import { type CompiledFunction, np, T, type TensorVariable } from "theano-ts";
import type { Data } from "./data.ts";
import type { Task } from "./tasks.ts";

/** A variable of whatever dtype and rank. */
// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
export type Any = TensorVariable<any, any>;
type Inputs = Readonly<Record<string, Data>>;

/** A program that is ready to be timed. */
export interface Instance {
  /** One unit of work. */
  step(): void;
  /** The results of the last step, by name. */
  outputs(): Record<string, ArrayLike<number | bigint> | number>;
  /** Whether steps are done when they return. */
  readonly sync: true;
}

/** Compiles the program of a task, with its data. */
export type Program = (task: Task, data: Inputs) => Instance;

/** Dtypes by the names that tasks have for them. */
export const dtypes = { f32: "float32", f64: "float64", i32: "int32" } as const;
/** Data as an array. */
export const array = (data: Data): ReturnType<typeof np.array> => np.array({ data, shape: data.shape });
/** A matrix of the task's dtype. */
export const matrix = (task: Task, name: string): Any => T.matrix(name, { dtype: dtypes[task.dtype] });
/** A vector of the task's dtype. */
export const vector = (task: Task, name: string): Any => T.vector(name, { dtype: dtypes[task.dtype] });

/** Calls `f` with the same values in every step. */
export function calling(
  f: CompiledFunction<Any>,
  ...values: readonly (number | ReturnType<typeof np.array>)[]
): Instance {
  let y: ReturnType<typeof f> | undefined;
  return {
    step: () => {
      y = f(...values);
    },
    outputs: () => ({ y: y?.data ?? Number.NaN }),
    sync: true,
  };
}
