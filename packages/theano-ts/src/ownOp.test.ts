import theano, {
  Apply,
  asOp,
  gradient,
  type NDArray,
  np,
  Op,
  OpFromGraph,
  T,
  type TensorLike,
  type TensorVariable,
} from "./index.ts";

// On the CPU backend: what the packages' own tests show on the interpreter.

test("document 4: the Jacobian of a linear map, and the R-operator", () => {
  const [A, x, b] = [T.matrix("A"), T.vector("x"), T.vector("b")];
  const y = T.dot(A, x).add(b) as TensorVariable<"float64", 1>;
  const J = gradient.jacobian(y, x).eval([
    [
      A,
      [
        [9, 8, 7],
        [4, 5, 6],
      ],
    ],
    [x, [1, 2, 3]],
    [b, [4, 5]],
  ]);
  expect(J.toArray()).toEqual([
    [9, 8, 7],
    [4, 5, 6],
  ]);
  const [W, V, u] = [T.dmatrix("W"), T.dmatrix("V"), T.dvector("x")];
  const JV = T.Rop(T.dot(u, W), W, V);
  const f = theano.function([W, V, u], JV);
  expect(
    f(
      [
        [1, 1],
        [1, 1],
      ],
      [
        [2, 2],
        [2, 2],
      ],
      [0, 1],
    ).toArray(),
  ).toEqual([2, 2]);
});

test("a Hessian, and the Jacobian of a layer of units", () => {
  const x = T.dvector("x");
  const cost = T.sum(T.exp(x.mul(T.sum(x)))) as TensorVariable<"float64", 0>;
  const H = theano.function([x], T.hessian(cost, x))([0.1, 0.2]);
  // With s = Σx and eₖ = exp(xₖ s), the derivative along xᵢ and xⱼ is, term by term,
  // Σₖ xₖ² eₖ + (1 + xᵢ s) eᵢ + (1 + xⱼ s) eⱼ + [i = j] s² eᵢ.
  const xs = [0.1, 0.2];
  const s = 0.1 + 0.2;
  const e = xs.map((v) => Math.exp(v * s));
  const common = 0.1 ** 2 * (e[0] as number) + 0.2 ** 2 * (e[1] as number);
  const own = xs.map((v, i) => (1 + v * s) * (e[i] as number));
  H.toArray().forEach((row, i) => {
    row.forEach((v, j) => {
      const diagonal = i === j ? s * s * (e[i] as number) : 0;
      expect(v).toBeCloseTo(common + (own[i] as number) + (own[j] as number) + diagonal, 12);
    });
  });
  const W = np.array([
    [0.1, 0.2, 0.3],
    [-0.4, 0.5, 0.6],
  ]);
  const layer = T.tanh(T.dot(x, W)) as TensorVariable<"float64", 1>;
  const J = theano.function([x], T.jacobian(layer, x))([1, -1]);
  const h = [0, 1, 2].map((j) => Math.tanh(Number(W.get(0, j).item()) - Number(W.get(1, j).item())));
  J.toArray().forEach((row, j) => {
    row.forEach((v, i) => {
      expect(v).toBeCloseTo((1 - (h[j] as number) ** 2) * Number(W.get(i, j).item()), 12);
    });
  });
});

class Tail extends Op {
  static override readonly props: readonly string[] = [];
  override makeNode(x: TensorLike): Apply {
    const v = T.asTensorVariable(x);
    return new Apply(this, [v], [v.type]);
  }
  override perform(_: Apply, [x]: readonly NDArray[]): NDArray {
    return (x as NDArray).get("1:");
  }
  override grad([x]: readonly TensorVariable[], [g]: readonly TensorVariable[]): readonly TensorVariable[] {
    return [T.setSubtensor(T.zerosLike(x as TensorVariable).get("1:"), g as TensorVariable)];
  }
}

test("an op of one's own amid programs of the backend, with and without known sizes, and its gradient", () => {
  class SizedTail extends Tail {
    override inferShape(_: Apply, [sizes]: readonly (readonly TensorVariable[])[]): TensorVariable[][] {
      return [(sizes ?? []).map((n) => n.sub(1))];
    }
  }
  const x = T.dvector("x");
  for (const op of [new Tail(), new SizedTail()]) {
    const y = T.exp(op.call(x.mul(2))).sum();
    const f = theano.function([x], [y, T.grad(y as TensorVariable<"float64", 0>, x)] as const);
    for (const values of [
      [1, 0.5, 0.25],
      [0, 1],
    ]) {
      const [sum, slope] = f(values);
      const tail = values.slice(1).map((v) => Math.exp(2 * v));
      expect(Number(sum)).toBeCloseTo(
        tail.reduce((a, b) => a + b),
        12,
      );
      [0, ...tail.map((v) => 2 * v)].forEach((v, i) => {
        expect(slope.get(i).item()).toBeCloseTo(v, 12);
      });
    }
  }
});

test("types follow: of plain functions, and of graphs made ops", () => {
  const x = T.dvector("x");
  const both = asOp({ itypes: [T.dvector], otypes: [T.dvector, T.dscalar] }, (v) => [v, v.size]);
  const [same, size] = both(x);
  const sum: TensorVariable<"float64", 1> = same.add(size);
  expect(theano.function([x], sum)([1, 2]).toArray()).toEqual([3, 4]);
  const op = new OpFromGraph([x], [x.mul(2), x.sum()]);
  const [double, total] = op.apply(x);
  const slope = T.grad(total, x);
  expect(theano.function([x], double.add(slope))([1, 2]).toArray()).toEqual([3, 5]);
});
