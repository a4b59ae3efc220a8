// The program of somebody who has core and one backend.
import { cpu } from "@theano-ts/backend-cpu";
import { compile, exp, mul, type NDArray, shared, sub, sum, tensorType } from "@theano-ts/core";

const x = tensorType("float64", 1).makeVariable("x");
const w = shared([1, 2], { name: "w" });
const step = compile({
  inputs: [x],
  outputs: [sum(exp(mul(x, w))), sum(x)],
  updates: [[w, sub(w, mul(x, 0.5))]],
  backend: cpu(),
  strict: true,
});
const [total] = step([0, 0]);
const [, difference] = step([2, -1]);
const typed: NDArray<"float64", 0> = difference;
console.log(String(total), String(typed), String(w.getValue()));
// @ts-expect-error: the result is an array without axes
const _: number = difference;
