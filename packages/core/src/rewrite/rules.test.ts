import { interpreter } from "@theano-ts/kernel";
import { FunctionGraph } from "../graph/functionGraph.ts";
import type { Wildcard } from "../graph/pattern.ts";
import {
  add,
  canonicalize,
  compile,
  constant,
  dimshuffle,
  exp,
  fastRun,
  incSubtensor,
  log,
  type Mode,
  merge,
  mul,
  type NDArray,
  neg,
  noRewrites,
  type Phase,
  pow,
  reshape,
  shape,
  shapeI,
  sigmoid,
  slice,
  specialize,
  stabilize,
  stack,
  sub,
  subtensor,
  type TensorVariable,
  tensorType,
  transpose,
  trueDiv,
  wildcards,
} from "../index.ts";
import { build } from "./match.ts";

const [x, y] = ["x", "y"].map((name) => tensorType("float64", 1).makeVariable(name)) as [
  TensorVariable,
  TensorVariable,
];

/** The formula of a graph, with numbers as they are and without what adds dimensions. */
function formula(v: TensorVariable): string {
  if (!v.owner) return v.name ?? String(v).replace(/^TensorConstant\{(.*)\}$/, "$1");
  const name = String(v.owner.op).replace(/^Elemwise\{(?:scalar_)?(\w+),no_inplace\}$/, "$1");
  const args = v.owner.inputs.map((i) => formula(i as TensorVariable));
  return name.includes("DimShuffle") ? (args[0] as string) : `${name}(${args.join(", ")})`;
}

function rewritten(phases: readonly Phase[], v: TensorVariable): TensorVariable {
  const graph = new FunctionGraph([x, y], [v]);
  for (const p of phases)
    p.run(graph, {
      phases,
      evaluate: () => {
        throw new Error("nothing to fold here");
      },
    });
  return graph.outputs[0] as TensorVariable;
}

const evaluate = (v: TensorVariable, mode: Mode, a: readonly number[], b: readonly number[]): number[] =>
  (
    compile({ inputs: [x, y], outputs: v, backend: interpreter, mode, onUnusedInput: "ignore" })(
      [...a],
      [...b],
    ) as NDArray
  ).toArray() as number[];

// What is written, and what it becomes.
const cases: readonly (readonly [Phase, TensorVariable, string])[] = [
  [canonicalize, neg(neg(x)), "x"],
  [canonicalize, mul(1, x), "x"],
  [canonicalize, trueDiv(mul(x, y), y), "x"],
  [canonicalize, mul(mul(2, x), 3), "mul(6.0, x)"],
  [canonicalize, mul(x, y), "mul(x, y)"],
  [canonicalize, sub(add(x, y), x), "y"],
  [canonicalize, sub(x, x), "second(x, 0.0)"],
  [canonicalize, subtensor(stack([x, exp(y)]), 1) as TensorVariable, "exp(y)"],
  [canonicalize, subtensor(stack([x, exp(y)]), -2) as TensorVariable, "x"],
  [canonicalize, subtensor(x, slice(0, shapeI(x, 0))) as TensorVariable, "x"],
  [
    canonicalize,
    subtensor(x, slice(0, shapeI(y, 0))) as TensorVariable,
    "Subtensor{int64:int64:}(x, 0, Shape_i{0}(y))",
  ],
  [
    canonicalize,
    subtensor(x, slice(1, shapeI(x, 0))) as TensorVariable,
    "Subtensor{int64:int64:}(x, 1, Shape_i{0}(x))",
  ],
  [canonicalize, reshape(x, shape(x)) as TensorVariable, "x"],
  [canonicalize, reshape(x, [subtensor(shape(x), -1) as TensorVariable]) as TensorVariable, "x"],
  [canonicalize, reshape(x, [-1]) as TensorVariable, "Reshape{1}(x, (1,) of -1)"],
  [stabilize, log(add(exp(x), exp(y))), "logaddexp(x, y)"],
  [stabilize, log(add(1, x)), "log1p(x)"],
  [stabilize, log(add(x, 1)), "log1p(x)"],
  [stabilize, log(add(2, x)), "log(add(2, x))"],
  [stabilize, trueDiv(1, add(1, exp(neg(x)))), "sigmoid(x)"],
  [stabilize, log(trueDiv(1, add(1, exp(neg(x))))), "neg(softplus(neg(x)))"],
  [stabilize, log(sub(1, sigmoid(x))), "neg(softplus(x))"],
  [stabilize, log(add(1, exp(x))), "softplus(x)"],
  [stabilize, mul(exp(x), sigmoid(neg(x))), "sigmoid(x)"],
  [specialize, pow(x, 2), "sqr(x)"],
  [specialize, pow(x, 0.5), "sqrt(x)"],
  [specialize, pow(x, -1), "inv(x)"],
  [specialize, pow(x, 2.5), "pow(x, 2.5)"],
  [specialize, add(x, neg(y)), "sub(x, y)"],
];

describe("rules", () => {
  for (const [phase, before, after] of cases)
    test(`${phase.name}: ${formula(before)} → ${after}`, () => {
      const made = rewritten([merge, phase, merge], before);
      expect(formula(made)).toBe(after);
      // Both sides are the same function, away from where the left one loses its digits.
      const [a, b] = [
        [0.3, 1.7, 2.5],
        [0.9, -1.25, 3],
      ];
      const [left, right] = [before, made].map((v) => evaluate(v, noRewrites, a, b)) as [number[], number[]];
      left.forEach((l, i) =>
        expect(Math.abs(l - (right[i] as number))).toBeLessThanOrEqual(1e-14 * Math.abs(l)),
      );
    });
});

test("shuffles that move nothing go, and two in a row are one", () => {
  const m = tensorType("float64", 2).makeVariable("m");
  const made = (v: TensorVariable): string => String(rewritten([canonicalize], v).owner ?? "m");
  expect(made(dimshuffle(m, 0, 1))).toBe("m");
  expect(made(transpose(transpose(m)))).toBe("m");
  expect(made(dimshuffle(dimshuffle(m, 1, "x", 0), 2, 0, "x", 1))).toBe("InplaceDimShuffle{0,1,x,x}(m)");
  expect(made(dimshuffle(m, 1, 0))).toBe("InplaceDimShuffle{1,0}(m)");
});

describe("every rule that is an equation holds for numbers where both sides are exact", () => {
  const values: readonly (readonly [number[], number[]])[] = [
    [
      [0.3, 1.7, 2.5],
      [0.9, 1.25, 3],
    ],
    [
      [0.05, 0.6, 0.95],
      [4, 0.5, 0.01],
    ],
  ];
  const holes = new Map(
    Object.entries(wildcards).map(([name, hole]) => [
      hole as unknown as Wildcard,
      name === "x" ? x : name === "y" ? y : constant(name === "z" ? 0.75 : 1.5),
    ]),
  );
  for (const phase of [canonicalize, stabilize, specialize])
    for (const { text, sides } of phase.rules?.() ?? [])
      if (sides)
        test(`${phase.name}: ${text}`, () => {
          const [left, right] = sides.map((side) => add(build(side, holes), mul(0, x)) as TensorVariable);
          for (const [a, b] of values) {
            const [l, r] = [left, right].map((v) => evaluate(v as TensorVariable, noRewrites, a, b)) as [
              number[],
              number[],
            ];
            // log(1 - x) and the like lose digits on the left: that is why there is a rule.
            l.forEach((v, i) => {
              const off = Math.abs(v - (r[i] as number));
              if (Number.isNaN(v)) expect(r[i]).toBeNaN();
              else expect(off).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(v)));
            });
          }
        });
});

test("where the plain formula overflows or cancels, the rewritten one is right", () => {
  const p = trueDiv(1, add(1, exp(neg(x))));
  const near = (got: readonly number[], want: readonly number[]): void =>
    got.forEach((g, i) =>
      expect(Math.abs(g - (want[i] as number))).toBeLessThanOrEqual(1e-14 * Math.abs(want[i] as number)),
    );
  near(evaluate(log(p), fastRun, [-800, 40], [0, 0]), [-800, -Math.exp(-40)]);
  near(evaluate(log(sub(1, p)), fastRun, [800, -40], [0, 0]), [-800, -Math.exp(-40)]);
  near(evaluate(log(add(1, x)), fastRun, [1e-18, 1], [0, 0]), [1e-18, Math.LN2]);
});

test("the trace names each rule by what it says", () => {
  const told: string[] = [];
  compile({
    inputs: [x],
    outputs: log(add(1, x)),
    mode: fastRun,
    backend: interpreter,
    trace: (e) => told.push(`${e.phase}: ${e.rule}`),
  });
  expect(told).toContain("stabilize: log(add(1, x)) → log1p(x)");
});

describe("parts that lie side by side in zeros", () => {
  const part = (v: TensorVariable, from: number, to: number): TensorVariable =>
    incSubtensor(subtensor(mul(0, x), slice(from, to)) as TensorVariable, subtensor(v, slice(from, to)));
  const [a, b, c] = [part(exp(x), 2, 5), part(neg(x), 0, 2), part(mul(y, y), 5, 6)];
  const total = add(add(a, b), c) as TensorVariable;

  test("are joined", () => {
    const made = rewritten([canonicalize, merge, specialize], total);
    expect(String(made.owner?.op)).toBe("Join");
  });

  test.each([3, 5, 6, 8])("with what is left of %d elements", (n) => {
    const given = Array.from({ length: n }, (_, i) => i / 4 - 0.5);
    const expected = given.map((v, i) => (i < 2 ? -v : i < 5 ? Math.exp(v) : i < 6 ? v * v : 0));
    expect(evaluate(total, fastRun, given, given)).toEqual(expected.map((e) => expect.closeTo(e, 14)));
  });

  test("are left alone where there is a gap", () => {
    const made = rewritten([canonicalize, merge, specialize], add(a, c) as TensorVariable);
    expect(String(made.owner?.op)).not.toBe("Join");
  });
});
