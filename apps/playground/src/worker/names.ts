import type { CallExpression, Expression, Node, Program } from "acorn";
import { ancestor } from "acorn-walk";
import type { Place } from "./places.ts";

/**
 * What a program calls the result of the call at `place`: `train` of `const train = theano.function(…)`; undefined where
 * it gives it no name.
 */
export function nameAt(syntax: Program, place: Place): string | undefined {
  // Calls inside of others are met first: the first one that covers the place is the one that is made there.
  let innermost: readonly Node[] | undefined;
  ancestor(syntax, {
    CallExpression(node, _state, ancestors) {
      if (!innermost && covers(node, place)) innermost = [...ancestors];
    },
  });
  return innermost && nameOf(innermost as Expression[]);
}

/** Stacks tell of a call a place within what is called, or that of its parenthesis. */
function covers({ callee: { loc } }: CallExpression, { line, column }: Place): boolean {
  if (!loc) return false;
  const [{ start, end }, at] = [loc, column - 1];
  const isAfterStart = line > start.line || (line === start.line && at >= start.column);
  return isAfterStart && (line < end.line || (line === end.line && at <= end.column));
}

/** The name that the value of the last of these, each inside of the one before, is given at once; `x.eval` as it is. */
function nameOf(ancestors: readonly Expression[]): string | undefined {
  const [call, ...outer] = [...ancestors].reverse() as [CallExpression, ...{ readonly type: string }[]];
  const { object, property } = call.callee as { object?: { name?: string }; property?: { name?: string } };
  if (property?.name === "eval" && object?.name) return `${object.name}.eval`;
  const user = outer.find(({ type }) => type !== "AwaitExpression") as
    | { type: string; id?: { name?: string }; left?: { name?: string }; key?: { name?: string } }
    | undefined;
  if (user?.type === "VariableDeclarator") return user.id?.name;
  if (user?.type === "AssignmentExpression") return user.left?.name;
  return user?.type === "Property" ? user.key?.name : undefined;
}
