import { placeIn } from "./places.ts";
import { ProgramError, prepare } from "./prepare.ts";

const library = "https://host/library.js";
const addresses = { "theano-ts": library };
const codeOf = (text: string): string[] => prepare(text, addresses).code.split("\n");

/** What is wrong with a program, and in which line. */
function refusal(text: string): [line: number, message: string] {
  try {
    prepare(text, addresses);
  } catch (error) {
    const { line, message } = error as ProgramError;
    return [line, message];
  }
  throw new Error("nothing was refused");
}

test("imports come from where the library is, in every form that names a module", () => {
  const lines = codeOf(
    [
      `import theano, { T } from "theano-ts";`,
      `import * as all from 'theano-ts';`,
      `import {`,
      `  np,`,
      `} from "theano-ts";`,
      `const later = await import("theano-ts");`,
      `export { np as other } from "theano-ts";`,
      `console.log(theano, T, all, np, later, "theano-ts");`,
    ].join("\n"),
  );
  expect(lines.slice(0, 8)).toEqual([
    `import theano, { T } from "${library}";`,
    `import * as all from "${library}";`,
    `import {`,
    `  np,`,
    `} from "${library}";`,
    `const later = await import(${JSON.stringify(library)});`,
    `export { np as other } from "${library}";`,
    `console.log(theano, T, all, np, later, "theano-ts");`,
  ]);
});

test("other imports are refused, with the line and what can be imported", () => {
  expect(refusal(`import { T } from "theano-ts";\nimport x from "lodash";\nx(T);`)).toEqual([
    2,
    `Cannot import "lodash": a program on this page can import "theano-ts" and nothing else`,
  ]);
  expect(refusal(`\n\nawait import("./mine.ts");`)[0]).toBe(3);
  expect(refusal(`import "toString";`)[1]).toContain(`"toString"`);
});

test("types go, and each line stays in its place", () => {
  const text = [
    `import { T, type TensorVariable } from "theano-ts";`,
    `interface Pair {`,
    `  a: number;`,
    `}`,
    `type Matrix = TensorVariable<"float64", 2>;`,
    ``,
    `const f = <N extends number>(x: Matrix, n: N): Matrix => x.mul(n) as Matrix;`,
    `const p: Pair = { a: 1 };`,
    `console.log(f(T.dmatrix("x"), p.a!));`,
  ];
  const lines = codeOf(text.join("\n"));
  expect(lines.slice(2, 6).join("")).toBe("");
  expect(lines[6]).toMatch(/^const f = \s*\(x, n\) => x\.mul\(n\)\s*;$/);
  expect(lines[8]).toBe(`console.log(f(T.dmatrix("x"), p.a));`);
});

test("what is no program is refused in the line where it stops to be one", () => {
  expect(refusal("const a = 1;\nconst b = (a;\n")[0]).toBe(2);
  expect(refusal("const a = 1;\nconst a = 2;\n")).toEqual([2, "Identifier 'a' has already been declared"]);
  expect(refusal("function f() {\n  await 1;\n}\n")[0]).toBe(2);
  expect(() => prepare("const x = ;", addresses)).toThrow(ProgramError);
});

test("await at the top, and no import at all, are fine", () => {
  expect(codeOf("const x = await 1;")[0]).toBe("const x = await 1;");
  expect(codeOf("")[0]).toBe("");
});

test("stacks name the program, wherever its module comes from", () => {
  expect(prepare("1;", addresses).code).toMatch(/\n\/\/# sourceURL=program\.ts\n$/);
  expect(
    placeIn("Error: x\n    at f (https://host/worker.js:1:2)\n    at program.ts:12:5\n    at program.ts:1:1"),
  ).toEqual({
    line: 12,
    column: 5,
  });
  expect(placeIn("f@blob:https://host/program.ts:3:7")).toEqual({ line: 3, column: 7 });
  expect(placeIn("nothing of the kind")).toBeUndefined();
  expect(placeIn(undefined)).toBeUndefined();
});
