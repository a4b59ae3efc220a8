import { type ErrorCode, ValueError } from "@theano-ts/core";

/** Bytes that are not what they are read as: cut off, of another format, or contradicting themselves. */
export class FileError extends ValueError {
  static override readonly code: ErrorCode = "bad-file";
  override name = "FileError";
}
