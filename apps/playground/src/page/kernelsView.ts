import { element } from "./element.ts";
import { planOf } from "./plan.ts";

/** The kernels of a function, where they run and what was made of them, from what `f.explain()` says. */
export function kernelsView(explained: string): HTMLElement[] {
  if (explained === "")
    return [element("p", { class: "hint" }, "Kernels are shown when the function has been called.")];
  const { refused, segments } = planOf(explained);
  // What cannot be explained says why.
  if (segments.length === 0) return [element("p", { class: "hint" }, explained)];
  return [
    ...refused.map((line) => element("p", { class: "refused" }, line)),
    ...segments.flatMap(({ title, kernels, made }) => [
      element("h3", {}, title),
      code(kernels),
      ...(made.length > 0 ? [element("h3", {}, `what was made of them ${title}`), code(made)] : []),
    ]),
  ];
}

const code = (lines: readonly string[]): HTMLElement =>
  element("pre", { class: "code" }, ...lines.map(codeLine));

const codeLine = (line: string): HTMLElement =>
  element("span", { class: kindOf(line) }, line === "" ? " " : line);

const kindOf = (line: string): string | undefined =>
  /^b\d+:/.test(line) ? "buffer" : /^\d+:/.test(line) ? "step" : undefined;
