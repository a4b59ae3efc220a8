import * as programs from "./programs.ts";

// A page's own program: what its policy refuses, and what the programs give all the same.

/** What `program` gives, or how it fails. */
function outcome(program: () => unknown): unknown {
  try {
    return program();
  } catch (error) {
    return error instanceof EvalError ? error.name : (error as Error).message;
  }
}

const points = [
  [0.5, -1],
  [1.5, 2],
  [-0.25, 0.75],
  [2, 0.125],
];
const programsOfPage = {
  // biome-ignore lint/security/noGlobalEval: whether the policy lets it
  eval: () => globalThis.eval("1"),
  newFunction: () => new Function("return 1"),
  train: () => programs.train(points, [0, 1, 1, 0], 0.5, 50),
  power: () => programs.power([1, 2, -3], 3),
  draws: () => programs.draws(),
};
const outcomes = Object.entries(programsOfPage).map(([name, program]) => [name, outcome(program)]);
console.log(JSON.stringify(Object.fromEntries(outcomes)));
