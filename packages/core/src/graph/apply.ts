import { here, madeWhere, type Provenance } from "../provenance.ts";
import { printsAsText } from "./inspect.ts";
import type { Op } from "./op.ts";
import { addTestValues } from "./testValues.ts";
import type { Type } from "./type.ts";
import type { Variable } from "./variable.ts";

/** One use of an operation: it computes the outputs from the inputs. */
export class Apply {
  static {
    printsAsText(Apply);
  }

  readonly op: Op;
  readonly inputs: readonly Variable[];
  readonly outputs: readonly Variable[];
  /** Where in the user's program it was made. */
  readonly origin: Provenance | undefined;

  constructor(op: Op, inputs: readonly Variable[], types: readonly Type[]) {
    this.op = op;
    this.inputs = inputs;
    this.origin = here();
    this.outputs = madeWhere(this.origin, () =>
      types.map((type, i) => {
        const variable = type.makeVariable();
        variable.owner = this;
        (variable as { index: number }).index = i;
        return variable;
      }),
    );
    addTestValues(this);
  }

  /** The same operation on other inputs of the same types; this very node if they are the same. */
  withInputs(inputs: readonly Variable[]): Apply {
    if (inputs.every((x, i) => x === this.inputs[i])) return this;
    return this.op.makeNode(...inputs);
  }

  toString(): string {
    return `${this.op}(${this.inputs.join(", ")})`;
  }
}
