import type { Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import { TheanoTypeError } from "../../errors.ts";
import { opFamily } from "../../graph/family.ts";
import { disconnected } from "../../graph/op.ts";
import { asTensor, type TensorLike } from "../../tensor/constant.ts";
import type { Reader, RunCheck } from "../../tensor/meaning.ts";
import type { RankOf, SoleDType } from "../../tensor/signatures.ts";
import { type TensorOp, tensorOp } from "../../tensor/tensorOp.ts";
import type { TensorVariable } from "../../tensor/tensorVariable.ts";

/** Its first operand, once the others hold. */
export const assertOp: (message: string) => TensorOp = /* @__PURE__ */ opFamily((message) =>
  tensorOp({
    name: `Assert{msg='${message}'}`,
    cost: 0,
    sameOrder: true,
    type: ([x, ...conditions]) => {
      for (const condition of conditions)
        if (condition.ndim !== 0)
          throw new TheanoTypeError(
            `Assert needs scalars as conditions, not ${condition}: ${condition.type}: take T.all(…) of it`,
          );
      return [(x as TensorVariable).type];
    },
    shape: ([dims = []]) => [dims],
    at: (at, context) => [(context.inputs[0] as Reader)(at)],
    checks: (context) =>
      context.inputs.slice(1).map(
        (condition): RunCheck => ({
          domain: [],
          holds() {
            const [value] = condition([]) as readonly [Expr];
            return prim.ne(value, prim.number(0, value.dtype));
          },
          sentence: message,
          kind: "assertion",
        }),
      ),
    connection: (node) => node.inputs.map((_, i) => [i === 0]),
    grad: (inputs, _, [g]) => inputs.map((_x, i) => (i === 0 && g ? g : disconnected)),
    rop: (_, [direction]) => [direction ?? null],
  }),
);

/**
 * A value with conditions that must hold when it is computed: `new Assert("positive").call(x, T.all(x.gt(0)))` is x,
 * of its shape and dtype. If a condition, a scalar, is false in a call, that call throws an AssertionError with the
 * message and changes nothing. The gradient passes through. As `theano.tensor.opt.Assert`.
 */
export class Assert {
  readonly message: string;

  constructor(message = "Theano Assert failed!") {
    this.message = message;
  }

  /** `value`, once all `conditions` hold. Throws a TypeError for a condition that is no scalar. */
  call<X extends TensorLike>(
    value: X,
    ...conditions: readonly TensorLike[]
  ): TensorVariable<SoleDType<X>, RankOf<X>> {
    return assertOp(this.message).call(asTensor(value), ...conditions.map((c) => asTensor(c))) as never;
  }
}
