import { listFor, type Names } from "./completions.ts";

const names: Names = {
  theano: ["function"],
  T: ["exp"],
  np: ["eye"],
  methods: ["mul"],
  exports: ["slice"],
};

test.each([
  ["const y = T.", ["exp"], ""],
  ["const y = T.ex", ["exp"], "ex"],
  ["theano.fu", ["function"], "fu"],
  ["f(np.", ["eye"], ""],
  ["x.", ["mul"], ""],
  ["T.dot(x, w).m", ["mul"], "m"],
  ["xs[0].", ["mul"], ""],
  ["  .ne", ["mul"], "ne"],
  ["import theano, { np, sl", ["slice"], "sl"],
  ["import {", ["slice"], ""],
] as const)("after %j", (before, list, begun) => {
  expect(listFor(before, names)).toEqual([list, begun]);
});

test.each(["const x = 1.", "const y = ", "T", "import x", 'import { T } from "'])(
  "nothing after %j",
  (before) => {
    expect(listFor(before, names)).toBeUndefined();
  },
);
