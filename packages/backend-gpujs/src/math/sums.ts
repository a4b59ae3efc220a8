import { type Expr, isCall, type Reducer, reduce } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { abs, add, eq, ge, select, sub } from "@theano-ts/kernel/prims";
import { float } from "./parts.ts";

/**
 * Σ of float32, and beside it Σ of what rounding lost of the first. Of a body `(value, what it lost)`. (A. Neumaier, "Rundungs-
 * fehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974.)
 */
const compensated: Reducer = {
  name: "compensated sum",
  carries: 2,
  init: () => [float(0), float(0)],
  combine: ([sum, lost], [value, its]) => {
    const [s, c, x] = [sum, add(lost as Expr, its as Expr), value] as [Expr, Expr, Expr];
    const next = add(s, x);
    const isLarger = ge(abs(s), abs(x));
    const error = add(sub(select(isLarger, s, x), next), select(isLarger, x, s));
    return [next, add(c, error)];
  },
};

/**
 * `e`, a sum of float32 that is made in float64 and becomes float32 again, made in float32 with care: as good but for its
 * last digit. Undefined for others.
 */
export function compensatedSum(e: Expr): Expr | undefined {
  if (e.kind !== "reduce" || e.of.reducer.name !== "sum") return undefined;
  const [body] = e.of.bodies as [Expr];
  if (!isCall(body, prim.castPrim) || body.args[0]?.dtype !== "float32") return undefined;
  const [sum, lost] = reduce(compensated, e.of.axes, [body.args[0], float(0)]) as [Expr, Expr];
  // Of what is not finite, nothing is lost: infinity less itself is NaN.
  return add(sum, select(eq(sub(sum, sum), float(0)), lost, float(0)));
}
