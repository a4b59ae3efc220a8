import {
  type Apply,
  AssertionError,
  add,
  cast,
  DisconnectedInputError,
  disconnected,
  floatX,
  type GradientTerm,
  isTensor,
  MethodNotDefined,
  madeWhere,
  NullGradient,
  NullTypeGradError,
  type OutputGradient,
  onesLike,
  TensorOp,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
  Variable,
  zerosLike,
} from "@theano-ts/core";
import { isComplex, isDiscrete } from "@theano-ts/kernel";
import { type Path, type Patterns, pathsBetween, patterns } from "./reach.ts";

/** What `grad` can be told. */
export interface GradOptions {
  /** Expressions that gradients do not go through. */
  readonly considerConstant?: readonly Variable[];
  /** What to do about a variable that the cost does not depend on: an error by default, else its gradient is zero. */
  readonly disconnectedInputs?: "raise" | "warn" | "ignore";
  /** Gradients that are known, of whatever cost there is: pairs of variable and gradient. */
  readonly knownGrads?: Iterable<readonly [TensorVariable, TensorVariable]>;
  /** What the gradient with respect to something disconnected is: zeros by default. */
  readonly returnDisconnected?: "zero" | "none";
  /** Whether gradients get a name, `(dcost/dx)`, if both have one: yes by default. */
  readonly addNames?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = TensorVariable<any, any>;

/** What `grad` gives: for one variable one gradient of its dtype and rank, for several a list. */
export type Gradients<V> = V extends readonly Any[]
  ? { -readonly [K in keyof V]: GradientOf<V[K]> }
  : GradientOf<V>;

type GradientOf<V> = V extends Any ? TensorVariable<V["dtype"], V["ndim"]> : never;

/**
 * The gradient of `cost`, a scalar, with respect to each of `wrt`, as a new part of the graph.
 *
 * Gradients are floats, also with respect to integers (of which they are zero unless the op says otherwise). `cost` may
 * be null if `knownGrads` says where to begin. Throws a TypeError if the cost is no scalar, a DisconnectedInputError if
 * it does not depend on a variable, a NullTypeGradError where mathematics has no gradient, a NotImplementedError where
 * an op has none. As `theano.gradient.grad`.
 */
export function grad<const V extends Any | readonly Any[]>(
  // biome-ignore lint/suspicious/noExplicitAny: of whatever dtype
  cost: TensorVariable<any, 0> | null,
  wrt: V,
  options: GradOptions = {},
): Gradients<V> {
  const list = (Array.isArray(wrt) ? wrt : [wrt]) as TensorVariable[];
  const results = gradients(cost as TensorVariable | null, list, options);
  return (Array.isArray(wrt) ? results : results[0]) as Gradients<V>;
}

/** As `grad`, untyped: a list in, a list out; null for what is disconnected if `returnDisconnected` is "none". */
export function gradients(
  cost: TensorVariable | null,
  wrt: readonly TensorVariable[],
  options: GradOptions = {},
): (TensorVariable | null)[] {
  checkCost(cost, options);
  for (const v of wrt)
    if (!isTensor(v))
      throw new TheanoTypeError(`Cannot take a gradient with respect to ${String(v)}: it is not a variable`);
  return new Reverse(cost, wrt, options).run();
}

function checkCost(cost: TensorVariable | null, options: GradOptions): void {
  if (cost === null) {
    if (!options.knownGrads) throw new AssertionError("grad needs a cost, or knownGrads to begin with");
    return;
  }
  if (!isTensor(cost))
    throw new TheanoTypeError(`Cannot take the gradient of ${String(cost)}: it is not a variable`);
  if (cost.ndim !== 0)
    throw new TheanoTypeError(
      `cost must be a scalar, but ${cost} is ${cost.type}: take its sum or mean, or jacobian for all gradients`,
      { origin: cost.origin },
    );
}

/** One reverse pass. */
class Reverse {
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

  #begin(given: readonly (readonly [TensorVariable, TensorVariable])[]): void {
    const cost = this.#cost;
    if (cost) {
      const start = onesLike(cost, isDiscrete(cost.dtype) ? { dtype: floatX() } : {});
      this.#known.set(cost, start);
    }
    for (const [v, g] of given) {
      if (!isTensor(g))
        throw new TheanoTypeError(`The known gradient of ${v} must be a variable, not ${String(g)}`);
      if (isDiscrete(g.dtype))
        throw new TheanoTypeError(`The known gradient of ${v} must be a float, but it is ${g.type}`);
      this.#known.set(v, v === cost && !isDiscrete(v.dtype) ? cast(g, v.dtype) : g);
    }
  }

  run(): (TensorVariable | null)[] {
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
    const terms = (this.#paths.get(v) ?? []).map(
      ({ node, input }) => (this.#terms.get(node) as readonly GradientTerm[])[input] as GradientTerm,
    );
    const undefinedTerm = terms.find((t) => t instanceof NullGradient);
    const connected = terms.filter((t): t is TensorVariable => t instanceof Variable);
    const result: GradientTerm =
      undefinedTerm ??
      (connected.length === 0
        ? disconnected
        : madeWhere(v.origin, () => connected.reduce((a, b) => add(a, b))));
    if (result instanceof Variable && connected.length > 0) this.#nameIt(v, result);
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
    const { op } = node;
    if (!op.gradient || (op instanceof TensorOp && !op.hasGradient))
      throw new MethodNotDefined(`${op} has no gradient`, { origin: node.origin });
    const given = gradients.map((g, j) =>
      g instanceof Variable ? fit(g as TensorVariable, node.outputs[j] as TensorVariable) : disconnected,
    );
    const terms = madeWhere(node.origin, () =>
      (op.gradient as NonNullable<typeof op.gradient>)(node, given as OutputGradient[]),
    );
    if (terms.length !== node.inputs.length)
      throw new ValueError(
        `${op} has ${node.inputs.length} inputs, but its gradient has ${terms.length} terms`,
        { origin: node.origin },
      );
    return terms.map((term, i) =>
      this.#checkTerm(node, i, broken(i) && term !== disconnected ? (broken(i) as NullGradient) : term),
    );
  }

  #checkTerm(node: Apply, i: number, term: GradientTerm): GradientTerm {
    if (term === disconnected || term instanceof NullGradient) return term;
    if (!isTensor(term))
      throw new TheanoTypeError(`The gradient of ${node.op} gave ${String(term)} for input ${i}`, {
        origin: node.origin,
      });
    if (isDiscrete(term.dtype))
      throw new TheanoTypeError(
        `The gradient of ${node.op} gave an integer, ${term.type}, for input ${i}: gradients are floats`,
        { origin: node.origin },
      );
    return term;
  }

  #result(v: TensorVariable): TensorVariable | null {
    const g = this.#paths.has(v) || this.#known.has(v) ? this.#gradientOf(v) : disconnected;
    if (g instanceof NullGradient)
      throw new NullTypeGradError(`The gradient with respect to ${v} is not defined: ${g.reason}`, {
        origin: v.origin,
      });
    if (g !== disconnected) return g as TensorVariable;
    this.#disconnected(v);
    if (this.#options.returnDisconnected === "none") return null;
    return zerosLike(v, isDiscrete(v.dtype) ? { dtype: floatX() } : {});
  }

  #disconnected(v: TensorVariable): void {
    const how = this.#options.disconnectedInputs ?? "raise";
    if (how === "ignore") return;
    const cost = this.#cost ? `${this.#cost}` : "the variables with known gradients";
    const sentence = `Cannot take the gradient with respect to ${v}: ${v.type}: ${cost} does not depend on it, or only through operations without a gradient`;
    if (how === "warn") console.warn(sentence);
    else if (how === "raise")
      throw new DisconnectedInputError(`${sentence}; disconnectedInputs: "ignore" makes it zero`, {
        origin: v.origin,
      });
    else throw new ValueError(`disconnectedInputs must be "raise", "warn" or "ignore", not ${String(how)}`);
  }
}

/** A gradient in the dtype of what it is the gradient of, if that is a float. */
function fit(g: TensorVariable, output: TensorVariable): TensorVariable {
  if (isDiscrete(output.dtype) || g.dtype === output.dtype || isComplex(g.dtype)) return g;
  return cast(g, output.dtype);
}
