import { interpreter } from "@theano-ts/kernel";
import { RandomState } from "@theano-ts/random";
import {
  CounterStreams,
  MRG_RandomStreams,
  type NDArray,
  RandomStreams,
  type SharedVariable,
  T,
  theano,
} from "./index.ts";

const draw = (v: unknown, calls = 1): NDArray => {
  const f = theano.function([], v as never) as unknown as () => NDArray;
  for (let i = 1; i < calls; i++) f();
  return f();
};

// A stream's own generator, before it draws: what its variable must draw is what this draws.
const twin = (v: { rng: { getValue(): RandomState } }): RandomState => v.rng.getValue();

describe("variables of RandomStreams draw what NumPy's generator draws", () => {
  test.each([1, 2, 3, 7, 311, 312, 313, 1000, 4097])("uniform, %d numbers, call after call", (n) => {
    const u = new RandomStreams(n).uniform([n], { low: -2, high: 5 });
    const state = twin(u);
    const f = theano.function([], u);
    for (let call = 0; call < 3; call++)
      expect(f().toArray()).toEqual(state.uniform({ low: -2, high: 5, size: n }).toArray());
    expect(u.rng.getValue().getState()).toEqual(state.getState());
  });

  test.each([1, 2, 3, 7, 311, 312, 313, 1000, 4097])("normal, %d numbers, call after call", (n) => {
    const g = new RandomStreams(n).normal([n], { avg: 10, std: 0.5 });
    const state = twin(g);
    const f = theano.function([], g);
    for (let call = 0; call < 3; call++)
      expect(f().toArray()).toEqual(state.normal({ loc: 10, scale: 0.5, size: n }).toArray());
    expect(g.rng.getValue().getState()).toEqual(state.getState());
  });

  test("after an odd number of words, numbers lie across the twist", () => {
    for (const kind of ["uniform", "normal"] as const) {
      const streams = new RandomStreams(3);
      const v = kind === "uniform" ? streams.uniform([2000]) : streams.normal([2000]);
      const state = twin(v);
      state.randint({ low: 2 ** 31, size: 1 });
      v.rng.setValue(state);
      const f = theano.function([], v);
      for (let call = 0; call < 2; call++)
        expect(f().toArray()).toEqual((kind === "uniform" ? state.rand(2000) : state.randn(2000)).toArray());
    }
  });

  test("float32 is the same numbers, rounded", () => {
    for (const kind of ["uniform", "normal"] as const) {
      const streams = new RandomStreams(8);
      const v =
        kind === "uniform"
          ? streams.uniform([1001], { dtype: "float32" })
          : streams.normal([1001], { dtype: "float32" });
      const state = twin(v);
      const wide = kind === "uniform" ? state.rand(1001) : state.randn(1001);
      expect(draw(v).toArray()).toEqual(wide.astype("float32").toArray());
    }
  });

  test("the CPU backend has uniform and normal of scalars, MRG's uniform, and leaves the rest to the host", () => {
    const streams = new RandomStreams(1);
    const mrg = new MRG_RandomStreams(1);
    const explain = (v: unknown): string => {
      const f = theano.function([], v as never) as unknown as { (): unknown; explain(): string };
      f();
      return f.explain();
    };
    for (const v of [streams.uniform([3]), streams.normal([3]), mrg.uniform([3])])
      expect(explain(v)).not.toMatch(/host/);
    expect(explain(streams.poisson([3], { lam: 2 }))).toMatch(/no routine randomState.poisson/);
  });
});

describe("MRG31k3p", () => {
  test.each([1, 3, 4, 5, 6, 7, 24, 100, 1000])(
    "%d numbers are the interpreter's, and so are the states",
    (n) => {
      for (const dtype of ["float64", "float32"] as const) {
        const made = [interpreter, undefined].map((backend) => {
          const streams = new MRG_RandomStreams(7);
          const u = streams.uniform([n], { dtype, nstreams: Math.ceil(n / 3) });
          const f = theano.function([], u, backend ? { backend } : {});
          return [f().toArray(), f().toArray(), u.rstate.getValue().toArray()];
        });
        expect(made[1]).toEqual(made[0]);
      }
    },
  );
});

// What NumPy's RandomState(12345) has after as many draws.
test("after a million words, and after a million gaussians, the state is NumPy's", () => {
  const streams = new RandomStreams(1);
  const [u, g] = [streams.uniform([500_000]), streams.normal([1_000_000])];
  for (const v of [u, g]) {
    v.rng.setValue(new RandomState(12345));
    theano.function([], v.sum())();
  }
  const state = u.rng.getValue();
  expect([...state.getState().key.subarray(0, 3)]).toEqual([678278268, 1952634958, 3593114268]);
  expect(state.getState().pos).toBe(352);
  expect(state.randint({ high: 2 ** 32, low: 0, size: 3, dtype: "uint32" }).toArray()).toEqual([
    1630470262, 3767368620, 3162942158,
  ]);
  expect(g.rng.getValue().standardNormal(2).toArray()).toEqual([1.265282644650436, -0.6516080601836238]);
});

describe("CounterStreams", () => {
  const both = <V>(ask: (options: { backend?: typeof interpreter }) => V): V[] => [
    ask({}),
    ask({ backend: interpreter }),
  ];

  test.each([0, 1, 2, 3, 8, 9, 101])("%d uniform numbers are the same on every backend", (n) => {
    for (const dtype of ["float32", "float64"] as const) {
      const [cpu, meaning] = both((options) => {
        const u = new CounterStreams("a text").uniform([n], { dtype });
        const f = theano.function([], u, options);
        return [f().toArray(), f().toArray(), u.rng.getValue().toArray()];
      });
      expect(cpu).toEqual(meaning);
      if (n > 1) expect(cpu?.[0]).not.toEqual(cpu?.[1]);
    }
  });

  test("sizes that are known only when called give the same numbers", () => {
    const n = T.lscalar("n");
    const known = draw(new CounterStreams(3).uniform([7, 3])).toArray();
    const f = theano.function([n], new CounterStreams(3).uniform([n, 3]));
    expect(f(7).toArray()).toEqual(known);
  });

  test.each([
    ["uniform", (s: CounterStreams) => s.uniform([200_000], { low: -1, high: 3 }), 1, 4 / Math.sqrt(12)],
    [
      "uniform of float32",
      (s: CounterStreams) => s.uniform([200_000], { dtype: "float32" }),
      0.5,
      1 / Math.sqrt(12),
    ],
    ["normal", (s: CounterStreams) => s.normal([200_000], { avg: 2, std: 3 }), 2, 3],
    ["normal of float32", (s: CounterStreams) => s.normal([200_000], { dtype: "float32" }), 0, 1],
    ["binomial", (s: CounterStreams) => s.binomial([200_000], { p: 0.3 }), 0.3, Math.sqrt(0.21)],
    [
      "randomIntegers",
      (s: CounterStreams) => s.randomIntegers([200_000], { low: -3, high: 6 }),
      1.5,
      Math.sqrt(99 / 12),
    ],
  ] as const)("%s has its mean and its standard deviation", (_, make, mean, deviation) => {
    const x = T.cast(make(new CounterStreams(11)), "float64");
    const f = theano.function([], [x.mean(), x.std()]);
    const [m, s] = f().map((r) => r.item() as number) as [number, number];
    // Five standard errors; that of the deviation is at most the mean's for these.
    const error = (5 * deviation) / Math.sqrt(200_000);
    expect(Math.abs(m - mean)).toBeLessThan(error);
    expect(Math.abs(s - deviation)).toBeLessThan(error);
  });

  test("variables differ from each other, and seed() starts them over", () => {
    const streams = new CounterStreams({ seed: 5 });
    const f = theano.function([], [streams.uniform([4]), streams.uniform([4])]);
    const [a, b] = f().map((x) => x.toArray());
    expect(a).not.toEqual(b);
    f();
    streams.seed();
    expect(f().map((x) => x.toArray())).toEqual([a, b]);
    streams.seed(6);
    expect(f()[0]?.toArray()).not.toEqual(a);
  });
});

test("random variables have types and methods like others", () => {
  const u = new RandomStreams(1).uniform({ size: [2, 2] });
  u satisfies { dtype: "float64"; ndim: 2 };
  const f = new RandomStreams(1).uniform([3], { dtype: "float32" });
  f satisfies { dtype: "float32"; ndim: 1 };
  new RandomStreams(1).binomial({ size: [1, 2, 3] }) satisfies { dtype: "int64"; ndim: 3 };
  expect(u.add(u).sub(u.mul(2)).eval().toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(String(u)).toBe("RandomFunction{uniform}.1");
  expect(String(u.rng.type)).toBe("RandomStateType");
  expect(T.cast(u, "float32").dtype).toBe("float32");
});

// Reference programs of Theano's tutorial: seeds, states shared between functions, and states copied between graphs.
describe("the tutorial on random numbers", () => {
  const srng = new RandomStreams({ seed: 324 });
  const rvU = srng.uniform({ size: [2, 2] });
  const rvN = srng.normal({ size: [2, 2] });
  const f = theano.function([], rvU);
  const g = theano.function([], rvN, { noDefaultUpdates: true });
  const nearlyZeros = theano.function([], rvU.add(rvU).sub(rvU.mul(2)));

  test("functions move their generators on, unless they are told not to", () => {
    expect(f().toArray()).not.toEqual(f().toArray());
    expect(g().toArray()).toEqual(g().toArray());
    expect(Math.max(...nearlyZeros().toArray().flat())).toBe(0);
  });

  test("a state that is set back gives the same numbers again", () => {
    const rngVal = rvU.rng.getValue({ borrow: true });
    rngVal.seed(89234);
    rvU.rng.setValue(rngVal, { borrow: true });
    srng.seed(902340);
    const stateAfterV0 = rvU.rng.getValue().getState();
    nearlyZeros();
    const v1 = f().toArray();
    const rng = rvU.rng.getValue({ borrow: true });
    rng.setState(stateAfterV0);
    rvU.rng.setValue(rng, { borrow: true });
    const [v2, v3] = [f().toArray(), f().toArray()];
    expect(v2).not.toEqual(v1);
    expect(v3).toEqual(v1);
  });

  test.each([RandomStreams, MRG_RandomStreams])("states are copied from graph to graph (%p)", (Streams) => {
    class Graph {
      readonly rng: RandomStreams | MRG_RandomStreams;
      readonly y;
      constructor(seed = 123) {
        this.rng = new Streams(seed);
        const { rng } = this;
        this.y = rng instanceof MRG_RandomStreams ? rng.uniform({ size: [1] }) : rng.uniform({ size: [1] });
      }
    }
    const copyRandomState = (a: Graph, b: Graph): void => {
      if (a.rng instanceof MRG_RandomStreams) (b.rng as MRG_RandomStreams).rstate = a.rng.rstate;
      a.rng.stateUpdates.forEach(([from], i) => {
        const [to] = b.rng.stateUpdates[i] as readonly [SharedVariable, ...unknown[]];
        to.setValue(from.getValue());
      });
    };
    const [g1, g2] = [new Graph(123), new Graph(987)];
    const [f1, f2] = [theano.function([], g1.y), theano.function([], g2.y)];
    expect(f1().toArray()).not.toEqual(f2().toArray());
    copyRandomState(g1, g2);
    expect(f1().toArray()).toEqual(f2().toArray());
  });
});
