import { Apply, isConstant, Op, TensorOp, type TensorVariable, Type, Variable } from "@theano-ts/core";
import { isComplex } from "@theano-ts/kernel";

/**
 * A graph as Theano prints it. The integers of an index are tensors here and scalars there, so that they print as
 * `Constant{1}`, or as `ScalarFromTensor(i)` where they are computed. Every application is asked once, so that what
 * stands for its operands stays the same.
 */
export class PrintedGraph {
  readonly #inputs = new Map<Apply, readonly Variable[]>();
  readonly #constants = new Map<string, Variable>();

  /** What `node` is printed as being applied to. */
  inputsOf(node: Apply): readonly Variable[] {
    const known = this.#inputs.get(node);
    if (known) return known;
    const { op, inputs } = node;
    const from = op instanceof TensorOp ? op.record.indicesFrom : undefined;
    const printed = inputs.map((x, i) =>
      from === undefined || i < from ? this.#shared(x) : asScalar(x as TensorVariable),
    );
    this.#inputs.set(node, printed);
    return printed;
  }

  /** Theano makes small constants only once. */
  #shared(v: Variable): Variable {
    const key = cached(v);
    if (key === undefined) return v;
    const first = this.#constants.get(key) ?? v;
    this.#constants.set(key, first);
    return first;
  }
}

/** How a constant is known to Theano's cache, which has single whole numbers from -10 to 10 and no others. */
function cached(v: Variable): string | undefined {
  if (!isConstant(v) || v.data.size !== 1 || isComplex(v.dtype)) return undefined;
  const value = Number(v.data.reshape([]).item());
  return Number.isInteger(value) && Math.abs(value) <= 10 ? `${v}: ${v.type}` : undefined;
}

/** Theano's scalars have types of their own, which print as their dtype alone. */
class ScalarType extends Type {
  readonly dtype: string;

  constructor(dtype: string) {
    super();
    this.dtype = dtype;
  }

  override filter(value: unknown): unknown {
    return value;
  }
  override makeVariable(name: string | null = null): Variable {
    return new Variable<Type>(this, name);
  }
  override equals(other: Type): boolean {
    return other instanceof ScalarType && other.dtype === this.dtype;
  }
  override toString(): string {
    return this.dtype;
  }
}

class ScalarFromTensor extends Op {
  readonly key = "ScalarFromTensor";

  override makeNode(x: Variable): Apply {
    return new Apply(this, [x], [new ScalarType((x as TensorVariable).dtype)]);
  }
  override toString(): string {
    return this.key;
  }
}

function asScalar(x: TensorVariable): Variable {
  if (!isConstant(x)) return new ScalarFromTensor().call(x);
  return new ScalarType(x.dtype).makeVariable(x.name ?? `Constant{${x.data}}`);
}
