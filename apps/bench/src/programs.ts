// The programs that are timed, as a user of theano-ts would write them.
import theano, { np, type SharedVariable, T, type TensorVariable } from "theano-ts";
import { boltzmann } from "./boltzmann.ts";
import type { Data } from "./data.ts";
import { type Any, array, calling, dtypes, type Instance, matrix, type Program, vector } from "./program.ts";
import { recurrent } from "./recurrent.ts";
import type { Task } from "./tasks.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type State = SharedVariable<any, any>;

/** The program of a task, compiled, with its data; undefined for a family that is not here. */
export function make(task: Task, data: Readonly<Record<string, Data>>): Instance | undefined {
  return (programs[task.family] ?? recurrent[task.family] ?? boltzmann[task.family])?.(task, data);
}

/** A program of one output of one vector or matrix. */
const ofX =
  (expression: (x: Any, task: Task) => Any): Program =>
  (task, { x }) => {
    const value = array(x as Data);
    const v = value.ndim === 2 ? matrix(task, "x") : vector(task, "x");
    return calling(theano.function([v], expression(v, task)), value);
  };

const reduced: Readonly<Record<string, (x: Any) => Any>> = {
  sum: (x) => x.sum(),
  mean0: (x) => x.mean({ axis: 0 }),
  mean1: (x) => x.mean({ axis: 1 }),
  max: (x) => x.max(),
  argmax1: (x) => x.argmax({ axis: 1 }),
  logsumexp1: (x) => {
    const m = x.max({ axis: 1, keepdims: true });
    return x.sub(m).exp().sum({ axis: 1 }).log().add(m.dimshuffle(0));
  },
};

/** The logarithm of the softmax of each row. */
function logSoftmax(x: Any): Any {
  const z = x.sub(x.max({ axis: 1, keepdims: true }));
  return z.sub(z.exp().sum({ axis: 1, keepdims: true }).log());
}

/** The mean negative log-likelihood of the classes `y` under the softmax of each row. */
const crossEntropy = (x: Any, y: Any): TensorVariable<"float32", 0> =>
  logSoftmax(x)
    .get(T.arange(y.shape.get(0)), y)
    .mean()
    .neg();

const programs: Readonly<Record<string, Program>> = {
  call_host: ({ dtype, p }, { x }) => {
    const v = p.n === 0 ? T.scalar("x", { dtype: dtypes[dtype] }) : T.vector("x", { dtype: dtypes[dtype] });
    const value = p.n === 0 ? (x as Data)[0] : array(x as Data);
    return calling(theano.function([v as Any], T.add(v as Any, 1)), value as number);
  },
  call_dev: (_, { x }) => calling(theano.function([], theano.shared(array(x as Data)).add(1))),
  chain: ofX((x, { p }) =>
    x
      .mul(p.a as number)
      .add(p.b as number)
      .tanh()
      .mul(T.sigmoid(x))
      .add(x.neg().mul(x).exp()),
  ),
  logistic: ofX((x) => T.div(1, T.add(1, x.neg().exp()))),
  logsoftmax: ofX(logSoftmax),
  xentgrad: (task, { x, y }) => {
    const [v, classes] = [matrix(task, "x"), T.ivector("y")];
    const loss = crossEntropy(v, classes);
    const f = theano.function([v, classes], [loss, T.grad(loss, v)]);
    const values = [array(x as Data), array(y as Data)] as const;
    let results: ReturnType<typeof f> | undefined;
    return {
      step: () => {
        results = f(...values);
      },
      outputs: () => ({ loss: results?.[0].data ?? Number.NaN, g: results?.[1].data ?? Number.NaN }),
      sync: true,
    };
  },
  reduce: ofX((x, { p }) => (reduced[p.op as string] as (x: Any) => Any)(x)),
  gemm: (task, { a, b }) => {
    const [x, y] = [matrix(task, "a"), matrix(task, "b")];
    return calling(theano.function([x, y], T.dot(x, y)), array(a as Data), array(b as Data));
  },
  gemv: (task, { a, x }) => {
    const [m, v] = [matrix(task, "a"), vector(task, "x")];
    return calling(theano.function([m, v], T.dot(m, v)), array(a as Data), array(x as Data));
  },
  logreg: (task, data) => {
    const { lr, l2 } = task.p as { lr: number; l2: number };
    const [x, y] = [matrix(task, "x"), vector(task, "y")];
    const w: State = theano.shared(array(data.w as Data), { name: "w" });
    const b: State = theano.shared(0, { name: "b", dtype: dtypes[task.dtype] });
    const p = T.div(1, T.add(1, T.exp(T.dot(x, w).neg().sub(b)))) as Any;
    const xent = y
      .neg()
      .mul(p.log())
      .sub(T.sub(1, y).mul(T.log(T.sub(1, p))));
    const cost: Any = xent.mean().add(w.pow(2).sum().mul(l2));
    const [gw, gb] = T.grad(cost, [w, b]);
    const train = theano.function([x, y], [p.gt(0.5), xent], {
      updates: [
        [w, w.sub((gw as Any).mul(lr))],
        [b, b.sub((gb as Any).mul(lr))],
      ],
    });
    const values = [array(data.x as Data), array(data.y as Data)] as const;
    let results: ReturnType<typeof train> | undefined;
    return {
      step: () => {
        results = train(...values);
      },
      outputs: () => {
        const [pred, error] = results ?? train(...values);
        return { w: w.getValue().data, b: b.getValue().data, xent: error.data, pred: pred.data };
      },
      sync: true,
    };
  },
  mlp: (task, data) => {
    const { lr, mu, D } = task.p as { lr: number; mu: number; D: readonly number[] };
    const [x, y] = [matrix(task, "x"), T.ivector("y")];
    const weights = ["w1", "w2", "w3"].map(
      (name): State => theano.shared(array(data[name] as Data), { name }),
    );
    const biases = D.slice(1).map(
      (n, i): State => theano.shared(np.zeros(n, { dtype: "float32" }), { name: `b${i + 1}` }),
    );
    const layer = (h: Any, i: number): Any => T.dot(h, weights[i] as State).add(biases[i] as State);
    const scores = layer(T.relu(layer(T.relu(layer(x, 0)), 1)), 2);
    const loss: Any = crossEntropy(scores, y);
    const parameters = [...weights, ...biases];
    const gradients = T.grad(loss, parameters);
    const updates = parameters.flatMap((v, i) => {
      const momentum: State = theano.shared(np.zeros(v.getValue().shape, { dtype: "float32" }));
      const next = momentum.mul(mu).add(gradients[i] as Any);
      return [
        [momentum, next],
        [v, v.sub(next.mul(lr))],
      ] as [State, Any][];
    });
    const train = theano.function([x, y], loss, { updates });
    const values = [array(data.x as Data), array(data.y as Data)] as const;
    let now: { data: ArrayLike<number | bigint> } | undefined;
    const value = (v: State | undefined): ArrayLike<number | bigint> => (v as State).getValue().data;
    return {
      step: () => {
        now = train(...values);
      },
      outputs: () => ({
        loss: now?.data ?? Number.NaN,
        w1: value(weights[0]),
        w2: value(weights[1]),
        w3: value(weights[2]),
        b1: value(biases[0]),
      }),
      sync: true,
    };
  },
};
