import { fromBase64, toBase64 } from "./base64.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// RFC 4648, section 10.
test.each([
  ["", ""],
  ["f", "Zg=="],
  ["fo", "Zm8="],
  ["foo", "Zm9v"],
  ["foob", "Zm9vYg=="],
  ["fooba", "Zm9vYmE="],
  ["foobar", "Zm9vYmFy"],
])("%p is %p", (text, letters) => {
  expect(toBase64(bytes(text))).toBe(letters);
  expect(fromBase64(letters)).toEqual(bytes(text));
});

test("every byte comes back", () => {
  const all = Uint8Array.from({ length: 1000 }, (_, i) => (i * 37) % 256);
  expect(fromBase64(toBase64(all))).toEqual(all);
  expect(toBase64(all)).toBe(btoa(String.fromCharCode(...all)));
});

test("what is no base64 has no bytes", () => {
  for (const text of ["?", "A", "AB=C", "Zg=\u0100"]) expect(fromBase64(text)).toBeUndefined();
});
