import theano, {
  type CompiledFunction,
  type FloatX,
  type SharedVariable,
  T,
  type TensorVariable,
} from "theano-ts";
import type { Lstm } from "./lstm.ts";

type Any = TensorVariable<FloatX, number>;
type Shared = SharedVariable<FloatX, number>;

/** The two halves of a step: one that computes the cost, and keeps gradients; one that moves the parameters. */
export interface Optimizer {
  readonly gradShared: CompiledFunction<TensorVariable<FloatX, 0>>;
  readonly update: CompiledFunction<undefined>;
}

/** For each parameter a variable that begins with zeros. */
const zerosOf = (params: readonly Shared[]): Shared[] =>
  params.map((p) => theano.shared(p.mul(0).eval()) as Shared);

/** Pairs for `updates`: each of `variables`, and what `next` makes of it. */
const each = (variables: readonly Shared[], next: (v: Shared, i: number) => Any): [Shared, Any][] =>
  variables.map((v, i) => [v, next(v, i)]);

/** `list[i]`, which is there. */
const at = <X>(list: readonly X[], i: number): X => list[i] as X;

/** Stochastic gradient descent, as the tutorial on long short-term memory has it. */
export function sgd(model: Lstm): Optimizer {
  const params = Object.values(model.params) as Shared[];
  const grads = T.grad(model.cost, params) as Any[];
  const lr = T.scalar("lr");
  const kept = zerosOf(params);
  return {
    gradShared: theano.function([model.x, model.mask, model.y], model.cost, {
      updates: each(kept, (_, i) => at(grads, i)),
    }),
    update: theano.function([lr], undefined, {
      updates: each(params, (p, i) => p.sub(at(kept, i).mul(lr))),
    }),
  };
}

/** Zeiler's method (arXiv:1212.5701), which finds rates of its own; the rate it is given is for nothing. */
export function adadelta(model: Lstm): Optimizer {
  const params = Object.values(model.params) as Shared[];
  const grads = T.grad(model.cost, params) as Any[];
  const lr = T.scalar("lr");
  const [kept, ups2, grads2] = [zerosOf(params), zerosOf(params), zerosOf(params)];
  const average = (before: Shared, now: Any): Any => before.mul(0.95).add(now.pow(2).mul(0.05));
  const directions = kept.map((g, i) =>
    T.sqrt(at(ups2, i).add(1e-6))
      .neg()
      .div(T.sqrt(at(grads2, i).add(1e-6)))
      .mul(g),
  );
  return {
    gradShared: theano.function([model.x, model.mask, model.y], model.cost, {
      updates: [
        ...each(kept, (_, i) => at(grads, i)),
        ...each(grads2, (before, i) => average(before, at(grads, i))),
      ],
    }),
    update: theano.function([lr], undefined, {
      updates: [
        ...each(ups2, (before, i) => average(before, at(directions, i))),
        ...each(params, (p, i) => p.add(at(directions, i))),
      ],
      onUnusedInput: "ignore",
    }),
  };
}
