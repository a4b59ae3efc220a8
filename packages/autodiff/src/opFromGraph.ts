import {
  Apply,
  cast,
  disconnected,
  filterVariable,
  floatX,
  type GradientTerm,
  graphInputs,
  type InnerGraph,
  identityOf,
  isConstant,
  isShared,
  isTensor,
  type Made,
  MissingInputError,
  NotImplementedError,
  Op,
  type OutputGradient,
  type SharedVariable,
  substitute,
  type TensorLike,
  type TensorVariable,
  TheanoTypeError,
  ValueError,
  Variable,
  zerosLike,
} from "@theano-ts/core";
import { isDiscrete } from "@theano-ts/kernel";
import { ioConnectionPattern } from "./connection.ts";
import { derivedGradient, derivedRop } from "./derived.ts";
import {
  type GradOverrides,
  isCutOff,
  isDefault,
  type LopOverrides,
  type Overrides,
  overridden,
  type RopOverrides,
} from "./overrides.ts";

/** What an `OpFromGraph` can be told. */
export interface OpFromGraphOptions {
  /**
   * Theano's choice whether the graph is compiled as a part of what it is used in. Here it always is; this only shows in
   * how the op prints.
   */
  readonly inline?: boolean;
  /** In place of the gradients that the graph has: given the inputs and the gradients of the outputs. */
  readonly gradOverrides?: GradOverrides;
  /** As `gradOverrides`, given the inputs, the outputs and their gradients. */
  readonly lopOverrides?: LopOverrides;
  /** In place of the directional derivatives that the graph has: given the inputs and their directions. */
  readonly ropOverrides?: RopOverrides;
  /** For each input, which outputs depend on it; found from the graph if left out. */
  readonly connectionPattern?: readonly (readonly boolean[])[];
  /** What it prints as. */
  readonly name?: string | null;
}

/** Variables like these, as results of an op. */
type Alike<O extends readonly Variable[]> = { -readonly [K in keyof O]: O[K] };

/**
 * An operation that stands for a graph, from `inputs` to `outputs`: one node wherever it is applied, with derivatives of
 * its own if it is told some. Shared variables in the graph are used as they are; anything else it needs must be an
 * input. When a function is compiled, the graph takes the node's place.
 *
 * Throws a MissingInputError for a variable that is neither input, shared nor constant. As `theano.OpFromGraph`.
 */
export class OpFromGraph<const O extends readonly Variable[] = readonly Variable[]> extends Op {
  /** As given. */
  readonly inputs: readonly Variable[];
  readonly outputs: O;
  readonly name: string | null;
  readonly inline: boolean;
  /** The shared variables in the graph: further inputs of each application. */
  readonly sharedInputs: readonly SharedVariable[];
  /** The graph over variables that nobody else has: those for `inputs`, then those for `sharedInputs`. */
  readonly localInputs: readonly Variable[];
  readonly localOutputs: readonly Variable[];
  readonly #gradKind: "grad" | "lop";
  readonly #gradOverrides: Overrides;
  readonly #ropOverrides: RopOverrides;
  readonly #given: OpFromGraphOptions["connectionPattern"];
  #pattern: OpFromGraphOptions["connectionPattern"];
  readonly #gradient: ReturnType<typeof derivedGradient>;
  readonly #directions: ReturnType<typeof derivedRop>;

  constructor(inputs: readonly Variable[], outputs: O, options: OpFromGraphOptions = {}) {
    super();
    checkGraph(inputs, outputs);
    const { gradOverrides = "default", lopOverrides = "default", ropOverrides = "default" } = options;
    if (gradOverrides !== "default" && lopOverrides !== "default")
      throw new ValueError("OpFromGraph takes gradOverrides or lopOverrides, not both");
    this.inputs = inputs;
    this.outputs = outputs;
    this.name = options.name ?? null;
    this.inline = options.inline ?? false;
    this.sharedInputs = graphInputs(outputs, new Set(inputs))
      .filter(isShared)
      .filter((s) => !inputs.includes(s));
    const outer = [...inputs, ...this.sharedInputs];
    this.localInputs = outer.map((v) => v.type.makeVariable(v.name));
    this.localOutputs = substitute(
      outputs,
      new Map(outer.map((v, i) => [v, this.localInputs[i] as Variable])),
    );
    this.#gradKind = gradOverrides === "default" ? "lop" : "grad";
    this.#gradOverrides = gradOverrides === "default" ? lopOverrides : gradOverrides;
    this.#ropOverrides = ropOverrides;
    this.#given = this.#pattern = options.connectionPattern;
    const make = (kind: string) => (from: readonly Variable[], to: readonly Variable[]) =>
      new OpFromGraph(from, to, { inline: this.inline, name: this.name && `${this.name}_${kind}` });
    this.#gradient = derivedGradient(this, make("lop"));
    this.#directions = derivedRop(this, make("rop"));
  }

  override get key(): string {
    return `OpFromGraph#${identityOf(this)}`;
  }

  override toString(): string {
    return `${this.name ?? "OpFromGraph"}{inline=${this.inline ? "True" : "False"}}`;
  }

  /** Applies it to operands in the order of `inputs`; the shared variables may follow, as they do in the node. */
  override makeNode(...operands: (Variable | TensorLike)[]): Apply {
    const { inputs, sharedInputs } = this;
    const all = operands.length === inputs.length ? [...operands, ...sharedInputs] : operands;
    if (all.length !== inputs.length + sharedInputs.length)
      throw new ValueError(`${this} takes ${inputs.length} operands, not ${operands.length}`);
    const filtered = this.localInputs.map((local, i) =>
      filterVariable(all[i] as Variable, local.type, `Operand ${i} of ${this}`),
    );
    return new Apply(
      this,
      filtered,
      this.localOutputs.map((y) => y.type),
    );
  }

  /** The result of applying it; of several, the first. */
  override call(...operands: (Variable | TensorLike)[]): Alike<O>[0] {
    return this.apply(...operands)[0] as Alike<O>[0];
  }

  /** All results of applying it. */
  apply(...operands: (Variable | TensorLike)[]): Alike<O> {
    return this.makeNode(...operands).outputs as unknown as Alike<O>;
  }

  /** The graph, over the inputs of `node`. */
  override expand(node: Apply): readonly Variable[] {
    return substitute(
      this.localOutputs,
      new Map(this.localInputs.map((local, i) => [local, node.inputs[i] as Variable])),
    );
  }

  override innerGraph(node: Apply): InnerGraph {
    const { localInputs: inputs, localOutputs: outputs } = this;
    return { inputs, outputs, outer: node.inputs, kind: "OpFromGraph ops" };
  }

  /** Its graph, and how it was made; overrides are functions, which nobody can write down. */
  override made(): Made {
    if ([this.#gradOverrides, this.#ropOverrides].some((o) => o !== "default"))
      throw new NotImplementedError(`${this} has derivatives of its own, which are functions`);
    const { inputs, sharedInputs, localInputs, localOutputs, inline, name } = this;
    const own = sharedInputs.map((s, i) => [localInputs[inputs.length + i] as Variable, s] as const);
    const outputs = substitute(localOutputs, new Map(own));
    const options = { inline, name, ...(this.#given ? { connectionPattern: this.#given } : {}) };
    return { by: OpFromGraph, of: [localInputs.slice(0, inputs.length), outputs, options] };
  }

  override get hasGradient(): boolean {
    return true;
  }

  override gradient(node: Apply, gradients: readonly OutputGradient[]): readonly GradientTerm[] {
    const [inputs, outputs] = [node.inputs, node.outputs] as [
      readonly TensorVariable[],
      readonly TensorVariable[],
    ];
    const given = gradients.map((g, j) => asFloat(g, outputs[j] as TensorVariable));
    const args = this.#gradKind === "lop" ? [inputs, outputs, given] : [inputs, given];
    return overridden(this.#gradOverrides, args, {
      what: `gradient of ${this}`,
      count: this.inputs.length,
      optional: this.sharedInputs.length,
      defaults: () =>
        this.#gradient(
          node,
          given,
          gradients.map((g) => g !== disconnected),
        ),
    }) as GradientTerm[];
  }

  override get hasRop(): boolean {
    return true;
  }

  override rop(node: Apply, directions: readonly (Variable | null)[]): readonly (Variable | null)[] {
    const inputs = node.inputs as readonly TensorVariable[];
    const given = directions.map((d, i) => (d ?? zerosLike(inputs[i] as TensorVariable)) as TensorVariable);
    const moves = overridden(this.#ropOverrides, [inputs, given], {
      what: `directional derivative of ${this}`,
      count: this.localOutputs.length,
      optional: 0,
      defaults: () =>
        this.#directions(
          node,
          given,
          directions.map((d) => d !== null),
        ),
    });
    return moves.map((m) => (isTensor(m) ? m : null));
  }

  override connectionPattern(): readonly (readonly boolean[])[] {
    this.#pattern ??= ioConnectionPattern(this.localInputs, this.localOutputs).map((row, i) => {
      if (isDefault(this.#gradOverrides, i)) return row;
      return row.map(() => !isCutOff(this.#gradOverrides, i));
    });
    return this.#pattern;
  }
}

/** The gradient with respect to an output as a float of its own: zeros where the cost does not depend on it. */
function asFloat(g: OutputGradient, output: TensorVariable): TensorVariable {
  const dtype = isDiscrete(output.dtype) ? floatX() : output.dtype;
  return g === disconnected ? zerosLike(output, { dtype }) : cast(g, dtype);
}

function checkGraph(inputs: readonly Variable[], outputs: readonly Variable[]): void {
  if (!Array.isArray(inputs) || !Array.isArray(outputs))
    throw new TheanoTypeError("OpFromGraph takes a list of inputs and a list of outputs");
  const wrong: unknown = [...inputs, ...outputs].find((v) => !(v instanceof Variable));
  if (wrong !== undefined)
    throw new TheanoTypeError(`OpFromGraph is made of variables, and ${String(wrong)} is none`);
  const given = new Set(inputs);
  const missing = graphInputs(outputs, given).find((v) => !given.has(v) && !isConstant(v) && !isShared(v));
  if (missing)
    throw new MissingInputError(
      `OpFromGraph needs ${missing}: ${missing.type}, which is neither an input nor shared: add it to the inputs`,
      { origin: missing.origin },
    );
}
