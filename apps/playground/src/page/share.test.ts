import { hashOf, readHash } from "./share.ts";

test("a program comes back from its link, whatever is in it", async () => {
  const code = `// Ärger & 100% ✓ #x=1\n${"const x = T.dmatrix('x');\n".repeat(50)}`;
  const hash = await hashOf({ code, backend: "cpu" });
  expect(hash).toMatch(/^#[\w=&-]+$/);
  expect(hash.length).toBeLessThan(code.length / 4);
  expect(await readHash(hash)).toEqual({ code, backend: "cpu", program: undefined });
});

test("a listed program is named", async () => {
  expect(await hashOf({ program: "scan" })).toBe("#program=scan");
  expect(await readHash("#program=scan")).toEqual({ program: "scan", backend: undefined, code: undefined });
  expect(await readHash("")).toEqual({ program: undefined, backend: undefined, code: undefined });
});

test("a damaged link is refused", async () => {
  const hash = await hashOf({ code: "const a = 1;".repeat(20) });
  await expect(readHash(hash.slice(0, -6))).rejects.toThrow();
  await expect(readHash("#code=$$$")).rejects.toThrow();
});
