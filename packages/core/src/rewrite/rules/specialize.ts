import { add, inv, mul, neg, pow, sqr, sub, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import { onesLike } from "../../ops/elemwise/basic.ts";
import { sqrt } from "../../ops/elemwise/exponential.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { scalarConstant } from "../match.ts";
import { type Phase, phase } from "../phase.ts";
import { fitted, rewriter, rule, wildcards } from "../rule.ts";
import { joinedParts } from "./parts.ts";

const { x, y } = wildcards;

/** Replaces operations by cheaper ones that give the same. */
export const specialize: Phase = /* @__PURE__ */ phase("specialize", () => [
  rewriter("pow(x, c) → products, square roots and quotients", pow as never, cheaperPower),
  rule(add(x, neg(y)), sub(x, y)),
  rule(sub(x, neg(y)), add(x, y)),
  rule(mul(-1, x), neg(x)),
  joinedParts(),
]);

/** Small whole and half powers without `pow`. */
function cheaperPower(output: TensorVariable): TensorVariable | undefined {
  const [base, exponent] = (output.owner?.inputs ?? []) as [TensorVariable, TensorVariable];
  const n = scalarConstant(exponent);
  if (n === undefined || base.dtype !== output.dtype) return undefined;
  const made = powerOf(base, n);
  return made && fitted(made, output);
}

function powerOf(base: TensorVariable, n: number): TensorVariable | undefined {
  if (n === 0) return onesLike(base);
  if (n === 1) return base;
  if (n === 2) return sqr(base) as TensorVariable;
  if (n === 3) return mul(base, sqr(base)) as TensorVariable;
  if (n === 4) return sqr(sqr(base)) as TensorVariable;
  if (n === 0.5) return sqrt(base) as TensorVariable;
  if (n === -0.5) return trueDiv(1, sqrt(base)) as TensorVariable;
  if (n === -1) return inv(base) as TensorVariable;
  if (n === -2) return inv(sqr(base)) as TensorVariable;
  return undefined;
}
