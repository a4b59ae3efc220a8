import type { Entry, Failure, Part } from "../messages.ts";
import { element } from "./element.ts";
import { lineLink } from "./lineLink.ts";
import { paint, pictures } from "./picture.ts";

/** How many entries are kept; older ones go. */
const most = 1000;

/** What a program prints, below each other. */
export class Output {
  readonly #list: HTMLElement;
  readonly #showLine: (line: number) => void;
  readonly #labelled = new Map<string, HTMLElement>();
  #repaints: (() => void)[] = [];
  #gone = 0;
  #gap: HTMLElement | undefined;

  /** `showLine` is asked to show a line of the program. */
  constructor(list: HTMLElement, showLine: (line: number) => void) {
    this.#list = list;
    this.#showLine = showLine;
  }

  clear(): void {
    this.#list.replaceChildren();
    this.#labelled.clear();
    this.#repaints = [];
    [this.#gone, this.#gap] = [0, undefined];
  }

  /** Adds entries, before which `leftOut` others were not sent. */
  add(entries: readonly Entry[], leftOut: number): void {
    const scroller = this.#list.closest<HTMLElement>("[role=tabpanel]");
    // Whoever has gone to the end stays there; who looks at the beginning, at a curve say, does, too.
    const isAtEnd =
      scroller &&
      scroller.scrollTop > 0 &&
      scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 40;
    if (leftOut > 0) this.#tellGone(leftOut);
    for (const entry of entries) this.#put(entry);
    const surplus = this.#list.childElementCount - most;
    if (surplus > 0) {
      for (let i = 0; i < surplus; i++) this.#list.children[this.#gap ? 1 : 0]?.remove();
      this.#tellGone(surplus);
    }
    if (isAtEnd) scroller.scrollTop = scroller.scrollHeight;
  }

  /** Adds why the program failed. */
  fail({ message, line, madeLine }: Failure): void {
    const [first = "", ...rest] = message.split("\n");
    const lines = [line, madeLine].filter((n, i, all) => n > 0 && all.indexOf(n) === i);
    const links = lines.map((n) =>
      lineLink(n, this.#showLine, n === line ? `line ${n}` : `made in line ${n}`),
    );
    this.#list.append(
      element(
        "div",
        { class: "entry failure", role: "alert" },
        element("p", { class: "sentence" }, first),
        ...(rest.length > 0 ? [element("pre", {}, rest.join("\n"))] : []),
        ...(links.length > 0 ? [element("p", { class: "links" }, ...links)] : []),
      ),
    );
    const scroller = this.#list.closest<HTMLElement>("[role=tabpanel]");
    if (scroller) scroller.scrollTop = scroller.scrollHeight;
  }

  /** Draws the pictures anew, in other colours. */
  repaint(): void {
    for (const again of this.#repaints) again();
  }

  #put({ level, line, parts, label }: Entry): void {
    const link = line > 0 ? [lineLink(line, this.#showLine, String(line), `From line ${line}`)] : [];
    const content = element("div", { class: "content" }, ...this.#pieces(parts, label ?? ""));
    const made = element("div", { class: `entry ${level}` }, content, ...link);
    const before = label === undefined ? undefined : this.#labelled.get(label);
    if (label !== undefined) this.#labelled.set(label, made);
    if (before?.isConnected) before.replaceWith(made);
    else this.#list.append(made);
  }

  #pieces(parts: readonly Part[], label: string): HTMLElement[] {
    const isText = parts.every(({ text, images }) => !images && !/[\n[]/.test(text));
    if (isText) return [element("pre", {}, parts.map(({ text }) => text).join(" "))];
    return parts.map((part) => this.#piece(part, label));
  }

  /** Text, a picture, or both of an array: the text, and folded away what it looks like. */
  #piece({ text, images }: Part, label: string): HTMLElement {
    if (!images) return element("pre", {}, text);
    const row = pictures(images, label);
    this.#repaints.push(() => paint(row, images));
    if (text === "")
      return element("figure", { class: "shown" }, ...(label ? [element("figcaption", {}, label)] : []), row);
    const summary = element(
      "summary",
      {},
      `${images.count > 1 ? `${images.count} × ` : ""}${images.height} × ${images.width} as a picture`,
    );
    return element("div", {}, element("pre", {}, text), element("details", {}, summary, row));
  }

  #tellGone(count: number): void {
    this.#gone += count;
    this.#gap ??= element("div", { class: "entry gap" });
    this.#gap.textContent = `… ${this.#gone} earlier lines are not shown`;
    this.#list.prepend(this.#gap);
  }
}
