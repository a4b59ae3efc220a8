import { isFloat } from "@theano-ts/kernel";
import type { Variable } from "../../graph/variable.ts";
import { mul, neg, sqr, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import { second } from "../../ops/elemwise/basic.ts";
import { sigmoid } from "../../ops/elemwise/activation.ts";
import { exp } from "../../ops/elemwise/exponential.ts";
import { constant } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { scalarConstant } from "../match.ts";
import { fitted, type Rule, rewriter } from "../rule.ts";

/** A product as its factors above and below the line, and a number before it. */
interface Fraction {
  coefficient: number;
  readonly above: TensorVariable[];
  readonly below: TensorVariable[];
}

const isOp = (v: Variable, f: { readonly op: { readonly key: string } }): boolean => v.owner?.op.key === f.op.key;
const operands = (v: TensorVariable): readonly TensorVariable[] => (v.owner?.inputs ?? []) as readonly TensorVariable[];

/** Collects the factors of `v`, to the power `sign`, looking through products, quotients, signs and squares of its dtype. */
function collect(v: TensorVariable, sign: 1 | -1, into: Fraction, dtype: string, depth = 0): void {
  const number = scalarConstant(v);
  if (number !== undefined && (sign === 1 || number !== 0)) {
    into.coefficient *= sign === 1 ? number : 1 / number;
    return;
  }
  if (v.dtype !== dtype || depth > 60) {
    (sign === 1 ? into.above : into.below).push(v);
    return;
  }
  const parts = operands(v);
  const [x, y] = parts as [TensorVariable, TensorVariable];
  const next = depth + 1;
  if (isOp(v, mul)) for (const p of parts) collect(p, sign, into, dtype, next);
  else if (isOp(v, trueDiv)) {
    collect(x, sign, into, dtype, next);
    collect(y, sign === 1 ? -1 : 1, into, dtype, next);
  } else if (isOp(v, neg)) {
    into.coefficient = -into.coefficient;
    collect(x, sign, into, dtype, next);
  } else if (isOp(v, sqr)) {
    collect(x, sign, into, dtype, next);
    collect(x, sign, into, dtype, next);
  } else if (isOp(v, second) && scalarConstant(y) !== undefined) collect(y, sign, into, dtype, next);
  else (sign === 1 ? into.above : into.below).push(v);
}

/** Takes out what is above and below; true if there was anything. */
function cancel({ above, below }: Fraction): boolean {
  let found = false;
  for (let i = above.length - 1; i >= 0; i--) {
    const j = below.indexOf(above[i] as TensorVariable);
    if (j < 0) continue;
    above.splice(i, 1);
    below.splice(j, 1);
    found = true;
  }
  return found;
}

/** `exp(x)·sigmoid(-x) = sigmoid(x)`, in whichever form the sign is written; true if it was found. */
function joinSigmoids(factors: TensorVariable[]): boolean {
  for (let i = 0; i < factors.length; i++) {
    const e = factors[i] as TensorVariable;
    if (!isOp(e, exp)) continue;
    const [x] = operands(e) as [TensorVariable];
    const j = factors.findIndex((s) => isOp(s, sigmoid) && isNegative(operands(s)[0] as TensorVariable, x));
    if (j < 0) continue;
    factors[Math.min(i, j)] = sigmoid(x) as unknown as TensorVariable;
    factors.splice(Math.max(i, j), 1);
    return true;
  }
  return false;
}

const isNegative = (a: TensorVariable, b: TensorVariable): boolean =>
  (isOp(a, neg) && operands(a)[0] === b) || (isOp(b, neg) && operands(b)[0] === a);

/** How many numbers stand among the factors as they are written. */
function countNumbers(v: TensorVariable, dtype: string, depth = 0): number {
  if (scalarConstant(v) !== undefined) return 1;
  if (v.dtype !== dtype || depth > 60) return 0;
  if (isOp(v, neg)) return 1 + countNumbers(operands(v)[0] as TensorVariable, dtype, depth + 1);
  if (isOp(v, second) && scalarConstant(operands(v)[1] as Variable) !== undefined) return 1;
  if (!isOp(v, mul) && !isOp(v, trueDiv)) return 0;
  return operands(v).reduce((n, p) => n + countNumbers(p, dtype, depth + 1), 0);
}

function rebuild({ coefficient, above, below }: Fraction, like: TensorVariable): TensorVariable | undefined {
  const number = constant(coefficient, { dtype: like.dtype });
  const factors: TensorVariable[] = coefficient === 1 || coefficient === -1 ? above : [number, ...above];
  const top = factors.length === 0 ? number : factors.length === 1 ? (factors[0] as TensorVariable) : mul(...factors);
  const bottom = below.length === 0 ? undefined : below.length === 1 ? (below[0] as TensorVariable) : mul(...below);
  const quotient = (bottom ? trueDiv(top, bottom) : top) as TensorVariable;
  // Without factors above, the number already has the sign.
  const signed = coefficient === -1 && factors.length > 0 ? (neg(quotient) as TensorVariable) : quotient;
  const fits = fitted(signed, like);
  if (fits) return fits;
  // Factors that only lent their shape are gone: the original lends it.
  return signed.ndim <= like.ndim && scalarConstant(signed) !== undefined ? (second(like, signed) as TensorVariable) : undefined;
}

/** A product of floats simplified: `x·y / y → x`, numbers gathered in front, `exp(x)·sigmoid(-x) → sigmoid(x)`. */
function simplifyProduct(output: TensorVariable): TensorVariable | undefined {
  if (!isFloat(output.dtype)) return undefined;
  const fraction: Fraction = { coefficient: 1, above: [], below: [] };
  collect(output, 1, fraction, output.dtype);
  if (!Number.isFinite(fraction.coefficient) || fraction.coefficient === 0) return undefined;
  let better = cancel(fraction);
  while (joinSigmoids(fraction.above) || joinSigmoids(fraction.below)) better = true;
  if (better) cancel(fraction);
  const needed = fraction.coefficient === 1 ? 0 : 1;
  if (!better && countNumbers(output, output.dtype) <= needed) return undefined;
  const made = rebuild(fraction, output);
  return made === output ? undefined : made;
}

/** The simplification of products, at both operations that can be at the top of one. */
export const productRules = (): Rule[] => [
  rewriter("simplify a product", mul as never, simplifyProduct),
  rewriter("simplify a quotient", trueDiv as never, simplifyProduct),
];
