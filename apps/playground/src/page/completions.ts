import type { CompletionContext, CompletionResult } from "@codemirror/autocomplete";

/** Names of the library that programs write after a dot, or in an import. */
export interface Names {
  readonly theano: readonly string[];
  readonly T: readonly string[];
  readonly np: readonly string[];
  /** What can be called on a variable. */
  readonly methods: readonly string[];
  readonly exports: readonly string[];
}

/** Offers the names of the library where they may stand: of its objects, of a variable's methods, and in imports. */
export function completions(names: Names): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const { text, from } = context.state.doc.lineAt(context.pos);
    const before = text.slice(0, context.pos - from);
    const found = listFor(before, names);
    if (!found) return null;
    const [list, begun] = found;
    return {
      from: context.pos - begun.length,
      options: list.map((label) => ({ label, type: "property" })),
      validFor: /^\w*$/,
    };
  };
}

/** The names that may stand at the end of this text, and how much of one is there already. */
export function listFor(
  before: string,
  names: Names,
): readonly [list: readonly string[], begun: string] | undefined {
  const [, object, begun = ""] = /([\w)\]]+)\s*\.(\w*)$/.exec(before) ?? /(^\s*)\.(\w*)$/.exec(before) ?? [];
  if (object !== undefined) {
    if (/^\d+$/.test(object)) return undefined;
    const own = object === "theano" || object === "T" || object === "np" ? names[object] : names.methods;
    return [own, begun];
  }
  const [, last] = /^import\s[^"']*\{(?:[^}]*[\s,])?(\w*)$/.exec(before) ?? [];
  return last === undefined ? undefined : [names.exports, last];
}
