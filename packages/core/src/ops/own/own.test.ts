import { interpreter } from "@theano-ts/kernel";
import {
  Apply,
  type ArrayInput,
  add,
  array,
  asOp,
  asTensor,
  compile,
  complex,
  exp,
  fastCompile,
  makers,
  mul,
  type NDArray,
  noRewrites,
  PerformError,
  type Performed,
  PerformOp,
  shared,
  subtensor,
  sum,
  type TensorLike,
  TensorOp,
  TensorType,
  type TensorVariable,
  tensorType,
} from "../../index.ts";

const vector = (name: string): TensorVariable<"float64", 1> => tensorType("float64", 1).makeVariable(name);
const dvector = tensorType("float64", 1);

const run = (
  inputs: readonly TensorVariable[],
  output: TensorVariable,
  values: readonly ArrayInput[],
  mode = fastCompile,
): NDArray => compile({ inputs, outputs: output, backend: interpreter, mode })(...values) as NDArray;

/** Each element `times` times over; its size is known before. */
class Repeat extends PerformOp {
  static override readonly props = ["times"];
  readonly times: number;
  calls = 0;

  constructor(times: number) {
    super();
    this.times = times;
  }

  override makeNode(x: TensorLike): Apply {
    const a = asTensor(x);
    return new Apply(this, [a], [new TensorType(a.dtype, [false])]);
  }

  override perform(_: Apply, [x]: readonly NDArray[]): Performed {
    this.calls++;
    const values = (x as NDArray).toArray() as number[];
    return array(
      values.flatMap((v) => Array<number>(this.times).fill(v)),
      (x as NDArray).dtype,
    );
  }

  override inferShape(_: Apply, [x]: readonly (readonly TensorVariable[])[]): TensorVariable[][] {
    return [[mul((x as TensorVariable[])[0] as TensorVariable, this.times)]];
  }
}

/** As `Repeat`, of sizes nobody knows before. */
class RepeatBlindly extends Repeat {
  override readonly inferShape = undefined as never;
}

/** Those elements that are positive, and how many they are. */
class Positive extends PerformOp {
  override readonly itypes = [dvector];
  override readonly otypes = [dvector, tensorType("int64", 0)];
  override perform(_: Apply, [x]: readonly NDArray[]): Performed {
    const found = ((x as NDArray).toArray() as number[]).filter((v) => v > 0);
    return [found, found.length];
  }
}

const x = vector("x");

describe("an op of one's own", () => {
  test.each([
    ["with inferShape", new Repeat(2)],
    ["without", new RepeatBlindly(2)],
  ])("is computed by perform, %s, amid other ops", (_, op) => {
    const y = exp(op.call(mul(x, 2)));
    expect(run([x], sum(y), [[1, 2]]).item()).toBeCloseTo(2 * (Math.exp(2) + Math.exp(4)), 12);
    expect(run([x], y, [[0, 0, 0]]).shape).toEqual([6]);
    expect(run([x], y, [[]], noRewrites).shape).toEqual([0]);
  });

  test("whose sizes are not known before feeds another of its kind", () => {
    const [positive, count] = new Positive().apply(x) as [TensorVariable, TensorVariable];
    const [again] = new Positive().apply(add(positive, -2)) as [TensorVariable];
    expect(run([x], mul(again, count), [[1, 3, -5, 4]]).toArray()).toEqual([3, 6]);
    expect(run([x], count, [[-1]]).item()).toBe(0);
  });

  test("gives sizes to what comes after it", () => {
    const [, count] = new Positive().apply(x) as [TensorVariable, TensorVariable];
    const from = subtensor(x, count);
    expect(run([x], from, [[1, -3, 5]]).item()).toBe(5);
  });

  test("updates shared variables together with everything else, or not at all", () => {
    const s = shared(array([1, 2]));
    const grown = new RepeatBlindly(2).call(s) as TensorVariable;
    const grow = compile({ inputs: [], outputs: sum(grown), updates: [[s, grown]], backend: interpreter });
    expect([(grow() as NDArray).item(), (grow() as NDArray).item()]).toEqual([6, 12]);
    expect(s.getValue().shape).toEqual([8]);
  });

  test("is one op with those whose props are equal, and applied once to the same operand", () => {
    expect(new Repeat(2).key).toBe(new Repeat(2).key);
    expect(new Repeat(2).key).not.toBe(new Repeat(3).key);
    expect(new Positive().key).not.toBe(new Positive().key);
    const [a, b] = [new Repeat(2), new Repeat(2)];
    run([x], add(a.call(x), b.call(x)), [[1]]);
    expect(a.calls + b.calls).toBe(1);
  });

  test("prints its name and its props", () => {
    expect(String(new Repeat(2))).toBe("Repeat{times=2}");
    expect(String(new Positive().call(x))).toBe("Positive.0");
  });

  test("of constants is computed when the function is made", () => {
    const op = new RepeatBlindly(2);
    const f = compile({ inputs: [], outputs: op.call([1, 2]), backend: interpreter, mode: fastCompile });
    expect(op.calls).toBe(1);
    expect((f() as NDArray).toArray()).toEqual([1, 1, 2, 2]);
    expect(op.calls).toBe(1);
  });

  test("takes values for operands, and refuses others with their names", () => {
    expect(run([], new Positive().call([1, -2, 3]), []).toArray()).toEqual([1, 3]);
    const i = tensorType("int64", 1).makeVariable("i");
    expect(() => new Positive().call(i)).toThrow(
      /operand 0 of Positive must be TensorType\(float64, vector\), but i is TensorType\(int64, vector\)/,
    );
    expect(() => new Positive().call(x, x)).toThrow(/Positive takes 1 operands, not 2/);
  });
});

describe("what perform does wrong is said with the op, the node and the user's line", () => {
  const wrong = (given: unknown, inferShape?: unknown): (() => NDArray) => {
    class Wrong extends PerformOp {
      override readonly itypes = [dvector];
      override readonly otypes = [dvector];
      override perform(): Performed {
        if (given instanceof Error) throw given;
        return given as Performed;
      }
    }
    const op = new Wrong();
    if (inferShape) Object.assign(op, { inferShape });
    const y = op.call(x);
    return () => run([x], y, [[1, 2]]);
  };
  const madeHere = /in Wrong\(x\)\n[\s\S]*made at .*own\.test\.ts/;

  test.each([
    [
      "another dtype",
      array([1, 2], "complex128"),
      /wrong value for output 0: expected float64, got complex128/,
    ],
    [
      "another rank",
      array([[1, 2]]),
      /wrong value for output 0: Wrong number of dimensions: expected 1, got 2/,
    ],
    ["more results", [array([1]), array([2])], /must give 1 results, and gave 2|expected/],
    ["nothing", undefined, /wrong value for output 0: expected TensorType/],
    ["an error", new RangeError("out of luck"), /perform of Wrong failed: out of luck/],
  ])("%s", (_, given, message) => {
    expect(wrong(given)).toThrow(message);
    expect(wrong(given)).toThrow(madeHere);
    expect(wrong(given, () => [[2]])).toThrow(message);
    expect(wrong(given, () => [[2]])).toThrow(madeHere);
  });

  test("the error it threw is the cause", () => {
    const cause = new RangeError("out of luck");
    expect.assertions(2);
    try {
      wrong(cause)();
    } catch (error) {
      expect(error).toBeInstanceOf(PerformError);
      expect((error as Error).cause).toBe(cause);
    }
  });

  test("another shape than inferShape says, and an inferShape that fits nothing", () => {
    expect(wrong(array([1, 2, 3]), () => [[2]])).toThrow(
      /gave shape \(3\) for output 0, but its inferShape says \(2\)/,
    );
    expect(wrong(array([1, 2]), () => [[1, 2]])).toThrow(/inferShape of Wrong must give the sizes of 1 dim/);
    expect(wrong(array([1, 2]), () => [[0.5]])).toThrow(/gave the size .* sizes are integer scalars/);
  });

  test("an op without types or makeNode", () => {
    class Bare extends PerformOp {
      override perform(): Performed {
        return 0;
      }
    }
    expect(() => new Bare().call(x)).toThrow(/Bare needs makeNode, or both itypes and otypes/);
  });
});

describe("asOp", () => {
  test("makes a function of arrays an op, in our form and in that of Theano's decorator", () => {
    const spec = { itypes: [() => vector("v"), dvector], otypes: [dvector] } as const;
    const plus = (a: NDArray, b: NDArray): NDArray =>
      makers.array((a.toArray() as number[]).map((v, i) => v + Number(b.get(i).item())));
    const ours = asOp(spec, plus);
    const theirs = asOp(spec.itypes, spec.otypes, (_, [a]) => [a ?? []])(plus);
    for (const f of [ours, theirs]) expect(run([x], f(x, mul(x, 2)), [[1, 2]]).toArray()).toEqual([3, 6]);
    expect(String(ours.op)).toBe("FromFunctionOp{plus}");
    expect(asOp(spec, plus).op.key).toBe(ours.op.key);
    expect(asOp(spec, (a) => a).op.key).not.toBe(ours.op.key);
  });

  test("gives a list for several results", () => {
    const both = asOp({ itypes: [dvector], otypes: [dvector, tensorType("complex128", 0)] }, (a) => [
      a,
      complex(1, a.size),
    ]);
    const [same, size] = both(x);
    expect(run([x], same, [[1, 2]]).toArray()).toEqual([1, 2]);
    expect(run([x], size, [[1, 2]]).item()).toEqual(complex(1, 2));
  });

  test("refuses what is no type or no function", () => {
    expect(() => asOp({ itypes: dvector as never, otypes: [dvector] }, (() => 0) as never)).toThrow(
      /itypes must be a list of types/,
    );
    expect(() => asOp({ itypes: ["float64" as never], otypes: [dvector] }, () => 0)).toThrow(
      /float64 is no type/,
    );
    expect(() => asOp({ itypes: [], otypes: [dvector] }, 3 as never)).toThrow(/asOp needs a function, not 3/);
  });
});

test("ops of one's own become routines or steps of the host when a function is compiled", () => {
  const node = new Repeat(2).call(x).owner as Apply;
  expect(node.op.expand?.(node)?.[0]?.owner?.op).toBeInstanceOf(TensorOp);
});
