import { config, withFlags } from "../../config.ts";
import { constant } from "../../tensor/constant.ts";
import { tensorType } from "../../tensor/tensorType.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { complex as literal } from "../../value/complex.ts";
import * as T from "../index.ts";
import { of, shown, values } from "../table.testing.ts";

const f64 = (...x: number[]): TensorVariable => of("float64", x);
const i32 = (...x: number[]): TensorVariable => of("int32", x);
const z = (re: number, im: number): TensorVariable => constant(literal(re, im), { dtype: "complex128" });
const scalar = (dtype: TensorVariable["dtype"]): TensorVariable =>
  tensorType(dtype, 0).makeVariable("x") as TensorVariable;

// The values are NumPy's, which Theano's are.
values("arithmetic", () => [
  ["a sum of bools", T.add(of("bool", [true, false]), of("bool", [true, true])), "bool [true, true]"],
  ["a quotient of integers", T.trueDiv(i32(7, -7), i32(2, 2)), "float64 [3.5, -3.5]"],
  ["floor division", T.intDiv(i32(7, -7), i32(2, 2)), "int32 [3, -4]"],
  ["floor division of floats by a little more than a tenth", T.intDiv(f64(2), 0.1), "float64 [19]"],
  ["mod", T.mod(i32(7, -7), i32(-3, 3)), "int32 [-2, 2]"],
  ["mod by zero", T.mod(i32(7), i32(0)), "int32 [0]"],
  ["a power", T.pow(i32(2, -3), 3), "int32 [8, -27]"],
  ["a complex product", T.mul(z(1, 2), z(3, -1)), "complex128 5 + 5i"],
  ["a complex quotient", T.trueDiv(z(1, 2), z(3, -1)), "complex128 0.1 + 0.7i"],
  ["ceilIntdiv", T.ceilIntdiv(i32(7, 8), i32(4, 4)), "int32 [2, 2]"],
]);

values("choices", () => [
  ["where", T.where(of("bool", [true, false]), f64(1, 2), 0), "float64 [1, 0]"],
  ["where by a fraction", T.where(f64(0.5, 0), i32(1, 2), 0), "int32 [1, 0]"],
  ["maximum with NaN", T.maximum(f64(1, Number.NaN), 2), "float64 [2, NaN]"],
  ["clip, whose lower bound wins", T.clip(f64(-1, 5), 3, 2), "float64 [3, 2]"],
  ["sgn of NaN", T.sgn(f64(-2, 0, Number.NaN)), "float64 [-1, 0, NaN]"],
]);

values("rounding", () => [
  ["ties to even", T.round(f64(0.5, 1.5, -2.5)), "float64 [0, 2, -2]"],
  [
    "ties away from zero",
    T.round(f64(0.5, 1.5, -2.5), { mode: "half_away_from_zero" }),
    "float64 [1, 2, -3]",
  ],
  ["iround", T.iround(f64(0.5, 1.7)), "int64 [0, 2]"],
]);

values("functions of complex numbers", () => [
  ["the root of -1", T.sqrt(z(-1, 0)), "complex128 0 + 1i"],
  ["the angle of -1", T.angle(of("int32", -1)), "float64 3.14159"],
  ["the modulus of 3 + 4i", T.abs(z(3, 4)), "float64 5"],
]);

describe("dtypes", () => {
  test.each<[TensorVariable["dtype"], TensorVariable["dtype"]]>([
    ["bool", "float32"],
    ["int8", "float32"],
    ["uint16", "float32"],
    ["int32", "float64"],
    ["float32", "float32"],
    ["complex64", "complex64"],
  ])("exp of %s is %s", (dtype, result) => expect(T.exp(scalar(dtype)).dtype).toBe(result));

  test("integers divide to floatX", () =>
    withFlags({ floatX: "float32" }, () => {
      expect(config.floatX).toBe("float32");
      expect(T.trueDiv(scalar("int64"), scalar("int8")).dtype).toBe("float32");
    }));

  test("literals are weak, but a fraction makes integers floats", () => {
    expect(T.mul(scalar("float32"), 0.1).dtype).toBe("float32");
    expect(T.mul(scalar("int8"), 2).dtype).toBe("int8");
    expect(T.mul(scalar("int8"), 0.5).dtype).toBe("float64");
  });
});

describe("what is refused", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["subtracting bools", () => T.sub(scalar("bool"), scalar("bool")), /subtract or negate bools/],
    ["the bits of floats", () => T.and(scalar("float64"), scalar("int8")), /bits of float64 and int8/],
    ["rounding integers", () => T.round(scalar("int8")), /Cannot round int8/],
    ["the sigmoid of complex numbers", () => T.sigmoid(scalar("complex64")), /complex numbers/],
    [
      "casting complex numbers to real",
      () => T.cast(scalar("complex64"), "float32"),
      /use real, imag, angle or abs/,
    ],
  ])("%s", (_, build, message) => expect(build).toThrow(message));
});

describe("gradients are made of the nodes that Theano prints", () => {
  const gradientOf = (v: TensorVariable): string[] => {
    const g = scalar("float64");
    g.name = "g";
    const node = v.owner as NonNullable<typeof v.owner>;
    const terms = (node.op as typeof T.dotOp).gradient(node, [g]) as readonly TensorVariable[];
    return terms.map(text);
  };
  const text = (v: TensorVariable): string =>
    v.owner ? `${v.owner.op}(${v.owner.inputs.map((x) => text(x as TensorVariable)).join(", ")})` : String(v);
  const x = scalar("float64");

  test("of a square", () =>
    expect(gradientOf(T.sqr(x))).toEqual([
      "Elemwise{mul}(Elemwise{mul}(g, x), InplaceDimShuffle{}(TensorConstant{2}))",
    ]));
  test("of a sine", () => expect(gradientOf(T.sin(x))).toEqual(["Elemwise{mul}(g, Elemwise{cos}(x))"]));
  test("a named operation and a derived one are the same", () => {
    const [derived] =
      (T.sin(x).owner as NonNullable<typeof x.owner>).op.gradient?.(T.sin(x).owner as never, [x]) ?? [];
    expect(((derived as TensorVariable).owner as NonNullable<typeof x.owner>).op.key).toBe(T.mul.op.key);
  });
});

test("operands whose sizes differ are named with their shapes", () =>
  expect(() => shown(T.add(f64(1, 2), f64(1, 2, 3)))).toThrow(
    /Cannot take add of .*float64\(2\).*float64\(3\).* sizes along dimension 0 are 2 and 3/,
  ));
