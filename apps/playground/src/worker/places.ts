import { programName } from "./prepare.ts";

/** A place in the user's program, both from 1 as stacks have them. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const pattern = new RegExp(`${programName.replace(".", "\\.")}:(\\d+):(\\d+)`);

/** The first place in the user's program that a stack, or a message, names. */
export function placeIn(text: string | undefined): Place | undefined {
  const [, line, column] = pattern.exec(text ?? "") ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

/** Where in the user's program this is called from. */
export const placeHere = (): Place | undefined => placeIn(new Error("here").stack);
