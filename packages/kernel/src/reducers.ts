import { isFloat, kindOf, type RealDType, rangeOf } from "./dtype.ts";
import { constant, type Expr, type Reducer } from "./expr.ts";
import { add, and, eq, ge, gt, le, lt, max, min, mul, ne, number, or, select, sub } from "./prims.ts";

const plain = (
  name: string,
  init: (dtype: RealDType) => Expr,
  combine: (a: Expr, b: Expr) => Expr,
): Reducer => ({
  name,
  carries: 1,
  init: ([dtype]) => [init(dtype as RealDType)],
  combine: ([a], [b]) => [combine(a as Expr, b as Expr)],
});

/** The largest value of `dtype`, or with `sign` -1 the smallest; infinite for floats. */
const extreme = (dtype: RealDType, sign: 1 | -1): Expr =>
  isFloat(dtype)
    ? constant(sign * Infinity, dtype)
    : constant(sign === 1 ? rangeOf(dtype).max : rangeOf(dtype).min, dtype);

/** Σ; integers wrap. Of bools, whether any holds: use `any`. */
export const sum: Reducer = /* @__PURE__ */ plain("sum", (dtype) => number(0, dtype), add);
/** ∏; integers wrap. */
export const prod: Reducer = /* @__PURE__ */ plain("prod", (dtype) => number(1, dtype), mul);
/** The largest; NaN if there is one. Of nothing, minus infinity or the smallest integer. */
export const maximum: Reducer = /* @__PURE__ */ plain("max", (dtype) => extreme(dtype, -1), max);
/** The smallest; NaN if there is one. Of nothing, infinity or the largest integer. */
export const minimum: Reducer = /* @__PURE__ */ plain("min", (dtype) => extreme(dtype, 1), min);
/** Whether any bool holds; for integers, bits in any. */
export const any: Reducer = /* @__PURE__ */ plain("any", (dtype) => number(0, dtype), or);
/** Whether all bools hold; for integers, bits in all. */
export const all: Reducer = /* @__PURE__ */ plain(
  "all",
  (dtype) =>
    kindOf(dtype) === "b"
      ? constant(1, dtype)
      : constant(kindOf(dtype) === "u" ? rangeOf(dtype).max : -1, dtype),
  and,
);

/** NaN beats everything, then `wins`; of equal values the one with the smaller position. */
const extremum = (name: string, sign: 1 | -1): Reducer => {
  const [wins, ties] = sign === 1 ? [gt, ge] : [lt, le];
  return {
    name,
    carries: 2,
    // The position of nothing comes after every other, so that any element replaces it.
    init: ([value, position]) => [
      extreme(value as RealDType, sign === 1 ? -1 : 1),
      constant(rangeOf(position as RealDType).max, position as RealDType),
    ],
    combine: ([x, i], [y, j]) => {
      const [a, b, p, q] = [x, y, i, j] as [Expr, Expr, Expr, Expr];
      const isNaN = (e: Expr): Expr => (isFloat(e.dtype) ? ne(e, e) : constant(0, "bool"));
      const earlier = lt(p, q);
      // a stays if it is NaN (and b is not, or comes later), or if it wins, or ties and comes first.
      const beats = or(wins(a, b), and(ties(a, b), earlier));
      const keep = select(
        isNaN(a),
        or(eq(isNaN(b), constant(0, "bool")), earlier),
        and(beats, eq(isNaN(b), constant(0, "bool"))),
      );
      return [select(keep, a, b), select(keep, p, q)];
    },
    append: ([x, i], [y, j]) => {
      const [a, b, p, q] = [x, y, i, j] as [Expr, Expr, Expr, Expr];
      const stays = isFloat(a.dtype) ? or(ties(a, b), ne(a, a)) : ties(a, b);
      // The position of nothing: what else there is takes its place, though it be no larger.
      const keep = and(stays, ne(p, constant(rangeOf(p.dtype).max, p.dtype)));
      return [select(keep, a, b), select(keep, p, q)];
    },
  };
};

/** The largest value and its position, of a body `(value, position)`: the first of ties, and the first NaN if any. */
export const argmax: Reducer = /* @__PURE__ */ extremum("argmax", 1);
/** The smallest value and its position, of a body `(value, position)`: the first of ties, and the first NaN if any. */
export const argmin: Reducer = /* @__PURE__ */ extremum("argmin", -1);

/** ∏ of complex numbers, of a body `(re, im)`. */
export const complexProd: Reducer = {
  name: "complexProd",
  carries: 2,
  init: ([re, im]) => [number(1, re as RealDType), number(0, im as RealDType)],
  combine: ([a, b], [c, d]) => {
    const [ar, ai, br, bi] = [a, b, c, d] as [Expr, Expr, Expr, Expr];
    return [sub(mul(ar, br), mul(ai, bi)), add(mul(ar, bi), mul(ai, br))];
  },
};
