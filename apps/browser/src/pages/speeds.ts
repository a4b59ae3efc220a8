import { cpu } from "@theano-ts/backend-cpu";
import { gpujs } from "@theano-ts/backend-gpujs";
import type { Backend } from "@theano-ts/kernel";
import theano, { config, np, T, type TensorVariable } from "theano-ts";

/** Milliseconds a call, the best of some rounds, by task and then by backend. */
export type Speeds = Record<string, Record<string, number>>;

type Call = () => Promise<unknown>;
type Rows = TensorVariable<"float32", number>;

const random = (seed: number, ...shape: number[]) =>
  new np.random.RandomState(seed).randn(...shape).astype("float32");
/** What is timed, as calls on a backend; everything in float32. */
const tasks: Record<string, (backend: Backend) => Call> = {
  "tanh(a·x + b)·sigmoid(x) + exp(-x²) of 10⁶ numbers": (backend) => {
    const [a, x, b] = [T.fscalar("a"), theano.shared(random(1, 1_000_000)), T.fscalar("b")];
    const chain = T.tanh(x.mul(a).add(b))
      .mul(T.sigmoid(x))
      .add(T.exp(T.neg(x.mul(x))));
    const f = theano.function([a, b], chain.sum(), { backend });
    return () => f.async(0.5, 0.1);
  },
  "product of matrices of 256": (backend) => {
    const [A, B] = [theano.shared(random(2, 256, 256)), theano.shared(random(3, 256, 256))];
    const f = theano.function([], T.dot(A, B).sum(), { backend });
    return () => f.async();
  },
  "a step of the logistic regression, 400×784": (backend) => {
    const [x, y] = [theano.shared(random(4, 400, 784)), theano.shared(random(5, 400))];
    const w = theano.shared(random(6, 784));
    const cost = T.softplus(T.neg(T.dot(x, w).mul(y)))
      .mean()
      .add(w.pow(2).sum().mul(0.01));
    const f = theano.function([], cost, { backend, updates: [[w, w.sub(T.grad(cost, w).mul(0.1))]] });
    return () => f.async();
  },
  "a step of a perceptron, 128×256, 256 hidden": (backend) => {
    const [x, t] = [theano.shared(random(7, 128, 256)), theano.shared(random(8, 128, 10))];
    const [W, V] = [theano.shared(random(9, 256, 256)), theano.shared(random(10, 256, 10))];
    const cost = T.dot(T.tanh(T.dot(x, W)), V)
      .sub(t)
      .pow(2)
      .mean();
    const [gW, gV] = T.grad(cost, [W, V]);
    const f = theano.function([], cost, {
      backend,
      updates: [
        [W, W.sub(gW.mul(0.01))],
        [V, V.sub(gV.mul(0.01))],
      ],
    });
    return () => f.async();
  },
  "a scan of 100 steps of tanh(x + h·W), 32×64": (backend) => {
    const [X, W] = [theano.shared(random(11, 100, 32, 64)), theano.shared(random(12, 64, 64))];
    const h0 = theano.shared(np.zeros([32, 64], { dtype: "float32" }));
    const [rows] = theano.scan((x: Rows, h: Rows) => T.tanh(x.add(T.dot(h, W))), {
      sequences: X,
      outputsInfo: h0,
    });
    const f = theano.function([], rows.get(-1).sum(), { backend });
    return () => f.async();
  },
};

/** Times every task on the CPU's backend and on GPU.js in each of `modes`, all in turn, for `rounds` rounds. */
export async function speeds(
  modes: readonly ("webgl2" | "webgpu" | "webasm" | "cpu")[],
  rounds: number,
): Promise<Speeds> {
  config.floatX = "float32";
  const backends: [string, Backend][] = [["cpu", cpu()]];
  for (const mode of modes) backends.push([`gpu.js, ${mode}`, await gpujs({ mode, fallback: cpu() })]);
  const all: Speeds = {};
  for (const [task, make] of Object.entries(tasks)) {
    const calls = backends.map(([name, backend]) => [name, make(backend)] as const);
    const best: Record<string, number> = (all[task] = {});
    for (const [, call] of calls) await call();
    for (let round = 0; round < rounds; round++)
      for (const [name, call] of calls) best[name] = Math.min(best[name] ?? Infinity, await timed(call));
  }
  return all;
}

/** Milliseconds a call, of as many as take 100 ms. */
async function timed(call: Call): Promise<number> {
  const begin = performance.now();
  let count = 0;
  do {
    await call();
    count++;
  } while (performance.now() - begin < 100);
  return (performance.now() - begin) / count;
}
