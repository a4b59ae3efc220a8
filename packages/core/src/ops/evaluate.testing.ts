import {
  type Axis,
  axis,
  buffer,
  constant,
  type DType,
  type Expr,
  evaluateSize,
  expressions,
  type Input,
  index,
  input,
  inputsOf,
  int,
  interpreter,
  isComplex,
  type Kernel,
  load,
  type Program,
  type ProgramBuffer,
  partOf,
  partsOf,
  type RealDType,
  type RoutineArray,
  type Step,
  type TypedArray,
  type View,
  verify,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { AssertionError, IndexError, ValueError } from "../errors.ts";
import type { Apply } from "../graph/apply.ts";
import type { Variable } from "../graph/variable.ts";
import { toposort } from "../graph/walk.ts";
import { isConstant } from "../tensor/constant.ts";
import type { Dims, Parts, Reader, ValueContext } from "../tensor/meaning.ts";
import { isShared } from "../tensor/shared.ts";
import type { TensorOp } from "../tensor/tensorOp.ts";
import type { TensorVariable } from "../tensor/tensorVariable.ts";
import { readReal } from "../value/element.ts";
import { type NDArray, wrap } from "../value/ndarray.ts";
import { contiguous, rowMajor } from "../value/storage.ts";

/**
 * The values of `outputs`, each node run by itself on the interpreter, without rewriting or fusing anything: what
 * operations mean, as an independent check of the planner.
 */
export function evaluate(
  outputs: readonly Variable[],
  givens: ReadonlyMap<Variable, NDArray> | readonly (readonly [Variable, NDArray])[] = [],
): NDArray[] {
  const values = new Map<Variable, NDArray>(givens);
  const valueOf = (v: Variable): NDArray => {
    const known = values.get(v);
    if (known) return known;
    if (isConstant(v)) return v.data;
    if (isShared(v)) return v.cell.value;
    throw new ValueError(`${v} has no value`);
  };
  for (const node of toposort(outputs, new Set(values.keys()))) {
    const results = run(node, node.inputs.map(valueOf));
    node.outputs.forEach((v, i) => values.set(v, results[i] as NDArray));
  }
  return outputs.map(valueOf);
}

function run(node: Apply, inputs: readonly NDArray[]): NDArray[] {
  const { record } = node.op as TensorOp;
  const bench = new Bench(node, inputs);
  const dims = inputs.map((x) => x.shape.map(int));
  const shapes = record.shape?.(dims, bench.context, node) ?? [];
  const outputs = (node.outputs as readonly TensorVariable[]).map((v, i) => {
    const shape = (shapes[i] as Dims).map((n) => evaluateSize(n, new Map()));
    v.broadcastable.forEach((b, d) => {
      if (b && shape[d] !== 1) throw new Error(`internal: ${node.op} gives (${shape}) for ${v.type}`);
    });
    if (shape.length !== v.ndim) throw new Error(`internal: ${node.op} gives (${shape}) for ${v.type}`);
    return new Made(v.dtype, shape);
  });
  bench.outputs.push(...outputs);
  if (record.at)
    bench.map(
      outputs,
      outputs[0]?.shape.map(int) ?? [],
      (at) => record.at?.(at, bench.value, node) as Parts[],
    );
  else if (record.pieces)
    for (const piece of record.pieces(bench.value, node)) {
      const target = outputs[0] as Made;
      bench.map([target], piece.size, (at) => [piece.at(at)], { start: piece.start, step: piece.step });
    }
  else if (record.fold) bench.fold(outputs);
  else if (record.scatter) bench.scatter(outputs[0] as Made);
  else if (record.routine) {
    const { reference } = record.routine(node);
    const given: RoutineArray[] = inputs.map((x) => ({ data: contiguous(x), shape: x.shape }));
    reference(
      given,
      outputs.map((o) => ({ data: o.joined(), shape: o.shape })),
    );
    return outputs.map((o) => o.result());
  } else throw new Error(`internal: ${node.op} has no meaning`);
  bench.run();
  return outputs.map((o) => o.result());
}

/** An output being made: its parts in buffers of their own. */
class Made {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly buffers: readonly ProgramBuffer[];
  data: readonly TypedArray[] = [];
  #joined: TypedArray | undefined;

  constructor(dtype: DType, shape: readonly number[]) {
    this.dtype = dtype;
    this.shape = shape;
    const length = shape.reduce((n, s) => n * s, 1);
    this.buffers = Array.from({ length: partsOf(dtype) }, () => buffer(partOf(dtype), length, "output"));
  }

  joined(): TypedArray {
    this.#joined ??= interpreterArray(
      this.dtype,
      this.shape.reduce((n, s) => n * s, 1),
    );
    return this.#joined;
  }

  result(): NDArray {
    if (this.#joined) return wrap(this.#joined, this.dtype, this.shape);
    if (!isComplex(this.dtype)) return wrap(this.data[0] as TypedArray, this.dtype, this.shape);
    const [re, im] = this.data as [Float64Array, Float64Array];
    const both = interpreterArray(this.dtype, re.length) as Float64Array;
    re.forEach((x, i) => {
      both[2 * i] = x;
      both[2 * i + 1] = im[i] as number;
    });
    return wrap(both, this.dtype, this.shape);
  }

  /** The part `i`, from `start` by `step`. */
  view(i: number, start: readonly Expr[] = [], step: readonly Expr[] = []): View {
    const strides = rowMajor(this.shape);
    const offset = start.reduce<Expr>(
      (sum, s, d) => prim.add(sum, prim.mul(s, int(strides[d] as number))),
      int(0),
    );
    return {
      buffer: this.buffers[i] as ProgramBuffer,
      offset,
      strides: strides.map((s, d) => (step[d] ? prim.mul(step[d] as Expr, int(s)) : int(s))),
    };
  }
}

const interpreterArray = (dtype: DType, length: number): TypedArray =>
  (interpreter.allocate(partOf(dtype), length * partsOf(dtype)) as unknown as { data: TypedArray }).data;

/** The program of one node. */
class Bench {
  readonly #node: Apply;
  readonly #values: ReadonlyMap<Variable, NDArray>;
  readonly #steps: Step[] = [];
  readonly #views = new Map<Input, View>();
  readonly #buffers: ProgramBuffer[] = [];
  readonly #data: TypedArray[] = [];
  readonly #readers: readonly Reader[];
  readonly outputs: Made[] = [];

  constructor(node: Apply, inputs: readonly NDArray[]) {
    this.#node = node;
    this.#values = new Map(node.inputs.map((v, i) => [v, inputs[i] as NDArray]));
    this.#readers = inputs.map((x) => this.#reader(x));
  }

  #reader(x: NDArray): Reader {
    const parts = partsOf(x.dtype);
    const data = contiguous(x);
    const from = buffer(partOf(x.dtype), data.length, "input");
    this.#buffers.push(from);
    this.#data.push(data);
    const strides = rowMajor(x.shape).map((s) => int(s * parts));
    const inputs = Array.from({ length: parts }, (_, part) => {
      const made = input(partOf(x.dtype), x.ndim, `in${part}`);
      this.#views.set(made, { buffer: from, offset: int(part), strides });
      return made;
    });
    return (at) => inputs.map((i) => load(i, at));
  }

  readonly #array = (v: Variable): NDArray => this.#values.get(v) as NDArray;

  get context(): Omit<ValueContext, "inputs" | "outputs"> {
    return {
      scalar: (v) => int(Number(readReal(contiguous(this.#array(v)), this.#array(v).dtype, 0))),
      number: (v) => {
        const { dtype } = this.#array(v);
        return constant(readReal(contiguous(this.#array(v)), dtype, 0), dtype as RealDType);
      },
      elements: (v, length) => {
        const x = this.#array(v);
        if (length !== undefined && x.size !== length)
          throw new ValueError(`${v} must have ${length} elements, and has ${x.size}: it is a shape`);
        return Array.from({ length: x.size }, (_, i) => int(Number(readReal(contiguous(x), x.dtype, i))));
      },
      dims: (v) => this.#array(v).shape.map(int),
      demand(holds, sentence, kind = "value") {
        if (evaluateSize(holds, new Map())) return;
        const Kind = { value: ValueError, index: IndexError, assertion: AssertionError }[kind];
        throw new Kind(sentence((e) => evaluateSize(e, new Map())));
      },
      warn(holds, sentence) {
        if (!evaluateSize(holds, new Map())) console.warn(sentence((e) => evaluateSize(e, new Map())));
      },
      same(sizes, what) {
        const values = sizes.map((e) => evaluateSize(e, new Map()));
        if (values.some((n) => n !== values[0]))
          throw new ValueError(what((e) => evaluateSize(e, new Map())));
        return int(values[0] as number);
      },
    };
  }

  get value(): ValueContext {
    return { ...this.context, inputs: this.#readers, outputs: this.outputs.map((o) => o.shape.map(int)) };
  }

  #launch(kernel: Kernel, outputs: readonly View[]): void {
    const inputs = kernel.inputs.map((i) => this.#views.get(i) as View);
    this.#steps.push({ kind: "launch", kernel, inputs, outputs });
  }

  map(
    to: readonly Made[],
    size: Dims,
    formula: (at: readonly Expr[]) => readonly Parts[],
    where: { start: readonly Expr[]; step: readonly Expr[] } = { start: [], step: [] },
  ): void {
    const axes = size.map((n) => axis(n));
    const parts = formula(axes.map(index));
    const outputs = parts.flatMap((p) => p.map((value) => ({ dtype: value.dtype, value })));
    const kernel: Kernel = { kind: "map", axes, inputs: inputsOf(outputs.map((o) => o.value)), outputs };
    this.#launch(
      kernel,
      to.flatMap((made) => made.buffers.map((_, i) => made.view(i, where.start, where.step))),
    );
  }

  fold(to: readonly Made[]): void {
    const { record } = this.#node.op as TensorOp;
    const fold = record.fold?.(this.value, this.#node);
    if (!fold) return;
    const all = (to[0] as Made).shape.map((n) => axis(n));
    const along = all[fold.axis] as Axis;
    const at = all.map(index);
    const [init, next] = [fold.init(at), fold.next(at)];
    const outputs = fold.outputs(at).flatMap((p) => p.map((value) => ({ dtype: value.dtype, value })));
    const kernel: Kernel = {
      kind: "fold",
      axes: all.filter((a) => a !== along),
      along,
      inputs: [],
      carries: fold.carries.map((c, i) => ({ carry: c, init: init[i] as Expr, next: next[i] as Expr })),
      outputs,
    };
    const order = (v: View): View => {
      const { strides } = v;
      return { ...v, strides: [...strides.filter((_, d) => d !== fold.axis), strides[fold.axis] as Expr] };
    };
    this.#launch(
      { ...kernel, inputs: inputsOf(expressions(kernel)) },
      to.flatMap((made) => made.buffers.map((_, i) => order(made.view(i)))),
    );
  }

  scatter(to: Made): void {
    const { record } = this.#node.op as TensorOp;
    const scatter = record.scatter?.(this.value, this.#node);
    if (!scatter) return;
    this.map([to], to.shape.map(int), (at) => [scatter.base(at)]);
    const axes = scatter.domain.map((n) => axis(n));
    const points = axes.map(index);
    const at = scatter.at(points);
    scatter.value(points).forEach((value, i) => {
      const kernel: Kernel = {
        kind: "scatter",
        axes,
        inputs: inputsOf([...at, value]),
        at,
        outputs: [{ dtype: value.dtype, value }],
        ...(scatter.combine ? { combine: scatter.combine } : {}),
      };
      this.#launch(kernel, [to.view(i)]);
    });
  }

  run(): void {
    const made = this.outputs.flatMap((o) => o.buffers);
    const program: Program = { sizes: [], buffers: [...this.#buffers, ...made], steps: this.#steps };
    const problems = verify(program);
    if (problems.length > 0) throw new Error(`internal: ${this.#node.op}: ${problems.join("; ")}`);
    const results = interpreter.compile(program).run([], this.#data, []) as TypedArray[];
    let next = 0;
    for (const o of this.outputs) o.data = o.buffers.map(() => results[next++] as TypedArray);
  }
}
