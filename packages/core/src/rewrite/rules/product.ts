import { isFloat } from "@theano-ts/kernel";
import type { Variable } from "../../graph/variable.ts";
import { sigmoid } from "../../ops/elemwise/activation.ts";
import { add, mul, neg, sqr, sub, trueDiv } from "../../ops/elemwise/arithmetic.ts";
import { second } from "../../ops/elemwise/basic.ts";
import { exp } from "../../ops/elemwise/exponential.ts";
import { constant } from "../../tensor/constant.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { scalarConstant } from "../match.ts";
import { fitted, type Rule, rewriter } from "../rule.ts";

/**
 * One factor. `sigmoid(±x)` and `exp(±x)` are known by their argument without its signs, so that two of them are
 * recognised however the sign is written; `1 + exp(x)` is `sigmoid(-x)` below the line.
 */
interface Factor {
  readonly kind: "sigmoid" | "exp" | "other";
  readonly base: TensorVariable;
  readonly sign: 1 | -1;
}

/** A product as its factors above and below the line, and a number before it. */
interface Fraction {
  coefficient: number;
  readonly above: Factor[];
  readonly below: Factor[];
  /** What numbers among the factors took their shape from. */
  readonly models: TensorVariable[];
}

type Named = { readonly op: { readonly key: string } };
const isOp = (v: Variable, f: Named): boolean => v.owner?.op.key === f.op.key;
const operands = (v: TensorVariable): readonly TensorVariable[] =>
  (v.owner?.inputs ?? []) as readonly TensorVariable[];

/** `v` without the signs before it. */
function withoutSigns(v: TensorVariable): { base: TensorVariable; sign: 1 | -1 } {
  let [base, sign]: [TensorVariable, 1 | -1] = [v, 1];
  while (isOp(base, neg)) {
    base = operands(base)[0] as TensorVariable;
    sign = sign === 1 ? -1 : 1;
  }
  return { base, sign };
}

/** The `x` of `1 + exp(x)`. */
function onePlusExp(v: TensorVariable): TensorVariable | undefined {
  const [x, y, more] = isOp(v, add) ? operands(v) : [];
  if (!x || !y || more) return undefined;
  const e = scalarConstant(x) === 1 ? y : scalarConstant(y) === 1 ? x : undefined;
  return e && isOp(e, exp) && e.dtype === v.dtype ? operands(e)[0] : undefined;
}

const same = (a: Factor, b: Factor): boolean => a.kind === b.kind && a.base === b.base && a.sign === b.sign;

/** Longer products than this are left as they are. */
const deepest = 60;

/** Collects the factors of `v`, to the power `power`, looking through products, quotients, signs and squares of its dtype. */
function collect(v: TensorVariable, power: 1 | -1, into: Fraction, depth = 0): void {
  const number = scalarConstant(v);
  if (isOp(v, second)) into.models.push(operands(v)[0] as TensorVariable);
  if (number !== undefined && (power === 1 || number !== 0)) {
    into.coefficient *= power === 1 ? number : 1 / number;
    return;
  }
  const side = (p: 1 | -1): Factor[] => (p === 1 ? into.above : into.below);
  if (!v.owner || depth > deepest) {
    side(power).push({ kind: "other", base: v, sign: 1 });
    return;
  }
  const [x, y] = operands(v) as [TensorVariable, TensorVariable];
  const opposite = power === 1 ? -1 : 1;
  const through = (w: TensorVariable, p: 1 | -1): void => {
    // A narrower operand is converted on the way in, which is not a factor's business.
    if (w.dtype === v.dtype || scalarConstant(w) !== undefined) collect(w, p, into, depth + 1);
    else side(p).push({ kind: "other", base: w, sign: 1 });
  };
  const inner = onePlusExp(v);
  if (isOp(v, mul)) for (const w of operands(v)) through(w, power);
  else if (isOp(v, trueDiv)) {
    through(x, power);
    through(y, opposite);
  } else if (isOp(v, neg)) {
    into.coefficient = -into.coefficient;
    through(x, power);
  } else if (isOp(v, sqr)) {
    through(x, power);
    through(x, power);
  } else if (isOp(v, sigmoid) && x.dtype === v.dtype)
    side(power).push({ kind: "sigmoid", ...withoutSigns(x) });
  else if (isOp(v, exp) && x.dtype === v.dtype) side(power).push({ kind: "exp", ...withoutSigns(x) });
  else if (inner) {
    const { base, sign } = withoutSigns(inner);
    side(opposite).push({ kind: "sigmoid", base, sign: sign === 1 ? -1 : 1 });
  } else side(power).push({ kind: "other", base: v, sign: 1 });
}

/** Takes out what is above and below; how much there was. */
function cancel({ above, below }: Fraction): number {
  let found = 0;
  for (let i = above.length - 1; i >= 0; i--) {
    const j = below.findIndex((f) => same(f, above[i] as Factor));
    if (j < 0) continue;
    above.splice(i, 1);
    below.splice(j, 1);
    found++;
  }
  return found;
}

/** `exp(x)·sigmoid(-x) = sigmoid(x)`; how often it was found. */
function joinSigmoids(factors: Factor[]): number {
  let found = 0;
  for (let i = 0; i < factors.length; i++) {
    const e = factors[i] as Factor;
    if (e.kind !== "exp") continue;
    const j = factors.findIndex((s) => s.kind === "sigmoid" && s.base === e.base && s.sign !== e.sign);
    if (j < 0) continue;
    factors[i] = { ...e, kind: "sigmoid" };
    factors.splice(j, 1);
    found++;
    i = -1;
  }
  return found;
}

const simplify = (f: Fraction): number => joinSigmoids(f.above) + joinSigmoids(f.below) + cancel(f);

/** How many numbers and signs stand among the factors as they are written. */
function countNumbers(v: TensorVariable, depth = 0): number {
  if (scalarConstant(v) !== undefined) return 1;
  if (depth > deepest) return 0;
  const among = operands(v).filter((w) => w.dtype === v.dtype || scalarConstant(w) !== undefined);
  if (isOp(v, neg)) return 1 + countNumbers(among[0] as TensorVariable, depth + 1);
  if (!isOp(v, mul) && !isOp(v, trueDiv)) return 0;
  return among.reduce((n, w) => n + countNumbers(w, depth + 1), 0);
}

function factorExpression({ kind, base, sign }: Factor): TensorVariable {
  const x = (sign === 1 ? base : neg(base)) as TensorVariable;
  return (kind === "sigmoid" ? sigmoid(x) : kind === "exp" ? exp(x) : x) as TensorVariable;
}

const productOf = (factors: readonly TensorVariable[]): TensorVariable | undefined =>
  factors.length <= 1 ? factors[0] : (mul(...factors) as TensorVariable);

function rebuild(
  { coefficient, above, below, models }: Fraction,
  like: TensorVariable,
): TensorVariable | undefined {
  const number = constant(coefficient, { dtype: like.dtype });
  const bare = above.length > 0 && (coefficient === 1 || coefficient === -1);
  const factors = [...(bare ? [] : [number]), ...above.map(factorExpression)];
  const bottom = productOf(below.map(factorExpression));
  const top = productOf(factors) as TensorVariable;
  const quotient = (bottom ? trueDiv(top, bottom) : top) as TensorVariable;
  const signed = bare && coefficient === -1 ? (neg(quotient) as TensorVariable) : quotient;
  const fits = fitted(signed, like);
  if (fits) return fits;
  // Only numbers are left: what lent one of them its shape lends it the result.
  const model = models.find(
    (m) => m.ndim === like.ndim && m.broadcastable.every((one, d) => one === like.broadcastable[d]),
  );
  return model && scalarConstant(signed) !== undefined
    ? (second(model, signed) as TensorVariable)
    : undefined;
}

/** A product of floats simplified: `x·y / y → x`, numbers gathered in front, `exp(x)·sigmoid(-x) → sigmoid(x)`. */
function simplifyProduct(output: TensorVariable): TensorVariable | undefined {
  if (!isFloat(output.dtype)) return undefined;
  const fraction: Fraction = { coefficient: 1, above: [], below: [], models: [] };
  collect(output, 1, fraction);
  if (!Number.isFinite(fraction.coefficient) || fraction.coefficient === 0) return undefined;
  const better = simplify(fraction) > 0;
  const distributed = distribute(fraction, output);
  if (distributed) return distributed;
  const needed = fraction.coefficient === 1 && fraction.above.length > 0 ? 0 : 1;
  return better || countNumbers(output) > needed ? rebuild(fraction, output) : undefined;
}

/**
 * `(x + y)·z → x·z + y·z` where both products then simplify: so the gradient of a cross-entropy becomes a difference of
 * two sigmoids, where the product is 0·∞ for large arguments.
 */
function distribute(fraction: Fraction, like: TensorVariable): TensorVariable | undefined {
  const at = fraction.above.findIndex((f) => f.kind === "other" && (isOp(f.base, add) || isOp(f.base, sub)));
  if (at < 0 || fraction.above.length + fraction.below.length < 2) return undefined;
  const { base } = fraction.above[at] as Factor;
  const isDifference = isOp(base, sub);
  const terms = operands(base).map((term, i) => {
    const part: Fraction = {
      coefficient: isDifference && i === 1 ? -fraction.coefficient : fraction.coefficient,
      above: fraction.above.filter((_, k) => k !== at),
      below: [...fraction.below],
      models: [],
    };
    if (term.dtype !== like.dtype) return undefined;
    collect(term, 1, part);
    return simplify(part) > 0 ? rebuild(part, like) : undefined;
  });
  if (!terms.every((t) => t !== undefined)) return undefined;
  return fitted(add(...(terms as TensorVariable[])) as TensorVariable, like);
}

/** The simplification of products, at the operations that can be at the top of one. */
export const productRules = (): Rule[] => [
  rewriter("simplify a product", mul as unknown as Named as never, simplifyProduct),
  rewriter("simplify a quotient", trueDiv as unknown as Named as never, simplifyProduct),
];
