import {
  type ArrayInput,
  add,
  argmax,
  cast,
  compile,
  dot,
  exp,
  mul,
  type NDArray,
  noRewrites,
  pow,
  sub,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
  trueDiv,
  Variable,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import {
  DisconnectedType,
  disconnectedGrad,
  disconnectedType,
  grad,
  gradClip,
  gradScale,
  gradUndefined,
  ioConnectionPattern,
  Lop,
  NullType,
  Rop,
  subgraphGrad,
  undefinedGrad,
  zeroGrad,
} from "./index.ts";

const variable = <D extends "float64" | "float32" | "int64", N extends number>(
  name: string,
  ndim: N,
  dtype: D = "float64" as D,
): TensorVariable<D, N> => tensorType(dtype, ndim).makeVariable(name);

const evaluate = (inputs: readonly TensorVariable[], output: unknown, ...values: ArrayInput[]): unknown =>
  (
    compile({
      inputs,
      outputs: output as TensorVariable,
      backend: interpreter,
      mode: noRewrites,
      onUnusedInput: "ignore",
    })(...values) as NDArray
  ).toArray();

describe("what is disconnected", () => {
  const [x, y] = [variable("x", 0), variable("y", 1)];
  const cost = mul(x, 2);
  const ignore = { disconnectedInputs: "ignore" } as const;

  test("is zeros, null, or a variable of DisconnectedType, as asked for", () => {
    expect(evaluate([y], grad(cost, y, ignore), [1, 2])).toEqual([0, 0]);
    expect(grad(cost, y, { ...ignore, returnDisconnected: "none" })).toBeNull();
    const marked = grad(cost, [x, y], { ...ignore, returnDisconnected: "disconnected" });
    expect(marked.map((g) => String(g.type))).toEqual(["TensorType(float64, scalar)", "DisconnectedType"]);
    expect(() => grad(cost, y, { ...ignore, returnDisconnected: "bogus" as never })).toThrow(
      /returnDisconnected must be "zero", "none" or "disconnected", not bogus/,
    );
  });

  test("is an error that says what to do, or a warning", () => {
    expect(() => grad(cost, y)).toThrow(/with respect to y.*disconnectedInputs: "ignore" makes it zero/);
    const warn = jest.spyOn(console, "warn").mockReturnValue();
    grad(cost, y, { disconnectedInputs: "warn" });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining("does not depend on it"));
    warn.mockRestore();
    expect(() => grad(cost, y, { disconnectedInputs: "never" as never })).toThrow(
      /disconnectedInputs must be "raise", "warn" or "ignore"/,
    );
  });

  test("has a type without values", () => {
    expect(() => new DisconnectedType().filter()).toThrow(/has no values/);
    expect(new DisconnectedType().equals(new DisconnectedType())).toBe(true);
  });
});

describe("what has no gradient", () => {
  const x = variable("x", 0);

  test("is an error with the reason, or a variable of NullType with it", () => {
    expect(() => grad(undefinedGrad(x) as typeof x, x)).toThrow(/x is not defined: undefinedGrad says so/);
    const g = grad(undefinedGrad(x) as typeof x, x, { nullGradients: "return" });
    expect((g.type as NullType).whyNull).toBe("undefinedGrad says so");
    expect(() => grad(undefinedGrad(x) as typeof x, x, { nullGradients: "bogus" as never })).toThrow(
      /nullGradients must be "raise" or "return"/,
    );
  });

  test("can be said by a gradient that is known", () => {
    const y = mul(x, x);
    const none = gradUndefined((y.owner as NonNullable<typeof y.owner>).op, 0, x, "for a test");
    expect(() => grad(null, x, { knownGrads: [[y, none]] })).toThrow(
      /input 0, x, is not defined: for a test/,
    );
    const apart = grad(null, x, {
      knownGrads: [[y, disconnectedType()]],
      disconnectedInputs: "ignore",
      returnDisconnected: "none",
    });
    expect(apart).toBeNull();
  });

  test("cannot be differentiated again", () => {
    const none = new NullType("it is not there").makeVariable();
    expect(() => grad(none as never, x)).toThrow(/which does not exist: it is not there/);
    expect(() => none.type.filter()).toThrow(/has no values: it is not there/);
  });
});

test("what is no list of variables is refused", () => {
  const x = variable("x", 0);
  const cost = mul(x, x);
  expect(() => grad(cost, x, { considerConstant: 3 as never })).toThrow(/considerConstant must be a list/);
  expect(() => grad(cost, x, { considerConstant: [3 as never] })).toThrow(/and 3 is none/);
  expect(() => grad(cost, x, { considerConstant: x as never })).toThrow(/considerConstant must be a list/);
  expect(() => grad(cost, new Set([x]) as never)).toThrow(/it is not a variable/);
  expect(() => grad(cost, "x" as never)).toThrow(/with respect to x: it is not a variable/);
  expect(() => grad(null, x)).toThrow(/needs a cost, or knownGrads/);
  expect(() => grad(cost, x, { knownGrads: [[cost, 1 as never]] })).toThrow(/must be a variable, not 1/);
  const integer = variable("i", 0, "int64");
  expect(() => grad(null, x, { knownGrads: [[cost, integer]] })).toThrow(/must be a float/);
});

test("gradients get the names of cost and variable, if both have one", () => {
  const x = variable("x", 0);
  const cost = mul(x, x);
  expect(grad(cost, x).name).toBeNull();
  cost.name = "cost";
  expect(grad(cost, x).name).toBe("(dcost/dx)");
  expect(grad(cost, x, { addNames: false }).name).toBeNull();
  // A gradient that is zero is one all the same.
  const place = argmax(mul(x, variable("v", 1)));
  place.name = "place";
  expect(grad(place as never, x).name).toBe("(dplace/dx)");
});

test("known gradients add to that of a cost, and those inside its graph replace what it gives", () => {
  const [x, g] = [variable("x", 1), variable("g", 1)];
  const y = mul(x, x);
  const cost = sum(mul(x, 3));
  expect(evaluate([x, g], grad(cost, x, { knownGrads: [[y, g]] }), [1, 2], [0.5, -1])).toEqual([4, -1]);
  const through = sum(exp(y));
  const known = grad(through as never, x, { knownGrads: new Map([[y, g]]) });
  expect(evaluate([x, g], known, [1, 2], [0.5, -1])).toEqual([1, -4]);
});

test("the gradient of a quotient of integers is that of real numbers", () => {
  const i = variable("i", 1, "int64");
  expect(evaluate([i], grad(sum(trueDiv(i, 2)) as never, i), [1, 2])).toEqual([0.5, 0.5]);
});

test("gradients are clipped and scaled on their way back, values are not", () => {
  const x = variable("x", 1);
  const through = (y: TensorVariable): unknown =>
    evaluate([x], grad(sum(pow(y, 2)) as never, x), [0.2, 3, -4]);
  expect(through(gradClip(x, -1, 1))).toEqual([0.4, 1, -1]);
  expect(through(gradScale(x, -0.5))).toEqual([-0.2, -3, 4]);
  expect(evaluate([x], gradClip(x, -1, 1), [0.2, 3])).toEqual([0.2, 3]);
  expect(evaluate([x], gradScale(x, 7), [0.2, 3])).toEqual([0.2, 3]);
  expect(() => gradClip(x, 2, 1)).toThrow(/needs bounds in order, and 2 is above 1/);
});

test("part of a graph at a time, the gradients are those of the whole", () => {
  const [x, t, w1, w2] = [variable("x", 1), variable("t", 1), variable("w1", 2), variable("w2", 2)];
  const a1 = tanh(dot(x, w1));
  const a2 = tanh(dot(a1, w2));
  const error = sub(a2, t);
  const [cost1, cost2] = [sum(mul(w1, w1)), add(sum(mul(error, error)), sum(w2))];
  const [[g2], next] = subgraphGrad({ wrt: [w2], end: [a1], cost: cost2 });
  const start = [[a1, next[0] as TensorVariable]] as const;
  const [[g1], , fromStart, fromCost] = subgraphGrad({
    wrt: [w1],
    end: [x],
    start,
    cost: cost1,
    details: true,
  });
  expect(fromStart).toHaveLength(2);
  expect(fromCost).toHaveLength(2);
  const whole = grad(add(cost1, cost2) as never, [w1, w2]);
  const values = [
    [1, -0.5],
    [0.1, 0.2],
    [
      [0.5, -0.2],
      [0.1, 0.3],
    ],
    [
      [0.7, 0.4],
      [-0.3, 0.2],
    ],
  ];
  const at = (g: unknown): number[] =>
    (evaluate([x, t, w1, w2], g, ...(values as unknown as ArrayInput[])) as number[][]).flat();
  [g1, g2].forEach((g, i) => {
    const wanted = at(whole[i]);
    // The same terms in another order: a few units in the last place of numbers near 1.
    at(g).forEach((z, k) => expect(z).toBeCloseTo(wanted[k] as number, 13));
  });
  expect(() => subgraphGrad({ wrt: [w1], end: [x] })).toThrow(/needs a cost, or a start/);
});

describe("Rop", () => {
  const [x, w, v] = [variable("x", 1), variable("w", 2), variable("v", 1)];

  test("needs as many points as variables, of their ranks", () => {
    expect(() => Rop(dot(x, w), [w, x], [w])).toThrow(/as many points as wrt: 2, not 1/);
    expect(() => Rop(dot(x, w), w, v)).toThrow(/as many dimensions/);
    expect(() => Lop(dot(x, w), w, [v, v])).toThrow(/as many points as f: 1, not 2/);
  });

  test("of what nothing moves is an error, or what is asked for", () => {
    const still = disconnectedGrad(x);
    expect(() => Rop(still, x, v)).toThrow(/Cannot move .*disconnectedOutputs: "ignore" makes it zero/);
    const ignore = { disconnectedOutputs: "ignore" } as const;
    expect(evaluate([x, v], Rop(still, x, v, ignore), [1, 2], [3, 4])).toEqual([0, 0]);
    expect(Rop(still, x, v, { ...ignore, returnDisconnected: "none" })).toBeNull();
    const mark = Rop(still, x, v, { ...ignore, returnDisconnected: "disconnected" });
    expect(mark).toBeInstanceOf(Variable);
    expect(String(mark.type)).toBe("DisconnectedType");
  });

  test("agrees with the gradient about what counts as constant", () => {
    const at = (f: TensorVariable): unknown => evaluate([x, v], Rop(f, x, v), [1, 2], [3, 4]);
    expect(at(mul(zeroGrad(x), x))).toEqual([3, 8]);
    expect(at(gradScale(x, 2))).toEqual([6, 8]);
  });
});

test("which outputs depend on which inputs is found through all that is between", () => {
  const [x, y] = [variable("x", 0), variable("y", 0)];
  expect(ioConnectionPattern([x, y], [mul(x, y), exp(x), mul(disconnectedGrad(x), y)])).toEqual([
    [true, true, false],
    [true, false, true],
  ]);
  expect(ioConnectionPattern([x], [cast(x, "int64"), y])).toEqual([[true, false]]);
});
