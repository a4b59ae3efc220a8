import {
  type Apply,
  type Argument,
  Arguments,
  type CompiledFunction,
  type Computer,
  compile,
  type FunctionMaker,
  isConstant,
  isShared,
  type Linker,
  type NDArray,
  noRewrites,
  Slot,
  StateSlot,
  type TensorVariable,
  type Variable,
} from "@theano-ts/core";

/** One application that is being computed: which, as the how manyth of the call, and the values of its inputs. */
export interface Step {
  readonly i: number;
  readonly node: Apply;
  readonly inputs: readonly NDArray[];
}

/** Whoever wants to see every application computed. What it throws ends the call, and no state changes. */
export interface Observer {
  before?(step: Step): void;
  after?(step: Step, outputs: readonly NDArray[]): void;
}

/** Computes a function one application after the other, under the eyes of `observer`, instead of as one program. */
export const stepByStep =
  (observer: Observer): Linker =>
  (maker) =>
    new Stepper(maker, observer);

/** An application as a function of its own. */
interface NodeFunction {
  readonly run: CompiledFunction<readonly TensorVariable[]>;
  /** The inputs that are not constants: which of the node's, in the order the function takes them. */
  readonly takes: readonly number[];
}

class Stepper implements Computer {
  readonly arguments: Arguments;
  readonly #maker: FunctionMaker;
  readonly #observer: Observer;
  readonly #order: readonly Apply[];
  readonly #functions = new Map<Apply, NodeFunction>();

  constructor(maker: FunctionMaker, observer: Observer) {
    const { allowInputDowncast = null, name } = maker.options;
    const slots = maker.functionInputs.map(({ spec, state }) =>
      state ? new StateSlot(spec, state, allowInputDowncast) : new Slot(spec, [], allowInputDowncast, false),
    );
    this.arguments = new Arguments(slots, name ? `function ${name}` : "the function", []);
    this.#maker = maker;
    this.#observer = observer;
    this.#order = maker.fgraph.toposort();
  }

  call(args: readonly Argument[]): readonly NDArray[] {
    const work = this.#run(args);
    let step = work.next();
    while (!step.done) {
      const { run, given } = step.value;
      step = resume(work, () => run(...given));
    }
    return step.value;
  }

  async callAsync(args: readonly Argument[]): Promise<readonly NDArray[]> {
    const work = this.#run(args);
    let step = work.next();
    while (!step.done) {
      const { run, given } = step.value;
      try {
        step = work.next(await run.async(...given));
      } catch (error) {
        step = work.throw(error);
      }
    }
    return step.value;
  }

  /** Asks for each application's results in turn, and keeps them for those that follow. */
  *#run(args: readonly Argument[]): Generator<Request, readonly NDArray[], readonly NDArray[]> {
    const { slots } = this.arguments;
    try {
      this.arguments.take(args);
      const values = new Map<Variable, NDArray>(slots.map((s) => [s.variable, s.current]));
      const valueOf = (v: Variable): NDArray => values.get(v) ?? ownValue(v);
      for (const [i, node] of this.#order.entries()) {
        const step: Step = { i, node, inputs: node.inputs.map(valueOf) };
        this.#observer.before?.(step);
        const { run, takes } = this.#functionOf(node);
        const outputs = yield { run, given: takes.map((at) => step.inputs[at] as NDArray) };
        this.#observer.after?.(step, outputs);
        node.outputs.forEach((v, k) => values.set(v, outputs[k] as NDArray));
      }
      const { outputs, updates } = this.#maker.computation;
      const results = outputs.map((v) => valueOf(v).copy());
      const news = updates.map(([s, v]) => [s, valueOf(v).copy()] as const);
      for (const [s, value] of news) s.cell.value = value;
      for (const slot of slots) slot.keep();
      return results;
    } catch (error) {
      for (const slot of slots) slot.undo();
      throw error;
    }
  }

  #functionOf(node: Apply): NodeFunction {
    let found = this.#functions.get(node);
    if (!found) this.#functions.set(node, (found = this.#compile(node)));
    return found;
  }

  #compile(node: Apply): NodeFunction {
    const takes = [...new Set(node.inputs)].filter((v) => !isConstant(v));
    const stand = new Map(takes.map((v) => [v, v.type.makeVariable(v.name)]));
    const copy = node.op.makeNode(...node.inputs.map((v) => stand.get(v) ?? v));
    const { backend, fallback } = this.#maker.options;
    const run = compile({
      inputs: takes.map((v) => stand.get(v) as Variable),
      outputs: copy.outputs as readonly TensorVariable[],
      mode: noRewrites,
      onUnusedInput: "ignore",
      backend,
      ...(fallback ? { fallback } : {}),
    });
    return { run, takes: takes.map((v) => node.inputs.indexOf(v)) };
  }

  free(): void {
    for (const slot of this.arguments.slots) slot.forget();
    this.#functions.clear();
  }

  outline(): string {
    return ["step by step:", ...this.#order.map((node, i) => `${i}: ${node}`)].join("\n");
  }
}

interface Request {
  readonly run: NodeFunction["run"];
  readonly given: readonly NDArray[];
}

function resume(
  work: Generator<Request, readonly NDArray[], readonly NDArray[]>,
  compute: () => readonly NDArray[],
): IteratorResult<Request, readonly NDArray[]> {
  let results: readonly NDArray[];
  try {
    results = compute();
  } catch (error) {
    return work.throw(error);
  }
  return work.next(results);
}

/** The value of a leaf that is no input. */
function ownValue(v: Variable): NDArray {
  if (isConstant(v)) return v.data;
  if (isShared(v)) return v.cell.value;
  throw new Error(`internal: ${v} has no value`);
}
