import { complex, type NDArray, T, type TensorType, type TensorVariable, theano } from "theano-ts";
import { toArray, toNumber } from "./arrays.ts";
import type { Json, OpCase, TensorJson } from "./case.ts";
import { describeError, difference, errorDifference, succeedsWell } from "./compare.ts";
import { ellipsis, getItem, PythonSlice } from "./indexing.ts";
import { operand } from "./literals.ts";
import { Missing } from "./missing.ts";
import { callByName, callMethod, operatorName } from "./names.ts";
import { tuple } from "./python.ts";
import { theanoCalls } from "./theanoCalls.ts";

/** The symbolic inputs of a case, in the order they are met, and their values. */
export class Inputs {
  readonly variables: TensorVariable[] = [];
  readonly values: NDArray[] = [];

  add(value: TensorJson, broadcastable: readonly boolean[] | undefined): TensorVariable {
    const pattern = broadcastable ?? value.shape.map(() => false);
    const type = new T.TensorType(value.dtype as never, pattern) as TensorType;
    const variable = type.makeVariable();
    this.variables.push(variable);
    this.values.push(toArray(value));
    return variable;
  }
}

/** What is wrong with how we do the operation of a case; undefined if all is right. */
export function runOp(given: OpCase): string | undefined {
  const inputs = new Inputs();
  let outputs: TensorVariable[];
  let results: readonly NDArray[];
  try {
    outputs = build(given, inputs);
    const f = theano.function(inputs.variables, outputs, { onUnusedInput: "ignore" });
    results = f(...inputs.values);
  } catch (error) {
    return given.raises ? errorDifference(error, given.raises) : describeError(error);
  }
  if (given.raises)
    return succeedsWell(given.raises, given)
      ? undefined
      : `succeeded, but ${given.raises.class} was raised: ${given.raises.gist}`;
  const { types, out } = given as Required<OpCase>;
  if (outputs.length !== out.length) return `${outputs.length} outputs, not ${out.length}`;
  for (const [i, want] of out.entries()) {
    const type = String(outputs[i]?.type);
    if (types[i] !== undefined && type !== types[i]) return `output ${i} is ${type}, not ${types[i]}`;
    const wrong = difference(ordered(results[i] as NDArray, given), sortedJson(want, given), given);
    if (wrong) return `output ${i}: ${wrong}`;
  }
  return given.grad ? gradientDifference(given, inputs, outputs) : undefined;
}

/** The expressions that a case is about. */
export function build({ op, args, kwargs = {} }: OpCase, inputs: Inputs): TensorVariable[] {
  const decode = (x: unknown): unknown => decodeArgument(x, inputs);
  const positional = args.map(decode);
  const keywords = Object.fromEntries(Object.entries(kwargs).map(([k, v]) => [k, decode(v)]));
  const made = apply(op, positional, keywords);
  const list = Array.isArray(made) ? made : [made];
  return list.map((v) => operand(v)) as TensorVariable[];
}

function apply(op: string, args: readonly unknown[], keywords: Readonly<Record<string, unknown>>): unknown {
  const [self, ...rest] = args as [TensorVariable, ...unknown[]];
  if (op === "getitem") return getItem(self, rest[0]);
  if (op === "set_subtensor" || op === "inc_subtensor")
    return callByName(`theano.tensor.${op}`, [getItem(self, rest[0]), rest[1]], keywords);
  if (op === "dimshuffle") return callMethod(self, op, rest, keywords);
  if (op.startsWith("m:")) return callMethod(self, op.slice(2), rest, keywords);
  if (op.startsWith("py:")) return callByName(operatorName(op.slice(3)), args, keywords);
  if (op === "theano.tensor.constant") return theanoCalls["theano.constant"]?.(args, keywords);
  return callByName(op, args, keywords);
}

function decodeArgument(x: unknown, inputs: Inputs): unknown {
  if (typeof x === "number") return BigInt(x);
  if (x === null || typeof x !== "object") return x;
  const node = x as Json;
  const items = (list: unknown): unknown[] => (list as unknown[]).map((item) => decodeArgument(item, inputs));
  if ("in" in node) return inputs.add(node.in as TensorJson, node.bc as boolean[] | undefined);
  if ("f" in node) return toNumber(node.f);
  if ("i" in node) return BigInt(node.i as string);
  if ("c" in node) return complex(...(node.c as [number, number]));
  if ("np" in node) return toArray(node.np as TensorJson);
  if ("list" in node) return items(node.list);
  if ("tup" in node) return tuple(items(node.tup));
  if ("slice" in node) return new PythonSlice(items(node.slice));
  if ("ell" in node) return ellipsis;
  throw new Missing(`an argument of the form ${JSON.stringify(node).slice(0, 60)}`);
}

function gradientDifference(
  given: OpCase,
  inputs: Inputs,
  outputs: readonly TensorVariable[],
): string | undefined {
  const { cot = [], wrt = {}, raises } = given.grad as NonNullable<OpCase["grad"]>;
  try {
    // Where taking the gradient raised, no cotangents were recorded: any will do.
    const terms = raises
      ? outputs.map((output) => T.sum(output))
      : cot.flatMap((c, i) => (c ? [T.sum(T.mul(outputs[i] as TensorVariable, toArray(c)))] : []));
    const cost = terms.reduce((a, b) => T.add(a, b) as never) as TensorVariable<never, 0>;
    const places = Object.keys(wrt);
    const variables = (
      raises ? inputs.variables : places.map((i) => inputs.variables[Number(i)])
    ) as TensorVariable[];
    const gradients = T.grad(cost, variables, { disconnectedInputs: "ignore" }) as TensorVariable[];
    const values = theano.function(inputs.variables, gradients, { onUnusedInput: "ignore" })(
      ...inputs.values,
    ) as NDArray[];
    if (raises)
      return succeedsWell(raises, given) ? undefined : `gradient succeeded, but ${raises.class} was raised`;
    for (const [k, i] of places.entries()) {
      const wrong = difference(values[k], wrt[i] as unknown as Json, given);
      if (wrong) return `gradient ${i}: ${wrong}`;
    }
  } catch (error) {
    const wrong = raises ? errorDifference(error, raises) : describeError(error);
    return wrong === undefined ? undefined : `gradient: ${wrong}`;
  }
  return undefined;
}

/** The results of topk come in any order: sorted along that axis, both are the same. */
function ordered(result: NDArray, { unordered }: OpCase): NDArray {
  if (unordered === undefined) return result;
  const axis = unordered < 0 ? unordered + result.ndim : unordered;
  const last = result.ndim - 1;
  const swap = result.shape.map((_, d) => (d === axis ? last : d === last ? axis : d));
  const turned = result.transpose(swap).copy();
  const length = result.shape[axis] as number;
  const { data } = turned;
  for (let i = 0; i < data.length; i += length) (data.subarray(i, i + length) as Float64Array).sort();
  return turned.transpose(swap);
}

const sortedJson = (want: Json, given: OpCase): Json => {
  if (given.unordered === undefined || !("data" in want)) return want;
  const array = ordered(toArray(want as unknown as TensorJson), given).copy();
  return {
    ...want,
    data: Array.from(array.data as ArrayLike<number | bigint>, (x) =>
      typeof x === "bigint"
        ? String(x)
        : Number.isFinite(x)
          ? x
          : String(x).replace("Infinity", "inf").toLowerCase(),
    ),
  };
};
