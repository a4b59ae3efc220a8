import {
  Apply,
  type ArrayInput,
  add,
  array,
  asOp,
  asTensor,
  compile,
  dot,
  exp,
  fastCompile,
  makers,
  mul,
  type NDArray,
  noRewrites,
  onesLike,
  type Performed,
  PerformOp,
  shared,
  sqr,
  sub,
  sum,
  type TensorLike,
  type TensorVariable,
  tanh,
  tensorType,
  type Variable,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import {
  disconnectedType,
  grad,
  gradUndefined,
  jacobian,
  Lop,
  OpFromGraph,
  type OpFromGraphOptions,
  Rop,
  vectorize,
  verifyGrad,
} from "./index.ts";

type Scalar = TensorVariable<"float64", 0>;
const scalar = (name: string): Scalar => tensorType("float64", 0).makeVariable(name);
const vector = (name: string): TensorVariable<"float64", 1> => tensorType("float64", 1).makeVariable(name);

function evaluate(
  inputs: readonly TensorVariable[],
  outputs: readonly Variable[],
  ...values: ArrayInput[]
): unknown[] {
  const [plain, rewritten] = [noRewrites, fastCompile].map((mode) =>
    (
      compile({
        inputs,
        outputs: outputs as TensorVariable[],
        backend: interpreter,
        mode,
        onUnusedInput: "ignore",
      })(...values) as unknown as NDArray[]
    ).map((a) => a.toArray()),
  ) as [unknown[], unknown[]];
  expect(rewritten).toEqual(plain);
  return plain;
}

const [x, y, z] = [scalar("x"), scalar("y"), scalar("z")];
const graph = (options?: OpFromGraphOptions): OpFromGraph<[TensorVariable]> =>
  new OpFromGraph([x, y, z], [add(x, mul(y, z))], options);

describe("OpFromGraph", () => {
  test("is one node wherever it is applied, and computes its graph", () => {
    const op = graph();
    const e = add(op.call(x, y, z), op.call(z, y, x));
    expect(e.owner?.inputs[0]?.owner?.op).toBe(op);
    expect(evaluate([x, y, z], [e], 1, 2, 3)).toEqual([12]);
    expect(evaluate([x, y, z], grad(e as Scalar, [x, y, z]), 1, 2, 3)).toEqual([3, 4, 3]);
    expect(String(op.call(x, y, z))).toBe("OpFromGraph{inline=False}.0");
    expect(String(graph({ inline: true, name: "affine" }))).toBe("affine{inline=True}");
  });

  test("takes values, and applies to itself", () => {
    const op = graph();
    expect(evaluate([x], [op.call(op.call(x, 1, 2), x, 3)], 5)).toEqual([22]);
  });

  test("sees new values of the shared variables inside, and differentiates past them", () => {
    const s = shared(2, { dtype: "float64" } as never);
    const op = new OpFromGraph([x], [mul(x, s), add(x, s)]);
    const [a, b] = op.apply(y);
    const slope = grad(a as Scalar, [y, s as never]);
    expect(evaluate([y], [a, b, ...slope], 5)).toEqual([10, 7, 2, 5]);
    s.setValue(3);
    expect(evaluate([y], [a, b, ...slope], 5)).toEqual([15, 8, 3, 5]);
  });

  test("stands for the same graph in another function: nesting changes nothing", () => {
    const inner = graph();
    const outer = new OpFromGraph([x, y], [sqr(inner.call(x, y, y))]);
    verifyGrad((a, b) => outer.call(a, b), [makers.array(0.5), makers.array(-1.5)]);
  });

  test("second derivatives, Jacobians and vectorisation go through", () => {
    const v = vector("v");
    const op = new OpFromGraph([v], [mul(tanh(v), sum(v))]);
    const [direct, through] = [mul(tanh(v), sum(v)), op.call(v)].map((e) =>
      evaluate([v], [jacobian(e as typeof v, v), jacobian(grad(sum(e) as Scalar, v), v)], [0.5, 1, -2]),
    ) as [unknown[], unknown[]];
    expect(through).toEqual(direct);
    const many = tensorType("float64", 2).makeVariable("many");
    const values = array([
      [1, 2],
      [3, 4],
    ]);
    expect(evaluate([many], [vectorize(op.call(v), [[v, many]])], values)).toEqual(
      evaluate([many], [mul(tanh(many), sum(many, { axis: 1, keepdims: true }))], values),
    );
  });

  test("directional derivatives are those of the graph, or the override's", () => {
    const [dx, dz] = [scalar("dx"), scalar("dz")];
    const at = (options?: OpFromGraphOptions): unknown =>
      evaluate([x, y, z, dx, dz], [Rop(graph(options).call(x, y, z), [x, z], [dx, dz])], 1, 2, 3, 10, 100);
    expect(at()).toEqual([210]);
    expect(at({ ropOverrides: (_, [a]) => [mul(a as Scalar, 7)] })).toEqual([70]);
    expect(at({ ropOverrides: [([a], [, , c]) => mul(a as Scalar, c as Scalar)] })).toEqual([100]);
  });

  test("only what is connected takes part in a gradient", () => {
    const op = new OpFromGraph([x, y], [sqr(x), exp(y)]);
    const [first] = op.apply(x, y);
    expect(op.connectionPattern()).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(() => grad(first, y)).toThrow(/does not depend on it/);
    expect(evaluate([x, y], [grad(first, x)], 3, 0)).toEqual([6]);
  });
});

describe("what overrides a gradient", () => {
  const at = (options: OpFromGraphOptions): unknown =>
    evaluate([x, y, z], grad(graph(options).call(x, y, z) as Scalar, [x, y, z]), 2, 3, 4);

  test("a list takes the place of single rules", () => {
    // Theano's example: the gradient with respect to y is doubled.
    expect(at({ gradOverrides: ["default", ([, , c]) => mul(c as Scalar, 2), "default"] })).toEqual([
      1, 8, 3,
    ]);
  });

  test("a function of inputs and gradients, or also of the outputs", () => {
    expect(
      at({ gradOverrides: ([a, b, c], [g]) => [a, b, mul(c as Scalar, g as Scalar)] as Variable[] }),
    ).toEqual([2, 3, 4]);
    expect(at({ lopOverrides: (_, [e], [g]) => [e, g, mul(e as Scalar, 2)] as Variable[] })).toEqual([
      14, 1, 28,
    ]);
  });

  test("another op made of a graph", () => {
    const [a, b, c, e, g] = ["a", "b", "c", "e", "g"].map(scalar) as [Scalar, Scalar, Scalar, Scalar, Scalar];
    const rule = new OpFromGraph([a, b, c, g], [mul(g, 10), mul(g, a), mul(b, c)]);
    expect(at({ gradOverrides: rule })).toEqual([10, 2, 12]);
    const withOutput = new OpFromGraph([a, b, c, e, g], [mul(g, e), a, b]);
    expect(at({ lopOverrides: withOutput })).toEqual([14, 2, 3]);
    expect(at({ lopOverrides: [withOutput, "default", withOutput] })).toEqual([14, 4, 14]);
  });

  test("marks of what has no gradient or is disconnected", () => {
    const none = gradUndefined(graph(), 1, y, "for a test");
    expect(() => at({ gradOverrides: ["default", none, "default"] })).toThrow(/is not defined: .*for a test/);
    const cut = { gradOverrides: ["default", disconnectedType(), "default"] } as const;
    expect(() => at(cut)).toThrow(/with respect to y.*does not depend/);
    const e = graph({ gradOverrides: disconnectedType() }).call(x, y, z) as Scalar;
    expect(evaluate([x], [grad(e, x, { disconnectedInputs: "ignore" })], 1)).toEqual([0]);
  });

  test("may be left out for the shared variables inside", () => {
    const s = shared(array(5)) as unknown as Scalar;
    const op = new OpFromGraph([x], [mul(x, s)], { gradOverrides: (_, [g]) => [mul(g as Scalar, 100)] });
    expect(evaluate([x], grad(op.call(x) as Scalar, [x, s]), 3)).toEqual([100, 3]);
  });

  test("is refused if it is none, or gives too few", () => {
    expect(() => at({ gradOverrides: [3 as never, "default", "default"] })).toThrow(/not 3/);
    expect(() => at({ gradOverrides: ["default"] })).toThrow(/must give 3 terms, and gives 1/);
    expect(() => at({ gradOverrides: () => x as never })).toThrow(/must give a list, not x/);
    expect(() => at({ gradOverrides: x })).toThrow(/must be of NullType or DisconnectedType/);
    expect(() => graph({ gradOverrides: () => [], lopOverrides: () => [] })).toThrow(/not both/);
  });
});

test("a graph that is not complete, and operands that do not fit, are refused", () => {
  expect(() => new OpFromGraph([x], [add(x, y)])).toThrow(/needs y: TensorType.*add it to the inputs/);
  expect(() => new OpFromGraph([x], [3 as never])).toThrow(/made of variables, and 3 is none/);
  expect(() => new OpFromGraph(x as never, [x])).toThrow(/a list of inputs and a list of outputs/);
  expect(() => graph().call(x, y)).toThrow(/takes 3 operands, not 2/);
  expect(() => graph().call(x, y, vector("v"))).toThrow(/Operand 2 of OpFromGraph.*but v is TensorType/);
});

/** An op of one's own with a gradient: e to the power of each element, by the host. */
class HostExp extends PerformOp {
  static override readonly props = [];
  override makeNode(a: TensorLike): Apply {
    const v = asTensor(a);
    return new Apply(this, [v], [v.type]);
  }
  override perform(_: Apply, [a]: readonly NDArray[]): Performed {
    const value = a as NDArray;
    const flat = (value.reshape([-1]).toArray() as number[]).map(Math.exp);
    return makers.array(flat, value.dtype as "float64").reshape(value.shape);
  }
  override Lop(
    [a]: readonly TensorVariable[],
    [e]: readonly TensorVariable[],
    [g]: readonly TensorVariable[],
  ) {
    expect(a).toBeDefined();
    return [mul(g as TensorVariable, e as TensorVariable)];
  }
  override Rop([a]: readonly TensorVariable[], [d]: readonly (TensorVariable | null)[]) {
    return [d ? mul(new HostExp().call(a as TensorVariable), d) : null];
  }
}
class HostExpShaped extends HostExp {
  override inferShape(
    _: Apply,
    shapes: readonly (readonly TensorVariable[])[],
  ): (readonly TensorVariable[])[] {
    return [...shapes];
  }
}

describe.each([
  ["whose sizes are known before", new HostExpShaped()],
  ["whose sizes are not known before", new HostExp()],
])("an op of one's own, %s", (_, op) => {
  const v = vector("v");

  test("has the gradient that it says", () => {
    verifyGrad((a) => op.call(mul(a, a)), [array([0.5, -1, 0.25])]);
  });

  test("moves along directions, and is differentiated twice", () => {
    const d = vector("d");
    const [move] = evaluate([v, d], [Rop(op.call(v), v, d)], [0, 1], [2, 3]) as [number[]];
    expect(move[1]).toBeCloseTo(3 * Math.E, 12);
    const cost = sum(op.call(mul(v, sum(v)))) as Scalar;
    const direct = sum(exp(mul(v, sum(v)))) as Scalar;
    const [own, wanted] = [cost, direct].map(
      (c) => evaluate([v], [jacobian(grad(c, v), v)], [0.1, 0.2, -0.3])[0] as number[][],
    ) as [number[][], number[][]];
    own.flat().forEach((e, i) => {
      expect(e).toBeCloseTo(wanted.flat()[i] as number, 12);
    });
  });

  test("is applied to each of many by vectorize", () => {
    const many = tensorType("float64", 2).makeVariable("many");
    const made = vectorize(op.call(mul(v, 2)), [[v, many]]);
    const values = array([
      [0, 1],
      [2, 3],
      [-1, 0.5],
    ]);
    const [each] = evaluate([many], [made], values) as [number[][]];
    expect(each.flat().map((e) => Math.log(e) / 2)).toEqual(
      [0, 1, 2, 3, -1, 0.5].map((e) => expect.closeTo(e, 12)),
    );
    expect(() => evaluate([many], [made], makers.zeros([0, 2]))).not.toThrow();
    const slope = grad(sum(made) as Scalar, many) as Variable;
    expect(evaluate([many], [slope], values)).toEqual([each.map((row) => row.map((e) => 2 * e))]);
  });
});

test("an output that is computed from another adds to its gradient", () => {
  const h = tanh(x);
  const op = new OpFromGraph([x], [h, sqr(h)]);
  const [a, b] = op.apply(x) as [TensorVariable, TensorVariable];
  const t = Math.tanh(0.5);
  const slope = [expect.closeTo((1 - t * t) * (1 + 2 * t), 12)];
  expect(evaluate([x], [grad(add(a, b) as Scalar, x)], 0.5)).toEqual(slope);
  const ones = onesLike(h);
  expect(evaluate([x], [Lop([h, sqr(h)], x, [ones, ones])], 0.5)).toEqual(slope);
});

test("an op of one's own without a gradient says so", () => {
  const twice = asOp(
    { itypes: [tensorType("float64", 0)], otypes: [tensorType("float64", 0)] },
    (a) => 2 * Number(a.item()),
  );
  expect(() => grad(twice(x) as Scalar, x)).toThrow(/FromFunctionOp\{.*\} has no gradient/);
  const withGrad = asOp(
    {
      itypes: [tensorType("float64", 0)],
      otypes: [tensorType("float64", 0)],
      grad: (_, [g]) => [mul(g as TensorVariable, 2)],
    },
    (a) => 2 * Number(a.item()),
  );
  expect(evaluate([x], [grad(sub(withGrad(x), dot(1, x)) as Scalar, x)], 3)).toEqual([1]);
});
