import { debugprint, type NDArray, pp, type TensorVariable, type Variable } from "theano-ts";
import { asArray } from "./literals.ts";
import { Missing } from "./missing.ts";
import { attribute } from "./numpy.ts";
import { Callable, Compiled, className, tuple } from "./python.ts";
import { randomHelpers } from "./randomCalls.ts";

const helpers: Readonly<Record<string, (...args: never[]) => unknown>> = {
  type_of: (v: Variable) => String(v.type),
  dtype_of: (v: { dtype: string }) => v.dtype,
  bc_of: (v: TensorVariable) => tuple(v.broadcastable),
  class_of: className,
  pp,
  debugprint: (x: unknown) => debugprint((x instanceof Compiled ? x.run : x) as never),
  op_names: (f: Compiled) => f.run.maker.fgraph.toposort().map(({ op }) => String(op)),
  head: (x: unknown, n = 8n) => asArray(x).reshape([-1]).get(`:${n}`),
  stats: (x: NDArray) =>
    new Map<unknown, unknown>([
      ...["mean", "std", "min", "max"].map(
        (name) => [name, Number(((attribute(x, name) as Callable).call([], {}) as NDArray).item())] as const,
      ),
      ["size", BigInt(x.size)],
    ]),
  ...randomHelpers,
  is_same: (a: unknown, b: unknown) => a === b,
  owner_op: (v: Variable) => String(v.owner?.op),
  owner_inputs: (v: Variable) => [...(v.owner?.inputs ?? [])],
};

/** The cases' helper of this name. */
export function helper(name: string): Callable {
  const f = helpers[name];
  if (!f) throw new Missing(`the helper ${name}`);
  return new Callable(name, (args) => f(...(args as never[])));
}
