import {
  disconnected,
  opFamily,
  type Parts,
  type Piece,
  type Reader,
  type TensorOp,
  type TensorVariable,
  tensorOp,
  tensorType,
  type ValueContext,
} from "@theano-ts/core";
import { constant, type DType, type Expr, int, type RealDType } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { blockOf, type Pair } from "./threefry.ts";

/** What becomes of a block of two words: two numbers, or one where it takes both words. */
interface BlockForm {
  /** As it prints. */
  readonly name: string;
  readonly dtype: DType;
  numbers(block: Pair<Expr>): readonly Expr[];
}

const word = (x: number): Expr => constant(x, "uint32");

/** A state's words: the key of a variable, and how often it was drawn, low word first. */
const wordsOf = (read: Reader): readonly [Expr, Expr, Expr, Expr] =>
  [0, 1, 2, 3].map((k) => (read([int(k)]) as [Expr])[0]) as unknown as readonly [Expr, Expr, Expr, Expr];

/** The state after one more draw. */
export const counted: TensorOp = /* @__PURE__ */ tensorOp({
  name: "CounterState",
  type: ([state]) => [(state as TensorVariable).type],
  shape: ([dims = []]) => [dims],
  at([k], { inputs }) {
    const [first, second, low, high] = wordsOf(inputs[0] as Reader);
    const next = prim.add(low, word(1));
    const carry = prim.cast(prim.eq(next, word(0)), "uint32");
    const words = [first, second, next, prim.add(high, carry)];
    return [[words.reduceRight((rest, x, i) => prim.select(prim.eq(k as Expr, i), x, rest))]];
  },
  grad: () => [disconnected],
  connection: () => [[false]],
  rop: () => [null],
});

/** The key of a draw, from the state: two words. Every draw has its own, and counts its blocks from 0. */
export const drawKey: TensorOp = /* @__PURE__ */ tensorOp({
  name: "CounterKey",
  standalone: true,
  type: () => [tensorType("uint32", 1)],
  shape: () => [[int(2)]],
  at([k], { inputs }) {
    const [first, second, low, high] = wordsOf(inputs[0] as Reader);
    const [x, y] = blockOf([first, second], [low, high]);
    return [[prim.select(prim.eq(k as Expr, 0), x, y)]];
  },
  grad: () => [disconnected],
  connection: () => [[false]],
  rop: () => [null],
});

/**
 * So many numbers, from a key and how many. Block i gives numbers i and h + i, of which there are 2h or 2h + 1: both
 * words are made in one loop, and any number can be made alone.
 */
const counterDraw = ({ name, dtype, numbers }: BlockForm): TensorOp =>
  tensorOp({
    name: `CounterDraw{${name},${dtype}}`,
    standalone: true,
    uses: () => ["stored", "size"],
    type: () => [tensorType(dtype, 1)],
    shape(_, context, node) {
      const count = context.scalar(node.inputs[1] as TensorVariable);
      context.demand(
        prim.ge(count, 0),
        (valueOf) => `Cannot draw ${valueOf(count)} numbers: it is less than 0`,
      );
      return [[count]];
    },
    pieces(context: ValueContext) {
      const [count] = context.outputs[0] as readonly [Expr];
      const read = context.inputs[0] as Reader;
      const key = [0, 1].map((k) => (read([int(k)]) as [Expr])[0]) as unknown as Pair<Expr>;
      const of = (i: Expr): readonly Expr[] => numbers(blockOf(key, [prim.cast(i, "uint32"), word(0)]));
      const part = (start: Expr, size: Expr, at: (i: Expr) => Expr): Piece => ({
        start: [start],
        step: [int(1)],
        size: [size],
        apart: true,
        at: ([i]) => [prim.cast(at(i as Expr), dtype as RealDType)] as Parts,
      });
      if (of(int(0)).length === 1) return [part(int(0), count, (i) => of(i)[0] as Expr)];
      const half = prim.floorDiv(count, 2);
      const both = prim.mul(half, 2);
      return [
        part(int(0), half, (i) => of(i)[0] as Expr),
        part(half, half, (i) => of(i)[1] as Expr),
        part(both, prim.sub(count, both), (i) => of(prim.add(i, half))[0] as Expr),
      ];
    },
    connection: () => [[false], [false]],
    grad: () => [disconnected, disconnected],
    rop: () => [null],
  });

/** `x / 2^bits` of a word's upper bits, as a float of [0, 1). The bits are few enough to be exact. */
const fraction = (x: Expr, bits: number, dtype: "float32" | "float64"): Expr =>
  prim.mul(upper(x, bits, dtype), constant(2 ** -bits, dtype));

/** The upper bits of a word as a float; by way of int32, which machines convert faster. */
const upper = (x: Expr, bits: number, dtype: "float32" | "float64"): Expr =>
  prim.cast(prim.cast(prim.shr(x, word(32 - bits)), "int32"), dtype);

/** Uniform over [0, 1), as finely as the dtype allows: 24 bits, 53 of two words, 11. */
const uniformForms: Readonly<Record<"float16" | "float32" | "float64", BlockForm>> = {
  float16: { name: "uniform", dtype: "float16", numbers: (b) => b.map((x) => fraction(x, 11, "float32")) },
  float32: { name: "uniform", dtype: "float32", numbers: (b) => b.map((x) => fraction(x, 24, "float32")) },
  float64: {
    name: "uniform",
    dtype: "float64",
    numbers: ([x, y]) => [
      prim.mul(
        prim.add(prim.mul(upper(x, 27, "float64"), constant(2 ** 26, "float64")), upper(y, 26, "float64")),
        constant(2 ** -53, "float64"),
      ),
    ],
  },
};

/**
 * Gaussians, two of a block, by G. E. P. Box and M. E. Muller, "A note on the generation of random normal deviates"
 * (1958): float64 of numbers of 32 bits, so none is beyond 6.7.
 */
const normalForm = (dtype: "float32" | "float64"): BlockForm => ({
  name: "normal",
  dtype,
  numbers([x, y]) {
    const bits = dtype === "float32" ? 24 : 31;
    // In (0, 1]: the logarithm of 0 is avoided by half a step.
    const u = prim.add(fraction(x, bits, dtype), constant(2 ** -(bits + 1), dtype));
    const radius = prim.sqrt(prim.mul(constant(-2, dtype), prim.log(u)));
    // In [−π, π).
    const turn = prim.mul(
      prim.cast(prim.cast(prim.shr(y, word(8)), "int32"), dtype),
      constant((2 * Math.PI) / 2 ** 24, dtype),
    );
    const angle = prim.sub(turn, constant(Math.PI, dtype));
    return [prim.mul(radius, prim.cos(angle)), prim.mul(radius, prim.sin(angle))];
  },
});

/** The dtypes that uniform numbers are drawn in. */
export type UniformDType = keyof typeof uniformForms;

/** Uniform numbers, from a key and how many. */
export const counterUniform: (dtype: UniformDType) => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  counterDraw(uniformForms[dtype]),
);

/** Gaussians, from a key and how many. */
export const counterNormal: (dtype: "float32" | "float64") => TensorOp = /* @__PURE__ */ opFamily((dtype) =>
  counterDraw(normalForm(dtype)),
);
