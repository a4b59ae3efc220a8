import theano, { config, evalIntermediate, np, shared, T, withFlags } from "./index.ts";

const text = (value: unknown): string => String(value).replace(/\s+/g, " ");

test("settings have the values they can have, and no others", () => {
  expect(() => withFlags({ floatX: "float99" as never }, () => 0)).toThrow(
    "one of float16, float32, float64",
  );
  expect(() => Object.assign(config, { nonsense: 1 })).toThrow("There is no setting nonsense");
  expect(withFlags({ floatX: "float32" }, () => T.scalar().dtype)).toBe("float32");
  expect(config.floatX).toBe("float64");
});

test("test values are computed as the graph is written, and find shapes that do not fit where they are", () => {
  withFlags({ computeTestValue: "raise" }, () => {
    const [x, z] = T.dvectors("x", "z");
    x.tag.testValue = np.array([1, 2]);
    const y = x.mul(2);
    expect(text(y.tag.testValue)).toBe("[2. 4.]");
    expect(() => x.add(z)).toThrow(
      /input 1 \(z\) of Op Elemwise\{add,no_inplace\}\(x, z\) missing default value/,
    );
    z.tag.testValue = [1, 2, 3];
    expect(() => x.add(z)).toThrow("sizes along dimension 0 are 2 and 3");
    // What compiling makes of a graph has none.
    expect(text(theano.function([x], T.grad(y.sum(), x))([1]))).toBe("[2.]");
    const w = shared(3);
    expect(text(w.add(1).tag.testValue)).toBe("4.0");
  });
  const warned: string[] = [];
  const warn = console.warn;
  console.warn = (line: string) => warned.push(line);
  try {
    withFlags({ computeTestValue: "warn" }, () => T.dvector("x").mul(2));
    withFlags({ computeTestValue: "ignore" }, () => T.dvector("x").mul(2));
    withFlags({ warnFloat64: "warn" }, () => T.fvector("f").mul(np.array([1, 2])));
  } finally {
    console.warn = warn;
  }
  expect(warned).toHaveLength(3);
  expect(warned[0]).toContain("missing default value");
  expect(warned[1]).toContain("config.test.ts");
});

test("numpy+floatX keeps integers with floats in floatX", () => {
  const [i, f] = [T.ivector("i"), T.fvector("f")];
  expect(i.mul(f).dtype).toBe("float64");
  withFlags({ floatX: "float32", castPolicy: "numpy+floatX" }, () => {
    const product = i.mul(f);
    expect(product.dtype).toBe("float32");
    expect(text(theano.function([i, f], product)([2, 3], [0.5, 2]))).toBe("[1. 6.]");
  });
});

test("a failing call shows the operation, types and shapes; and, if asked, what the inputs come from", () => {
  const [x, y] = T.dvectors("x", "y");
  const f = theano.function([x, y], x.exp().add(y.mul(3)), { mode: "None" });
  const message = (): string => {
    try {
      f([1, 2], [1, 2, 3]);
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };
  const low = message();
  expect(low).toContain(
    "node     Elemwise{add,no_inplace}(Elemwise{exp,no_inplace}.0, Elemwise{mul,no_inplace}.0)",
  );
  expect(low).toContain("input 1  Elemwise{mul,no_inplace}.0: TensorType(float64, vector), shape (3)");
  expect(low).toMatch(/made at .*config\.test\.ts/);
  expect(low).not.toContain("y: TensorType");
  const high = withFlags({ exceptionVerbosity: "high" }, message);
  expect(high).toContain("y: TensorType(float64, vector), shape (3)");
});

test("all values between inputs and outputs", () => {
  const x = T.dvector("x");
  const doubled = x.mul(2);
  const values = evalIntermediate(doubled.sum(), [[x, [1, 2]]]);
  expect(text(values.get(doubled))).toBe("[2. 4.]");
  expect([...values.values()].map(text)).toContain("6.0");
});

test("settings come from THEANO_FLAGS", () => {
  process.env.THEANO_FLAGS =
    "floatX=float32,compute_test_value=warn,traceback.limit=3,profile=True,nonsense=1";
  const warn = jest.spyOn(console, "warn").mockImplementation(() => {});
  let fresh: typeof config | undefined;
  jest.isolateModules(() => {
    fresh = jest.requireActual<{ config: typeof config }>("@theano-ts/core").config;
  });
  const warned = warn.mock.calls.flat().join();
  warn.mockRestore();
  delete process.env.THEANO_FLAGS;
  expect(fresh).toMatchObject({
    floatX: "float32",
    computeTestValue: "warn",
    tracebackLimit: 3,
    profile: true,
  });
  expect(warned).toContain("There is no setting nonsense");
  expect(config.floatX).toBe("float64");
});
