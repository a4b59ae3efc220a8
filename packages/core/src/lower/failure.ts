import { AssertionError, IndexError, type UserError, ValueError } from "../errors.ts";
import type { Provenance } from "../provenance.ts";

/** What did not hold, in the user's words. */
export interface Failure {
  readonly kind: "value" | "index" | "assertion";
  readonly sentence: string;
  /** Where the user made what demands it. */
  readonly origin: Provenance | undefined;
}

/** The error that a failure is to the user. */
export function errorOf({ kind, sentence, origin }: Failure): UserError {
  if (kind === "index") return new IndexError(sentence, { origin });
  if (kind === "assertion") return new AssertionError(sentence, { origin });
  return new ValueError(sentence, { origin });
}
