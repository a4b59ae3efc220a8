import { castScalar } from "./scalar.ts";

it("counts NaN as true, as NumPy does", () => {
  expect(castScalar("float64", "bool")(Number.NaN)).toBe(1);
  expect(castScalar("float64", "bool")(-0)).toBe(0);
  expect(castScalar("int64", "bool")(0n)).toBe(0);
});
