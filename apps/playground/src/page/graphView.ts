import type { Drawn } from "../messages.ts";
import { makeDraggable } from "./dragging.ts";
import { type Box, DrawnGraph } from "./drawnGraph.ts";
import { element } from "./element.ts";
import { lineLink } from "./lineLink.ts";

/** How far a graph can be made smaller or larger, by how much at once, and from what size on its words can be read. */
const zoom = { least: 0.2, most: 3, step: 1.25, legible: 0.75 };

/**
 * A graph to look at: it scrolls, is dragged, and grows and shrinks with the buttons, with + and - or with the wheel and
 * Ctrl. A box that is chosen, by a click or by arrow keys along the arrows, tells what is known of it. Or it is read, as
 * text.
 */
export class GraphView {
  readonly root: HTMLElement;
  readonly #viewport = element("div", { class: "viewport", tabindex: 0, role: "group" });
  readonly #text = element("pre", { class: "tree", tabindex: 0, hidden: true });
  readonly #details = element("div", { class: "details", "aria-live": "polite" });
  readonly #legend = element("div", { class: "legend" });
  readonly #showLine: (line: number) => void;
  #graph: DrawnGraph | undefined;
  #scale = 1;
  #chosen: Box | undefined;

  /** `showLine` is asked to show the line of the program that made a box. */
  constructor(label: string, showLine: (line: number) => void) {
    this.#showLine = showLine;
    this.#viewport.setAttribute("aria-label", `${label}; arrow keys scroll, + and - zoom`);
    const asText = element("button", { type: "button", "aria-pressed": "false" }, "As text");
    asText.addEventListener("click", () => asText.setAttribute("aria-pressed", String(this.#toggleText())));
    const tools = element(
      "div",
      { class: "tools" },
      this.#legend,
      tool("Smaller", "−", () => this.#zoomTo(this.#scale / zoom.step)),
      tool("Larger", "+", () => this.#zoomTo(this.#scale * zoom.step)),
      tool("Fit the width", "Fit", () => this.#zoomTo(this.#fitting)),
      asText,
    );
    this.root = element("div", { class: "graph" }, tools, this.#viewport, this.#text, this.#details);
    makeDraggable(this.#viewport);
    this.#viewport.addEventListener("click", ({ target }) => this.#choose(boxAt(target)));
    this.#viewport.addEventListener("keydown", (event) => this.#key(event));
    this.#viewport.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Shows another graph; none if it was not drawn. */
  show(drawn: Drawn | undefined): void {
    this.#choose(undefined);
    this.#graph = drawn && new DrawnGraph(drawn.svg);
    this.#text.textContent = drawn?.text ?? notDrawn;
    this.#legend.replaceChildren(
      ...(this.#graph?.legend ?? []).map(([kind, text]) => element("span", { class: kind }, text)),
    );
    this.#viewport.replaceChildren(this.#graph?.svg ?? element("p", { class: "hint" }, notDrawn));
    this.#reach(this.#graph?.boxes[0]);
    this.#begin();
  }

  /** A size at which the graph fits the width, or can be read; then its middle is in sight. */
  #begin(): void {
    this.#zoomTo(Math.max(zoom.legible, this.#fitting));
    const middle = (this.#graph?.middle ?? 0) * this.#scale;
    this.#viewport.scrollTo(middle - this.#viewport.clientWidth / 2 + 40, 0);
  }

  /** The size at which the graph is as wide as there is room, but never larger than it was drawn. */
  get #fitting(): number {
    const room = this.#viewport.clientWidth - 2;
    return room > 0 && this.#graph ? Math.min(1, room / this.#graph.width) : 1;
  }

  /** Changes the size; what is under the pointer, or in the middle, stays where it is. */
  #zoomTo(scale: number, pointer?: { readonly clientX: number; readonly clientY: number }): void {
    if (!this.#graph) return;
    const before = this.#scale;
    this.#scale = Math.min(zoom.most, Math.max(zoom.least, scale));
    this.#graph.scale = this.#scale;
    const view = this.#viewport;
    const { left, top, width, height } = view.getBoundingClientRect();
    const [x, y] = pointer ? [pointer.clientX - left, pointer.clientY - top] : [width / 2, height / 2];
    const factor = this.#scale / before;
    view.scrollTo((view.scrollLeft + x) * factor - x, (view.scrollTop + y) * factor - y);
  }

  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#zoomTo(this.#scale * Math.exp(-event.deltaY * 0.01), event);
  }

  /** Changes between picture and text; whether it is text now. */
  #toggleText(): boolean {
    const isText = this.#text.hidden === true;
    this.#text.hidden = !isText;
    this.#viewport.hidden = isText;
    if (!isText) this.#begin();
    return isText;
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.#keys(boxAt(event.target))[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  #keys(box: Box | undefined): Readonly<Record<string, () => void>> {
    const graph = this.#graph;
    const everywhere = {
      "+": () => this.#zoomTo(this.#scale * zoom.step),
      "-": () => this.#zoomTo(this.#scale / zoom.step),
      "0": () => this.#zoomTo(this.#fitting),
      Escape: () => this.#choose(undefined),
    };
    if (!box || !graph) return everywhere;
    return {
      ...everywhere,
      Enter: () => this.#choose(box),
      " ": () => this.#choose(box),
      ArrowUp: () => this.#go(graph.above(box)),
      ArrowDown: () => this.#go(graph.below(box)),
      ArrowLeft: () => this.#go(graph.next(box, -1)),
      ArrowRight: () => this.#go(graph.next(box, 1)),
    };
  }

  #go(box: Box | undefined): void {
    if (!box) return;
    this.#reach(box);
    box.focus();
    box.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.#choose(box);
  }

  /** Makes `box` the one that Tab goes to. */
  #reach(box: Box | undefined): void {
    for (const other of this.#graph?.boxes ?? []) other.setAttribute("tabindex", other === box ? "0" : "-1");
  }

  #choose(box: Box | undefined): void {
    const mark = (chosen: Box | undefined, on: boolean): void => {
      chosen?.classList.toggle("chosen", on);
      for (const arrow of (chosen && this.#graph?.arrowsOf(chosen)) ?? []) arrow.classList.toggle("lit", on);
    };
    mark(this.#chosen, false);
    mark(box, true);
    this.#chosen = box;
    this.#details.replaceChildren(...(box ? this.#detailsOf(box) : []));
  }

  #detailsOf({ dataset }: Box): HTMLElement[] {
    const [label = "", type = "", ...facts] = (dataset.details ?? "").split("\n");
    const made = facts.find((fact) => fact.startsWith("made at"));
    const line = Number(/:(\d+):\d+/.exec(made ?? "")?.[1]);
    const others = facts.filter((fact) => fact !== made && !fact.startsWith("key:"));
    return [
      element("b", {}, label),
      element("span", {}, type),
      ...others.map((fact) => element("span", {}, fact)),
      ...(line > 0 ? [lineLink(line, this.#showLine)] : []),
    ];
  }
}

const notDrawn = "The program compiles many functions; only the graphs of the first ones are drawn.";

const boxAt = (target: EventTarget | null): Box | undefined =>
  (target as Element | null)?.closest<Box>(".node") ?? undefined;

function tool(name: string, text: string, act: () => void): HTMLElement {
  const button = element("button", { type: "button", "aria-label": name, title: name }, text);
  button.addEventListener("click", act);
  return button;
}
