import {
  type Call,
  type Expr,
  evaluateSize,
  isFloat,
  isInteger,
  type Prim,
  type SizeParam,
} from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/** Computes a size from the values of all size parameters, by their position. */
export type SizeFunction = (values: readonly number[]) => number;

type Arithmetic = (...args: number[]) => number;

const floorMod = (x: number, y: number): number => (y === 0 ? 0 : x - Math.floor(x / y) * y);

/** Sizes are far below 2⁵³, so integers of any width are computed as plain numbers. */
const table: ReadonlyMap<Prim, Arithmetic> = /* @__PURE__ */ new Map<Prim, Arithmetic>([
  [prim.add, (x, y) => (x as number) + (y as number)],
  [prim.sub, (x, y) => (x as number) - (y as number)],
  [prim.mul, (x, y) => (x as number) * (y as number)],
  [prim.div, (x, y) => (x as number) / (y as number)],
  [prim.floorDiv, (x, y) => (y === 0 ? 0 : Math.floor((x as number) / (y as number)))],
  [prim.mod, floorMod as Arithmetic],
  [prim.neg, (x) => -(x as number)],
  [prim.abs, (x) => Math.abs(x as number)],
  [prim.min, (x, y) => Math.min(x as number, y as number)],
  [prim.max, (x, y) => Math.max(x as number, y as number)],
  [prim.floor, (x) => Math.floor(x as number)],
  [prim.ceil, (x) => Math.ceil(x as number)],
  [prim.trunc, (x) => Math.trunc(x as number)],
  [prim.eq, (x, y) => Number(x === y)],
  [prim.ne, (x, y) => Number(x !== y)],
  [prim.lt, (x, y) => Number((x as number) < (y as number))],
  [prim.le, (x, y) => Number((x as number) <= (y as number))],
  [prim.gt, (x, y) => Number((x as number) > (y as number))],
  [prim.ge, (x, y) => Number((x as number) >= (y as number))],
  [prim.and, (x, y) => Number(x && y)],
  [prim.or, (x, y) => Number(x || y)],
  [prim.not, (x) => Number(!x)],
]);

/** A function that turns size expressions into functions of the parameters at `positions`, shared nodes once. */
export function sizeCompiler(positions: ReadonlyMap<SizeParam, number>): (e: Expr) => SizeFunction {
  const memo = new Map<Expr, SizeFunction>();
  const compile = (e: Expr): SizeFunction => {
    let found = memo.get(e);
    if (!found) memo.set(e, (found = make(e)));
    return found;
  };
  const make = (e: Expr): SizeFunction => {
    if (e.kind === "const") {
      const value = Number(e.value);
      return () => value;
    }
    if (e.kind === "size") {
      const at = positions.get(e.param);
      if (at === undefined) throw new Error(`internal: unknown size ${e.param.name}`);
      return (values) => values[at] as number;
    }
    if (e.kind === "call") return makeCall(e);
    throw new Error(`internal: a size that depends on a ${e.kind}`);
  };
  const makeCall = (e: Call): SizeFunction => {
    const args = e.args.map(compile);
    const [a, b, c] = args as [SizeFunction, SizeFunction, SizeFunction];
    if (e.prim === prim.select) return (v) => (a(v) ? b(v) : c(v));
    if (e.prim === prim.castPrim) {
      const from = (e.args[0] as Expr).dtype;
      if (isFloat(from) && isInteger(e.dtype)) return (v) => Math.trunc(a(v));
      return e.dtype === "float32"
        ? (v) => Math.fround(a(v))
        : e.dtype === "bool"
          ? (v) => Number(a(v) !== 0)
          : a;
    }
    const isLogic = (e.prim === prim.and || e.prim === prim.or || e.prim === prim.not) && e.dtype !== "bool";
    const f = isLogic ? undefined : table.get(e.prim);
    if (f) return args.length === 1 ? (v) => f(a(v)) : (v) => f(a(v), b(v));
    const ids = [...positions];
    return (v) => evaluateSize(e, new Map(ids.map(([p, i]) => [p.id, v[i] as number])));
  };
  return compile;
}
