import {
  type Apply,
  AssertionError,
  add,
  cast,
  disconnected,
  floatX,
  type GradientTerm,
  isTensor,
  MethodNotDefined,
  madeWhere,
  NullGradient,
  NullTypeGradError,
  type Op,
  onesLike,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
  Variable,
} from "@theano-ts/core";
import { isComplex, isDiscrete } from "@theano-ts/kernel";
import { complain, standIn } from "./disconnected.ts";
import type { GradOptions } from "./grad.ts";
import { type Path, type Patterns, pathsBetween, patterns } from "./reach.ts";
import { asTerm, DisconnectedType, NullType } from "./types.ts";

/** One reverse pass, from a cost, or from variables whose gradients are known, to some variables. */
export class Reverse {
  readonly #cost: TensorVariable | null;
  readonly #wrt: readonly TensorVariable[];
  readonly #options: GradOptions;
  readonly #pattern: Patterns = patterns();
  readonly #paths: ReadonlyMap<Variable, readonly Path[]>;
  /** The gradient with respect to each variable, once known. */
  readonly #known = new Map<Variable, GradientTerm>();
  readonly #terms = new Map<Apply, readonly GradientTerm[]>();

  constructor(cost: TensorVariable | null, wrt: readonly TensorVariable[], options: GradOptions) {
    this.#cost = cost;
    this.#wrt = wrt;
    this.#options = options;
    const given = [...(options.knownGrads ?? [])];
    const outputs = [...(cost ? [cost] : []), ...given.map(([v]) => v)];
    this.#paths = pathsBetween(outputs, wrt, new Set(options.considerConstant ?? []), this.#pattern);
    this.#begin(given);
  }

  #begin(given: readonly (readonly [TensorVariable, Variable])[]): void {
    const cost = this.#cost;
    if (cost) this.#known.set(cost, onesLike(cost, isDiscrete(cost.dtype) ? { dtype: floatX() } : {}));
    for (const [v, g] of given) {
      const term = asKnown(v, g);
      const isFloatCost = v === cost && !isDiscrete(v.dtype) && term instanceof Variable;
      this.#known.set(v, isFloatCost ? cast(term as TensorVariable, v.dtype) : term);
    }
  }

  run(): (Variable | null)[] {
    // Users come before what they use, so that a variable's terms are all there when its turn comes.
    for (const node of this.#order()) this.#terms.set(node, this.#termsOf(node));
    return this.#wrt.map((v) => this.#result(v));
  }

  /** The applications on the way, users first. */
  #order(): Apply[] {
    const nodes = new Set<Apply>();
    const waiting = new Map<Apply, number>();
    for (const list of this.#paths.values()) for (const { node } of list) nodes.add(node);
    // A node is ready when all nodes that use its outputs are done.
    const users = (node: Apply): Set<Apply> => {
      const found = new Set<Apply>();
      for (const v of node.outputs) for (const p of this.#paths.get(v) ?? []) found.add(p.node);
      return found;
    };
    const makers = (node: Apply): Set<Apply> =>
      new Set(
        node.inputs.flatMap((x) =>
          x.owner && nodes.has(x.owner) && this.#paths.get(x)?.some((p) => p.node === node) ? [x.owner] : [],
        ),
      );
    for (const node of nodes) waiting.set(node, users(node).size);
    const ready = [...nodes].filter((node) => waiting.get(node) === 0);
    const order: Apply[] = [];
    while (ready.length > 0) {
      const node = ready.pop() as Apply;
      order.push(node);
      for (const maker of makers(node)) {
        const left = (waiting.get(maker) as number) - 1;
        waiting.set(maker, left);
        if (left === 0) ready.push(maker);
      }
    }
    return order;
  }

  /** The gradient with respect to `v`, from the terms of its users. */
  #gradientOf(v: Variable): GradientTerm {
    const known = this.#known.get(v);
    if (known !== undefined) return known;
    const terms = (this.#paths.get(v) ?? []).map(({ node, input }) => {
      const term = (this.#terms.get(node) as readonly GradientTerm[])[input] as GradientTerm;
      checkRank(node, input, term);
      return term;
    });
    const undefinedTerm = terms.find((t) => t instanceof NullGradient);
    const connected = terms.filter((t): t is TensorVariable => t instanceof Variable);
    const result: GradientTerm =
      undefinedTerm ??
      (connected.length === 0
        ? disconnected
        : madeWhere(v.origin, () => connected.reduce((a, b) => add(a, b))));
    if (result instanceof Variable) this.#nameIt(v, result);
    this.#known.set(v, result);
    return result;
  }

  #nameIt(v: Variable, g: Variable): void {
    const cost = this.#cost?.name;
    if (this.#options.addNames !== false && cost && v.name && g.name === null)
      g.name = `(d${cost}/d${v.name})`;
  }

  #termsOf(node: Apply): readonly GradientTerm[] {
    const pattern = this.#pattern(node);
    const gradients = node.outputs.map((v) => this.#gradientOf(v));
    const isConnected = (i: number): boolean =>
      gradients.some((g, j) => g !== disconnected && pattern[i]?.[j]);
    if (!node.inputs.some((_, i) => isConnected(i))) return node.inputs.map(() => disconnected);
    const broken = (i: number): NullGradient | undefined =>
      gradients.find((g, j): g is NullGradient => g instanceof NullGradient && (pattern[i]?.[j] ?? false));
    if (gradients.every((g) => !(g instanceof Variable)))
      return node.inputs.map((_, i) => broken(i) ?? disconnected);
    const given = gradients.map((g, j) =>
      g instanceof Variable ? fit(g as TensorVariable, node.outputs[j] as TensorVariable) : disconnected,
    );
    return applyRule(node, given).map((term, i) => {
      const checked = checkTerm(node, i, term);
      if (checked === disconnected) return disconnected;
      if (!isConnected(i))
        throw new TheanoTypeError(
          `${node.op} gave a gradient for its input ${i}, but its connectionPattern says that the cost does not depend on it: give disconnectedType()`,
          { origin: node.origin },
        );
      return broken(i) ?? checked;
    });
  }

  #result(v: TensorVariable): Variable | null {
    const g = this.#paths.has(v) || this.#known.has(v) ? this.#gradientOf(v) : disconnected;
    if (g instanceof NullGradient) return this.#undefined(v, g);
    if (g !== disconnected) return g;
    const cost = this.#cost ? `${this.#cost}` : "the variables with known gradients";
    complain(
      this.#options.disconnectedInputs ?? "raise",
      "disconnectedInputs",
      `Cannot take the gradient with respect to ${v}: ${v.type}: ${cost} does not depend on it, or only through operations without a gradient`,
      v,
    );
    return standIn(v, this.#options.returnDisconnected ?? "zero");
  }

  #undefined(v: TensorVariable, { reason }: NullGradient): Variable<NullType> {
    const how = this.#options.nullGradients ?? "raise";
    if (how === "return") return new NullType(reason).makeVariable();
    if (how !== "raise")
      throw new AssertionError(`nullGradients must be "raise" or "return", not ${String(how)}`);
    throw new NullTypeGradError(`The gradient with respect to ${v} is not defined: ${reason}`, {
      origin: v.origin,
    });
  }
}

/** The known gradient `g` of `v`, checked. */
function asKnown(v: TensorVariable, g: Variable): GradientTerm {
  if (!isTensor(v))
    throw new TheanoTypeError(`knownGrads has a gradient of ${String(v)}, which is no variable`);
  if (!(g instanceof Variable))
    throw new TheanoTypeError(`The known gradient of ${v} must be a variable, not ${String(g)}`);
  if (g.type instanceof DisconnectedType || g.type instanceof NullType) return asTerm(g);
  if (!isTensor(g) || isDiscrete(g.dtype))
    throw new TheanoTypeError(`The known gradient of ${v} must be a float, but it is ${g.type}`);
  return g;
}

/** What the op's rule gives for each input. */
function applyRule(node: Apply, given: readonly (TensorVariable | typeof disconnected)[]): GradientTerm[] {
  const { op, origin } = node;
  if (!hasRule(op)) throw new MethodNotDefined(`${op} has no gradient`, { origin });
  const terms = madeWhere(origin, () => op.gradient(node, given)) as unknown;
  if (!Array.isArray(terms))
    throw new TheanoTypeError(`The gradient of ${op} must be a list of terms, not ${String(terms)}`, {
      origin,
    });
  if (terms.length !== node.inputs.length)
    throw new ValueError(
      `${op} has ${node.inputs.length} inputs, but its gradient has ${terms.length} terms`,
      {
        origin,
      },
    );
  return (terms as GradientTerm[]).map(asTerm);
}

const hasRule = (op: Op): op is Op & Required<Pick<Op, "gradient">> => op.hasGradient;

function checkTerm({ op, origin }: Apply, i: number, term: GradientTerm): GradientTerm {
  if (term === disconnected || term instanceof NullGradient) return term;
  if (!isTensor(term))
    throw new TheanoTypeError(
      `The gradient of ${op} gave ${String(term)} for input ${i}: it must be a variable; where there is none, give disconnectedType() or gradUndefined(…)`,
      { origin },
    );
  if (isDiscrete(term.dtype))
    throw new TheanoTypeError(
      `The gradient of ${op} gave an integer, ${term.type}, for input ${i}: gradients are floats`,
      { origin },
    );
  return term;
}

function checkRank({ op, inputs, origin }: Apply, i: number, term: GradientTerm): void {
  const x = inputs[i];
  if (isTensor(x) && isTensor(term) && x.ndim !== term.ndim)
    throw new ValueError(
      `The gradient of ${op} gave ${term.ndim} dimensions for input ${i}, ${x}: ${x.type}, which has ${x.ndim}`,
      { origin },
    );
}

/** A gradient in the dtype of what it is the gradient of, if that is a float. */
function fit(g: TensorVariable, output: TensorVariable): TensorVariable {
  if (isDiscrete(output.dtype) || g.dtype === output.dtype || isComplex(g.dtype)) return g;
  return cast(g, output.dtype);
}
