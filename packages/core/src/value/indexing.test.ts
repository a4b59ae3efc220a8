import { arange, array, asNDArray, type Index, slice, zeros } from "./index.ts";

const cube = () => arange(24, { dtype: "int64" }).reshape([2, 3, 4]);

// Shape and elements that NumPy 1.24 gives for x[…] with x = arange(24).reshape(2, 3, 4).
const picked: readonly (readonly [
  text: string,
  index: readonly Index[],
  shape: number[],
  elements: number[],
])[] = [
  ["0", [0], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ["-1", [-1], [3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]],
  ["1,2", [1, 2], [4], [20, 21, 22, 23]],
  ["1,2,3", [1, 2, 3], [], [23]],
  ["-1,-1,-1", [-1, -1, -1], [], [23]],
  [":,1", [":", 1], [2, 4], [4, 5, 6, 7, 16, 17, 18, 19]],
  ["...,0", ["...", 0], [2, 3], [0, 4, 8, 12, 16, 20]],
  ["0,...", [0, "..."], [3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  ["...,::2", ["...", "::2"], [2, 3, 2], [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22]],
  ["1:,::-1", ["1:, ::-1"], [1, 3, 4], [20, 21, 22, 23, 16, 17, 18, 19, 12, 13, 14, 15]],
  [
    "::-1",
    ["::-1"],
    [2, 3, 4],
    [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ],
  ["...,-1", ["..., -1"], [2, 3], [3, 7, 11, 15, 19, 23]],
  ["None,0", ["None, 0"], [1, 3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [
    "None",
    [null],
    [1, 2, 3, 4],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  ],
  ["0,None,1", [0, null, 1], [1, 4], [4, 5, 6, 7]],
  [
    "...,None",
    ["...", null],
    [2, 3, 4, 1],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  ],
  [
    "None,...,None",
    [null, "...", null],
    [1, 2, 3, 4, 1],
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23],
  ],
  ["1:", [slice(1, null)], [1, 3, 4], [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23]],
  [
    "::-1",
    [slice(null, null, -1)],
    [2, 3, 4],
    [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ],
  [":,0:2,3:0:-2", [":", slice(0, 2), slice(3, 0, -2)], [2, 2, 2], [3, 1, 7, 5, 15, 13, 19, 17]],
  ["5:9", [slice(5, 9)], [0, 3, 4], []],
  [":,-2:", [":", slice(-2, null)], [2, 2, 4], [4, 5, 6, 7, 8, 9, 10, 11, 16, 17, 18, 19, 20, 21, 22, 23]],
  [":,:,-100:100:3", [":", ":", slice(-100, 100, 3)], [2, 3, 2], [0, 3, 4, 7, 8, 11, 12, 15, 16, 19, 20, 23]],
  [":,2:1", [":", slice(2, 1)], [2, 0, 4], []],
  [
    "-1:-3:-1",
    [slice(-1, -3, -1)],
    [2, 3, 4],
    [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  ],
  [
    "[1,0,1]",
    [[1, 0, 1]],
    [3, 3, 4],
    [
      12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
      16, 17, 18, 19, 20, 21, 22, 23,
    ],
  ],
  [":,[2,0]", [":", [2, 0]], [2, 2, 4], [8, 9, 10, 11, 0, 1, 2, 3, 20, 21, 22, 23, 12, 13, 14, 15]],
  [
    "[0,1],[1,2]",
    [
      [0, 1],
      [1, 2],
    ],
    [2, 4],
    [4, 5, 6, 7, 20, 21, 22, 23],
  ],
  [
    "[0,1],[1,2],[3,0]",
    [
      [0, 1],
      [1, 2],
      [3, 0],
    ],
    [2],
    [7, 20],
  ],
  ["[0,1],:,[1,2]", [[0, 1], ":", [1, 2]], [2, 3], [1, 5, 9, 14, 18, 22]],
  [":,[0,1],[1,2]", [":", [0, 1], [1, 2]], [2, 2], [1, 6, 13, 18]],
  ["0,:,[1,2]", [0, ":", [1, 2]], [2, 3], [1, 5, 9, 2, 6, 10]],
  ["0,[1,2]", [0, [1, 2]], [2, 4], [4, 5, 6, 7, 8, 9, 10, 11]],
  ["[0],1,:", [[0], 1, ":"], [1, 4], [4, 5, 6, 7]],
  [":,1,[0,3]", [":", 1, [0, 3]], [2, 2], [4, 7, 16, 19]],
  [
    "[[0],[1]],[0,2]",
    [
      [[0], [1]],
      [0, 2],
    ],
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  [
    ":,[[0,1],[2,2]]",
    [
      ":",
      [
        [0, 1],
        [2, 2],
      ],
    ],
    [2, 2, 2, 4],
    [
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 20,
      21, 22, 23,
    ],
  ],
  ["...,[3,-4]", ["...", [3, -4]], [2, 3, 2], [3, 0, 7, 4, 11, 8, 15, 12, 19, 16, 23, 20]],
  ["[0,1],None,[2,1]", [[0, 1], null, [2, 1]], [2, 1, 4], [8, 9, 10, 11, 16, 17, 18, 19]],
  ["None,[1],...,[0]", [null, [1], "...", [0]], [1, 1, 3], [12, 16, 20]],
  ["[True,False]", [[true, false]], [1, 3, 4], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
  [
    ":,[True,False,True]",
    [":", [true, false, true]],
    [2, 2, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 20, 21, 22, 23],
  ],
  [
    "[[True,False,True],[False,False,True]]",
    [
      [
        [true, false, true],
        [false, false, true],
      ],
    ],
    [3, 4],
    [0, 1, 2, 3, 8, 9, 10, 11, 20, 21, 22, 23],
  ],
  [":,[True,False,True],[0,3]", [":", [true, false, true], [0, 3]], [2, 2], [0, 11, 12, 23]],
  ["[False,False]", [[false, false]], [0, 3, 4], []],
  ["::-1,::2,[1,1]", ["::-1", "::2", [1, 1]], [2, 2, 2], [13, 13, 21, 21, 1, 1, 9, 9]],
  ["1:,None,0,::-2", ["1:", null, 0, "::-2"], [1, 1, 2], [15, 13]],
  ["[]", [[]], [0, 3, 4], []],
  [":,1:1,[0,1]", [":", "1:1", [0, 1]], [2, 0, 2], []],
];

test.each(picked)("x[%s] has NumPy's shape and elements", (_, index, shape, elements) => {
  const part = cube().get(...index);
  expect(part.shape).toEqual(shape);
  expect(part.reshape([-1]).toArray()).toEqual(elements);
});

test.each(picked)("set writes where x[%s] reads", (_, index, shape, elements) => {
  const x = cube();
  x.set(-1, ...index);
  const expected = cube().reshape([-1]).toArray();
  for (const element of elements) expected[element] = -1;
  expect(x.reshape([-1]).toArray()).toEqual(expected);
  const y = cube();
  y.set(zeros(shape, { dtype: "int64" }), ...index);
  expect(y.get(...index).equals(zeros(shape))).toBe(true);
});

test("an index may hold arrays: 0-d integers count as integers, typed arrays as lists", () => {
  expect(
    cube()
      .get(asNDArray(1n), array([0, 2], "int32"))
      .toArray(),
  ).toEqual(
    cube()
      .get(1, new Int32Array([0, 2]))
      .toArray(),
  );
  expect(
    cube()
      .get(slice(asNDArray(1n), 2n))
      .toArray(),
  ).toEqual(cube().get("1:").toArray());
});

test.each<[Index[], string]>([
  [[2], "Cannot take element 2 of axis 0: its size is 2"],
  [[0, -4], "Cannot take element -4 of axis 1: its size is 3"],
  [[0, [1, 3]], "Cannot take element 3 of axis 1: its size is 3"],
  [[0, 0, 0, 0], "Cannot index an array of 3 dimensions with 4 indices"],
  [["...", "..."], 'Cannot index with more than one "..."'],
  [[slice(0, 2, 0)], "Cannot take a slice with step 0"],
  [[0.5], "Cannot index with 0.5: it is not an integer"],
  [[[0.5]], "Cannot index with 0.5: it is not an integer"],
  [[true], "Cannot index with true: use null for a new axis, or an array of booleans"],
  [[array([0])], "Cannot index with an array of float64: indices are integers or booleans"],
  [
    ["a"],
    'Cannot read the index "a": "a" is not an integer, a slice such as "1:" or "::-1", "..." or "None"',
  ],
  [
    [
      [0, 1],
      [0, 1, 2],
    ],
    "Cannot broadcast shapes [2] and [3] together",
  ],
  [[slice("x", null)], "Cannot slice an array with the bound x: bounds are integers or null"],
])("index %j is refused: %s", (index, message) => {
  expect(() => cube().get(...index)).toThrow(message);
});
