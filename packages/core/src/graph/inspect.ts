/** Makes Node's console print instances of `of` as their `toString` says, not as the graph they hang in. */
export function printsAsText(of: { readonly prototype: object }): void {
  // Not a method: isolatedDeclarations cannot name a registered symbol.
  Object.defineProperty(of.prototype, Symbol.for("nodejs.util.inspect.custom"), {
    value(this: object): string {
      return String(this);
    },
  });
}
