import { add, mul, neg, pow, sub, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import { second } from "../../ops/elemwise/basic.ts";
import { constant } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { scalarConstant } from "../match.ts";
import { type Phase, phase } from "../phase.ts";
import { rewriter, rule, wildcards } from "../rule.ts";
import { uselessMovements } from "./movements.ts";
import { productRules } from "./product.ts";
import { rowsOfStacks } from "./stacks.ts";

const { x, y } = wildcards;

/** Brings equal expressions into one form, so that later rules need only know that one. */
export const canonicalize: Phase = /* @__PURE__ */ phase("canonicalize", () => [
  rule(neg(neg(x)), x),
  rule(mul(1, x), x),
  rule(add(0, x), x),
  rule(sub(x, 0), x),
  rule(sub(0, x), neg(x)),
  // Digits that were lost in the sum come back; where it overflowed, the result is finite.
  rule(sub(add(x, y), y), x),
  rule(sub(x, x), mul(0, x)),
  rewriter("mul(0, x) → zeros in the shape of x", mul, withoutZeros),
  rule(trueDiv(x, 1), x),
  rule(pow(x, 1), x),
  ...productRules(),
  rowsOfStacks,
  ...uselessMovements(),
]);

/** A product with a factor 0 is 0, as in Theano also where another factor is infinite or NaN. */
function withoutZeros(output: TensorVariable): TensorVariable | undefined {
  const factors = (output.owner?.inputs ?? []) as readonly TensorVariable[];
  if (!factors.some((v) => scalarConstant(v) === 0)) return undefined;
  const zero = constant(0, { dtype: output.dtype });
  if (output.ndim === 0) return zero;
  const model = factors.find((v) => v.broadcastable.every((one, d) => one === output.broadcastable[d]));
  return model && (second(model, zero) as TensorVariable);
}
