import { type Expr, isComplex, isInteger, type RoutineArray } from "@theano-ts/kernel";
import { TheanoTypeError, UserError, ValueError } from "../../errors.ts";
import type { Apply } from "../../graph/apply.ts";
import { disconnected, type GradientTerm } from "../../graph/op.ts";
import { asTensor } from "../../tensor/constant.ts";
import { type TensorOp, type TensorOpRecord, tensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";
import { NDArray, wrap } from "../../value/ndarray.ts";
import { contiguous } from "../../value/storage.ts";
import { shapeI } from "../shape/shape.ts";
import { ownGradient } from "./ownGradient.ts";
import type { PerformOp } from "./performOp.ts";

/** An error that an op's `perform` threw; `cause` is that error. */
export class PerformError extends UserError {
  override name = "PerformError";
}

/** The outputs of `node`, by a routine if their sizes are known before, else by the host in a step of its own. */
export function performed(op: PerformOp, node: Apply): readonly TensorVariable[] {
  const inputs = node.inputs as readonly TensorVariable[];
  const sizes = sizesOf(op, node);
  const made = sizes ? routineOp(op, node, sizes) : hostOp(op, node);
  return made.apply(...inputs, ...(sizes?.flat() ?? []));
}

/** The sizes of each output, if they are known before `perform` has run. */
function sizesOf(op: PerformOp, node: Apply): readonly (readonly TensorVariable[])[] | undefined {
  const outputs = node.outputs as readonly TensorVariable[];
  const shapes = op.inferShape
    ? op.inferShape(
        node,
        (node.inputs as readonly TensorVariable[]).map((x) => x.broadcastable.map((_, d) => shapeI(x, d))),
      )
    : outputs.every((y) => y.broadcastable.every(Boolean))
      ? outputs.map((y) => y.broadcastable.map(() => 1))
      : undefined;
  if (!shapes) return undefined;
  const fits = shapes.length === outputs.length && outputs.every((y, j) => shapes[j]?.length === y.ndim);
  if (!fits)
    throw new ValueError(
      `inferShape of ${op} must give the sizes of ${outputs.map((y) => `${y.ndim} dimensions`).join(" and ")}, and gave ${shapes.map((s) => s.length).join(" and ")}`,
      { origin: node.origin },
    );
  return shapes.map((sizes) => sizes.map((n) => asSize(op, n)));
}

function asSize(op: PerformOp, n: unknown): TensorVariable {
  const size = asTensor(n);
  if (size.ndim !== 0 || !isInteger(size.dtype))
    throw new TheanoTypeError(
      `inferShape of ${op} gave the size ${size}: ${size.type}: sizes are integer scalars`,
    );
  return size;
}

/** What both forms have in common; `extra` inputs come after those of `node`. */
function common(op: PerformOp, node: Apply): Omit<TensorOpRecord, "shape"> {
  const count = node.inputs.length;
  const types = (node.outputs as readonly TensorVariable[]).map((y) => y.type);
  const pattern = op.connectionPattern?.(node) ?? node.inputs.map(() => types.map(() => true));
  return {
    name: String(op),
    key: `Perform{${op.key}}`,
    ...(op.hasEffect ? { hasEffect: true } : {}),
    type: () => types,
    connection: ({ inputs }) => [...pattern, ...inputs.slice(count).map(() => types.map(() => false))],
    ...(op.hasGradient
      ? {
          grad: (inputs, _, gradients, { outputs }) => {
            const made = outputs as readonly TensorVariable[];
            const terms = ownGradient(op, inputs.slice(0, count), made, gradients);
            return [...terms, ...inputs.slice(count).map((): GradientTerm => disconnected)];
          },
        }
      : {}),
  };
}

function routineOp(op: PerformOp, node: Apply, sizes: readonly (readonly TensorVariable[])[]): TensorOp {
  const count = node.inputs.length;
  return tensorOp({
    ...common(op, node),
    uses: ({ inputs }) => inputs.map((_, i) => (i < count ? "stored" : "size")),
    shape(_, context, { inputs }) {
      const rest = inputs.slice(count);
      return sizes.map((list) => list.map((): Expr => context.scalar(rest.shift() as TensorVariable)));
    },
    routine: () => ({
      name: String(op),
      reference(inputs, outputs) {
        const values = inputs.map((x, i) => arrayOf(x, node.inputs[i] as TensorVariable));
        runPerform(op, node, values).forEach((value, j) => {
          write(op, node, j, value, outputs[j] as RoutineArray);
        });
      },
    }),
  });
}

const hostOp = (op: PerformOp, node: Apply): TensorOp =>
  tensorOp({
    ...common(op, node),
    shape() {
      throw new Error(`internal: the sizes of ${op} are asked before it has run`);
    },
    host: (inputs) => runPerform(op, node, inputs),
  });

/** What a routine sees, as an array. */
const arrayOf = ({ data, shape }: RoutineArray, { dtype }: TensorVariable): NDArray =>
  // A complex array is one of numbers, with the parts as its last dimension.
  wrap(data, dtype, isComplex(dtype) ? shape.slice(0, -1) : shape);

function write(op: PerformOp, node: Apply, j: number, value: NDArray, { data, shape }: RoutineArray): void {
  const wanted = isComplex(value.dtype) ? shape.slice(0, -1) : shape;
  if (String(value.shape) !== String(wanted))
    throw new ValueError(
      `perform of ${op} gave shape (${value.shape.join(", ")}) for output ${j}, but its inferShape says (${wanted.join(", ")})`,
      about(node),
    );
  (data as { set(from: unknown): void }).set(contiguous(value));
}

/** What `perform` gives for `inputs`, checked. */
function runPerform(op: PerformOp, node: Apply, inputs: readonly NDArray[]): readonly NDArray[] {
  const given = call(op, node, inputs);
  const { length } = node.outputs;
  const isList =
    Array.isArray(given) && (length !== 1 || (given.length === 1 && given[0] instanceof NDArray));
  const values: readonly unknown[] = isList ? given : [given];
  if (values.length !== length)
    throw new ValueError(
      `perform of ${op} must give ${length} results, and gave ${values.length}`,
      about(node),
    );
  return values.map((value, j) => {
    try {
      return (node.outputs[j] as TensorVariable).type.filter(value, { allowDowncast: false });
    } catch (error) {
      throw new TheanoTypeError(
        `perform of ${op} gave a wrong value for output ${j}: ${(error as Error).message.split("\n")[0]}`,
        about(node),
      );
    }
  });
}

function call(op: PerformOp, node: Apply, inputs: readonly NDArray[]): unknown {
  try {
    return op.perform(node, inputs);
  } catch (cause) {
    const sentence = `perform of ${op} failed: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw Object.assign(new PerformError(sentence, about(node)), { cause });
  }
}

/** The application, and where it was made. */
const about = (node: Apply): ConstructorParameters<typeof UserError>[1] => ({
  origin: node.origin,
  notes: [`    in ${node}`, ...node.inputs.map((x) => `    ${x}: ${x.type}`)],
});
