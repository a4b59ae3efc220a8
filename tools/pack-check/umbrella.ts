// The program of somebody who has all of it: a gradient, a loop and its gradient, and random streams.
import theano, { type NDArray, RandomStreams, T } from "theano-ts";

const x = T.dvector("x");
const slope = theano.function([x], T.grad(x.pow(3).sum(), x));
const cubes: NDArray<"float64", 1> = slope([0, 1, 2]);
console.log(String(cubes));

const start = T.dscalar("start");
const [products] = theano.scan((row, before) => before.mul(row), { sequences: x, outputsInfo: start });
const loop = theano.function([x, start], [products, T.grad(products.get(-1), x)]);
console.log(loop([2, 3, 4], 1).map(String).join(" "));

const draw = theano.function([], new RandomStreams({ seed: 324 }).uniform({ size: [2, 2] }));
console.log(String(draw()));
// @ts-expect-error: a vector has no operators
const _ = () => x * 2;
