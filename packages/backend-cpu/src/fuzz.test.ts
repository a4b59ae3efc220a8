import {
  type Axis,
  allocate,
  axis,
  buffer,
  carry,
  carryValue,
  constant,
  type Expr,
  evaluateSize,
  expressions,
  fromHalf,
  index,
  input,
  inputsOf,
  int,
  interpreter,
  isBig,
  isDiscrete,
  isFloat,
  type Kernel,
  type Launch,
  load,
  map,
  type Program,
  type ProgramBuffer,
  prim,
  printProgram,
  product,
  type RealDType,
  reduce,
  reducer,
  rowMajor,
  type SizeParam,
  size,
  sizeParam,
  type TypedArray,
  type View,
  verify,
} from "@theano-ts/kernel";
import { cpu } from "./index.ts";

/** A small generator of numbers, the same for a seed on every machine. */
function random(seed: number): { below(n: number): number; unit(): number; pick<T>(from: readonly T[]): T } {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  const below = (n: number): number => next() % n;
  return { below, unit: () => next() / 2 ** 32, pick: (from) => from[below(from.length)] as never };
}
type Random = ReturnType<typeof random>;

const dtypesAll: RealDType[] = [
  "bool",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
];

/** Numbers where mistakes show: small ones mostly, so that sums of floats are exact. */
function fill(r: Random, data: TypedArray, dtype: RealDType): void {
  for (let i = 0; i < data.length; i++) {
    let x = r.below(17) - 8;
    if (dtype === "bool") x = r.below(2);
    else if (isDiscrete(dtype) && r.below(8) === 0) x = r.below(2 ** 31) - r.below(2 ** 31);
    else if (isFloat(dtype))
      x = r.below(8) === 0 ? r.pick([0, -0, Infinity, -Infinity, NaN, 1e-40, 3e9, -5e18]) : x / 4;
    if (isBig(dtype))
      (data as BigInt64Array)[i] = r.below(8) === 0 ? BigInt(x) << 32n : BigInt(Math.trunc(x));
    else if (dtype === "float16")
      (data as Uint16Array)[i] =
        r.below(8) === 0 ? r.below(65536) : r.pick([0, 0x3c00, 0xc000, 0x3800, 0xbe00]);
    else (data as Float64Array)[i] = x;
  }
}

interface Made {
  program: Program;
  sizes: number[];
}

/** Builds expressions, kernels and programs at random. */
class Maker {
  readonly r: Random;
  readonly params: SizeParam[] = [];
  readonly values: number[] = [];
  readonly buffers: ProgramBuffer[] = [];
  readonly views = new Map<unknown, View>();
  axes: Axis[] = [];
  leaves: Expr[] = [];

  constructor(r: Random) {
    this.r = r;
  }

  size(n: number): Expr {
    if (this.r.below(2)) return int(n);
    const p = sizeParam(`n${this.params.length}`);
    this.params.push(p);
    this.values.push(n);
    return size(p);
  }
  known(e: Expr): number {
    return evaluateSize(e, new Map(this.params.map((p, i) => [p.id, this.values[i] as number])));
  }
  axis(sizes: readonly number[]): Axis {
    return axis(this.size(this.r.pick(sizes)));
  }

  /** A load over some of `axes`, with strides of many kinds. */
  load(dtype: RealDType, axes: readonly Axis[]): Expr {
    const { r } = this;
    const chosen = axes.filter(() => r.below(4) > 0);
    if (r.below(3) === 0) chosen.reverse();
    const x = input(dtype, chosen.length, `x${this.buffers.length}`);
    // Lay the array out, sometimes with gaps, sometimes backwards.
    const gap = r.below(4) === 0 ? 2 : 1;
    const shape = chosen.map((a) => a.size);
    const strides = rowMajor(shape, int(gap));
    let offset: Expr = int(r.below(2));
    const flipped = strides.map((s, i) => {
      if (r.below(6) > 0) return s;
      offset = prim.add(offset, prim.mul(prim.sub(shape[i] as Expr, int(1)), s));
      return prim.neg(s);
    });
    const length = prim.add(prim.mul(product(shape), int(gap)), int(3));
    const role = r.below(8) === 0 ? "constant" : r.below(6) === 0 ? "state" : "input";
    const n = this.known(length);
    const data = allocate(dtype, Math.max(0, n));
    fill(r, data, dtype);
    const b = buffer(dtype, length, role, data);
    this.buffers.push(b);
    this.views.set(x, { buffer: b, offset, strides: flipped });
    return load(
      x,
      chosen.map((a) => index(a)),
    );
  }

  /** An expression of `dtype`, about `depth` deep. */
  expr(dtype: RealDType, axes: readonly Axis[], depth: number): Expr {
    const { r } = this;
    if (depth === 0 || r.below(6) === 0) {
      const old = this.leaves.filter((e) => e.dtype === dtype);
      if (old.length > 0 && r.below(2)) return r.pick(old);
      if (r.below(6) === 0)
        return dtype === "bool" ? constant(r.below(2), dtype) : prim.number(r.below(5) - 2, dtype);
      if (r.below(6) === 0 && axes.length > 0) return prim.cast(index(r.pick(axes)), dtype);
      const made = this.load(dtype, axes);
      this.leaves.push(made);
      return made;
    }
    const sub = (d: RealDType = dtype): Expr => this.expr(d, axes, depth - 1);
    if (r.below(7) === 0) return prim.select(sub("bool"), sub(), sub());
    if (r.below(5) === 0 && dtype !== "float16") return prim.cast(sub(r.pick(dtypesAll)), dtype);
    if (dtype === "bool") {
      if (r.below(2)) {
        const d = r.pick(dtypesAll);
        return r.pick([prim.eq, prim.ne, prim.lt, prim.le, prim.gt, prim.ge])(sub(d), sub(d));
      }
      return r.pick([
        () => prim.and(sub(), sub()),
        () => prim.or(sub(), sub()),
        () => prim.xor(sub(), sub()),
        () => prim.not(sub()),
      ])();
    }
    if (isFloat(dtype))
      return r.pick([
        () => prim.add(sub(), sub()),
        () => prim.sub(sub(), sub()),
        () => prim.mul(sub(), sub()),
        () => prim.div(sub(), sub()),
        () => prim.min(sub(), sub()),
        () => prim.max(sub(), sub()),
        () => prim.neg(sub()),
        () => prim.abs(sub()),
        () => prim.sqrt(sub()),
        () => prim.floor(sub()),
        () => prim.ceil(sub()),
        () => prim.trunc(sub()),
        () => prim.roundEven(sub()),
        () => prim.copySign(sub(), sub()),
        () => prim.floorDiv(sub(), sub()),
        () => prim.mod(sub(), sub()),
      ])();
    return r.pick([
      () => prim.add(sub(), sub()),
      () => prim.sub(sub(), sub()),
      () => prim.mul(sub(), sub()),
      () => prim.min(sub(), sub()),
      () => prim.max(sub(), sub()),
      () => prim.neg(sub()),
      () => prim.abs(sub()),
      () => prim.floorDiv(sub(), sub()),
      () => prim.mod(sub(), sub()),
      () => prim.and(sub(), sub()),
      () => prim.or(sub(), sub()),
      () => prim.xor(sub(), sub()),
      () => prim.not(sub()),
      () => prim.shl(sub(), r.below(2) ? prim.number(r.below(9), dtype) : sub()),
      () => prim.shr(sub(), r.below(2) ? prim.number(r.below(9), dtype) : sub()),
    ])();
  }

  /** A reduction somewhere in an expression. */
  reduction(dtype: RealDType, axes: readonly Axis[]): Expr {
    const { r } = this;
    const over = Array.from({ length: 1 + r.below(2) }, () => this.axis([0, 1, 2, 5, 13, 40]));
    const leaves = this.leaves;
    this.leaves = [];
    const body = this.expr(dtype, [...axes, ...over], r.below(3));
    let made: Expr;
    if (dtype === "bool") [made] = reduce(r.pick([reducer.any, reducer.all]), over, [body]) as [Expr];
    else if (r.below(4) === 0) {
      const position = prim.cast(
        prim.add(prim.mul(index(over[0] as Axis), int(40)), over[1] ? index(over[1]) : int(0)),
        r.pick(["int32", "int64"] as const),
      );
      const both = reduce(r.pick([reducer.argmax, reducer.argmin]), over, [body, position]);
      made = r.below(2) ? (both[0] as Expr) : prim.cast(both[1] as Expr, dtype);
    } else if (isFloat(dtype) && r.below(2)) {
      // Bounded, so that the order of additions does not show.
      const bounded = prim.min(prim.max(body, -64), 64);
      [made] = reduce(reducer.sum, over, [prim.roundEven(bounded)]) as [Expr];
    } else
      [made] = reduce(
        r.pick([
          ...(isFloat(dtype) ? [] : [reducer.sum]),
          reducer.maximum,
          reducer.minimum,
          ...(isFloat(dtype) ? [] : [reducer.prod]),
        ]),
        over,
        [body],
      ) as [Expr];
    this.leaves = leaves;
    return made;
  }

  output(dtype: RealDType, axes: readonly Axis[], length?: Expr): View {
    const { r } = this;
    const shape = axes.map((a) => a.size);
    const order = axes.map((_, i) => i);
    if (r.below(4) === 0) order.reverse();
    const packed = rowMajor(order.map((i) => shape[i] as Expr));
    const strides: Expr[] = [];
    order.forEach((i, k) => {
      strides[i] = packed[k] as Expr;
    });
    const b = buffer(dtype, length ?? product(shape), "output");
    this.buffers.push(b);
    return { buffer: b, offset: int(0), strides };
  }

  program(kernel: Kernel, outputs: readonly View[]): Made {
    const step: Launch = {
      kind: "launch",
      kernel,
      inputs: kernel.inputs.map((x) => this.views.get(x) as View),
      outputs,
    };
    return { program: { sizes: this.params, buffers: this.buffers, steps: [step] }, sizes: this.values };
  }
}

const shapes = [0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 33];

function makeMap(r: Random): Made {
  const m = new Maker(r);
  const axes = Array.from({ length: r.below(4) }, () => m.axis(shapes));
  const outputs = Array.from({ length: 1 + r.below(3) }, () => {
    const dtype = r.pick(r.below(2) ? (["float32", "float64", "int32"] as const) : dtypesAll);
    let value = m.expr(dtype, axes, r.below(4));
    if (r.below(3) === 0) {
      const reduced = m.reduction(dtype, axes);
      value = dtype === "bool" ? prim.xor(reduced, value) : r.below(2) ? prim.max(value, reduced) : reduced;
    }
    return { dtype, value };
  });
  return m.program(
    map(axes, outputs),
    outputs.map((o) => m.output(o.dtype, axes)),
  );
}

function makeFold(r: Random): Made {
  const m = new Maker(r);
  const axes = Array.from({ length: r.below(3) }, () => m.axis(shapes));
  const along = m.axis(shapes);
  const carries = Array.from({ length: 1 + r.below(2) }, () =>
    carry(r.pick(["float32", "float64", "int32", "int64", "uint8"] as const)),
  );
  const rules = carries.map((c) => {
    const init = m.expr(c.dtype, axes, 1);
    m.leaves = carries.map((k) => carryValue(k));
    const next = m.expr(c.dtype, [...axes, along], 2);
    m.leaves = [];
    return { carry: c, init, next };
  });
  m.leaves = carries.map((k) => carryValue(k));
  const outputs = Array.from({ length: 1 + r.below(2) }, () => {
    const dtype = r.pick(carries).dtype;
    return { dtype, value: m.expr(dtype, [...axes, along], 1) };
  });
  const made = { kind: "fold" as const, axes, along, carries: rules, outputs };
  const kernel: Kernel = { ...made, inputs: inputsOf(expressions({ ...made, inputs: [] })) };
  return m.program(
    kernel,
    outputs.map((o) => m.output(o.dtype, [...axes, along])),
  );
}

function makeScatter(r: Random): Made {
  const m = new Maker(r);
  const axes = Array.from({ length: 1 + r.below(2) }, () => m.axis(shapes));
  const dtype = r.pick(["float32", "float64", "int32", "int64", "uint8", "int16"] as const);
  const place = prim.mod(m.expr("int32", axes, 1), int(7));
  const value = m.expr(dtype, axes, 1);
  const combine = r.pick([undefined, reducer.sum, reducer.maximum]);
  const where = r.below(2) ? m.expr("bool", axes, 1) : undefined;
  const made = {
    kind: "scatter" as const,
    axes,
    at: [place],
    outputs: [{ dtype, value }] as const,
    ...(combine ? { combine } : {}),
    ...(where ? { where } : {}),
  };
  const kernel: Kernel = { ...made, inputs: inputsOf(expressions({ ...made, inputs: [] })) };
  const fill0 = axis(int(7));
  const out = buffer(dtype, int(7), "output");
  m.buffers.push(out);
  const view: View = { buffer: out, offset: int(0), strides: [int(1)] };
  const { program, sizes } = m.program(kernel, [view]);
  const clear: Launch = {
    kind: "launch",
    kernel: map([fill0], [{ dtype, value: prim.number(1, dtype) }]),
    inputs: [],
    outputs: [view],
  };
  return { program: { ...program, steps: [clear, ...program.steps] }, sizes };
}

/** Runs `program` on both backends and compares every output; sums of floats may be off by their rounding. */
function compare({ program, sizes }: Made, backend = cpu()): void {
  expect(verify(program)).toEqual([]);
  const given = program.buffers.filter((b) => b.role === "input").map((b) => b.data as TypedArray);
  const states = (on: typeof interpreter) =>
    program.buffers
      .filter((b) => b.role === "state")
      .map((b) => {
        const made = on.allocate(b.dtype, (b.data as TypedArray).length);
        on.write(made, b.data as TypedArray);
        return made;
      });
  const wanted = interpreter.compile(program).run(sizes, given, states(interpreter)) as TypedArray[];
  const executable = compiled(backend, program);
  const held = states(backend);
  const got = executable.run(sizes, given, held);
  const types = program.buffers.filter((b) => b.role === "output").map((b) => b.dtype);
  got.forEach((g, i) => {
    const w = wanted[i] as TypedArray;
    for (let k = 0; k < Math.max(g.length, w.length); k++)
      if (!close(g[k], w[k], types[i] as RealDType))
        throw new Error(
          `output ${i} at ${k}: ${g[k]}, not ${w[k]}\n${executable.explain()}\nsizes ${sizes}\n${printProgram(program)}`,
        );
  });
  for (const h of held) backend.release(h);
  executable.release();
}

function compiled(
  backend: ReturnType<typeof cpu>,
  program: Program,
): ReturnType<ReturnType<typeof cpu>["compile"]> {
  try {
    return backend.compile(program);
  } catch (e) {
    throw new Error(`${(e as Error).stack}\n${printProgram(program)}`);
  }
}

function close(a: unknown, b: unknown, dtype: RealDType): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (!isFloat(dtype)) return false;
  const [x, y] =
    dtype === "float16" ? [fromHalf(a as number), fromHalf(b as number)] : [a as number, b as number];
  if (x === y || (x !== x && y !== y)) return true;
  return dtype !== "float16" && Math.abs(x - y) <= Math.abs(y) * (dtype === "float32" ? 1e-5 : 1e-13);
}

const kinds = [
  { name: "maps", make: makeMap, count: 350 },
  { name: "folds", make: makeFold, count: 70 },
  { name: "scatters", make: makeScatter, count: 50 },
];

describe.each(kinds)("random $name", ({ make, count }) => {
  it("give what the interpreter gives", () => {
    const from = Number(process.env.FUZZ_SEED ?? 1);
    const n = Number(process.env.FUZZ_COUNT ?? count);
    for (let seed = from; seed < from + n; seed++) {
      try {
        compare(make(random(seed)));
      } catch (e) {
        throw new Error(`seed ${seed}: ${(e as Error).message}`);
      }
    }
  });
});
