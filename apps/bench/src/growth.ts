import theano, { T, type TensorVariable } from "theano-ts";

/**
 * Prints how many seconds functions take to be made that have more and more loops, with gradients: one after the other,
 * with the power of their number by which that grows, and one inside the other.
 */
export function printGrowth(): void {
  seconds(consecutive, 2, 5);
  const times = counts.map((n) => seconds(consecutive, n, 5));
  console.log("loops one after the other, with gradients");
  counts.forEach((n, i) => {
    console.log(line(n, times[i] as number));
  });
  console.log(
    `      as their number to the power of ${slope(counts.map(Math.log), times.map(Math.log)).toFixed(2)}`,
  );
  console.log("loops one inside the other, with gradients");
  for (const depth of [1, 2, 3]) console.log(line(depth, seconds(nested, depth, 5)));
}

const counts = [1, 2, 4, 8, 16];
const line = (count: number, time: number): string => `${String(count).padStart(4)}  ${time.toFixed(3)} s`;

type Floats = TensorVariable<"float64">;

/** A cost that goes through `count` loops, each over what the one before it made. */
function consecutive(count: number, x: Floats, w: Floats): Floats {
  let rows = x;
  for (let i = 0; i < count; i++)
    [rows] = theano.scan((row: Floats, h: Floats) => T.tanh(T.dot(h, w).add(row)), {
      sequences: rows,
      outputsInfo: T.zeros([4], { dtype: "float64" }),
    }) as unknown as [Floats];
  return rows.sum() as Floats;
}

/** A cost that loops `depth` times inside of each other make. */
function nested(depth: number, x: Floats, w: Floats): Floats {
  const inside = (level: number, h: Floats): Floats => {
    if (level === 0) return T.tanh(T.dot(h, w)) as Floats;
    const [states] = theano.scan(
      (row: Floats, before: Floats) => inside(level - 1, before.add(row) as Floats),
      {
        sequences: x,
        outputsInfo: h,
      },
    ) as unknown as [Floats];
    return states.get(-1) as Floats;
  };
  return inside(depth, T.zeros([4], { dtype: "float64" }) as Floats).sum() as Floats;
}

/** Seconds until a cost and its gradients were first computed, from its first loop on: the best of `rounds`. */
function seconds(cost: typeof nested, loops: number, rounds: number): number {
  const times = Array.from({ length: rounds }, () => {
    const [x, w] = T.dmatrices("x", "w");
    const begin = performance.now();
    const c = cost(loops, x, w) as TensorVariable<"float64", 0>;
    theano.function([x, w], [c, ...T.grad(c, [x, w])])(values, values);
    return (performance.now() - begin) / 1000;
  });
  return Math.min(...times);
}

const values = Array.from({ length: 4 }, (_, i) => Array.from({ length: 4 }, (_, j) => (i - j) / 10));

/** The slope of the line through these points with the smallest squares. */
function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (all: readonly number[]): number => all.reduce((a, b) => a + b) / all.length;
  const [mx, my] = [mean(x), mean(y)];
  return mean(x.map((v, i) => (v - mx) * ((y[i] as number) - my))) / mean(x.map((v) => (v - mx) ** 2));
}
