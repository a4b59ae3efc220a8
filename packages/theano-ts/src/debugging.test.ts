import { exp, log, phase, rule, wildcards } from "@theano-ts/core";
import { type Backend, type DeviceBuffer, interpreter, type TypedArray } from "@theano-ts/kernel";
import theano, {
  compare,
  compile,
  DebugMode,
  Mode,
  MonitorMode,
  NanGuardMode,
  np,
  RandomStreams,
  shared,
  T,
} from "./index.ts";

const text = (value: unknown): string => String(value).replace(/\s+/g, " ");
const errorOf = (run: () => unknown): Error => {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
};

describe("MonitorMode", () => {
  test("shows every application, in order, with its values", () => {
    const x = T.dvector("x");
    const seen: string[] = [];
    const mode = new MonitorMode({
      preFunc: ({ i, node, inputs }) =>
        seen.push(`before ${i} ${node.op} of ${inputs.map(text).join(" and ")}`),
      postFunc: ({ i }, outputs) => seen.push(`after ${i}: ${outputs.map(text).join(" and ")}`),
      mode: new Mode(),
    });
    const f = theano.function([x], x.mul(x).sum(), { mode });
    expect(Number(f([1, 2, 3]))).toBe(14);
    expect(seen).toEqual([
      "before 0 Elemwise{mul,no_inplace} of [1. 2. 3.] and [1. 2. 3.]",
      "after 0: [1. 4. 9.]",
      "before 1 Sum{acc_dtype=float64} of [1. 4. 9.]",
      "after 1: 14.0",
    ]);
  });

  test("computes what the compiled program computes, updates and asynchronous calls included", async () => {
    const w = shared([1, 2], { name: "w" });
    const x = T.dvector("x");
    const f = theano.function([x], w.dot(x), { updates: [[w, w.sub(x)]], mode: new MonitorMode() });
    expect(Number(f([1, 1]))).toBe(3);
    expect(Number(await f.async([1, 1]))).toBe(1);
    expect(text(w.getValue())).toBe("[-1. 0.]");
    expect(() => f([1, 1, 1])).toThrow();
    expect(text(w.getValue())).toBe("[-1. 0.]");
  });
});

describe("NanGuardMode", () => {
  test("names the first application that makes a NaN, its inputs and the line", () => {
    const x = T.dvector("x");
    const state = shared(0, { name: "state" });
    const f = theano.function([x], T.log(x).exp().sum(), {
      mode: new NanGuardMode({ infIsError: false }),
      updates: [[state, state.add(1)]],
    });
    expect(Number(f([1, 1]))).toBeCloseTo(2);
    const error = errorOf(() => f([1, -1]));
    expect(error.name).toBe("AssertionError");
    expect(error.message).toMatch(/Elemwise\{log,no_inplace\}\(x\) made NaN/);
    expect(error.message).toContain("x: TensorType(float64, vector), shape (2): [ 1. -1.]");
    expect(error.message).toContain("debugging.test.ts");
    expect(Number(state.getValue())).toBe(1);
  });

  test("infinities and big numbers, if they are not allowed; integers and random states never", () => {
    const x = T.dscalar("x");
    expect(() => theano.function([x], T.div(1, x), { mode: new NanGuardMode() })(0)).toThrow("an infinity");
    expect(() => theano.function([x], x.mul(1e6), { mode: new NanGuardMode() })(1e5)).toThrow("beyond 1e10");
    const calm = new NanGuardMode({ bigIsError: false, infIsError: false });
    expect(Number(theano.function([x], x.mul(1e6), { mode: calm })(1e5))).toBe(1e11);
    const n = T.lscalar("n");
    expect(Number(theano.function([n], n.mul(2), { mode: new NanGuardMode() })(2 ** 40))).toBe(2 ** 41);
    const draw = new RandomStreams(1).uniform({ size: [2] });
    expect(theano.function([], draw, { mode: new NanGuardMode() })().size).toBe(2);
  });
});

describe("DebugMode", () => {
  const [x] = T.dvectors("x");

  test("computes what other modes do", () => {
    const w = shared([0.5, -0.5], { name: "w" });
    const cost = T.log(T.add(1, T.exp(T.dot(w, x).neg())));
    const spec = { updates: [[w, w.sub(T.grad(cost, w))]] as const, mode: new DebugMode() };
    const f = theano.function([x], cost, spec as never);
    expect(Number(f([1, 2]))).toBeCloseTo(Math.log(1 + Math.exp(0.5)), 12);
    expect(w.getValue().get(0).item()).toBeCloseTo(0.5 + 1 / (1 + Math.exp(-0.5)), 12);
  });

  test("names the rule that changed a value", () => {
    const wild = wildcards;
    const wrong = phase("wrong", () => [rule(exp(wild.x), log(wild.x))]);
    const mode = new DebugMode({ mode: new Mode({ phases: [wrong] }) });
    const error = errorOf(() => theano.function([x], x.exp().sum(), { mode })([1, 2]));
    expect(error.name).toBe("BadOptimization");
    expect(error.message).toMatch(
      /rewrite wrong: exp\(x\) → log\(x\) changed a value: element 0 was 2\.718.*, and became 0/,
    );
    expect(error.message).toContain("debugging.test.ts");
  });

  test("names the kernel that a backend computes wrongly", () => {
    const f = compile({ inputs: [x], outputs: x.exp(), mode: new DebugMode(), backend: offByOne });
    const error = errorOf(() => f([1, 2]));
    expect(error.name).toBe("BadKernel");
    expect(error.message).toMatch(
      /off by one computes a kernel wrongly: element 0 should be 2\.718.*, but is 3\.718/,
    );
    expect(error.message).toContain("Elemwise{exp,no_inplace}(x)");
  });
});

/** The interpreter, but what it writes is one too large. */
const offByOne: Backend = {
  ...interpreter,
  name: "off by one",
  compile(program) {
    const made = interpreter.compile(program);
    return {
      run(sizes, inputs, states) {
        const results = made.run(sizes, inputs, states);
        const last = states.at(-1) as DeviceBuffer & { data: TypedArray };
        (last.data as Float64Array).forEach((v, i, all) => {
          (all as Float64Array)[i] = v + 1;
        });
        return results;
      },
    };
  },
};

test("two backends side by side", async () => {
  const x = T.dvector("x");
  const w = shared([1, 2], { name: "w" });
  const spec = { inputs: [x], outputs: [x.exp(), x.sum()], updates: [[w, w.mul(2)]] as const };
  const report = await compare(
    spec as never,
    [{ backend: interpreter }, { backend: interpreter, name: "again" }],
    [np.array([1, 2])],
  );
  expect(report.distances.map((d) => d.of)).toEqual(["output 0", "output 1", "update of w"]);
  expect(report.distances.every((d) => d.alike && d.largestAbsolute === 0)).toBe(true);
  expect(String(report)).toContain("interpreter beside again");
  expect(text(w.getValue())).toBe("[1. 2.]");
});

test("a profile says where time went, as a table and as a trace", () => {
  const x = T.dmatrix("x");
  const w = shared(np.ones([3, 3]), { name: "w" });
  const f = theano.function([x], T.tanh(T.dot(x, w)).sum(), {
    profile: true,
    name: "layer",
    updates: [[w, w.mul(0.5)]],
  });
  for (let i = 0; i < 5; i++) f(np.ones([2, 3]));
  const table = f.profile?.summary() as string;
  expect(table).toContain("Profile of layer: 5 calls");
  for (const name of ["dot", "Elemwise{tanh,no_inplace}", "Sum{acc_dtype=float64}", "debugging.test.ts"])
    expect(table).toContain(name);
  expect(table).toMatch(/Memory at most: arguments and results 5\d B, shared variables 72 B/);
  const { traceEvents } = JSON.parse(f.profile?.chromeTrace() as string) as {
    traceEvents: { cat: string }[];
  };
  expect(traceEvents.filter((e) => e.cat === "call")).toHaveLength(5);
  expect(traceEvents.filter((e) => e.cat === "step").length).toBeGreaterThanOrEqual(10);
  expect(theano.function([x], x).profile).toBeUndefined();
});
