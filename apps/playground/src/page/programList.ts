import { catalogue, listed } from "../catalogue.ts";
import { byId, element } from "./element.ts";
import { recall, remember } from "./memory.ts";

/** A program as it can be chosen. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** What it was before anybody changed it. */
  readonly original: string;
}

/** The programs: those of the catalogue, and one that came with the address of the page. Knows what was changed in each. */
export class ProgramList {
  readonly #chosen: (choice: Choice) => void;
  #foreign: Choice | undefined;
  #current: Choice;
  /** Changed texts, here as well because some browsers remember nothing. */
  #drafts: Readonly<Record<string, string>> = recall().drafts ?? {};

  /** `chosen` is told when the user chooses another one. */
  constructor(chosen: (choice: Choice) => void) {
    this.#chosen = chosen;
    this.#current = listedChoice(recall().program ?? "") ?? (listedChoice(listed[0]?.id ?? "") as Choice);
    byId<HTMLSelectElement>("program").addEventListener("change", ({ target }) =>
      this.#take((target as HTMLSelectElement).value),
    );
    this.#draw();
  }

  get current(): Choice {
    return this.#current;
  }

  /** The text of the current program, with the user's changes. */
  get text(): string {
    return this.#drafts[this.#current.id] ?? this.#current.original;
  }

  get isChanged(): boolean {
    return this.text !== this.#current.original;
  }

  /** The user changed the text of the current program. */
  change(text: string): void {
    const { id, original } = this.#current;
    const { [id]: _, ...others } = this.#drafts;
    this.#drafts = text === original ? others : { ...others, [id]: text };
    if (this.#foreign?.id !== id) remember({ drafts: this.#drafts });
  }

  /** Makes one of the catalogue the current one; false if there is none of this id. */
  open(id: string): boolean {
    const found = listedChoice(id);
    if (found) this.#make(found);
    return found !== undefined;
  }

  /** Makes a program of somebody else's the current one. */
  openForeign(text: string): void {
    const { foreign: _, ...others } = this.#drafts;
    this.#drafts = others;
    this.#foreign = {
      id: "foreign",
      title: "From the link",
      about: "Came with the address of this page",
      original: text,
    };
    this.#make(this.#foreign);
  }

  #take(id: string): void {
    if (id === "foreign" && this.#foreign) this.#make(this.#foreign);
    else this.open(id);
    this.#chosen(this.#current);
  }

  #make(choice: Choice): void {
    this.#current = choice;
    if (choice !== this.#foreign) remember({ program: choice.id });
    this.#draw();
  }

  #draw(): void {
    const foreign = this.#foreign ? [{ title: "Shared", programs: [this.#foreign] }] : [];
    const groups = [...foreign, ...catalogue];
    const focused = document.activeElement?.getAttribute("data-program");
    byId("programs").replaceChildren(
      ...groups.flatMap(({ title, programs }) => [
        element("h2", {}, title),
        element("ul", {}, ...programs.map((p) => element("li", {}, this.#button(p)))),
      ]),
    );
    if (focused) document.querySelector<HTMLElement>(`[data-program="${focused}"]`)?.focus();
    const select = byId<HTMLSelectElement>("program");
    select.replaceChildren(
      ...groups.map(({ title, programs }) =>
        element(
          "optgroup",
          { label: title },
          ...programs.map((p) => element("option", { value: p.id }, p.title)),
        ),
      ),
    );
    select.value = this.#current.id;
  }

  #button({
    id,
    title,
    about,
  }: {
    readonly id: string;
    readonly title: string;
    readonly about: string;
  }): HTMLElement {
    const button = element(
      "button",
      { type: "button", "data-program": id, "aria-current": id === this.#current.id ? "true" : undefined },
      element("b", {}, title),
      element("span", {}, about),
    );
    button.addEventListener("click", () => this.#take(id));
    return button;
  }
}

function listedChoice(id: string): Choice | undefined {
  const found = listed.find((p) => p.id === id);
  const original = programTexts[id];
  return found && original !== undefined ? { ...found, original } : undefined;
}
