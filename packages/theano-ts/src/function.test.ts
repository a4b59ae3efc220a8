import theano, { functionAsync, In, Mode, np, OrderedUpdates, shared, T } from "./index.ts";

const text = (value: unknown): string => String(value).replace(/\s+/g, " ");

test("an input with an update is state of the function's own", () => {
  const [x, s] = T.dscalars("x", "s");
  const f = theano.function([x, new In(s, { value: 10, update: s.add(x) })], s);
  expect([f(1), f(1), f(5)].map(Number)).toEqual([10, 11, 12]);
  expect(Number(f.get(s))).toBe(17);
  expect(Number(f(1, 100))).toBe(100);
  expect(Number(f.get("s"))).toBe(101);
  f.set("s", 0);
  expect(Number(f(1))).toBe(0);
});

test("state is as it was after a call that failed", () => {
  const [x, s] = T.dvectors("x", "s");
  const f = theano.function([x, new In(s, { value: [1, 2], update: s.mul(2) })], s.add(x));
  expect(() => f([1, 2], [1, 2, 3])).toThrow(/sizes|shape/);
  expect(text(f.get(s))).toBe("[1. 2.]");
  expect(text(f([0, 0]))).toBe("[1. 2.]");
  expect(text(f.get(s))).toBe("[2. 4.]");
});

test("defaults are read and set by name", () => {
  const [x, y] = T.dscalars("x", "y");
  const f = theano.function([x, new In(y, { value: 2 })], x.mul(y));
  expect(Number(f(3))).toBe(6);
  f.set("y", 7);
  expect([f(3), f(3, 5), f(3)].map(Number)).toEqual([21, 15, 21]);
  expect([f.get("y"), f.get(x)].map(Number)).toEqual([7, 3]);
  expect(() => f.get("z")).toThrow("has no input z: its inputs are x, y");
});

test("an implicit input cannot be given", () => {
  const [x, y] = T.dscalars("x", "y");
  expect(() => new In(y, { implicit: true })).toThrow("needs a value");
  expect(() => new In(y, { update: y.add(1) })).toThrow("needs a value");
  const f = theano.function([x, new In(y, { value: 2, implicit: true })], x.mul(y));
  expect(Number(f(4))).toBe(8);
  expect(() => f(4, 5)).toThrow("implicit");
  expect(() => f(4, { y: 5 })).toThrow("implicit");
});

test("default updates move on what a function reads, unless it says otherwise", () => {
  const count = shared(0, { name: "count" });
  const total = shared(0, { name: "total" });
  count.defaultUpdate = count.add(1) as never;
  total.defaultUpdate = total.add(count) as never;
  const f = theano.function([], total);
  f();
  f();
  f();
  // The update of `total` reads `count`, so that moves on as well: 0 + 1 + 2.
  expect([count.getValue(), total.getValue()].map(Number)).toEqual([3, 3]);
  theano.function([], total, { noDefaultUpdates: true })();
  theano.function([], count, { noDefaultUpdates: [count] })();
  expect([count.getValue(), total.getValue()].map(Number)).toEqual([3, 3]);
  theano.function([], count, { updates: [[count, count.mul(10)]] })();
  expect(Number(count.getValue())).toBe(30);
  expect(() => theano.function([], count, { noDefaultUpdates: 5 as never })).toThrow("noDefaultUpdates");
});

test("a copy has other state, or none", () => {
  const state = shared(0n, { name: "state" });
  const other = shared(10n, { name: "other" });
  const inc = T.iscalar("inc");
  const accumulator = theano.function([inc], state, { updates: [[state, state.add(inc)]] });
  accumulator(10);
  const swapped = accumulator.copy({ swap: [[state, other]], name: "swapped" });
  expect(Number(swapped(100))).toBe(10);
  expect([state, other].map((s) => Number(s.getValue()))).toEqual([10, 110]);
  expect(swapped.name).toBe("swapped");
  const still = accumulator.copy({ deleteUpdates: true });
  still(9000);
  expect(Number(state.getValue())).toBe(10);
  expect(accumulator.getShared().map(String)).toEqual(["state"]);
  expect(swapped.getShared()[0]).toBe(other);
  expect(() => accumulator.copy({ swap: [[other, state]] })).toThrow("does not use");
  expect(() => accumulator.copy({ swap: [[state, shared(0)]] as never })).toThrow(
    "the types must be the same",
  );
});

test("copies of a function with state of its own have each their own", () => {
  const s = T.dscalar("s");
  const f = theano.function([new In(s, { value: 1, update: s.mul(2) })], s);
  f();
  const g = f.copy();
  expect([g(), g(), f()].map(Number)).toEqual([2, 4, 2]);
});

test("made in stages, with progress, and ended by a signal", async () => {
  const x = T.dvector("x");
  const seen: string[] = [];
  const f = await functionAsync([x], x.exp().sum(), {
    onProgress: ({ stage, done, of }) => seen.push(`${done}/${of} ${stage}`),
  });
  expect(Number(f([0, 0]))).toBe(2);
  expect(seen[0]).toMatch(/^0\/\d+ check$/);
  expect(seen.at(-1)).toMatch(/plan$/);
  const controller = new AbortController();
  const work = functionAsync([x], x.exp(), {
    signal: controller.signal,
    onProgress: () => controller.abort(new Error("enough")),
  });
  await expect(work).rejects.toThrow("enough");
});

test("explains what a call costs without making it", () => {
  const x = T.dmatrix("x");
  const w = shared(np.zeros([3, 4]), { name: "w" });
  const f = theano.function([x], T.dot(x, w).exp(), { updates: [[w, w.add(1)]] });
  expect(f.explain()).toContain("before sizes are known");
  const told = f.explain(np.ones([2, 3]));
  // 2·4 elements, each of 3 products and 3 additions, and as many exponentials; w has 12 additions.
  expect(told).toMatch(/all\s+60\s+8/);
  expect(told).toContain("shared variables 96 B");
  expect(w.getValue().toArray()).toEqual(np.zeros([3, 4]).toArray());
});

test("trusted arguments are not looked at; memory can be given back", () => {
  const x = T.dvector("x");
  const f = theano.function([x], x.mul(2));
  expect(f.trustInput).toBe(false);
  f.trustInput = true;
  expect(text(f(np.array([1, 2])))).toBe("[2. 4.]");
  f.free();
  expect(text(f(np.array([3, 4])))).toBe("[6. 8.]");
});

test("what it was made of is to be seen", () => {
  const [x, y] = T.dscalars("x", "y");
  const f = theano.function([x, y], x.add(y).mul(1), { mode: "FAST_RUN" });
  expect(f.maker.inputs.map(String)).toHaveLength(2);
  expect(f.maker.fgraph.inputs.map(String)).toEqual(["x", "y"]);
  expect(f.maker.fgraph.toposort().map(String)).toEqual(["Elemwise{add,no_inplace}(x, y)"]);
  expect(String(f.maker.outputs[0]?.owner?.op)).toBe("Elemwise{mul,no_inplace}");
});

test("modes without a phase, or a rule", () => {
  const x = T.dvector("x");
  const [run, rules] = [new Mode(), theano.function([x], x.log()).maker.mode];
  expect(Number(theano.function([x], x.sum(), { mode: run })([1, 2]))).toBe(3);
  expect(rules.excluding("stabilize").phases.map((p) => p.name)).not.toContain("stabilize");
  // Without that phase the exponential is taken, and overflows; without one rule, others still do.
  const y = T.log(T.add(1, x.exp()));
  expect(text(theano.function([x], y)([1000]))).toBe("[1000.]");
  expect(text(theano.function([x], y, { mode: rules.excluding("stabilize") })([1000]))).toBe("[inf]");
  const rule = rules.phases.flatMap((p) => p.rules?.() ?? [])[0]?.text as string;
  expect(
    rules
      .excluding(rule)
      .phases.flatMap((p) => p.rules?.() ?? [])
      .map((r) => r.text),
  ).not.toContain(rule);
  expect(() => rules.excluding("no such rule")).toThrow('no phase or rule "no such rule"');
});

test("OrderedUpdates is a Map with shared variables as its keys", () => {
  const [a, b] = [shared(1, { name: "a" }), shared(2, { name: "b" })];
  const updates = new OrderedUpdates([[a, a.add(1)]]);
  updates.set(b, 5).update([[a, a.add(10)]]);
  expect(() => updates.set(T.dscalar("x") as never, 1)).toThrow("Cannot update x");
  theano.function([], [], { updates })();
  expect([a, b].map((s) => Number(s.getValue()))).toEqual([11, 5]);
});

test("a given of another dtype is refused, or makes what uses it of that dtype", () => {
  const [x, y] = [T.fscalar("x"), T.dscalar("y")];
  const z = x.mul(2);
  expect(() => theano.function([y], z, { givens: [[x, y]] })).toThrow("cast it to float32");
  const f = theano.function([y], z, { givens: [[x, y]], rebuildStrict: false });
  expect(f(1.5).dtype).toBe("float64");
});
