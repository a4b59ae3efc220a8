import { join } from "node:path";
import {
  debugprint,
  functionFromJson,
  functionToJson,
  graphFromJson,
  graphToJson,
  type NDArray,
  T,
  type TensorVariable,
  theano,
  withFlags,
} from "theano-ts";
import type { OpCase } from "./case.ts";
import { readFamilies } from "./files.ts";
import { build, Inputs } from "./opCase.ts";

// Every operation that there are cases of, saved and loaded: the graph prints the same, and computes the same bits.

/** The expressions of a case, and the gradients of their sum; none if it is there to be refused. */
function graphOf(given: OpCase): { inputs: Inputs; outputs: TensorVariable[] } | undefined {
  const inputs = new Inputs();
  if (given.raises) return undefined;
  try {
    const outputs = build(given, inputs);
    return { inputs, outputs: [...outputs, ...gradients(given, inputs, outputs)] };
  } catch {
    // Declared gaps: whether they are is the business of the other test.
    return undefined;
  }
}

function gradients(given: OpCase, inputs: Inputs, outputs: readonly TensorVariable[]): TensorVariable[] {
  if (!given.grad || given.grad.raises) return [];
  const cost = outputs.map((y) => T.sum(y)).reduce((a, b) => T.add(a, b) as never) as TensorVariable;
  return T.grad(cost as never, inputs.variables, { disconnectedInputs: "ignore" }) as TensorVariable[];
}

const bits = (arrays: readonly NDArray[]): string[] =>
  arrays.map((a) => `${a.dtype} [${a.shape}] ${new Uint8Array(a.copy().data.buffer)}`);

/** The operations that have been computed. */
const computed = new Set<string>();

const families = readFamilies(join(__dirname, "..", "cases")).flatMap(({ name, cases }) => {
  const ops = cases.filter((c): c is OpCase => c.kind === "op");
  return ops.length > 0 ? [[name, ops] as const] : [];
});

test.each(families)(
  "the operations of %s are saved and loaded as they are",
  (_, cases) => {
    for (const given of cases) {
      const { floatX = "float64" } = given.flags ?? {};
      withFlags({ floatX }, () => {
        const graph = graphOf(given);
        if (!graph) return;
        const { inputs, outputs } = graph;
        const loaded = graphFromJson<TensorVariable[]>(graphToJson(outputs)).outputs;
        expect(debugprint(loaded, { printType: true })).toBe(debugprint(outputs, { printType: true }));
        if (computed.has(given.op)) return;
        computed.add(given.op);
        const f = theano.function(inputs.variables, outputs, { onUnusedInput: "ignore" });
        expect(bits(functionFromJson<typeof f>(functionToJson(f))(...inputs.values))).toEqual(
          bits(f(...inputs.values) as NDArray[]),
        );
      });
    }
  },
  60_000,
);

// The cases are of more than 180 operations that are there.
afterAll(() => expect(computed.size).toBeGreaterThan(180));
