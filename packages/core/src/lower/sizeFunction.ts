import { type Call, type Expr, isBig, isFloat, isInteger, type SizeParam } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";

/** Computes a size from the values of all size parameters, by their position. */
export type SizeFunction = (values: readonly number[]) => number;

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
    const f = arithmetic(e);
    return args.length === 1 ? (v) => f(a(v)) : (v) => f(a(v), b(v));
  };
  return compile;
}

/**
 * What a primitive does, on plain numbers. Sizes are far below 2⁵³, so that integers of any width are numbers as well as
 * floats are, but where they are told apart: in division, and bit by bit.
 */
function arithmetic({ prim: p, args, dtype }: Call): (...args: number[]) => number {
  const from = (args[args.length - 1] as Expr).dtype;
  if (isInteger(from)) {
    if (p === prim.floorDiv) return (x, y) => (y === 0 ? 0 : Math.floor((x as number) / (y as number)));
    if (p === prim.mod)
      return (x, y) =>
        y === 0 ? 0 : (x as number) - Math.floor((x as number) / (y as number)) * (y as number);
    const same = p.meaning("float64", dtype === "bool" ? dtype : "float64");
    if (same) return same as (...args: number[]) => number;
  }
  const f = p.meaning(from, dtype);
  if (!f) throw new Error(`internal: ${p.name} of ${from} in a size`);
  return isBig(from) ? (...x) => Number(f(...x.map(BigInt))) : (f as (...args: number[]) => number);
}
