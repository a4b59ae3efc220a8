// Ambient state, of which nothing can be seen: objects as such have no order and no text.
const numbers = new WeakMap<object, number>();
let last = 0;

/** A number that is this object's alone: for keys of what is told apart by identity. */
export function identityOf(x: object): number {
  let found = numbers.get(x);
  if (found === undefined) numbers.set(x, (found = ++last));
  return found;
}
