import {
  functionFromJson,
  functionToJson,
  graphFromJson,
  graphToJson,
  np,
  OpFromGraph,
  RandomStreams,
  T,
  theano,
  UserError,
} from "./index.ts";

// Documents come from strangers: whatever is in them, loading gives a graph or an error with a code, soon.

// biome-ignore lint/suspicious/noExplicitAny: anything may be in a document
type Any = any;

const x = T.dmatrix("x");
const w = theano.shared([1, 2], { name: "w" });
const op = new OpFromGraph([x], [T.exp(x)], { name: "inner" });
const y = T.add(T.dot(op.call(x), w), new RandomStreams(1).uniform([2]), x.get("1:", 0)).sum();
const document = (): Any => JSON.parse(graphToJson([y, theano.grad(y, w)]));
const f = theano.function([x], y, { updates: [[w, theano.grad(y, w)]] });

/** What is wrong with a text, or with a document that was changed like this. */
function refusal(change: string | ((document: Any) => unknown)): { code: string; sentence: string } {
  const changed = document();
  if (typeof change !== "string") change(changed);
  try {
    graphFromJson(typeof change === "string" ? change : changed);
  } catch (error) {
    const { code, message } = error as UserError;
    return { code, sentence: message.split("\n")[0] as string };
  }
  throw new Error("it was loaded");
}

/** The number of the op of this name, and where it is defined. */
const numberOf = (d: Any, name: string): number => defined(d).findIndex(({ define }) => define === name);
const opOf = (d: Any, name: string): Any => defined(d)[numberOf(d, name)];
const defined = (d: Any): Any[] => d.graph.filter((n: Any) => n.define);

describe("a document", () => {
  test.each<[string, string | ((d: Any) => unknown), RegExp]>([
    ["cut off", graphToJson(y).slice(0, -100), /it is no JSON/],
    ["that is no text of one", "[1, 2]", /Cannot read the document: expected an object, got a list of 2/],
    ["of another format", (d) => (d.format = "onnx"), /expected the format "theano-ts", got "onnx"/],
    [
      "of a later version",
      (d) => (d.version = 2),
      /of version 2: this version of the library reads version 1/,
    ],
    ["of no version", (d) => delete d.version, /of version nothing/],
    ["without a table", (d) => delete d.graph, /Cannot read graph: expected a list, got nothing/],
    [
      "with a table of something else",
      (d) => (d.arrays = { length: 1e9 }),
      /arrays: expected a list, got an obj/,
    ],
    [
      "of an unknown dtype",
      (d) => (d.types[0][0] = "float128"),
      /types, row 0: expected a dtype, got "float128"/,
    ],
    ["of a dtype of prototypes", (d) => (d.types[0][0] = "constructor"), /types, row 0: expected a dtype/],
    ["of too many dimensions", (d) => (d.types[0][1] = Array(65).fill(false)), /at most 64 dimensions/],
    [
      "of an absurd shape",
      (d) => (d.arrays[0].shape = [2 ** 40]),
      /takes \d+ bytes, and there are 24 letters/,
    ],
    ["of a shape beyond counting", (d) => (d.arrays[0].shape = [2 ** 40, 2 ** 40]), /expected a shape/],
    ["of an empty absurd shape", (d) => (d.arrays[0].shape = [0, 2 ** 50, 2 ** 50]), /expected a shape/],
    [
      "of a negative shape",
      (d) => (d.arrays[0].shape = [-2]),
      /arrays, row 0: expected a shape, got a list of 1/,
    ],
    ["of too few bytes", (d) => (d.arrays[0].base64 = "AAAA"), /takes 16 bytes, and there are 4 letters/],
    [
      "of no base64",
      (d) => (d.arrays[0].base64 = "!".repeat(24)),
      /arrays, row 0: expected 16 bytes in base64/,
    ],
    [
      "of a value of another type",
      (d) => (d.shared[0].type = 0),
      /shared, row 0: Wrong number of dimensions/,
    ],
    [
      "that refers to what is not there",
      (d) => (d.graph.at(-1).inputs[0] = 1e6),
      /expected a number below \d+/,
    ],
    [
      "that refers to no number",
      (d) => (d.graph.at(-1).inputs[0] = "0"),
      /expected a number below \d+, got "0"/,
    ],
    ["that refers to a fraction", (d) => (d.graph.at(-1).inputs[0] = 0.5), /expected a number below/],
    [
      "that goes in a circle",
      (d) => {
        const at = d.graph.findIndex((n: Any) => n.op !== undefined);
        d.graph[at].inputs[0] = d.graph.length;
      },
      /graph, row \d+: expected a number below/,
    ],
    [
      "of an op made of itself",
      (d) => (opOf(d, "Derived").of = [{ $op: numberOf(d, "Derived") }]),
      /expected a number below/,
    ],
    ["of an op made of too much", (d) => (opOf(d, "Sum").of[0] = [1e9]), /what Sum is made of/],
    ["of an op made of nothing", (d) => delete opOf(d, "Sum").of, /expected a list/],
    ["of an op made of data of ours", (d) => (opOf(d, "Sum").of[0] = [{ $x: 1 }]), /field, got "\$x"/],
    [
      "of data nested deep",
      (d) => {
        let deep: Any = 1;
        for (let i = 0; i < 5000; i++) deep = [deep];
        opOf(d, "Sum").of[0] = deep;
      },
      /nested too deep/,
    ],
    [
      "whose op cannot be applied",
      (d) => d.graph.find((n: Any) => n.op === numberOf(d, "Dot")).inputs.pop(),
      /Cannot read graph, row \d+: /,
    ],
    [
      "whose results are of other types",
      (d) => (d.graph.find((n: Any) => n.op === numberOf(d, "Dot")).outputs[0].type = 0),
      /gives TensorType\(float64, vector\), not TensorType\(float64, matrix\)/,
    ],
    [
      "whose inner graph contains itself",
      (d) => (opOf(d, "OpFromGraph").of[1] = [{ $variable: 1e4 }]),
      /a number below/,
    ],
    [
      "with a random state that is none",
      (d) => (d.shared[1].value = 0),
      /got NDArray|expected a RandomState/,
    ],
    ["with an update of another type", (d) => (d.defaultUpdates[0][0] = 0), /expected a value of TensorType/],
    ["whose output is missing", (d) => (d.outputs = [1e9]), /outputs: expected a number/],
    [
      "whose name is no text",
      (d) => (d.graph[0].name = { toString: "x" }),
      /graph, row 0: expected a text, got an obj/,
    ],
    ["of unknown settings", (d) => (d.floatX = "int8"), /floatX: expected a float dtype, got "int8"/],
  ])("%s is refused", (_, change, sentence) => {
    const found = refusal(change);
    expect(found.sentence).toMatch(sentence);
    expect(found.code).toBe("bad-document");
  });

  test.each(["__proto__", "constructor", "toString", "nothing"])("of the op %s is refused", (name) => {
    const found = refusal((d) => (defined(d)[0].define = name));
    expect(found).toEqual({
      code: "unknown-op",
      sentence: `Cannot read graph, row ${document().graph.findIndex((n: Any) => n.define)}: there is no op of the name "${name}": give it in ops, as when the graph was saved`,
    });
  });

  test("changes no prototype", () => {
    const json = graphToJson({ y })
      .replace('"outputs":{"y"', '"outputs":{"__proto__"')
      .replace('"format"', '"__proto__":{"polluted":1},"format"');
    const { outputs } = graphFromJson<Any>(json);
    expect(Object.keys(outputs)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(outputs)).toBe(Object.prototype);
    expect(({} as Any).polluted).toBeUndefined();
    const evil = graphToJson(y).replace('"of":[', '"of":[{"__proto__":{"polluted":1}},');
    expect(() => graphFromJson(evil)).toThrow(/expected the name of a field, got "__proto__"/);
  });
});

test("graphs inside of graphs that double with each level are counted, not written out", () => {
  const v = T.dscalar("v");
  const nested = (levels: number): string => {
    let op = new OpFromGraph([v], [T.sin(v)]);
    for (let i = 0; i < levels; i++) op = new OpFromGraph([v], [T.add(op.call(op.call(v)), op.call(v))]);
    return graphToJson(op.call(v));
  };
  expect(graphFromJson(nested(8)).inputs).toHaveLength(1);
  expect(() => graphFromJson(nested(60))).toThrow(
    /the graphs inside ops come to more than 1048576 operations/,
  );
  const loops = (levels: number): string => {
    let step: Any = (x: Any) => T.sin(x);
    for (let i = 0; i < levels; i++) {
      const inner = step;
      step = (x: Any) => (theano.map(((row: Any) => inner(row).add(row)) as Any, x) as Any)[0];
    }
    return graphToJson(step(new T.TensorType("float64", Array(levels).fill(false)).makeVariable("x")));
  };
  expect(graphFromJson(loops(4)).inputs).toHaveLength(1);
});

/** A place in a document, to be changed. */
interface Place {
  readonly holder: Any;
  readonly key: string | number;
}

function placesIn(node: Any): Place[] {
  if (typeof node !== "object" || node === null) return [];
  return Object.keys(node).flatMap((key) => [{ holder: node, key }, ...placesIn(node[key])]);
}

/** Loads a document that was changed `count` times, each time anew, and gives the errors' codes. */
function mutated(
  json: string,
  count: number,
  seed: number,
  load: (x: unknown) => unknown,
): Map<string, number> {
  const random = new np.random.RandomState(seed);
  const below = (n: number): number => Number(random.randint({ low: n }).item());
  const values: (() => unknown)[] = [
    () => below(20),
    () => -1,
    () => 2 ** 31,
    () => 1e300,
    () => 0.5,
    () => null,
    () => true,
    () => "",
    () => "float32",
    () => "__proto__",
    () => [],
    () => ({}),
    () => [[]],
    () => ({ __proto__: null, constructor: 1 }),
    () => ({ $op: below(10) }),
    () => ({ $variable: 0 }),
    () => undefined,
  ];
  const codes = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    let changed: unknown;
    if (i % 5 === 0) {
      const at = below(json.length);
      const cut = below(3);
      changed =
        json.slice(0, at) + String.fromCharCode(32 + below(95)).repeat(below(2)) + json.slice(at + cut);
    } else {
      changed = JSON.parse(json);
      const places = placesIn(changed);
      const { holder, key } = places[below(places.length)] as Place;
      if (i % 5 === 1) {
        const other = places[below(places.length)] as Place;
        holder[key] = structuredClone(other.holder[other.key]);
      } else if (i % 5 === 2 && Array.isArray(holder)) holder.splice(Number(key), 1);
      else holder[key] = (values[below(values.length)] as () => unknown)();
      changed = JSON.stringify(changed);
    }
    let code = "loaded";
    try {
      load(changed);
    } catch (error) {
      if (!(error instanceof UserError)) throw new Error(`no clear error for ${changed}`, { cause: error });
      code = error.code;
    }
    codes.set(code, (codes.get(code) ?? 0) + 1);
  }
  return codes;
}

// A millisecond or two each, most of it for the changes: what hangs runs out of time.
test("5000 graphs that are damaged somewhere are loaded or refused, each soon", () => {
  const codes = mutated(graphToJson([y, theano.grad(y, w)]), 5000, 1, (d) => graphFromJson(d));
  expect([...codes.keys()].sort()).toEqual(["bad-document", "loaded", "unknown-op"]);
  expect(codes.get("bad-document")).toBeGreaterThan(3000);
}, 120_000);

test("500 functions that are damaged somewhere are compiled or refused", () => {
  const codes = mutated(functionToJson(f), 500, 2, (d) => functionFromJson(d));
  expect(codes.get("bad-document")).toBeGreaterThan(200);
  for (const code of codes.keys()) expect(code).toMatch(/^[\w-]+$/);
}, 120_000);
