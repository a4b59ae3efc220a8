import { after, type Backend, type DeviceBuffer, type Soon, type TypedArray } from "@theano-ts/kernel";
import type { Cell, SharedVariable } from "../tensor/shared.ts";
import { attempt } from "./attempt.ts";
import type { Plan } from "./plan.ts";
import { Relay } from "./relay.ts";
import type { Prepared } from "./specialize.ts";

/**
 * Runs what was prepared: `inputs` for the plan's inputs, `cells` for its states. Gives the plan's outputs. Shared
 * values change only if all goes well.
 */
export function execute(
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
  /** Room for a buffer for each cell, so that a call allocates nothing. */
  states: DeviceBuffer[],
): Soon<readonly TypedArray[]> {
  const { direct, home } = prepared;
  if (!direct || !bring(cells, home, states)) return relay(plan, prepared, inputs, cells);
  const outputs = attempt(direct, prepared, inputs, states);
  if (outputs instanceof Promise)
    return outputs.then((made) => finished(made, plan, prepared, inputs, cells));
  return finished(outputs, plan, prepared, inputs, cells);
}

/** Puts the cells' copies on `home` into `states`; false if one is still to come. */
function bring(cells: readonly Cell[], home: Backend, states: DeviceBuffer[]): boolean {
  for (let i = 0; i < cells.length; i++) {
    const buffer = (cells[i] as Cell).on(home);
    if (buffer instanceof Promise) return false;
    states[i] = buffer;
  }
  return true;
}

/** The outputs of a run; of one that was declined, those that others make. */
function finished(
  outputs: readonly TypedArray[] | string,
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
): Soon<readonly TypedArray[]> {
  if (typeof outputs === "string") return relay(plan, prepared, inputs, cells);
  markWritten(plan, prepared.home);
  return outputs;
}

function markWritten({ written }: Plan, backend: Backend): void {
  for (let i = 0; i < written.length; i++) (written[i] as SharedVariable).cell.wrote(backend);
}

/** Runs it segment by segment, waiting where something is still to come. */
function relay(
  plan: Plan,
  prepared: Prepared,
  inputs: readonly (TypedArray | DeviceBuffer)[],
  cells: readonly Cell[],
): Soon<readonly TypedArray[]> {
  return after(new Relay(prepared, inputs, cells).run(), (outputs) => {
    markWritten(plan, prepared.home);
    return outputs;
  });
}
