import { type Provenance, userLine } from "./provenance.ts";

/** What is known about an error beyond its sentence. */
export interface Details {
  /** The node, or variable, it is about, and where the user made it. */
  readonly origin?: Provenance | undefined;
  /** Further lines: the inputs' types and shapes. */
  readonly notes?: readonly string[];
}

/**
 * An error in how the library was used. The message is one sentence, then facts, then the line of the user's program
 * where the expression concerned was made.
 */
export class UserError extends Error {
  constructor(sentence: string, details: Details = {}) {
    const line = userLine(details.origin);
    super([sentence, ...(details.notes ?? []), ...(line ? [`    made at  ${line}`] : [])].join("\n"));
    this.name = "UserError";
  }
}

/** A value, dtype or rank of the wrong kind; Theano's (Python's) TypeError. */
export class TheanoTypeError extends UserError {
  override name = "TypeError";
}
/** The right kind of thing with an unusable value, such as shapes that do not fit; Python's ValueError. */
export class ValueError extends UserError {
  override name = "ValueError";
}
/** An index outside its axis. */
export class IndexError extends UserError {
  override name = "IndexError";
}
/** Something that Theano, or this library, does not do. */
export class NotImplementedError extends UserError {
  override name = "NotImplementedError";
}
/** A rule that an operation has not been given, such as its gradient. */
export class MethodNotDefined extends NotImplementedError {
  override name = "MethodNotDefined";
}
/** Something that is no tensor where one is needed. */
export class AsTensorError extends TheanoTypeError {
  override name = "AsTensorError";
}
/** An assertion in the graph that did not hold. */
export class AssertionError extends UserError {
  override name = "AssertionError";
}
/** An input that the outputs do not depend on. */
export class UnusedInputError extends UserError {
  override name = "UnusedInputError";
}
/** A variable without a value: neither an input, nor shared, nor constant. */
export class MissingInputError extends UserError {
  override name = "MissingInputError";
}
/** A gradient with respect to something the cost does not depend on. */
export class DisconnectedInputError extends UserError {
  override name = "DisconnectedInputError";
}
/** A gradient that mathematics does not define. */
export class NullTypeGradError extends UserError {
  override name = "NullTypeGradError";
}

/** `error`, about a value, as one that says before it what the value was for. */
export function about(subject: string, error: unknown, details: Details): UserError {
  if (!(error instanceof Error)) throw error;
  const sentence = error.message.split("\n")[0] as string;
  const Kind = error instanceof ValueError ? ValueError : TheanoTypeError;
  return new Kind(`${subject}: ${sentence}`, details);
}
