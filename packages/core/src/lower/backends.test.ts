import {
  type Backend,
  Declined,
  type Program,
  interpreter as plain,
  type Step,
  verified,
} from "@theano-ts/kernel";
import {
  add,
  compile,
  exp,
  explain,
  type NDArray,
  shared,
  subtensor,
  sum,
  type TensorVariable,
  tensorType,
} from "../index.ts";

const interpreter = verified(plain);
const x: TensorVariable = tensorType("float64", 1).makeVariable("x");

/** The reference, but refusing kernels that make one number, and answering later. */
const later: Backend = {
  ...interpreter,
  name: "later",
  fallback: interpreter,
  isLastResort: false,
  accepts: (step: Step) =>
    step.kind === "launch" && step.kernel.kind === "map" && step.kernel.axes.length === 0
      ? "it has no scalars"
      : true,
  compile(program) {
    const { run } = interpreter.compile(program);
    return {
      run: async (...args) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        return run(...args);
      },
    };
  },
  read: async (buffer) => interpreter.read(buffer),
};

test("a state that lives on a backend that answers later is there for every other", async () => {
  const s = shared([1, 2], { name: "s" });
  const grow = compile({ inputs: [x], outputs: sum(add(s, x)), updates: [[s, add(s, x)]], backend: later });
  const look = compile({ inputs: [], outputs: exp(sum(s)), backend: interpreter });
  expect(Number(await grow.async([10, 20]))).toBe(33);
  expect(Number(await grow.async([1, 1]))).toBe(35);
  expect(() => s.getValue()).toThrow("getValueAsync");
  expect((await s.getValueAsync()).toArray()).toEqual([12, 23]);
  await grow.async([1, 1]);
  expect(Number(await look.async())).toBe(Math.exp(37));
  expect(explain(grow)).toContain(
    "1 of 2 steps run on interpreter, not on later\nstep 1 is not for later: it has no scalars",
  );
});

test("calls that nobody waits for are made in order, and one that fails holds up no other", async () => {
  const s = shared([0, 0], { name: "s" });
  const f = compile({ inputs: [x], outputs: s, updates: [[s, add(s, x)]], backend: later });
  const calls = [f.async([1, 1]), f.async([1, 2, 3]), f.async([2, 2]), f.async([0, 0])];
  const results = await Promise.allSettled(calls);
  expect(results.map((r) => (r.status === "fulfilled" ? r.value.toArray() : "failed"))).toEqual([
    [0, 0],
    "failed",
    [1, 1],
    [3, 3],
  ]);
});

/** The reference, but it does not run with numbers above 100. */
const small: Backend = {
  ...interpreter,
  name: "small",
  fallback: interpreter,
  isLastResort: false,
  compile(program) {
    const { run } = interpreter.compile(program);
    return {
      run(sizes, inputs, states) {
        if (inputs.some((data) => (data as unknown as number[]).some((v) => v > 100)))
          throw new Declined("its numbers end at 100");
        return run(sizes, inputs, states);
      },
    };
  },
};

test("a run that the backend declines is made by the fallback, and counted", () => {
  const s = shared([1, 2], { name: "s" });
  const f = compile({ inputs: [x], outputs: sum(x), updates: [[s, add(s, x)]], backend: small });
  expect(
    [
      [1, 1],
      [500, 1],
      [2, 2],
    ].map((v) => Number(f(v))),
  ).toEqual([2, 501, 4]);
  expect(s.getValue().toArray()).toEqual([504, 6]);
  expect(explain(f)).toContain("1 run declined by small: its numbers end at 100");
});

test("without a fallback, what is refused or declined is an error that says so, and changes nothing", async () => {
  const { fallback: _, ...alone } = later;
  const f = compile({ inputs: [x], outputs: exp(sum(x)), backend: alone });
  await expect(f.async([1, 2])).rejects.toThrow(
    /^Backend later cannot run Elemwise\{exp,no_inplace\}\(.*: it has no scalars\n.*hint.*fallback/,
  );
  const s = shared([1, 2], { name: "s" });
  const { fallback: __, ...tiny } = small;
  const g = compile({ inputs: [x], outputs: sum(x), updates: [[s, add(s, x)]], backend: tiny });
  expect(() => g([500, 1])).toThrow("its numbers end at 100");
  expect(s.getValue().toArray()).toEqual([1, 2]);
  // Of two that refuse, both are named.
  const both = compile({
    inputs: [x],
    outputs: exp(sum(x)),
    backend: alone,
    fallback: { ...alone, name: "other" },
  });
  await expect(both.async([1, 2])).rejects.toThrow("Backend later, then other cannot run");
});

test("a fallback gives back its copies of states, whatever becomes of the run", async () => {
  let [copies, made, isUnlucky] = [0, 0, false];
  const careful: Backend = {
    ...interpreter,
    name: "careful",
    allocate: (dtype, length) => {
      copies++;
      made++;
      return interpreter.allocate(dtype, length);
    },
    release: (buffer) => {
      copies--;
      interpreter.release(buffer);
    },
    compile: (program) => {
      const { run } = interpreter.compile(program);
      return {
        run: async (sizes, inputs, states) => {
          if (isUnlucky) throw new Error("unlucky");
          return run(sizes, inputs, states);
        },
      };
    },
  };
  const s = shared([1, 2], { name: "s" });
  const options = { outputs: sum(s), updates: [[s, add(s, x)]] as const, backend: later };
  const f = compile({ inputs: [x], ...options, fallback: careful });
  expect(Number(await f.async([1, 1]))).toBe(3);
  expect([copies, made]).toEqual([0, 1]);
  isUnlucky = true;
  await expect(f.async([1, 1])).rejects.toThrow("unlucky");
  expect([copies, made]).toEqual([0, 2]);
  expect((await s.getValueAsync()).toArray()).toEqual([2, 3]);
});

test("strict refuses to use the fallback, with the reason and the user's line, and changes nothing", () => {
  const s = shared([1, 2], { name: "s" });
  const options = { inputs: [x], outputs: sum(x), updates: [[s, add(s, x)]] as const, strict: true };
  const picky = compile({ ...options, backend: { ...later, compile: interpreter.compile } });
  expect(() => picky([1, 2])).toThrow(
    /Backend later cannot run Sum.*: it has no scalars\n.*hint.*\n.*backends\.test\.ts/s,
  );
  const declining = compile({ ...options, backend: small });
  expect(() => declining([500, 2])).toThrow("its numbers end at 100");
  expect(s.getValue().toArray()).toEqual([1, 2]);
  expect(Number(declining([5, 2]))).toBe(7);
});

test("on a backend that wants sizes baked, where a slice begins is still an argument", () => {
  const programs: Program[] = [];
  const baked: Backend = {
    ...interpreter,
    supports: { ...interpreter.supports, sizes: "baked" },
    compile(program) {
      programs.push(program);
      return interpreter.compile(program);
    },
  };
  const i = tensorType("int64", 0).makeVariable("i");
  const f = compile({ inputs: [x, i], outputs: exp(subtensor(x, i)), backend: baked });
  const results = [0, 1, 2].map((k) => f([1, 2, 3], k) as unknown as NDArray);
  expect(results.map(Number)).toEqual([1, 2, 3].map((v) => Math.exp(v)));
  expect(programs.length).toBe(1);
  f([1, 2], 0);
  expect(programs.map((p) => p.sizes.length)).toEqual([1, 1]);
});
