import type { Apply } from "./apply.ts";
import type { Variable } from "./variable.ts";
import { toposort } from "./walk.ts";

/** One place where a variable is used: an application's input, or one of the graph's outputs. */
export interface Client {
  readonly node: Apply | "output";
  readonly index: number;
}

/**
 * A graph that is being rewritten: outputs, and for every variable who uses it. Applications are never changed; to
 * replace a variable is to make its users anew, up to the outputs, so the graph the user holds stays as it is.
 */
export class FunctionGraph {
  readonly inputs: readonly Variable[];
  readonly #outputs: Variable[];

  constructor(inputs: readonly Variable[], outputs: readonly Variable[]) {
    this.inputs = inputs;
    this.#outputs = [...outputs];
  }

  get outputs(): readonly Variable[] {
    return this.#outputs;
  }

  setOutputs(outputs: readonly Variable[]): void {
    outputs.forEach((v, i) => {
      this.#outputs[i] = v;
    });
  }

  /** The applications, inputs before users. */
  toposort(): Apply[] {
    return toposort(this.#outputs, new Set(this.inputs));
  }

  /** Who uses each variable, duplicates included. */
  clients(): Map<Variable, Client[]> {
    const found = new Map<Variable, Client[]>();
    const use = (v: Variable, client: Client): void => {
      const list = found.get(v);
      if (list) list.push(client);
      else found.set(v, [client]);
    };
    for (const node of this.toposort()) node.inputs.forEach((v, index) => use(v, { node, index }));
    this.#outputs.forEach((v, index) => use(v, { node: "output", index }));
    return found;
  }
}
