// A restricted Boltzmann machine, as a user of theano-ts would write it.
import theano, { MRG_RandomStreams, np, type SharedVariable, T, type TensorVariable } from "theano-ts";
import type { Data } from "./data.ts";
import { array, type Program } from "./program.ts";

type Matrix = TensorVariable<"float32", 2>;
type Weights = SharedVariable<"float32", 2>;
type Biases = SharedVariable<"float32", 1>;

const dtype = "float32";

/**
 * A step of contrastive divergence by the formulas, without a gradient. The first draws from uniform numbers that are
 * given, so that all libraries can be compared; those that are timed make their own.
 */
const contrastiveDivergence: Program = (task, data) => {
  const { V, H, B, lr } = task.p as { V: number; H: number; B: number; lr: number };
  const shared = (name: string): Weights => theano.shared(array(data[name] as Data), { name }) as Weights;
  const [v, w] = [shared("v"), shared("w")];
  const b: Biases = theano.shared(np.zeros(V, { dtype }), { name: "b" });
  const c: Biases = theano.shared(np.zeros(H, { dtype }), { name: "c" });
  const rate = lr / B;
  const compile = (u1: Matrix, u2: Matrix): (() => unknown) => {
    const hidden = (x: Matrix): Matrix => T.sigmoid(T.dot(x, w).add(c));
    const drawn = (p: Matrix, u: Matrix): Matrix => T.gt(p, u).astype(dtype);
    const ph = hidden(v);
    const v1 = drawn(T.sigmoid(T.dot(drawn(ph, u1), w.T).add(b)), u2);
    const ph1 = hidden(v1);
    return theano.function([], undefined, {
      updates: [
        [w, w.add(T.dot(v.T, ph).sub(T.dot(v1.T, ph1)).mul(rate))],
        [b, b.add(v.sub(v1).sum({ axis: 0 }).mul(rate))],
        [c, c.add(ph.sub(ph1).sum({ axis: 0 }).mul(rate))],
      ],
    });
  };
  const streams = new MRG_RandomStreams(1);
  const uniform = (n: number): Matrix => streams.uniform({ size: [B, n], dtype }) as Matrix;
  const first = compile(shared("u1"), shared("u2"));
  const further = compile(uniform(H), uniform(V));
  let step = first;
  return {
    step: () => {
      step();
      step = further;
    },
    outputs: () => ({ w: w.getValue().data, b: b.getValue().data, c: c.getValue().data }),
    sync: true,
  };
};

/** A step as the tutorials do it: persistent chains, Gibbs steps in a loop, and the gradient of free energies. */
const persistent: Program = (task, data) => {
  const { V, H, B, k, lr } = task.p as { V: number; H: number; B: number; k: number; lr: number };
  const shared = (name: string): Weights => theano.shared(array(data[name] as Data), { name }) as Weights;
  const [v, w] = [shared("v"), shared("w")];
  const b: Biases = theano.shared(np.zeros(V, { dtype }), { name: "b" });
  const c: Biases = theano.shared(np.zeros(H, { dtype }), { name: "c" });
  const chains: Weights = theano.shared(np.zeros([B, H], { dtype }), { name: "chains" });
  const streams = new MRG_RandomStreams(1);
  const drawn = (p: Matrix): Matrix => streams.binomial({ size: p.shape, n: 1, p, dtype });
  const [[visibles, hiddens], updates] = theano.scan(
    (h: Matrix): [Matrix, Matrix] => {
      const next = drawn(T.sigmoid(T.dot(h, w.T).add(b)));
      return [next, drawn(T.sigmoid(T.dot(next, w).add(c)))];
    },
    { outputsInfo: [null, chains], nSteps: k },
  );
  const end = visibles.get(-1);
  const freeEnergy = (x: Matrix): TensorVariable<"float32", 1> =>
    T.log(T.add(1, T.exp(T.dot(x, w).add(c))))
      .sum({ axis: 1 })
      .neg()
      .sub(T.dot(x, b));
  const cost = freeEnergy(v).mean().sub(freeEnergy(end).mean());
  const [gw, gb, gc] = T.grad(cost, [w, b, c] as const, { considerConstant: [end] });
  updates.update([
    [chains, hiddens.get(-1)],
    [w, w.sub(gw.mul(lr))],
    [b, b.sub(gb.mul(lr))],
    [c, c.sub(gc.mul(lr))],
  ]);
  const train = theano.function([], cost, { updates });
  return { step: () => void train(), outputs: () => ({ w: w.getValue().data }), sync: true };
};

/** Boltzmann machines, by family. */
export const boltzmann: Readonly<Record<string, Program>> = {
  rbm: contrastiveDivergence,
  rbm_pcd: persistent,
};
