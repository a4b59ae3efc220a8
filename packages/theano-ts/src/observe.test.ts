import theano, { functionAsync, type ObservedFunction, observeFunctions, shared, T } from "./index.ts";

/** What an observer is told while `body` runs. */
async function seenIn(body: () => unknown): Promise<{ made: ObservedFunction[]; calls: string[] }> {
  const made: ObservedFunction[] = [];
  const calls: string[] = [];
  const end = observeFunctions({
    made: (f) => made.push(f),
    called: (f, results) => calls.push(`${made.indexOf(f)}: ${results.join(", ")}`),
  });
  try {
    await body();
  } finally {
    end();
  }
  return { made, calls };
}

const x = T.dscalar("x");

test("functions, copies of functions and evaluations are seen, and each of their calls", async () => {
  const state = shared(1, { name: "state" });
  const { made, calls } = await seenIn(async () => {
    const f = theano.function([x], [state, x.mul(2)], { updates: [[state, state.add(x)]], name: "f" });
    f(2);
    await f.async(3);
    f.copy({ deleteUpdates: true, name: "still" })(5);
    x.add(1).eval([[x, 7]]);
    (await functionAsync([x], x.neg()))(1);
  });
  expect(made.map(({ maker }) => maker.options.name)).toEqual(["f", "still", undefined, undefined]);
  expect(calls).toEqual(["0: 1.0, 4.0", "0: 3.0, 6.0", "1: 6.0, 10.0", "2: 8.0", "3: -1.0"]);
});

test("rewrites are told in order, beside whom the program itself asks to be told", async () => {
  const own: string[] = [];
  const { made } = await seenIn(() =>
    theano.function([x], T.log(T.add(1, x)).mul(1), { trace: ({ rule }) => own.push(rule) }),
  );
  const told = made[0]?.rewrites.map(({ rule }) => rule);
  expect(told).toContain("log(add(1, x)) → log1p(x)");
  expect(told).toEqual(own);
});

test("a function is explained before and after its first call, and its modes are its own", async () => {
  const y = T.dvector("y");
  const { made } = await seenIn(() => {
    const f = theano.function([y], y.exp(), { profile: true });
    expect(f.explain()).toContain("before sizes are known");
    f([1, 2, 3]);
    expect(f.profile?.summary()).toContain("1 call");
  });
  expect(made[0]?.explain()).toContain("map [i < 3]");
});

test("whoever has heard enough is told of no further function, and nobody of a call that fails", async () => {
  const y = T.dvector("y");
  const { calls } = await seenIn(() => {
    const f = theano.function([y, x], y.add(x));
    expect(() => f("no" as never, 1)).toThrow();
  });
  expect(calls).toEqual([]);
  const seen: unknown[] = [];
  observeFunctions({ made: (f) => seen.push(f) })();
  theano.function([x], x.neg());
  expect(seen).toEqual([]);
});
