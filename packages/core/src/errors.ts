import { type Provenance, userLine } from "./provenance.ts";

/** What can be wrong, by the code that every error of this library carries: `error.code`. */
export const errorCodes = {
  usage: "The library is used in a way it is not made for.",
  type: "A value, dtype or rank is of the wrong kind.",
  value: "The kind is right, but not the value.",
  "index-out-of-bounds": "An index is outside of its axis.",
  "not-implemented": "Neither Theano nor this library does this.",
  "no-rule": "An operation has not been given the rule that is needed, its gradient say.",
  "no-tensor": "Something that cannot become a tensor is where one is needed.",
  "assertion-failed": "A condition that the graph states did not hold in a call.",
  "shape-mismatch": "Sizes that must be equal were not, in a call.",
  "unused-input": "Nothing that is computed depends on an input.",
  "duplicate-input": "A variable is an input twice.",
  "bad-input": "What is given as an input is not a variable that can be one.",
  "missing-input": "A variable has no value: it is neither input, nor shared, nor constant, nor replaced.",
  "bad-output": "What is given as an output is no variable.",
  "bad-update": "An update is not of a shared variable, or not of its type.",
  "duplicate-update": "A shared variable has two updates.",
  "bad-given": "What is to replace a variable cannot.",
  "given-input": "An input is to be replaced.",
  "bad-swap": "A copy of a function cannot have this shared variable for that one.",
  "missing-argument": "A call leaves out an input that has no default.",
  "bad-argument": "A call's argument is not of its input's type.",
  "unknown-argument": "A call names an input that the function does not have, or gives too many.",
  "duplicate-argument": "A call gives an input twice, by position and by name.",
  "bad-shared-value": "A shared variable is set to something that is not of its type.",
  "answers-later": "A function on a backend that answers later is called as if it did not.",
  "refused-step": "A backend that is to run all of a function cannot run all of it.",
  "unknown-mode": "There is no mode, phase or rule of this name.",
  "unknown-flag": "There is no setting of this name, or it has no such value.",
  "missing-test-value": "Test values are demanded, and a variable has none.",
  "disconnected-input": "The cost does not depend on what it is differentiated by.",
  "undefined-gradient": "Mathematics, or nobody yet, says what a gradient is.",
  "nan-guard": "NanGuardMode found a NaN, an infinity or a big number.",
  "bad-file": "Bytes are not a file of the kind they are read as.",
  "bad-document": "A text is not a document of a saved graph, or contradicts itself.",
  "unknown-op": "An op has no name in the table that graphs are saved and loaded with.",
  "bad-rewrite": "DebugMode found a rewrite that changes a value.",
  "bad-kernel": "DebugMode found a kernel that a backend computes wrongly.",
} as const;

/** The code of an error. */
export type ErrorCode = keyof typeof errorCodes;

/** What is known about an error beyond its sentence. */
export interface Details {
  /** The node, or variable, it is about, and where the user made it. */
  readonly origin?: Provenance | undefined;
  /** Further lines: the inputs' types and shapes. */
  readonly notes?: readonly string[];
  /** What is wrong, if it is more special than the class says. */
  readonly code?: ErrorCode;
}

/**
 * An error in how the library was used. The message is one sentence, then facts, then the line of the user's program
 * where the expression concerned was made.
 */
export class UserError extends Error {
  /** What the errors of a class are unless they say something more special. */
  static readonly code: ErrorCode = "usage";
  /** What is wrong, for programs; {@link errorCodes} says it in words. */
  readonly code: ErrorCode;

  constructor(sentence: string, details: Details = {}) {
    const line = userLine(details.origin);
    super([sentence, ...(details.notes ?? []), ...(line ? [`    made at  ${line}`] : [])].join("\n"));
    this.name = "UserError";
    this.code = details.code ?? (new.target as typeof UserError).code;
  }
}

/** A value, dtype or rank of the wrong kind; Theano's (Python's) TypeError. */
export class TheanoTypeError extends UserError {
  static override readonly code: ErrorCode = "type";
  override name = "TypeError";
}
/** The right kind of thing with an unusable value, such as shapes that do not fit; Python's ValueError. */
export class ValueError extends UserError {
  static override readonly code: ErrorCode = "value";
  override name = "ValueError";
}
/** An index outside its axis. */
export class IndexError extends UserError {
  static override readonly code: ErrorCode = "index-out-of-bounds";
  override name = "IndexError";
}
/** Something that Theano, or this library, does not do. */
export class NotImplementedError extends UserError {
  static override readonly code: ErrorCode = "not-implemented";
  override name = "NotImplementedError";
}
/** A rule that an operation has not been given, such as its gradient. */
export class MethodNotDefined extends NotImplementedError {
  static override readonly code: ErrorCode = "no-rule";
  override name = "MethodNotDefined";
}
/** Something that is no tensor where one is needed. */
export class AsTensorError extends TheanoTypeError {
  static override readonly code: ErrorCode = "no-tensor";
  override name = "AsTensorError";
}
/** An assertion in the graph that did not hold. */
export class AssertionError extends UserError {
  static override readonly code: ErrorCode = "assertion-failed";
  override name = "AssertionError";
}
/** An input that the outputs do not depend on. */
export class UnusedInputError extends UserError {
  static override readonly code: ErrorCode = "unused-input";
  override name = "UnusedInputError";
}
/** A variable without a value: neither an input, nor shared, nor constant. */
export class MissingInputError extends UserError {
  static override readonly code: ErrorCode = "missing-input";
  override name = "MissingInputError";
}
/** A gradient with respect to something the cost does not depend on. */
export class DisconnectedInputError extends UserError {
  static override readonly code: ErrorCode = "disconnected-input";
  override name = "DisconnectedInputError";
}
/** A gradient that mathematics does not define. */
export class NullTypeGradError extends UserError {
  static override readonly code: ErrorCode = "undefined-gradient";
  override name = "NullTypeGradError";
}

/** `error`, about a value, as one that says before it what the value was for. */
export function about(subject: string, error: unknown, details: Details): UserError {
  if (!(error instanceof Error)) throw error;
  const sentence = error.message.split("\n")[0] as string;
  const Kind = error instanceof ValueError ? ValueError : TheanoTypeError;
  return new Kind(`${subject}: ${sentence}`, details);
}
