import {
  add,
  cast,
  compile,
  constant,
  dot,
  type Mode,
  mul,
  noRewrites,
  shared,
  sub,
  subtensor,
  sum,
  type TensorVariable,
  tanh,
  tensorType,
} from "@theano-ts/core";
import { interpreter } from "@theano-ts/kernel";
import { scan } from "./index.ts";
import { mode } from "./loops.testing.ts";

const float = (n: number, name: string): TensorVariable => tensorType("float64", n).makeVariable(name);
const [x, m, w, h0] = [float(1, "x"), float(2, "m"), float(2, "w"), float(1, "h0")];
const n = tensorType("int64", 0).makeVariable("n");
// biome-ignore lint/suspicious/noExplicitAny: these are the mistakes that types would catch
const wrong = scan as (...args: any[]) => any;

/** What is thrown: the first line, and the others. */
function errorOf(body: () => unknown): { error: Error; sentence: string; facts: string } {
  try {
    body();
  } catch (error) {
    const [sentence = "", ...facts] = (error as Error).message.split("\n");
    return { error: error as Error, sentence, facts: facts.join("\n") };
  }
  throw new Error("nothing was wrong");
}

const call = (
  output: TensorVariable,
  values: readonly (readonly [TensorVariable, unknown])[],
  how: Mode = mode,
): unknown =>
  compile({ inputs: values.map(([v]) => v), outputs: output, backend: interpreter, mode: how })(
    ...values.map(([, value]) => value as never),
  );

const zeros = (rows: number, columns: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: columns }, () => 0));
const here = /made at .*errors\.test\.ts:\d+/;

describe("a step", () => {
  test("that throws keeps its error, and the loop is named", () => {
    const { error, sentence, facts } = errorOf(() =>
      scan(
        () => {
          throw new RangeError("no such row");
        },
        { sequences: x, name: "reader" },
      ),
    );
    expect([error.name, sentence, facts]).toEqual(["RangeError", "no such row", "    in the step of reader"]);
  });

  test.each<[string, TensorVariable, (p: TensorVariable) => TensorVariable, string]>([
    [
      "dtype",
      h0,
      (p) => cast(p, "int64") as TensorVariable,
      "output 0 of scan, h0, has dtype float64, .* dtype int64",
    ],
    ["rank", h0, (p) => sum(p), "output 0 of scan, h0, has rank 1, .* rank 0"],
    [
      "dtype, without a name",
      constant(1n),
      (p) => mul(p, 0.5),
      "output 0 of scan, .*1.*, has dtype int8, .* float64",
    ],
  ])("that changes the %s of a state", (_, initial, step, message) => {
    const { sentence, facts } = errorOf(() => wrong(step, { outputsInfo: initial, nSteps: 3 }));
    expect(sentence).toMatch(new RegExp(message));
    expect(facts).toMatch(here);
  });
});

describe("the shape of a state", () => {
  test("must be that of what a step makes of it", () => {
    const [[, h]] = wrong((row: TensorVariable, h: TensorVariable) => [row, tanh(dot(h, w))], {
      sequences: m,
      outputsInfo: [null, h0],
    });
    const { error, sentence, facts } = errorOf(() =>
      call(h, [
        [m, zeros(4, 2)],
        [h0, [1, 2, 3]],
        [w, zeros(3, 2)],
      ]),
    );
    expect([error.name, sentence]).toEqual([
      "ValueError",
      "The initial value of output 1 (outputsInfo h0) of a loop has shape (3), and a step makes (2) of it: they must be the same",
    ]);
    expect(facts).toMatch(here);
  });

  test("is that of a shared variable that steps update", () => {
    const s = shared([1, 2], { name: "s" });
    const [rows] = wrong((row: TensorVariable) => [row, [[s, add(s, row)]]], { sequences: m });
    const updates = wrong((row: TensorVariable) => [row, [[s, add(s, row)]]], { sequences: m })[1];
    expect(
      errorOf(() =>
        compile({ inputs: [m], outputs: rows, updates, backend: interpreter, mode })(zeros(4, 3) as never),
      ).sentence,
    ).toMatch(/sizes along dimension 0 are 2 and 3/);
  });

  test("has as many rows as steps read", () => {
    const [all] = wrong((a: TensorVariable, b: TensorVariable) => add(a, b), {
      outputsInfo: { initial: h0, taps: [-2, -1] },
      nSteps: 3,
    });
    const { sentence, facts } = errorOf(() => call(all, [[h0, [1]]]));
    expect(sentence).toBe(
      "Steps read output 0 (outputsInfo h0) of a loop up to 2 steps back, so its initial value must have 2 rows: it has 1",
    );
    expect(facts).toMatch(here);
  });
});

describe("the number of steps", () => {
  const [doubled] = wrong((p: TensorVariable) => mul(p, 2), { outputsInfo: h0, nSteps: n });
  const [negated] = wrong((a: TensorVariable) => sub(0, a), { sequences: x });

  test("is not negative", () => {
    const { error, sentence, facts } = errorOf(() =>
      call(doubled, [
        [h0, [1]],
        [n, -2n],
      ]),
    );
    expect([error.name, sentence]).toEqual([
      "IndexError",
      "A loop was asked for a negative number of steps: -2",
    ]);
    expect(facts).toMatch(here);
  });

  test.each([
    ["rewritten", mode],
    ["as it is", noRewrites],
  ] as const)("is not 0 where the last row is taken, %s", (_, how) => {
    const ofState = errorOf(() =>
      call(
        subtensor(doubled, -1) as TensorVariable,
        [
          [h0, [1]],
          [n, 0n],
        ],
        how,
      ),
    );
    const ofOutput = errorOf(() => call(subtensor(negated, -1) as TensorVariable, [[x, []]], how));
    for (const { error, sentence, facts } of [ofState, ofOutput]) {
      expect(error.name).toBe("IndexError");
      expect(sentence).toMatch(/made no steps/);
      expect(facts).toMatch(here);
    }
  });
});
