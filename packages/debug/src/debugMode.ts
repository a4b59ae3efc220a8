import {
  type Apply,
  type Argument,
  type Arguments,
  type CompiledFunction,
  type Computer,
  compile,
  type ErrorCode,
  type FunctionGraph,
  FunctionMaker,
  fastRun,
  isTensor,
  linkProgram,
  Mode,
  type NDArray,
  noRewrites,
  type Outline,
  type Phase,
  type RewriteEvent,
  type TensorVariable,
  UserError,
  type Variable,
} from "@theano-ts/core";
import { interpreter, partOf } from "@theano-ts/kernel";
import { checkedBackend } from "./checkedBackend.ts";
import { type Difference, difference } from "./closeness.ts";

/** What is wrong with a function, as {@link DebugMode} finds it. */
export class DebugModeError extends UserError {
  override name = "DebugModeError";
}

/** A rewrite that put a variable in another's place that has not the same value. As Theano's. */
export class BadOptimization extends DebugModeError {
  static override readonly code: ErrorCode = "bad-rewrite";
  override name = "BadOptimization";
  /** The rule, as the trace prints it. */
  readonly rule: string;

  constructor(rule: string, before: Variable, after: Variable, found: Difference) {
    super(
      `The rewrite ${rule} changed a value: element ${found.at} was ${found.expected}, and became ${found.got}`,
      {
        origin: before.origin,
        notes: [
          `    before  ${before.owner ?? before}: ${before.type}`,
          `    after   ${after.owner ?? after}: ${after.type}`,
          "    hint: leave the rule out with mode.excluding(…), and report it",
        ],
      },
    );
    this.rule = rule;
  }
}

/** A kernel whose results on the backend are not what it means. As Theano's BadThunkOutput. */
export class BadKernel extends DebugModeError {
  static override readonly code: ErrorCode = "bad-kernel";
  override name = "BadKernel";

  constructor(backend: string, nodes: readonly Apply[], found: Difference, kernel: string) {
    super(
      `Backend ${backend} computes a kernel wrongly: element ${found.at} should be ${found.expected}, but is ${found.got}`,
      {
        origin: nodes[0]?.origin,
        notes: [`    nodes   ${nodes.join("; ")}`, ...kernel.split("\n").map((line) => `    ${line}`)],
      },
    );
  }
}

/** What a rewrite was, to be checked when there are values. */
interface Claim {
  readonly rule: string;
  readonly before: TensorVariable;
  readonly after: TensorVariable;
}

/**
 * Checks everything, at every call: each rewrite by computing, with the call's arguments, what it replaced and what
 * it put there, both by their plain meaning; and each kernel of the compiled program against the interpreter. A value
 * that was NaN or infinite may become a better one. Slow. As `theano.compile.DebugMode`.
 */
export class DebugMode extends Mode {
  /** The rewrites of `mode` are checked; those of `FAST_RUN` by default. */
  constructor({ mode = fastRun }: { readonly mode?: Mode } = {}) {
    const claims = new WeakMap<FunctionGraph, Claim[]>();
    super({
      name: "DebugMode",
      phases: [begin(claims), ...mode.phases.map((p) => recording(p, claims))],
      linker: (maker) => new Checker(maker, claims.get(maker.fgraph) ?? []),
    });
  }
}

/** Notes the graph as it is before all rewrites. */
const begin = (claims: WeakMap<FunctionGraph, Claim[]>): Phase => ({
  name: "begin",
  run(graph) {
    const before = graph.outputs.filter(isTensor);
    const list: Claim[] = [];
    claims.set(graph, list);
    // What the outputs have become is known when all phases have run: until then a claim reads the graph.
    before.forEach((v, i) => {
      list.push({
        rule: "all together",
        before: v,
        get after() {
          return graph.outputs[i] as TensorVariable;
        },
      });
    });
    return false;
  },
});

function recording(phase: Phase, claims: WeakMap<FunctionGraph, Claim[]>): Phase {
  return {
    ...phase,
    run(graph, context) {
      const trace = (event: RewriteEvent): void => {
        for (const [before, after] of event.replaced)
          if (isTensor(before) && isTensor(after))
            claims.get(graph)?.push({ rule: `${event.phase}: ${event.rule}`, before, after });
        context.trace?.(event);
      };
      return phase.run(graph, { ...context, trace });
    },
  };
}

class Checker implements Computer {
  readonly #inner: Computer;
  readonly #maker: FunctionMaker;
  readonly #claims: readonly Claim[];
  #check: CompiledFunction<readonly TensorVariable[]> | undefined;

  constructor(maker: FunctionMaker, claims: readonly Claim[]) {
    const { backend } = maker.options;
    const checked = checkedBackend(backend, (step, found, text) => {
      throw new BadKernel(backend.name, (step.source?.() ?? []) as Apply[], found, text);
    });
    this.#inner = linkProgram(
      new FunctionMaker(
        { ...maker.options, backend: checked },
        maker.functionInputs,
        maker.form,
        maker.updated,
        maker.fgraph,
        maker.written,
      ),
    );
    this.#maker = maker;
    // The first rewrite that went wrong is to be named: rules in their order, all together last.
    this.#claims = [...claims.filter((c) => !isWhole(c)), ...claims.filter(isWhole)];
  }

  get arguments(): Arguments {
    return this.#inner.arguments;
  }

  call(args: readonly Argument[]): readonly NDArray[] {
    this.#checkRewrites(args);
    return this.#inner.call(args);
  }

  async callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    this.#checkRewrites(args);
    return this.#inner.callAsync(args);
  }

  #checkRewrites(args: readonly Argument[]): void {
    const { slots } = this.arguments;
    this.arguments.take(args);
    const given = this.#maker.functionInputs.flatMap(({ state }, i) =>
      state ? [] : [slots[i]?.current as NDArray],
    );
    try {
      const values = this.#checkFunction()(...given);
      this.#claims.forEach(({ rule, before, after }, i) => {
        const found = differenceOf(values[2 * i] as NDArray, values[2 * i + 1] as NDArray);
        if (found) throw new BadOptimization(rule, before, after, found);
      });
    } finally {
      for (const slot of slots) slot.undo();
    }
  }

  #checkFunction(): CompiledFunction<readonly TensorVariable[]> {
    this.#check ??= compile({
      inputs: this.#maker.fgraph.inputs,
      outputs: this.#claims.flatMap(({ before, after }) => [before, after]),
      mode: noRewrites,
      onUnusedInput: "ignore",
      noDefaultUpdates: true,
      backend: interpreter,
    });
    return this.#check;
  }

  free(): void {
    this.#inner.free();
    this.#check = undefined;
  }

  outline(args?: readonly Argument[]): Outline {
    return this.#inner.outline(args);
  }
}

const isWhole = ({ rule }: Claim): boolean => rule === "all together";

function differenceOf(before: NDArray, after: NDArray): Difference | undefined {
  if (before.shape.join() !== after.shape.join()) return { at: 0, expected: Number.NaN, got: Number.NaN };
  return difference(before.astype(before.dtype).data, after.astype(after.dtype).data, partOf(before.dtype), {
    forgiving: true,
  });
}
