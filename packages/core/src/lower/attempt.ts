import {
  CheckFailure,
  Declined,
  type DeviceBuffer,
  type Executable,
  type Soon,
  type TypedArray,
} from "@theano-ts/kernel";
import { errorOf, type Failure, type ShapeOf } from "./failure.ts";
import type { Prepared } from "./specialize.ts";

/** The outputs of a run; or why it was declined. Throws what a check that does not hold has to say. */
export function attempt(
  executable: Executable,
  { sizes, shapeOf }: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  states: readonly DeviceBuffer[],
): Soon<TypedArray[] | string> {
  try {
    const outputs = executable.run(sizes, inputs, states);
    return outputs instanceof Promise ? outputs.catch((error) => explain(error, shapeOf)) : outputs;
  } catch (error) {
    return explain(error, shapeOf);
  }
}

function explain(error: unknown, shapeOf: ShapeOf): string {
  if (error instanceof Declined) return error.message;
  if (error instanceof CheckFailure) throw errorOf(error.subject as Failure, shapeOf);
  throw error;
}
