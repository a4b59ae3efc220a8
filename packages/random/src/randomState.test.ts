import { array } from "@theano-ts/core";
import { RandomState } from "./randomState.ts";

// Drawn with NumPy's RandomState(5), in this order.
test("rand, randint and randn of one stream are NumPy's", () => {
  const rs = new RandomState(5);
  expect(rs.rand(2, 3).toArray()).toEqual([
    [0.22199317108973948, 0.8707323061773764, 0.20671915533942642],
    [0.9186109079379216, 0.48841118879482914, 0.6117438629026457],
  ]);
  expect(rs.randint({ size: 5, low: 0, high: 2 }).toArray()).toEqual([1, 0, 0, 0, 1]);
  expect(rs.randn(4).toArray()).toEqual([
    1.070163327631122, 0.5006542632577021, 0.7896762588525721, -0.7690272094176688,
  ]);
  expect(rs.rand().item()).toBe(0.11090076173906371);
});

// Drawn with NumPy's RandomState(1), in this order.
test("uniform, normal, randint without high, permutation and shuffle of one stream are NumPy's", () => {
  const rs = new RandomState(1);
  expect(rs.uniform({ low: -1, high: 1, size: [2, 2] }).toArray()).toEqual([
    [-0.165955990594852, 0.4406489868843162],
    [-0.9997712503653102, -0.39533485473632046],
  ]);
  expect(rs.normal({ loc: 2, scale: 0.1, size: 3 }).toArray()).toEqual([
    1.9471828247736545, 1.892703137784383, 2.0865407629324677,
  ]);
  expect(rs.randint({ low: 10, size: [2, 2] }).toArray()).toEqual([
    [5, 2],
    [4, 2],
  ]);
  expect(rs.permutation(5).toArray()).toEqual([0, 2, 1, 3, 4]);
  const x = array([
    [0, 1],
    [2, 3],
    [4, 5],
  ]);
  expect(rs.permutation(x).toArray()).toEqual([
    [2, 3],
    [0, 1],
    [4, 5],
  ]);
  expect(x.get(0).toArray()).toEqual([0, 1]);
  rs.shuffle(x);
  expect(rs.uniform().item()).toBe(0.7159705159683643);
});

test("shuffle moves whole rows in place, as permutation orders them", () => {
  const x = array(
    [
      [0, 1],
      [2, 3],
      [4, 5],
    ],
    "int64",
  );
  const order = new RandomState(3).permutation(3).toArray();
  new RandomState(3).shuffle(x);
  expect(x.toArray()).toEqual(order.map((i) => [2 * i, 2 * i + 1]));
  expect(order).not.toEqual([0, 1, 2]);
});

test("dtypes and ranks are static", () => {
  const rs = new RandomState(0);
  rs.rand(2, 3) satisfies { dtype: "float64"; ndim: 2 };
  rs.uniform({ size: 4 }) satisfies { dtype: "float64"; ndim: 1 };
  rs.normal() satisfies { dtype: "float64"; ndim: 0 };
  rs.randint({ low: 3, size: [1, 2, 3] }) satisfies { dtype: "int64"; ndim: 3 };
  // @ts-expect-error: it has two axes
  rs.rand(2, 3) satisfies { ndim: 1 };
  expect([rs.rand(2, 0).shape, rs.randint({ low: 3, size: [1, 2, 3] }).shape]).toEqual([
    [2, 0],
    [1, 2, 3],
  ]);
});

test("without a seed, two streams differ", () => {
  expect(new RandomState().rand(4).toArray()).not.toEqual(new RandomState().rand(4).toArray());
});

test("a state taken between the two gaussians of a pair restores the second", () => {
  const rs = new RandomState([1, 2]);
  rs.randn();
  const state = rs.getState();
  const after = rs.randn(3).toArray();
  const other = new RandomState(0);
  other.setState(state);
  expect(other.randn(3).toArray()).toEqual(after);
});

const rs = new RandomState(0);
test.each<[string, () => unknown]>([
  ["Cannot draw an array of shape [2,-1]: a length is an integer, 0 or more", () => rs.rand(2, -1)],
  ["Cannot draw an array of shape [-1]: a length is an integer, 0 or more", () => rs.permutation(-1)],
  ["Cannot draw gaussians of scale -1: it must not be negative", () => rs.normal({ scale: -1 })],
  ["Cannot draw uniformly from 0 to Infinity: the range is not finite", () => rs.uniform({ high: Infinity })],
  [
    "Cannot draw integers between bounds of which one is 0.5: it must be an integer",
    () => rs.randint({ low: 0.5 }),
  ],
  ["Cannot shuffle an array without axes", () => rs.shuffle(rs.rand())],
])("%s", (message, act) => {
  expect(act).toThrow(message);
});
