import {
  Apply,
  add,
  argmax,
  exp,
  FunctionGraph,
  type InnerGraph,
  maxAndArgmax,
  mul,
  Op,
  shared,
  subtensor,
  type TensorVariable,
  tensorType,
  type Variable,
} from "@theano-ts/core";
import { debugprint, minInformativeStr, pp } from "./index.ts";

const vector = (name: string | null): TensorVariable => tensorType("float64", 1).makeVariable(name);

/** An operation with `exp(inner) * 2` inside. */
class Boxed extends Op {
  readonly key = "Boxed";
  readonly inner = vector("inner");
  override makeNode(x: Variable): Apply {
    return new Apply(this, [x], [x.type]);
  }
  override toString(): string {
    return this.key;
  }
  override innerGraph(node: Apply): InnerGraph {
    return {
      inputs: [this.inner],
      outputs: [mul(exp(this.inner), 2) as Variable],
      outer: node.inputs,
      kind: "boxed ops",
    };
  }
}

// What Theano 1.0.5 prints in the same places is in its conformance cases; here is what those leave out.

test("of several outputs each line says which it is", () => {
  const x = vector("x");
  expect(debugprint(maxAndArgmax(x)[1] as Variable)).toBe(
    "MaxAndArgmax{axis=(0,)}.1 [id A] 'argmax'   \n |x [id B]\n",
  );
  expect(String(argmax(x))).toBe("argmax");
});

test("an integer of an index prints as a scalar, and one that is computed as what makes it one", () => {
  const [x, i] = [vector("x"), tensorType("int64", 0).makeVariable("i")];
  const y = add(subtensor(x, 0), subtensor(x, i)) as Variable;
  expect(debugprint(y, { printType: true })).toBe(
    [
      "Elemwise{add,no_inplace} [id A] <TensorType(float64, scalar)> ''   ",
      " |Subtensor{int64} [id B] <TensorType(float64, scalar)> ''   ",
      " | |x [id C] <TensorType(float64, vector)>",
      " | |Constant{0} [id D] <int64>",
      " |Subtensor{int64} [id E] <TensorType(float64, scalar)> ''   ",
      "   |x [id C] <TensorType(float64, vector)>",
      "   |ScalarFromTensor [id F] <int64> ''   ",
      "     |i [id G] <TensorType(int64, scalar)>",
      "",
    ].join("\n"),
  );
  expect(pp(y)).toBe("(x[Constant{0}] + x[ScalarFromTensor(i)])");
});

test("what one call has shown another only refers to", () => {
  const x = vector("x");
  const y = exp(x) as TensorVariable;
  const done = new Map<Apply | Variable, string>();
  expect(debugprint(y, { done })).toBe("Elemwise{exp,no_inplace} [id A] ''   \n |x [id B]\n");
  expect(debugprint(mul(y, 2) as Variable, { done })).toMatch(
    /^Elemwise\{mul,no_inplace\} \[id C\] '' {3}\n \|Elemwise\{exp,no_inplace\} \[id A\] '' {3}\n \|InplaceDim/,
  );
});

test("a graph is printed with the place of each application in the order of execution, and who uses what", () => {
  const x = vector("x");
  const y = exp(x) as TensorVariable;
  const graph = new FunctionGraph([x], [add(mul(y, x), y) as Variable]);
  expect(debugprint(graph, { printClients: true })).toBe(
    [
      "Elemwise{add,no_inplace} [id A] ''   2",
      " |Elemwise{mul,no_inplace} [id B] ''   1",
      " | |Elemwise{exp,no_inplace} [id C] ''   0 clients:[('[id B]', 1), ('[id A]', 2)]",
      " | | |x [id D]",
      " | |x [id D]",
      " |Elemwise{exp,no_inplace} [id C] ''   0 clients:[('[id B]', 1), ('[id A]', 2)]",
      "",
    ].join("\n"),
  );
});

test("depth, ids and names bound what is shown; values that are kept can be", () => {
  const x = vector("x");
  const w = shared([1, 2], { name: "w" });
  const y = mul(exp(x), w) as TensorVariable;
  y.name = "y";
  expect(debugprint(y, { depth: 2, ids: "int" })).toBe(
    "Elemwise{mul,no_inplace} [id 0] 'y'   \n |Elemwise{exp,no_inplace} [id 1] ''   \n |w [id 2]\n",
  );
  expect(debugprint(y, { stopOnName: true, ids: "" })).toBe("Elemwise{mul,no_inplace}  'y'   \n");
  expect(debugprint(y, { ids: "id" })).toContain(`w [id ${w.id}]`);
  expect(debugprint(y, { printStorage: true })).toContain("w [id D] [array([1., 2.])]");
  expect(() => debugprint(y, { depth: 1.5 })).toThrow("depth must be an integer, not 1.5");
  expect(() => debugprint(3 as never)).toThrow("Cannot print 3 as a graph");
});

test("the text goes to a file too", () => {
  const written: string[] = [];
  const text = debugprint(vector("x"), { file: { write: (part) => written.push(part) } });
  expect(written).toEqual([text]);
});

test("graphs inside operations come after the graph they are in, with what their inputs are outside", () => {
  const box = new Boxed();
  const y = add(box.call(exp(vector("x")) as Variable) as TensorVariable, 1) as Variable;
  expect(debugprint(y)).toBe(
    [
      "Elemwise{add,no_inplace} [id A] ''   ",
      " |Boxed [id B] ''   ",
      " | |Elemwise{exp,no_inplace} [id C] ''   ",
      " |   |x [id D]",
      " |InplaceDimShuffle{x} [id E] ''   ",
      "   |TensorConstant{1} [id F]",
      "",
      "Inner graphs of the boxed ops:",
      "",
      "Boxed [id B] ''   ",
      " >Elemwise{mul,no_inplace} [id G] ''   ",
      " > |Elemwise{exp,no_inplace} [id H] ''   ",
      " > | |inner [id I] -> [id C]",
      " > |InplaceDimShuffle{x} [id J] ''   ",
      " >   |TensorConstant{2} [id K]",
      "",
    ].join("\n"),
  );
});

test("a short description stops at names", () => {
  const x = vector("x");
  const y = exp(x) as TensorVariable;
  const z = mul(y, y) as TensorVariable;
  expect(minInformativeStr(z)).toBe(
    "A. Elemwise{mul,no_inplace}\n B. Elemwise{exp,no_inplace}\n  C. x\n <B>",
  );
  y.name = "y";
  expect(minInformativeStr(z)).toBe("A. Elemwise{mul,no_inplace}\n B. y\n <B>");
});

test("Greek letters are written for TeX", () => {
  expect(pp(exp(vector("alpha")) as Variable)).toBe("exp(\\alpha)");
});
