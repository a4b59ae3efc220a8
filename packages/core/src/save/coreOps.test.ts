import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Op } from "../graph/op.ts";
import { coreOps } from "./coreOps.ts";
import { OpNames } from "./opTable.ts";

const folder = join(__dirname, "..", "ops");
const files = (readdirSync(folder, { recursive: true }) as string[]).filter(
  (file) => file.endsWith(".ts") && !/\.(test|testing)\.ts$/.test(file),
);

/** What the modules of ops export that is an op, applies one, or by its name makes ops. */
function exported(): [name: string, op: unknown][] {
  return files.flatMap((file) =>
    Object.entries(jest.requireActual<Record<string, unknown>>(join(folder, file))).flatMap(
      ([name, value]): [string, unknown][] => {
        if (value instanceof Op) return [[name, value]];
        const { op } = (value ?? {}) as { readonly op?: unknown };
        if (op instanceof Op) return [[name, op]];
        return typeof value === "function" && /[a-z]Op$/.test(name) ? [[name, value]] : [];
      },
    ),
  );
}

/** What makes ops of functions: for families, and for users, who name theirs. */
const helpers = ["asOp", "PerformOp", "reductionOp"];

test("every op of this package, and every family, has a name to be saved by", () => {
  const names = new OpNames(coreOps());
  const all = exported().filter(([name]) => !helpers.includes(name));
  expect(all.length).toBeGreaterThan(120);
  expect(all.filter(([, op]) => names.nameOf(op) === undefined).map(([name]) => name)).toEqual([]);
});

test("what makes ops is a family, or serves families and ops without parameters", () => {
  const makers = files.flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return [...text.matchAll(/^(?:export )?(?:function (\w+Op)\(|const (\w+Op) = \()/gm)].map(
      (m) => m[1] ?? m[2],
    );
  });
  // Users name what `asOp` makes; `hostOp` and `routineOp` make what stands for a user's op while a function is compiled.
  const known = ["asOp", "bandOp", "elemwiseOp", "fillOp", "reductionOp", "truthOp", "hostOp", "routineOp"];
  expect(makers.sort()).toEqual(known.sort());
});
