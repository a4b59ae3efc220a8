import {
  type Apply,
  type Fold,
  makers,
  type NDArray,
  type Piece,
  type Routine,
  type RunCheck,
  type Scatter,
  type TensorOpRecord,
  type TensorVariable,
  type Use,
  type ValueContext,
  ValueError,
} from "@theano-ts/core";
import { type Backend, type Expr, int, type RoutineArray } from "@theano-ts/kernel";
import { type Member, valuesInside } from "./member.ts";

type Inside = (node: Apply) => Member;

/** The meaning of `record`, whichever of its forms it has, with a first coordinate that says which element it is of. */
export function liftMeaning(
  record: TensorOpRecord,
  marked: readonly boolean[],
  inside: Inside,
): Partial<TensorOpRecord> {
  const { at, pieces, fold, scatter, routine, host, checks } = record;
  const element = (context: ValueContext, node: Apply): Element => new Element(context, inside(node), marked);
  return {
    ...(at
      ? {
          at: (index: readonly Expr[], context: ValueContext, node: Apply) => {
            const e = element(context, node);
            return e.during(index, (rest) => at.call(record, rest, e.context, e.node));
          },
        }
      : {}),
    ...(pieces
      ? {
          pieces: (context: ValueContext, node: Apply) => {
            const e = element(context, node);
            return pieces.call(record, e.context, e.node).map((piece) => liftPiece(piece, e));
          },
        }
      : {}),
    ...(fold
      ? {
          fold: (context: ValueContext, node: Apply) => {
            const e = element(context, node);
            return liftFold(fold.call(record, e.context, e.node), e);
          },
        }
      : {}),
    ...(scatter
      ? {
          scatter: (context: ValueContext, node: Apply) => {
            const e = element(context, node);
            return liftScatter(scatter.call(record, e.context, e.node), e);
          },
        }
      : {}),
    ...(routine
      ? {
          routine: (node: Apply) => {
            const one = inside(node).node;
            return liftRoutine(routine.call(record, one), readBy(record.uses?.(one), marked));
          },
        }
      : {}),
    ...(host
      ? {
          host: (inputs: readonly NDArray[], node: Apply, backend: Backend) => {
            const one = inside(node).node;
            const count = (inputs[marked.indexOf(true)] as NDArray).shape[0] as number;
            const each = Array.from({ length: count }, (_, i) =>
              host.call(
                record,
                inputs.map((x, k) => (marked[k] ? x.get(i) : x)),
                one,
                backend,
              ),
            );
            return one.outputs.map((y, j) =>
              stacked(
                each.map((results) => results[j] as NDArray),
                y as TensorVariable,
              ),
            );
          },
        }
      : {}),
    ...(checks
      ? {
          checks: (context: ValueContext, node: Apply) => {
            const e = element(context, node);
            return checks.call(record, e.context, e.node).map((check) => liftCheck(check, e));
          },
        }
      : {}),
  };
}

/** Arrays one after the other along a new first dimension; of none, `of` says what they would be. */
function stacked(arrays: readonly NDArray[], { dtype, ndim, owner }: TensorVariable): NDArray {
  const [first] = arrays;
  const shape = first?.shape ?? new Array<number>(ndim).fill(0);
  const other = arrays.find((a) => String(a.shape) !== String(shape));
  if (other)
    throw new ValueError(
      `Cannot vectorize ${owner?.op}: its results have shapes (${shape.join(", ")}) and (${other.shape.join(", ")})`,
      { origin: owner?.origin },
    );
  const whole = makers.zeros([arrays.length, ...shape], { dtype }) as NDArray;
  arrays.forEach((a, i) => {
    whole.set(a, i);
  });
  return whole;
}

/** One element, whose place along the first dimension is that of the point being worked out. */
class Element {
  readonly context: ValueContext;
  readonly node: Apply;
  readonly #whole: ValueContext;
  #here: Expr = int(0);

  constructor(whole: ValueContext, member: Member, marked: readonly boolean[]) {
    this.#whole = whole;
    this.node = member.node;
    this.context = valuesInside(whole, member, marked, () => this.#here);
  }

  /** How many elements there are. */
  get count(): Expr {
    return this.#whole.outputs[0]?.[0] as Expr;
  }

  /** What `body` makes of the coordinates but the first, at the element that the first names. */
  during<R>(at: readonly Expr[], body: (rest: readonly Expr[]) => R): R {
    const before = this.#here;
    this.#here = at[0] as Expr;
    try {
      return body(at.slice(1));
    } finally {
      this.#here = before;
    }
  }
}

function liftPiece(piece: Piece, e: Element): Piece {
  return {
    ...piece,
    start: [int(0), ...piece.start],
    step: [int(1), ...piece.step],
    size: [e.count, ...piece.size],
    at: (index) => e.during(index, (rest) => piece.at(rest)),
  };
}

function liftFold(fold: Fold, e: Element): Fold {
  return {
    axis: fold.axis + 1,
    carries: fold.carries,
    init: (at) => e.during(at, (rest) => fold.init(rest)),
    next: (at) => e.during(at, (rest) => fold.next(rest)),
    outputs: (at) => e.during(at, (rest) => fold.outputs(rest)),
  };
}

function liftScatter(scatter: Scatter, e: Element): Scatter {
  return {
    base: (at) => e.during(at, (rest) => scatter.base(rest)),
    domain: [e.count, ...scatter.domain],
    at: (index) => [index[0] as Expr, ...e.during(index, (rest) => scatter.at(rest))],
    value: (index) => e.during(index, (rest) => scatter.value(rest)),
    ...(scatter.combine ? { combine: scatter.combine } : {}),
  };
}

function liftCheck(check: RunCheck, e: Element): RunCheck {
  return {
    ...check,
    domain: [e.count, ...check.domain],
    holds: (at) => e.during(at, (rest) => check.holds(rest)),
  };
}

/** Of the operands that a routine reads, which are marked. */
const readBy = (uses: readonly Use[] | undefined, marked: readonly boolean[]): boolean[] =>
  marked.filter((_, i) => uses === undefined || uses[i] === "stored" || uses[i] === "elements");

/** The routine once for each element, on parts of the same memory. */
function liftRoutine({ name, reference }: Routine, marked: readonly boolean[]): Routine {
  return {
    name: `${name} of each`,
    reference(inputs, outputs) {
      const count = (outputs[0] as RoutineArray).shape[0] as number;
      for (let i = 0; i < count; i++)
        reference(
          inputs.map((x, k) => (marked[k] ? elementAt(x, i) : x)),
          outputs.map((y) => elementAt(y, i)),
        );
    },
  };
}

function elementAt({ data, shape, ...rest }: RoutineArray, i: number): RoutineArray {
  const own = shape.slice(1);
  const size = own.reduce((n, k) => n * k, 1);
  return { ...rest, data: data.subarray(i * size, (i + 1) * size), shape: own };
}
