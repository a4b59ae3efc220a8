import { fastCompile, fastRun, type Mode, noRewrites, ValueError } from "@theano-ts/core";

/** The modes that have a name, by Theano's. */
const modes = { FAST_RUN: fastRun, FAST_COMPILE: fastCompile, None: noRewrites } as const;

/** A mode, or the name of one. */
export type ModeChoice = Mode | keyof typeof modes;

/** The mode of this name, or itself; `FAST_RUN` if none is chosen. Throws a ValueError for an unknown name. */
export function modeOf(choice: ModeChoice | null | undefined): Mode {
  if (typeof choice !== "string") return choice ?? fastRun;
  if (Object.hasOwn(modes, choice)) return modes[choice];
  throw new ValueError(`There is no mode named "${choice}": the names are ${Object.keys(modes).join(", ")}`);
}
