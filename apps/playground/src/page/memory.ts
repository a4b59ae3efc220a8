/** What the page remembers from one visit to the next. */
export interface Remembered {
  /** The id of the program that was shown last. */
  readonly program?: string;
  readonly backend?: string;
  /** Texts of programs that were changed, by their ids. */
  readonly drafts?: Readonly<Record<string, string>>;
  readonly theme?: "light" | "dark";
}

const key = "theano-ts playground";

/** What was remembered; nothing where the browser keeps nothing, or something else. */
export function recall(): Remembered {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof found === "object" && found !== null ? (found as Remembered) : {};
  } catch {
    return {};
  }
}

/** Remembers these, beside what is remembered; without effect where the browser keeps nothing. */
export function remember(changes: Remembered): void {
  try {
    localStorage.setItem(key, JSON.stringify({ ...recall(), ...changes }));
  } catch {
    // Private windows and full disks: the page works without.
  }
}
