import { element } from "./element.ts";

/** A button that leads to a line of the program; `title` says so where its text does not. */
export function lineLink(
  line: number,
  showLine: (line: number) => void,
  text = `line ${line}`,
  title?: string,
): HTMLElement {
  const button = element("button", { type: "button", class: "line-link", title, "aria-label": title }, text);
  button.addEventListener("click", () => showLine(line));
  return button;
}
