import {
  asOp,
  type CompiledFunction,
  CounterStreams,
  complex,
  debugprint,
  elemwise,
  functionFromJson,
  functionToJson,
  graphFromJson,
  graphToJson,
  In,
  MRG_RandomStreams,
  type NDArray,
  np,
  Op,
  OpFromGraph,
  Out,
  opFamily,
  Print,
  prim,
  RandomStreams,
  T,
  type TensorType,
  type TensorVariable,
  tensorOp,
  theano,
  vectorize,
} from "./index.ts";

// biome-ignore lint/suspicious/noExplicitAny: functions and graphs of whatever outputs
type Any = any;

/** A function saved and loaded again. */
const again = <F extends CompiledFunction<Any>>(f: F, options: Any = {}): F =>
  functionFromJson<F>(functionToJson(f, options), options);

/** The bits of arrays, for comparing what `==` cannot tell. */
const bits = (...arrays: readonly NDArray[]): string[] =>
  arrays.map((a) => `${a.dtype} [${a.shape}] ${new Uint8Array(a.copy().data.buffer)}`);

describe("a graph", () => {
  const x = T.dmatrix("x");
  const w = theano.shared(np.array([1, 2, 3]), { name: "w" });
  const y = T.exp(x.dot(w)).sum();

  test("prints as it did, in the form its outputs had", () => {
    const g = theano.grad(y, w);
    const one = graphFromJson(graphToJson(g)).outputs;
    expect(debugprint(one)).toBe(debugprint(g));
    const list = graphFromJson<TensorVariable[]>(JSON.parse(graphToJson([y, g]))).outputs;
    expect(debugprint(list)).toBe(debugprint([y, g]));
    const named = graphFromJson<Record<string, TensorVariable>>(graphToJson({ y, g })).outputs;
    expect(Object.keys(named)).toEqual(["y", "g"]);
    expect(debugprint(Object.values(named))).toBe(debugprint([y, g]));
  });

  test("has its inputs and shared variables by name, each once", () => {
    const loaded = graphFromJson<TensorVariable[]>(graphToJson([y, theano.grad(y, w)]));
    expect(loaded.inputs.map(String)).toEqual(["x"]);
    expect(loaded.shared.map(String)).toEqual(["w"]);
    expect(String(loaded.get("x").type)).toBe("TensorType(float64, matrix)");
    expect(String(loaded.shared[0]?.getValue())).toBe("[1. 2. 3.]");
    const f = theano.function([loaded.get("x")], loaded.outputs);
    const expected = theano.function([x], [y, theano.grad(y, w)]);
    const value = [[0.1, 0.2, 0.3]];
    expect(bits(...(f(value) as NDArray[]))).toEqual(bits(...(expected(value) as NDArray[])));
    expect(() => loaded.get("z")).toThrow("The graph has no inputs or shared variables named z: it has x, w");
  });

  test("has a copy of shared values", () => {
    const { shared } = graphFromJson(graphToJson(y));
    shared[0]?.setValue([0, 0, 0]);
    expect(String(w.getValue())).toBe("[1. 2. 3.]");
  });

  test("keeps types, names, broadcastable dimensions and test values", () => {
    const pattern = new T.TensorType("float32", [true, false, true]) as TensorType;
    const v = pattern.makeVariable("v") as TensorVariable;
    v.tag.testValue = np.zeros([1, 2, 1], { dtype: "float32" });
    const output = T.neg(v);
    output.name = "minus v";
    const { outputs, inputs } = graphFromJson(graphToJson(output));
    expect(outputs.name).toBe("minus v");
    expect(String(outputs.type)).toBe(String(output.type));
    expect(bits(inputs[0]?.tag.testValue as NDArray)).toEqual(bits(v.tag.testValue as NDArray));
  });

  test("of settings of its own keeps its types", () => {
    const i = T.iscalar("i");
    const half = theano.withFlags({ floatX: "float32" }, () => T.trueDiv(i, 2));
    expect(half.dtype).toBe("float32");
    const json = graphToJson(half);
    expect(graphFromJson(json).outputs.dtype).toBe("float32");
    const f = theano.withFlags({ floatX: "float32" }, () => functionToJson(theano.function([i], half)));
    expect(functionFromJson<Any>(f)(3).dtype).toBe("float32");
  });

  test("keeps constants bit for bit", () => {
    const constants = [
      np.array([0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 0.1]),
      np.array([-0, Number.NaN, 65504, 6e-8], { dtype: "float16" }),
      np.array([-0, 3.4028234663852886e38, Number.NaN], { dtype: "float32" }),
      np.array([2n ** 63n - 1n, -(2n ** 63n)]),
      np.array([2n ** 64n - 1n], { dtype: "uint64" }),
      np.array([true, false]),
      np.array([complex(-0, Number.NaN), complex(1, Infinity)], { dtype: "complex128" }),
      np.array([complex(-0, 1.5)], { dtype: "complex64" }),
      np.zeros([3, 0, 2], { dtype: "int8" }),
      np.array(7),
      np.arange(6).reshape([2, 3]).transpose(),
    ];
    const json = graphToJson(constants.map((c) => T.constant(c)));
    const { outputs } = graphFromJson<{ data: NDArray }[]>(json);
    expect(bits(...outputs.map(({ data }) => data))).toEqual(bits(...constants));
  });

  test("may have its big arrays beside it", () => {
    const arrays = new Map<string, NDArray>();
    const big = theano.shared(np.arange(1000), { name: "big" });
    const json = graphToJson(T.add(big, 1), { arrays });
    expect(json.length).toBeLessThan(1000);
    expect([...arrays.values()].map((a) => a.size)).toEqual([1000]);
    const { shared } = graphFromJson(json, { arrays });
    expect(bits(shared[0]?.getValue() as NDArray)).toEqual(bits(big.getValue()));
    expect(() => graphFromJson(json)).toThrow(/there is no array "array0": give those it was saved with/);
  });

  test("that is deep or wide takes its time, not the stack", () => {
    let deep: TensorVariable = T.dscalar("x");
    for (let i = 0; i < 20_000; i++) deep = T.sin(deep);
    expect(graphFromJson(graphToJson(deep)).outputs.owner?.inputs).toHaveLength(1);
  });

  test("of an op that is vectorised, printed, or through which gradients change", () => {
    const [v, vs] = [T.dvector("v"), T.dmatrix("vs")];
    const cost = T.cumsum(theano.gradient.gradClip(v, -1, 1))
      .mul(theano.gradient.gradScale(v, 2))
      .add(theano.gradient.considerConstant(v))
      .sum();
    const g = theano.grad(cost, v);
    const many = vectorize(g, [[v, vs]]);
    const chosen = theano.ifelse(T.gt(cost, 0), [v, vs], [g, vs.mul(2)], { name: "chosen" });
    for (const output of [g, many, ...chosen, new Print("seen", { attrs: ["shape"] }).call(v)])
      expect(debugprint(graphFromJson(graphToJson(output)).outputs)).toBe(debugprint(output));
    const value = np.array([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    const { outputs, get } = graphFromJson(graphToJson(many));
    expect(bits(theano.function([get("vs")], outputs)(value))).toEqual(
      bits(theano.function([vs], many)(value)),
    );
  });
});

describe("a compiled function", () => {
  test("has its inputs, defaults, state, updates and givens", () => {
    const [x, y, s] = [T.dscalar("x"), T.dscalar("y"), T.dscalar("s")];
    const w = theano.shared(10, { name: "w" });
    const f = theano.function(
      [
        new In(x, { strict: true }),
        new In(y, { value: 2, name: "why" }),
        new In(s, { value: 1, update: s.mul(x) }),
      ],
      { total: T.add(x, y, s, w), zero: new Out(T.constant(0)) },
      { updates: [[w, w.add(x)]], givens: [[w, w.mul(1)]], name: "accumulate" },
    );
    const array = np.array(3);
    f(array);
    f.set("why", 5);
    const loaded = again(f);
    expect(loaded.name).toBe("accumulate");
    for (const run of [f, loaded]) {
      expect(run(array).total.item()).toBe(3 + 5 + 3 + 13);
      expect(run.get("s").item()).toBe(9);
      expect(run({ x: array, why: 0 }).total.item()).toBe(3 + 0 + 9 + 16);
      expect(() => run(3)).toThrow(/strict/);
      expect(run.getShared()[0]?.getValue().item()).toBe(19);
    }
  });

  test.each([
    ["one output", (y: TensorVariable) => y],
    ["a list of one", (y: TensorVariable) => [y]],
    ["an object", (y: TensorVariable) => ({ y, again: y })],
    ["none", () => undefined],
  ])("gives %s in the form it did", (_, outputs) => {
    const x = T.dvector("x");
    const f = theano.function([x], outputs(x.mul(2)) as Any, { onUnusedInput: "ignore" }) as Any;
    expect(String(JSON.stringify(again(f)([1, 2])))).toBe(String(JSON.stringify(f([1, 2]))));
  });

  test("takes other precision where it did", () => {
    const x = T.fvector("x");
    const f = theano.function([x], x.mul(2), { allowInputDowncast: true });
    expect(String(again(f)(np.array([0.5])))).toBe("[1.]");
    expect(() => again(theano.function([x], x.mul(2)))(np.array([0.5]))).toThrow(/precision/);
  });

  test("of another mode computes the same", () => {
    const x = T.dvector("x");
    const f = theano.function([x], T.log(T.add(1, x)), { mode: "None" });
    expect(again(f, { mode: "FAST_RUN" })([1e-30]).item()).toBe(1e-30);
    expect(again(f, { mode: "None" })([1e-30]).item()).toBe(0);
  });

  test("that was copied with other shared variables has those", () => {
    const [a, b] = [theano.shared(1, { name: "a" }), theano.shared(5, { name: "b" })];
    const f = theano.function([], a, { updates: [[a, a.add(1)]] });
    const copy = f.copy({ swap: [[a, b]] });
    const loaded = again(copy);
    loaded();
    expect(String(loaded.getShared())).toBe("b");
    expect(loaded().item()).toBe(6);
    expect(
      again(f.copy({ deleteUpdates: true }))
        .getShared()[0]
        ?.getValue()
        .item(),
    ).toBe(1);
  });

  test("shares with those it was saved with what it shared", () => {
    const w = theano.shared(0, { name: "w" });
    const x = T.dscalar("x");
    const step = theano.function([x], [], { updates: [[w, w.add(x)]] });
    const look = theano.function([], w);
    const loaded = functionFromJson<{ step: typeof step; look: typeof look }>(functionToJson({ step, look }));
    loaded.step(3);
    expect(loaded.look().item()).toBe(3);
    expect(look().item()).toBe(0);
    const [first, second] = functionFromJson<[typeof step, typeof look]>(functionToJson([step, look]));
    first(4);
    expect(second().item()).toBe(4);
  });

  test.each([
    ["RandomStreams", () => new RandomStreams(7)],
    ["MRG_RandomStreams", () => new MRG_RandomStreams(7)],
    ["CounterStreams", () => new CounterStreams(7)],
  ])("goes on drawing from %s where it stopped", (_, make) => {
    const streams = make() as RandomStreams;
    const f = theano.function([], [streams.uniform([2, 2]), streams.normal([3]), streams.binomial([2])]);
    f();
    const loaded = again(f);
    for (let i = 0; i < 3; i++) expect(bits(...(loaded() as NDArray[]))).toEqual(bits(...(f() as NDArray[])));
  });

  test("keeps on drawing all that RandomStreams can draw", () => {
    const streams = new RandomStreams(3);
    const size = [2];
    const drawn = [
      streams.poisson(size, { lam: 3 }),
      streams.choice(size, { a: 9 }),
      streams.permutation({ n: 5 }),
      streams.multinomial(size, { n: 4, pvals: [0.5, 0.5] }),
      streams.randomIntegers(size, { high: 9 }),
      streams.shuffleRowElements(T.constant(np.arange(6).reshape([2, 3])) as TensorVariable),
    ];
    const f = theano.function([], drawn);
    expect(bits(...(again(f)() as NDArray[]))).toEqual(bits(...(f() as NDArray[])));
  });
});

test("random streams of a graph move on by themselves, and their states are what they were", () => {
  const u = new RandomStreams(5).uniform([2]);
  const f = theano.function([], u);
  f();
  const { outputs, shared } = graphFromJson(graphToJson(u));
  expect(shared[0]?.getValue().getState()).toEqual(u.rng.getValue().getState());
  const loaded = theano.function([], outputs);
  for (let i = 0; i < 2; i++) expect(bits(loaded())).toEqual(bits(f()));
});

describe("ops of one's own", () => {
  const smooth = elemwise("smooth", 1, { dtype: ([d]) => d as never, scalar: (x) => prim.tanh(x as never) });
  const doubled = asOp(
    { itypes: [T.dvector], otypes: [T.dvector], inferShape: (_, [s]) => [s as never] },
    (x) => np.array([...(x.data as Float64Array)].map((e) => 2 * e)),
  );
  const shifted = opFamily((by: number, big: bigint, nested: Any) =>
    tensorOp({
      name: `Shift{${by},${big},${JSON.stringify(nested)}}`,
      type: ([x]) => [(x as TensorVariable).type],
      shape: ([x = []]) => [x],
      at: (at, { inputs }) => [(inputs[0] as Any)(at).map((e: Any) => prim.add(e, by))],
    }),
  );
  class Scaled extends Op {
    static override readonly props: readonly string[] = ["factor"];
    override readonly itypes: readonly Any[] = [T.dvector];
    override readonly otypes: readonly Any[] = [T.dvector];
    readonly factor: number;
    constructor(factor: number) {
      super();
      this.factor = factor;
    }
    override perform(_: unknown, [x]: readonly NDArray[]): NDArray {
      return np.array([...((x as NDArray).data as Float64Array)].map((e) => this.factor * e));
    }
  }
  const ops = { smooth, doubled, shifted, Scaled };
  const x = T.dvector("x");

  test("are found by the names that they are given", () => {
    const y = smooth(doubled(shifted(-0, 3n, { a: [null, "b"] }).call(new Scaled(3).call(x))));
    const f = theano.function([x], [y, T.grad(T.sqr(x).sum(), x)]);
    const loaded = again(f, { ops });
    expect(bits(...(loaded([0.25, 1]) as NDArray[]))).toEqual(bits(...(f([0.25, 1]) as NDArray[])));
    expect(debugprint(loaded.maker.outputs)).toBe(debugprint(f.maker.outputs));
  });

  test("cannot be saved, nor loaded, without a name", () => {
    expect(() => graphToJson(smooth(x))).toThrow(
      /Cannot save Elemwise\{smooth,no_inplace\}: it has no name .*give it one in ops.*made at {2}.*save\.test\.ts/s,
    );
    expect(() => graphToJson(doubled(x))).toThrow(/Cannot save FromFunctionOp/);
    const json = graphToJson(smooth(x), { ops });
    expect(() => graphFromJson(json)).toThrow(/there is no op of the name "smooth": give it in ops/);
    try {
      graphFromJson(json);
    } catch (error) {
      expect((error as Any).code).toBe("unknown-op");
    }
  });

  test("that are made of functions say so", () => {
    const print = new Print("x", { globalFn: () => {} });
    expect(() => graphToJson(print.call(x))).toThrow(/Cannot save Print.*give it one in ops/);
    const odd = shifted(1, 1n, () => 1);
    expect(() => graphToJson(odd.call(x), { ops })).toThrow(/which is no plain data.*made at/s);
  });
});

describe("a loop", () => {
  const [xs, v0] = [T.dvector("xs"), T.dscalar("v0")];
  const w = theano.shared(0.5, { name: "w" });
  const [rows, updates] = theano.scan((x: TensorVariable, v: TensorVariable) => T.tanh(T.add(v.mul(w), x)), {
    sequences: xs,
    outputsInfo: v0,
  }) as Any;
  const cost = rows.sum();

  test("has its steps again, and its gradient", () => {
    const outputs = [rows, ...theano.grad(cost, [w, v0])];
    const loaded = graphFromJson<TensorVariable[]>(graphToJson(outputs));
    expect(debugprint(loaded.outputs)).toBe(debugprint(outputs));
    const f = theano.function([xs, v0], outputs);
    const value = [[0.1, 0.2, 0.3], 0.4] as const;
    const f2 = theano.function([loaded.get("xs"), loaded.get("v0")], loaded.outputs);
    expect(bits(...(f2(...value) as NDArray[]))).toEqual(bits(...(f(...value) as NDArray[])));
    const again2 = again(theano.function([xs, v0], rows, { updates }));
    expect(bits(again2(...value) as NDArray)).toEqual(bits((f(...value) as NDArray[])[0] as NDArray));
  });
});

test("a loop with a big constant is trained on as it was", () => {
  const v0 = T.dvector("v0");
  const w = theano.shared(0.5, { name: "w" });
  const big = T.constant(np.linspace(-1, 1, 100)) as TensorVariable;
  const [rows] = theano.scan((v: TensorVariable) => T.tanh(T.add(v.mul(w), big)), {
    outputsInfo: v0,
    nSteps: 5,
  }) as Any;
  const cost = rows.pow(2).sum();
  const f = theano.function([v0], cost, { updates: [[w, w.sub(theano.grad(cost, w).mul(0.001))]] });
  const loaded = again(f);
  for (let i = 0; i < 3; i++)
    expect(bits(loaded(np.zeros([100])) as NDArray)).toEqual(bits(f(np.zeros([100])) as NDArray));
});

describe("an op made of a graph", () => {
  const [a, b] = [T.dvector("a"), T.dvector("b")];
  const w = theano.shared([1, 2], { name: "w" });

  test("has its graph again, and its gradient", () => {
    const inner = new OpFromGraph([a, b], [T.mul(a, b, w), T.exp(a)], { name: "inner" });
    const outer = new OpFromGraph([a], [T.add(...inner.apply(a, T.sin(a)))], { inline: true });
    const x = T.dvector("x");
    const y = outer.call(x).sum();
    const g = theano.grad(y, [x, w]);
    const loaded = graphFromJson<TensorVariable[]>(graphToJson([y, ...g]));
    expect(debugprint(loaded.outputs)).toBe(debugprint([y, ...g]));
    const value = [0.5, 0.25];
    const f = theano.function([x], [y, ...g]);
    const f2 = theano.function([loaded.get("x")], loaded.outputs);
    expect(bits(...(f2(value) as NDArray[]))).toEqual(bits(...(f(value) as NDArray[])));
    const s = loaded.get("w");
    const g2 = theano.grad(loaded.outputs[0] as Any, s);
    expect(bits(theano.function([loaded.get("x")], g2)(value))).toEqual(
      bits((f(value) as NDArray[])[2] as NDArray),
    );
  });

  test("with derivatives of its own is refused", () => {
    const op = new OpFromGraph([a], [T.exp(a)], { gradOverrides: (inputs) => inputs });
    expect(() => graphToJson(op.call(a))).toThrow(
      /Cannot save OpFromGraph\{inline=False\}: .*has derivatives of its own, which are functions/,
    );
  });
});

/** The logistic regression of Theano's tutorial: what trains it, and what it then says. */
function logisticRegression(): { train: Any; predict: Any } {
  const [x, y] = [T.dmatrix("x"), T.dvector("y")];
  const w = theano.shared(np.linspace(-1, 1, 20), { name: "w" });
  const b = theano.shared(0, { name: "b" });
  const p = T.trueDiv(1, T.add(1, T.exp(T.sub(T.neg(T.dot(x, w)), b))));
  const loss = T.sub(T.mul(T.neg(y), T.log(p)), T.mul(T.sub(1, y), T.log(T.sub(1, p))));
  const cost = loss.mean().add(w.pow(2).sum().mul(0.01));
  const [gw, gb] = theano.grad(cost, [w, b]);
  return {
    train: theano.function([x, y], [p.gt(0.5), loss], {
      updates: [
        [w, w.sub(gw.mul(0.1))],
        [b, b.sub(gb.mul(0.1))],
      ],
    }),
    predict: theano.function([x], p),
  };
}

test("a logistic regression saved half way goes on in a fresh instance of the library, bit for bit", () => {
  const x = np.linspace(-2, 3, 40 * 20).reshape([40, 20]);
  const y = np.array([...Array(40).keys()].map((i) => (i * 7) % 2));
  const model = logisticRegression();
  for (let i = 0; i < 50; i++) model.train(x, y);
  const json = functionToJson(model);
  jest.isolateModules(() => {
    const fresh = jest.requireActual<typeof import("./index.ts")>("./index.ts");
    expect(fresh.theano).not.toBe(theano);
    const [x2, y2] = [x, y].map((a) => fresh.np.array(a.toArray() as Any));
    const loaded = fresh.functionFromJson<Any>(json);
    for (let i = 0; i < 50; i++) {
      const [prediction, loss] = model.train(x, y);
      const [prediction2, loss2] = loaded.train(x2, y2);
      expect(bits(prediction2, loss2)).toEqual(bits(prediction, loss));
    }
    expect(bits(loaded.predict(x2))).toEqual(bits(model.predict(x)));
    const values = (f: Any): NDArray[] => f.getShared().map((s: Any) => s.getValue());
    expect(bits(...values(loaded.train))).toEqual(bits(...values(model.train)));
  });
});
