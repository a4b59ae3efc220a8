import {
  type Dims,
  disconnected,
  NullGradient,
  type Reader,
  type RunCheck,
  type ShapeContext,
  type TensorOp,
  TensorType,
  type TensorVariable,
  tensorOp,
  type ValueContext,
} from "@theano-ts/core";
import { castScalar, type DType, type Expr, int, partOf, type RoutineArray, toHalf } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Engine } from "./engine.ts";
import { MT19937 } from "./mt19937.ts";
import { fromVector, stateLength, toVector } from "./stateVector.ts";
import { type Elements, stretched } from "./stretch.ts";

/** How numbers of one distribution are drawn. Of `number` and `rows` it has one. */
export interface Distribution {
  /** As Theano prints it. */
  readonly name: string;
  /** One number, from the parameters of its element. */
  number?(engine: Engine, first: number, second: number): number;
  /** Everything at once, where a number is not drawn by itself: along a last axis that `last` gives the size of. */
  rows?(engine: Engine, parameters: readonly RoutineArray[], shape: readonly number[], out: Numbers): void;
  last?(parameters: readonly TensorVariable[], context: ShapeContext): Expr;
  /** Whether the only parameter is a size, known before the draw. */
  readonly ofSize?: boolean;
  /** What a function is compiled with in place of a draw, and gives the same: the state afterwards, and the numbers. */
  expand?(draw: ExpandableDraw): readonly TensorVariable[] | undefined;
  /** What parameters must fulfil when a function runs. */
  checks?(parameters: readonly Parameter[]): readonly RunCheck[];
}

/** A draw, as {@link Distribution.expand} sees it. */
interface ExpandableDraw {
  readonly state: TensorVariable;
  readonly size: TensorVariable;
  readonly parameters: readonly TensorVariable[];
  readonly dtype: DType;
  readonly broadcastable: readonly boolean[];
}

/** A parameter as a check sees it. */
export interface Parameter {
  readonly variable: TensorVariable;
  readonly dims: Dims;
  at(index: readonly Expr[]): Expr;
}

/** Where numbers are written, whatever the dtype. */
interface Numbers {
  readonly length: number;
  set(i: number, x: number): void;
}

/**
 * Draws from NumPy's generator: from a state, the size of the result, and parameters, the state afterwards and what
 * was drawn. As `theano.tensor.raw_random.RandomFunction`.
 */
export function randomFunction(
  distribution: Distribution,
  dtype: DType,
  broadcastable: readonly boolean[],
): TensorOp {
  const { name, last, ofSize, checks } = distribution;
  const type = new TensorType(dtype, last ? [...broadcastable, false] : broadcastable);
  const parametersOf = (list: readonly unknown[]): readonly TensorVariable[] =>
    list.slice(2) as readonly TensorVariable[];
  return tensorOp({
    name: `RandomFunction{${name}}`,
    params: { type: String(type) },
    standalone: true,
    type: ([state]) => [(state as TensorVariable).type, type],
    uses: (node) => [
      "stored",
      "size",
      ...parametersOf(node.inputs).map(() => (ofSize ? "size" : "stored") as never),
    ],
    shape([, , ...shapes], context, node) {
      const sizes = context.elements(node.inputs[1] as TensorVariable, broadcastable.length);
      const parameters = parametersOf(node.inputs);
      for (const n of sizes)
        context.demand(
          prim.ge(n, 0),
          (valueOf) => `Cannot draw the size (${sizes.map(valueOf).join(", ")}): sizes are not negative`,
        );
      if (distribution.number)
        parameters.forEach((p, k) => {
          const own = shapes[k] as Dims;
          demandFit(p, own, sizes.slice(sizes.length - own.length), context);
        });
      return [[int(stateLength)], last ? [...sizes, last(parameters, context)] : sizes];
    },
    checks(context: ValueContext, node) {
      const inputs = parametersOf(node.inputs);
      if (!checks) return [];
      return checks(
        inputs.map((variable, k) => ({
          variable,
          dims: context.dims(variable),
          at: (index) => prim.cast(((context.inputs[k + 2] as Reader)(index) as [Expr])[0], "float64"),
        })),
      );
    },
    routine: () => ({
      name: `randomState.${name}`,
      reference: ([state, ...parameters], [after, drawn]) =>
        draw(
          distribution,
          dtype,
          state as RoutineArray,
          parameters,
          after as RoutineArray,
          drawn as RoutineArray,
        ),
    }),
    expand: ([state, size, ...parameters]) =>
      distribution.expand?.({
        state: state as TensorVariable,
        size: size as TensorVariable,
        parameters,
        dtype,
        broadcastable,
      }),
    connection: (node) => node.inputs.map((_, i) => [i === 0, i > 1]),
    grad: (inputs) =>
      inputs.map((_, i) =>
        i < 2 ? disconnected : new NullGradient("No gradient defined through raw random numbers op"),
      ),
    rop: () => [null, null],
  });
}

function demandFit(p: TensorVariable, own: Dims, to: Dims, context: ShapeContext): void {
  own.forEach((n, d) => {
    if (p.broadcastable[d]) return;
    const size = to[d] as Expr;
    context.demand(
      prim.or(prim.eq(n, size), prim.eq(n, 1)),
      (valueOf) =>
        `Cannot draw with ${p} of shape (${own.map(valueOf).join(", ")}): the size wants (${to.map(valueOf).join(", ")})`,
    );
  });
}

/** What the operation means: goes on from `state`, and writes where that led to `after`. */
function draw(
  { number, rows }: Distribution,
  dtype: DType,
  state: RoutineArray,
  parameters: readonly RoutineArray[],
  after: RoutineArray,
  drawn: RoutineArray,
): void {
  const engine = new MT19937(0);
  engine.setState(fromVector(state.data as Uint32Array));
  const out = numbers(drawn, dtype);
  if (number) {
    const [first = nothing, second = nothing] = parameters.map((p) => stretched(p, drawn.shape));
    for (let i = 0; i < out.length; i++) out.set(i, number(engine, first(i), second(i)));
  } else rows?.(engine, parameters, drawn.shape, out);
  (after.data as Uint32Array).set(toVector(engine.getState()));
}

const nothing: Elements = () => Number.NaN;

function numbers({ data }: RoutineArray, dtype: DType): Numbers {
  const to = data as unknown as { [i: number]: number | bigint; length: number };
  const convert = castScalar("float64", partOf(dtype));
  const stored =
    dtype === "float16" ? (x: number | bigint) => toHalf(x as number) : (x: number | bigint) => x;
  return {
    length: to.length,
    set(i, x) {
      to[i] = stored(convert(x));
    },
  };
}
