import type { SharedState } from "../messages.ts";
import { element } from "./element.ts";
import { planOf } from "./plan.ts";
import { countLabel } from "./scale.ts";

/** What a call of a function costs in memory and operations, and its shared variables. */
export function memoryView(explained: string, shared: readonly SharedState[]): HTMLElement[] {
  const { columns, costs, memory } = planOf(explained);
  if (costs.length === 0 && shared.length === 0)
    return [element("p", { class: "hint" }, "Sizes are known when the function has been called.")];
  const needs = memory.map(([what, size]) =>
    element("div", {}, element("dt", {}, what), element("dd", {}, size)),
  );
  return [
    ...(needs.length > 0 ? [element("h3", {}, "Memory at most"), element("dl", {}, ...needs)] : []),
    ...(shared.length > 0
      ? [
          element("h3", {}, "Shared variables"),
          table(["name", "dtype", "shape", "bytes"], shared.map(sharedRow)),
        ]
      : []),
    ...(costs.length > 0 ? [element("h3", {}, "Work of one call"), table(columns, costs)] : []),
  ];
}

const sharedRow = ({ name, dtype, shape, bytes }: SharedState): string[] => [
  name,
  dtype,
  `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`,
  countLabel(bytes),
];

/** A table with a heading over each column, and the first cell of each row as its name. */
function table(columns: readonly string[], rows: readonly (readonly string[])[]): HTMLElement {
  const heads = columns.map((name) => element("th", { scope: "col" }, name));
  const lines = rows.map(([name = "", ...cells]) =>
    element("tr", {}, element("th", { scope: "row" }, name), ...cells.map((cell) => element("td", {}, cell))),
  );
  return element(
    "table",
    { class: "numbers" },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...lines),
  );
}
