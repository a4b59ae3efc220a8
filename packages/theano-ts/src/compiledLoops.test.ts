// Loops as part of compiled programs: what surrounds them, and what they can be made of.
import theano, {
  asOp,
  DebugMode,
  ifelse,
  MonitorMode,
  NanGuardMode,
  np,
  RandomStreams,
  T,
  type TensorVariable,
  until,
} from "./index.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type Any = any;
/** What steps do is what matters here; `types.test.ts` has their types. */
const scan = theano.scan as Any;
const zero = (): Any => T.zeros([], { dtype: "float64" });

test("a shared variable that a loop goes over, and that the same call updates", () => {
  const w = theano.shared([1, 2, 3], { name: "w" });
  const [sums] = scan((a: Any, before: Any) => before.add(a), {
    sequences: w,
    outputsInfo: zero(),
  });
  const double = theano.function([], sums, { updates: [[w, w.mul(2)]] as Any });
  expect([String(double()), String(w.getValue())]).toEqual(["[1. 3. 6.]", "[2. 4. 6.]"]);
  const replace = theano.function([], sums.get(-1), { updates: [[w, sums]] as Any });
  expect([String(replace()), String(w.getValue())]).toEqual(["12.0", "[ 2.  6. 12.]"]);
});

test.each([
  ["int8", "[1 2 5]", "[8 8]"],
  ["uint16", "[1 2 5]", "[8 8]"],
  ["int64", "[1 2 5]", "[8 8]"],
  ["float16", "[1. 2. 5.]", "[8. 8.]"],
  ["float32", "[1. 2. 5.]", "[8. 8.]"],
  ["complex64", "[1.+0.j 2.+0.j 5.+0.j]", "[8.+0.j 8.+0.j]"],
  ["complex128", "[1.+0.j 2.+0.j 5.+0.j]", "[8.+0.j 8.+0.j]"],
] as const)("states of %s, in registers and in memory", (dtype, rows, last) => {
  const [x, w] = [T.vector("x", { dtype }), T.vector("w", { dtype })] as Any[];
  const [elements] = scan((a: Any, before: Any) => T.cast(before.mul(2).add(a), dtype), {
    sequences: x,
    outputsInfo: T.zeros([], { dtype }),
  }) as Any;
  const [arrays] = scan((a: Any, before: Any) => T.cast(before.add(a).add(w.sum()), dtype), {
    sequences: x,
    outputsInfo: T.zerosLike(w),
  }) as Any;
  const f = theano.function([x, w], [elements, arrays.get(-1)] as Any) as Any;
  const results = f(np.array([1, 0, 1], { dtype }), np.array([1, 1], { dtype }));
  expect(results.map(String)).toEqual([rows, last]);
});

test("sizes that change from call to call", () => {
  const [x, w] = [T.dmatrix("x"), T.dmatrix("w")] as Any[];
  const [h] = scan((a: Any, before: Any) => T.tanh(T.dot(before, w).add(a)), {
    sequences: x,
    outputsInfo: T.zeros([x.shape.get(1)], { dtype: "float64" }),
  }) as Any;
  const f = theano.function([x, w], [h, T.grad(h.pow(2).sum(), w)] as Any) as Any;
  const random = new np.random.RandomState(1);
  const sizes = [
    [3, 2],
    [5, 2],
    [0, 2],
    [1, 7],
    [4, 60],
    [4, 61],
  ] as const;
  for (const [n, m] of sizes) {
    const rows = random.uniform({ low: -1, high: 1, size: [n, m] });
    const weights = random.uniform({ low: -1, high: 1, size: [m, m] });
    const by = weights.toArray() as number[][];
    let now = Array.from({ length: m }, () => 0);
    const expected = (rows.toArray() as number[][]).map((row) => {
      now = row.map((a, j) => Math.tanh(now.reduce((s, v, k) => s + v * (by[k]?.[j] as number), a)));
      return now;
    });
    const [got, gradient] = f(rows, weights);
    // Sums of 61 products of numbers below 1, added in another order.
    expect(got.toArray()).toEqual(expected.map((row) => row.map((v) => expect.closeTo(v, 12))));
    expect(gradient.shape).toEqual([m, m]);
  }
});

test.each([
  ["with sizes that are known", { inferShape: (_: unknown, [d]: Any) => [d] }],
  ["with sizes that nobody knows", {}],
])("an operation of the host in a step, %s", (_, options) => {
  const twice = asOp(
    { itypes: [T.dvector], otypes: [T.dvector], ...options } as Any,
    ((v: Any) => np.array(v.toArray().map((e: number) => 2 * e))) as Any,
  ) as Any;
  const x = T.dmatrix("x");
  const [rows] = scan((a: Any, before: Any) => twice(before).add(a), {
    sequences: x,
    outputsInfo: T.zeros([2], { dtype: "float64" }),
  }) as Any;
  const f = theano.function([x], [rows.get(-1), x.sum()] as Any) as Any;
  const points = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  expect(f(points).map(String)).toEqual(["[15. 22.]", "21.0"]);
});

test.each([
  ["DebugMode", new DebugMode()],
  ["NanGuardMode", new NanGuardMode()],
  ["MonitorMode", new MonitorMode()],
  ["FAST_COMPILE", "FAST_COMPILE"],
])("%s runs loops and their gradients", (_, mode) => {
  const [x, w] = [T.dmatrix("x"), T.dmatrix("w")] as Any[];
  const [h] = scan((a: Any, before: Any) => T.tanh(T.dot(before, w).add(a)), {
    sequences: x,
    outputsInfo: T.zeros([2], { dtype: "float64" }),
  }) as Any;
  const outputs = [h, T.grad(h.pow(2).sum(), w)] as Any;
  const values = [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [0.1, 0.2],
      [0.3, 0.4],
    ],
  ];
  const plain = (theano.function([x, w], outputs) as Any)(...values).map(String);
  const looked = theano.function([x, w], outputs, { mode } as Any) as Any;
  expect(looked(...values).map(String)).toEqual(plain);
});

test("random draws in a loop in a loop go on where they stopped", () => {
  const random = new RandomStreams(3);
  const [rows, updates] = scan(
    (): Any => {
      const [row, inner] = scan(() => random.uniform([]), { nSteps: 3 });
      return [row, inner];
    },
    { nSteps: 2 },
  ) as Any;
  const draw = theano.function([], rows, { updates }) as Any;
  const reference = new RandomStreams(3).uniform([12]);
  const all = [...draw().toArray().flat(), ...draw().toArray().flat()];
  expect(all).toEqual((theano.function([], reference as TensorVariable)() as Any).toArray());
});

test("a loop that ends early and chooses, in a loop: Collatz", () => {
  const n = T.dvector("n");
  const [lengths] = scan(
    (start: Any) => {
      const step: Any = (v: Any, count: Any) => {
        const next = ifelse(T.eq(T.mod(v, 2), 0) as Any, v.div(2), v.mul(3).add(1));
        return [[next, count.add(1)], until(T.eq(v, 2) as Any)];
      };
      const [[, counts]] = scan(step, { outputsInfo: [start, zero()], nSteps: 1000 }) as Any;
      return counts.get(-1);
    },
    { sequences: n },
  ) as Any;
  const f = theano.function([n], lengths) as Any;
  expect(String(f([6, 7, 27]))).toBe("[  8.  16. 111.]");
});
