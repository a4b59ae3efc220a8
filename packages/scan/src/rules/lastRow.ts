import {
  disconnected,
  type GraphRewriter,
  knownInteger,
  minimum,
  opFamily,
  phase,
  type Rule,
  sub,
  type TensorOp,
  type TensorVariable,
  tensorOp,
  tensorType,
} from "@theano-ts/core";
import * as prim from "@theano-ts/kernel/prims";
import { isScan } from "../loopOp.ts";
import { tailOf, wholeOf } from "./tail.ts";

/** The last rows of a state are there without the others: `trace[-1]` is the last of the last rows. */
export const lastRow: GraphRewriter = /* @__PURE__ */ phase("last rows of loops", () => [rule]);

const rule: Rule = {
  text: "trace[-k:] → final[-k:]",
  root: undefined,
  apply(node) {
    const tail = tailOf(node);
    if (!tail) return undefined;
    const { owner, index } = wholeOf(tail.rows);
    if (!owner || !isScan(owner.op)) return undefined;
    const { states, steps, until } = owner.op.loop;
    const state = states.find(({ trace, depth }) => trace === index && depth >= tail.back);
    if (!state) return undefined;
    const { back, isRow } = tail;
    // A loop that may end early has made the first of its steps for sure.
    const made = (until && back > 1 ? owner.outputs[until.count] : owner.inputs[steps]) as TensorVariable;
    const place = isRow ? placeOfRow(made, back, state.depth) : sub(state.depth, atMost(made, back));
    return [tail.of(owner.outputs[state.final] as TensorVariable, place)];
  },
};

const atMost = (made: TensorVariable, rows: number): TensorVariable | number => {
  const known = knownInteger(made);
  return known === undefined ? minimum(made, rows) : Math.min(known, rows);
};

/** The last rows are there of loops without steps too, those before the first step: they are none that it made. */
const placeOfRow = (made: TensorVariable, back: number, depth: number): TensorVariable | number =>
  (knownInteger(made) ?? 0) >= back ? depth - back : lastPlaceOp(back, depth).call(made);

/** Where the row `back` from the end is in the last `depth` ones. Demands that the loop made as many steps. */
export const lastPlaceOp: (back: number, depth: number) => TensorOp = /* @__PURE__ */ opFamily(
  (back: number, depth: number) =>
    tensorOp({
      name: "LastPlace",
      params: { back, depth },
      uses: () => ["size"],
      type: () => [tensorType("int64", 0)],
      shape(_, context, { inputs: [made] }) {
        const steps = context.scalar(made as TensorVariable);
        context.demand(
          prim.ge(steps, back),
          (valueOf) =>
            `Cannot take row -${back} of what a loop made: it made ${Math.max(0, valueOf(steps)) || "no"} steps`,
          "index",
        );
        return [[]];
      },
      at: () => [[prim.number(depth - back, "int64")]],
      connection: () => [[false]],
      grad: () => [disconnected],
    }),
);
