import type { Calls, MadeFunction, Message, SharedState } from "../messages.ts";
import { byId, element } from "./element.ts";
import { GraphView } from "./graphView.ts";
import { kernelsView } from "./kernelsView.ts";
import { lineLink } from "./lineLink.ts";
import { memoryView } from "./memoryView.ts";
import { rewritesView } from "./rewritesView.ts";
import { countLabel } from "./scale.ts";

/** All that is known of a function. */
interface Known {
  readonly made: MadeFunction;
  plan: string;
  shared: readonly SharedState[];
  count: number;
}

/** The panels about one of the functions that a program compiled: its graphs, rewrites, kernels and memory. */
export class FunctionsPane {
  readonly #functions = new Map<number, Known>();
  readonly #select = byId<HTMLSelectElement>("function");
  readonly #panels: Readonly<Record<string, (known: Known) => void>>;
  readonly #showLine: (line: number) => void;
  /** The panel that is seen, and what it shows, so that it is not drawn again for nothing. */
  #panel = "";
  #shown: readonly unknown[] = [];
  /** Whether the user chose the function. */
  #isChosen = false;

  /** `showLine` is asked to show a line of the program. */
  constructor(showLine: (line: number) => void) {
    this.#showLine = showLine;
    const given = new GraphView("The graph as it was written", showLine);
    const optimised = new GraphView("The graph after rewriting", showLine);
    byId("panel-given").append(given.root);
    byId("panel-optimised").append(optimised.root);
    this.#panels = {
      "panel-given": ({ made }) => given.show(made.graphs?.given),
      "panel-optimised": ({ made }) => optimised.show(made.graphs?.optimised),
      "panel-rewrites": ({ made }) =>
        byId("rewrites").replaceChildren(...rewritesView(made.rewrites, showLine)),
      "panel-kernels": ({ plan }) => byId("kernels").replaceChildren(...kernelsView(plan)),
      "panel-memory": ({ plan, shared }) => byId("memory").replaceChildren(...memoryView(plan, shared)),
    };
    this.#select.addEventListener("change", () => {
      this.#isChosen = true;
      this.#draw();
    });
    this.clear();
  }

  clear(): void {
    this.#functions.clear();
    this.#select.replaceChildren();
    this.#isChosen = false;
    this.#draw();
  }

  made(made: MadeFunction): void {
    this.#functions.set(made.id, { made, plan: "", shared: [], count: 0 });
    this.#select.append(element("option", { value: made.id }, optionText(made, 0)));
    this.#draw();
  }

  planned({ id, text, shared }: Extract<Message, { kind: "plan" }>): void {
    const known = this.#functions.get(id);
    if (!known) return;
    Object.assign(known, { plan: text, shared });
    this.#draw();
  }

  called({ id, count }: Calls): void {
    const known = this.#functions.get(id);
    if (!known) return;
    known.count = count;
    const option = this.#select.querySelector(`option[value="${id}"]`);
    if (option) option.textContent = optionText(known.made, count);
    if (this.#isChosen) return;
    // The function that does most of the work is the one to look at.
    const busiest = [...this.#functions.values()].reduce((a, b) => (b.count > a.count ? b : a));
    this.#select.value = String(busiest.made.id);
    this.#draw();
  }

  /** The panel of this id is now seen. */
  show(panel: string): void {
    this.#panel = panel;
    this.#shown = [];
    this.#draw();
  }

  #draw(): void {
    const known = this.#functions.get(Number(this.#select.value || -1));
    const shown = [this.#panel, known?.made, this.#isAboutPlan ? known?.plan : undefined];
    if (shown.every((part, i) => part === this.#shown[i])) return;
    this.#shown = shown;
    byId("function-bar").hidden = this.#panel === "panel-output" || !known;
    byId("signature").replaceChildren(...(known ? this.#signature(known.made) : []));
    byId("rewrite-count").textContent = known ? String(known.made.rewrites.length) : "";
    for (const id of Object.keys(this.#panels)) byId(id).classList.toggle("is-empty", !known);
    if (known) this.#panels[this.#panel]?.(known);
  }

  get #isAboutPlan(): boolean {
    return this.#panel === "panel-kernels" || this.#panel === "panel-memory";
  }

  #signature({ inputs, outputs, updates, line }: MadeFunction): HTMLElement[] {
    const part = (verb: string, list: readonly string[], what: string): HTMLElement[] => {
      const text = list.length > 4 ? `${list.length} ${what}` : list.join(", ");
      return text === "" ? [] : [element("span", {}, element("i", {}, verb), ` ${text}`)];
    };
    return [
      ...part("of", inputs, "inputs"),
      ...part("gives", outputs, "outputs"),
      ...part("updates", updates, "shared variables"),
      ...(line > 0 ? [lineLink(line, this.#showLine)] : []),
    ];
  }
}

const optionText = ({ name, line }: MadeFunction, count: number): string =>
  `${name}${line > 0 ? `, line ${line}` : ""} (${countLabel(count)} call${count === 1 ? "" : "s"})`;
