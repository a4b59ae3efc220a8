// Programs with loops, as a user of theano-ts would write them.
import theano, { np, type SharedVariable, slice, T, type TensorVariable } from "theano-ts";
import type { Data } from "./data.ts";
import { type Any, array, calling, dtypes, type Instance, type Program } from "./program.ts";

// biome-ignore lint/suspicious/noExplicitAny: of whatever dtype and rank
type State = SharedVariable<any, any>;

const matrices = (task: Parameters<Program>[0]): Any => T.tensor3("x", { dtype: dtypes[task.dtype] });

/** The parameters of a network of `gates` times as many units as its state has. */
function parameters(
  { p, dtype }: Parameters<Program>[0],
  data: Parameters<Program>[1],
  gates: number,
): State[] {
  const units = gates * (p.H as number);
  return [
    theano.shared(array(data.wx as Data), { name: "wx" }),
    theano.shared(array(data.wh as Data), { name: "wh" }),
    theano.shared(np.zeros(units, { dtype: dtypes[dtype] }), { name: "b" }),
  ];
}

/** The states of a simple recurrent network after each step. */
function rnn(x: Any, [wx, wh, b]: readonly State[], { B, H }: Sizes): Any {
  const start = T.zeros([B, H], { dtype: x.dtype });
  const [hs] = theano.scan(
    (row: Any, h: Any) =>
      T.tanh(
        T.dot(row, wx as State)
          .add(T.dot(h, wh as State))
          .add(b as State),
      ),
    { sequences: x, outputsInfo: start },
  );
  return hs;
}

/** The same of a network of long short-term memory; gates in the order input, forget, cell, output. */
function lstm(x: Any, [wx, wh, b]: readonly State[], { B, H }: Sizes): Any {
  const start = T.zeros([B, H], { dtype: x.dtype });
  const part = (z: Any, k: number): Any => z.get(slice(null), slice(k * H, (k + 1) * H));
  const step = (row: Any, h: Any, c: Any): [Any, Any] => {
    const z = T.dot(row, wx as State)
      .add(T.dot(h, wh as State))
      .add(b as State) as Any;
    const cell = T.sigmoid(part(z, 1))
      .mul(c)
      .add(T.sigmoid(part(z, 0)).mul(T.tanh(part(z, 2))));
    return [T.sigmoid(part(z, 3)).mul(T.tanh(cell)) as Any, cell as Any];
  };
  const [[hs]] = theano.scan(step, { sequences: x, outputsInfo: [start, start] }) as unknown as [[Any, Any]];
  return hs;
}

interface Sizes {
  readonly B: number;
  readonly H: number;
}
type Network = (x: Any, parameters: readonly State[], sizes: Sizes) => Any;

const forward =
  (network: Network, gates: number): Program =>
  (task, data) => {
    const x = matrices(task);
    const hs = network(x, parameters(task, data, gates), task.p as unknown as Sizes);
    const f = theano.function([x], hs);
    const value = array(data.x as Data);
    let result: ReturnType<typeof f> | undefined;
    return {
      step: () => {
        result = f(value);
      },
      outputs: () => ({ hs: (result as { data: Float32Array }).data }),
      sync: true,
    };
  };

const gradient =
  (network: Network, gates: number): Program =>
  (task, data) => {
    const x = matrices(task);
    const weights = parameters(task, data, gates);
    const hs = network(x, weights, task.p as unknown as Sizes);
    const loss = hs.pow(2).mean() as TensorVariable<"float32", 0>;
    const f = theano.function([x], [loss, ...T.grad(loss, weights)] as Any[]);
    const value = array(data.x as Data);
    let results: readonly { data: ArrayLike<number | bigint> }[] = [];
    return {
      step: () => {
        results = f(value) as unknown as typeof results;
      },
      outputs: () =>
        Object.fromEntries(
          ["loss", "gwx", "gwh", "gb"].map((name, i) => [
            name,
            (results[i] as (typeof results)[number]).data,
          ]),
        ),
      sync: true,
    } satisfies Instance;
  };

/** Recurrent networks and bare recurrences, by family. */
export const recurrent: Readonly<Record<string, Program>> = {
  rnn_fwd: forward(rnn, 1),
  rnn_grad: gradient(rnn, 1),
  lstm_fwd: forward(lstm, 4),
  lstm_grad: gradient(lstm, 4),
  scan_h16: (task, data) => {
    const dtype = dtypes[task.dtype];
    const [x, w] = [T.matrix("x", { dtype }), T.matrix("w", { dtype })] as [Any, Any];
    const [hs] = theano.scan((row: Any, h: Any) => T.tanh(T.dot(w, h).add(row)), {
      sequences: x,
      outputsInfo: T.zeros([task.p.H as number], { dtype }),
    });
    return calling(theano.function([x, w], hs as Any), array(data.x as Data), array(data.w as Data));
  },
  scan_scalar: (task, data) => {
    const dtype = dtypes[task.dtype];
    const x = T.vector("x", { dtype }) as Any;
    const a = T.constant(task.p.a as number, { dtype });
    const [hs] = theano.scan((row: Any, h: Any) => T.add(T.mul(a, h), row), {
      sequences: x,
      outputsInfo: T.zeros([], { dtype }),
    });
    return calling(theano.function([x], hs as Any), array(data.x as Data));
  },
};
