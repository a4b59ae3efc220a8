import {
  asTensor,
  makers,
  type NDArray,
  opFamily,
  type RankOf,
  type Routine,
  type SoleDType,
  type TensorLike,
  type TensorOp,
  type TensorVariable,
  TheanoTypeError,
  tensorOp,
  ValueError,
} from "@theano-ts/core";
import { isComplex } from "@theano-ts/kernel";
import { type Attribute, attributeNames, attributeText, ofRealNumbers } from "./attributes.ts";

/** What a {@link Print} does with each value. */
export type PrintAction = (print: Print, value: NDArray) => void;

/** How values are printed. */
export interface PrintOptions {
  /** What of the value is printed, a line each: `__str__`, all of it, by default. */
  readonly attrs?: readonly Attribute[];
  /** What is done instead of printing: it is given this `Print` and the value. */
  readonly globalFn?: PrintAction;
}

/**
 * Prints a value whenever it is computed: `new Print("x").call(x)` is x, and tells the console `x __str__ = [1. 2.]`.
 * Of `attrs` each is a line, `x shape = (2, 3)`. The gradient passes through.
 *
 * Only what is used is computed, so use the result in place of the operand. It is printed on each call in the order of
 * the graph, by the host: nothing is fused across it, and rewrites do not look through it, so it costs where it stands.
 * As `theano.printing.Print`.
 */
export class Print {
  readonly message: string;
  readonly attrs: readonly Attribute[];
  readonly globalFn: PrintAction;

  /** Throws a ValueError for an attribute that values do not have. */
  constructor(message = "", { attrs = ["__str__"], globalFn = printAttributes }: PrintOptions = {}) {
    for (const name of attrs)
      if (!attributeNames.includes(name))
        throw new ValueError(
          `Cannot print the attribute ${String(name)} of a value: it has ${attributeNames.join(", ")}`,
        );
    this.message = message;
    this.attrs = attrs;
    this.globalFn = globalFn;
  }

  /** `x`, printed when it is computed. */
  call<X extends TensorLike>(x: X): TensorVariable<SoleDType<X>, RankOf<X>> {
    const own = this.globalFn !== printAttributes;
    return (own ? opOf(this) : printOp(this.message, this.attrs)).call(asTensor(x)) as never;
  }

  toString(): string {
    const attrs = this.attrs.map((name) => `'${name}'`).join(", ");
    return `Print{message='${this.message}', attrs=(${attrs}${this.attrs.length === 1 ? "," : ""})}`;
  }
}

/** What is printed by default: the message, the attribute's name and its text. */
function printAttributes({ message, attrs }: Print, value: NDArray): void {
  for (const name of attrs) console.log(`${message} ${name} = ${attributeText(name, value)}`);
}

/** What a `Print` applies that does nothing but print. */
export const printOp: (message: string, attrs: readonly Attribute[]) => TensorOp = /* @__PURE__ */ opFamily(
  (message, attrs) => opOf(new Print(message, { attrs })),
);

const opOf = (print: Print): TensorOp =>
  tensorOp({
    name: String(print),
    hasEffect: true,
    type([x]) {
      const { type, dtype } = x as TensorVariable;
      const real = print.attrs.find((name) => ofRealNumbers.includes(name));
      if (real !== undefined && isComplex(dtype))
        throw new TheanoTypeError(`Cannot print the ${real} of ${x}: ${type}: it is for real numbers`);
      return [type];
    },
    shape: ([dims = []]) => [dims],
    routine: ({ inputs: [x] }) => printing(print, x as TensorVariable),
    grad: (_inputs, _outputs, gradients) => gradients,
    rop: (_inputs, [direction]) => [direction ?? null],
  });

const printing = (print: Print, { dtype, ndim }: TensorVariable): Routine => ({
  name: "print",
  reference([input], [output]) {
    if (!input || !output) throw new Error("internal: Print without its operand");
    (output.data as Uint8Array).set(input.data as Uint8Array);
    // Complex numbers come with their parts as a last dimension; and what is shown is a copy, which may be kept.
    print.globalFn(print, makers.fromBytes(input.data, dtype, input.shape.slice(0, ndim)));
  },
});
