import { np, type SharedVariable, slice, type TensorVariable, theano } from "theano-ts";
import { toArray } from "../arrays.ts";
import type { Json, TraceCase } from "../case.ts";

/** A model that is ready to be trained as a trace was. */
export interface Run {
  /** Its parameters, by the names of the trace. */
  readonly parameters: Readonly<Record<string, { getValue(): unknown }>>;
  /** Does a step, and gives what the trace has of it, by name. */
  readonly step: (recorded: Json) => Readonly<Record<string, unknown>>;
  /** What the trace has beside, after the last step. */
  readonly extras?: () => Readonly<Record<string, unknown>>;
}

/** Makes the model of a trace, and compiles its training. */
export type Start = (given: TraceCase) => Run;

/** A number among the sizes and rates of a trace. */
export const number = ({ hyper }: TraceCase, name: string): number => {
  const value = hyper[name];
  if (typeof value !== "number") throw new Error(`the trace says no ${name}`);
  return value;
};

/** NumPy's generator, with the seed that a trace names. */
export const generator = (given: TraceCase, name: string): InstanceType<typeof np.random.RandomState> =>
  new np.random.RandomState(number(given, name));

/** The whole data of a trace, as the tutorials keep it: in a shared variable. */
export const sharedData = ({ data }: TraceCase, name: string): Data => {
  const array = data[name];
  if (!array) throw new Error(`the trace has no data ${name}`);
  return theano.shared(toArray(array), { name }) as Data;
};

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Data = SharedVariable<any, any>;

/** The rows of the minibatch `index`. */
export const minibatch = (data: Data, index: TensorVariable<"int64", 0>, size: number): Data =>
  data.get(slice(index.mul(size), index.add(1).mul(size))) as Data;
