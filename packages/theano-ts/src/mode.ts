import { config, fastCompile, fastRun, type Mode, noRewrites, ValueError } from "@theano-ts/core";

/** The modes that have a name, by Theano's. */
const modes: Readonly<Record<ModeName, Mode>> = {
  FAST_RUN: fastRun,
  FAST_COMPILE: fastCompile,
  None: noRewrites,
};
type ModeName = "FAST_RUN" | "FAST_COMPILE" | "None";

/** A mode, or the name of one. */
export type ModeChoice = Mode | ModeName;

/** The mode of this name, or itself; that of `config.mode` if none is chosen. Throws a ValueError for an unknown name. */
export function modeOf(choice: ModeChoice | null | undefined): Mode {
  const named = choice ?? config.mode;
  if (typeof named !== "string") return named;
  if (Object.hasOwn(modes, named)) return modes[named as ModeName];
  throw new ValueError(`There is no mode named "${named}": the names are ${Object.keys(modes).join(", ")}`, {
    code: "unknown-mode",
  });
}
