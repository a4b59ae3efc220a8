import { interpreter } from "@theano-ts/kernel";
import { config, withFlags } from "../config.ts";
import { TheanoTypeError, ValueError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import { testValues } from "../graph/testValues.ts";
import type { Variable } from "../graph/variable.ts";
import { isConstant } from "../tensor/constant.ts";
import { isShared } from "../tensor/shared.ts";
import { isTensor, type TensorVariable } from "../tensor/tensorVariable.ts";
import type { NDArray } from "../value/ndarray.ts";
import { In } from "./io.ts";
import { Runner } from "./runner.ts";

/**
 * Makes `config.computeTestValue` work: from then on each new variable gets the value that it has if those without
 * an owner have their `tag.testValue`, so that shapes that do not fit show where the expression is written. The
 * umbrella calls this.
 */
export function installTestValues(): void {
  testValues.compute = (node) => {
    const how = config.computeTestValue;
    withFlags({ computeTestValue: "off", warnFloat64: "ignore" }, () => compute(node, how));
  };
}

function compute(node: Apply, how: typeof config.computeTestValue): void {
  const values = node.inputs.map(testValueOf);
  const missing = values.indexOf(undefined);
  if (missing >= 0) {
    if (how === "ignore") return;
    const sentence = `Cannot compute test value: input ${missing} (${node.inputs[missing]}) of Op ${node} missing default value`;
    if (how === "raise")
      throw new ValueError(`${sentence}: set its tag.testValue`, {
        origin: node.origin,
        code: "missing-test-value",
      });
    console.warn(sentence);
    return;
  }
  const results = evaluateNode(node, values as NDArray[]);
  node.outputs.forEach((v, i) => {
    v.tag.testValue = results[i];
  });
}

/** The test value of a variable; undefined if it has none. Throws a TypeError for one that is not of its type. */
export function testValueOf(v: Variable): NDArray | undefined {
  if (isConstant(v)) return v.data;
  if (isShared(v)) return v.cell.value;
  const { testValue } = v.tag;
  if (testValue === undefined || !isTensor(v)) return undefined;
  try {
    return v.type.filter(testValue);
  } catch (error) {
    throw new TheanoTypeError(`The test value of ${v}: ${v.type} does not fit: ${(error as Error).message}`, {
      origin: v.origin,
    });
  }
}

/** The outputs of `node` for these values of its inputs, by the reference meaning. */
function evaluateNode(node: Apply, values: readonly NDArray[]): readonly NDArray[] {
  const given = [...new Set(node.inputs)].filter((v) => !isConstant(v));
  const runner = new Runner(
    given.map((v) => ({ spec: new In(v), state: undefined })),
    {
      inputs: given as TensorVariable[],
      shared: [],
      outputs: node.outputs as readonly TensorVariable[],
      updates: [],
    },
    { backend: interpreter },
  );
  return runner.call(given.map((v) => values[node.inputs.indexOf(v)] as NDArray));
}
