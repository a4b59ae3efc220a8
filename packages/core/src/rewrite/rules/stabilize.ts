import { sigmoid, softplus } from "../../ops/elemwise/activation.ts";
import { add, mul, neg, sub, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import { exp, log, log1p, logaddexp } from "../../ops/elemwise/exponential.ts";
import { type Phase, phase } from "../phase.ts";
import { rule, wildcards } from "../rule.ts";
import { productRules } from "./product.ts";

const { x, y } = wildcards;

/**
 * Replaces what loses digits, overflows or gives NaN on the way by what does not. The two sides are equal for real
 * numbers; where the left one overflows, the right one has the limit.
 */
export const stabilize: Phase = /* @__PURE__ */ phase("stabilize", () => [
  rule(trueDiv(1, add(1, exp(x))), sigmoid(neg(x))),
  rule(trueDiv(exp(x), add(1, exp(x))), sigmoid(x)),
  rule(sub(1, sigmoid(x)), sigmoid(neg(x))),
  rule(sigmoid(neg(neg(x))), sigmoid(x)),
  rule(log(sigmoid(x)), neg(softplus(neg(x)))),
  rule(log1p(neg(sigmoid(x))), neg(softplus(x))),
  rule(log(add(1, exp(x))), softplus(x)),
  rule(log1p(exp(x)), softplus(x)),
  rule(log(sub(1, sigmoid(x))), neg(softplus(x))),
  rule(log(add(exp(x), exp(y))), logaddexp(x, y)),
  rule(log(add(1, x)), log1p(x)),
  rule(log(sub(1, x)), log1p(neg(x))),
  rule(neg(neg(x)), x),
  rule(mul(1, x), x),
  ...productRules(),
]);
