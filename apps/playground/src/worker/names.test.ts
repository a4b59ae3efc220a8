import { parse } from "acorn";
import { nameAt } from "./names.ts";

/** What the result of the call is named that is made where `¦` stands. */
function nameIn(text: string): string | undefined {
  const before = text.slice(0, text.indexOf("¦")).split("\n");
  const place = { line: before.length, column: (before.at(-1) as string).length + 1 };
  const syntax = parse(text.replace("¦", ""), {
    ecmaVersion: "latest",
    sourceType: "module",
    locations: true,
  });
  return nameAt(syntax, place);
}

test.each([
  ["const train = theano.¦function([x], y);", "train"],
  ["const train = theano.function¦([x], y);", "train"],
  ["const train = ¦compile([x], y);", "train"],
  ["const f = await ¦functionAsync(inputs, {\n  a: g(1),\n});", "f"],
  ["let f;\nf = theano.¦function([x], y);", "f"],
  ["const both = { predict: theano.¦function([x], y), other: 1 };", "predict"],
  ["const copy = train\n  .¦copy({ swap });", "copy"],
  ["console.log(bar.¦eval([[foo, 3]]));", "bar.eval"],
  ["const three = theano.¦function([x], y)(3);", undefined],
  ["console.log(theano.¦function([x], y)(3));", undefined],
  ["const [f, g] = ¦both();", undefined],
  ["const a = 1¦;", undefined],
])("%s", (text, name) => {
  expect(nameIn(text)).toBe(name);
});
