import { add, mul, neg, pow, sub, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import type { Phase } from "../phase.ts";
import { phase } from "../phase.ts";
import { rule, wildcards } from "../rule.ts";
import { productRules } from "./product.ts";

const { x } = wildcards;

/** Brings equal expressions into one form, so that later rules need only know that one. */
export const canonicalize: Phase = /* @__PURE__ */ phase("canonicalize", () => [
  rule(neg(neg(x)), x),
  rule(mul(1, x), x),
  rule(add(0, x), x),
  rule(sub(x, 0), x),
  rule(sub(0, x), neg(x)),
  rule(trueDiv(x, 1), x),
  rule(pow(x, 1), x),
  ...productRules(),
]);
