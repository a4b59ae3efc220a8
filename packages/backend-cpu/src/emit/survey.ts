import { bytesOf, type Expr } from "@theano-ts/kernel";
import * as prim from "@theano-ts/kernel/prims";
import type { Emitter } from "./emitter.ts";
import { access } from "./memoryAccess.ts";
import { visitParts } from "./needs.ts";
import { isConstantShift } from "./patterns.ts";
import { type Form, vector } from "./scope.ts";
import { isVector } from "./vectorOps.ts";

/** What a vector loop meets: the dtypes that decide its width, how loads meet memory, operations in vectors and not. */
export interface Survey {
  wide: boolean;
  half: boolean;
  contiguous: number;
  strided: number;
  gathers: number;
  work: number;
  laneByLane: number;
}

/** What a vector loop over the axes `varying` would meet in computing `targets`. */
export function takeSurvey(emitter: Emitter, targets: readonly Expr[], varying: number): Survey {
  const before = emitter.varying;
  emitter.varying = varying;
  const found: Survey = {
    wide: false,
    half: false,
    contiguous: 0,
    strided: 0,
    gathers: 0,
    work: 0,
    laneByLane: 0,
  };
  const seen: [Set<Expr>, Set<Expr>] = [new Set(), new Set()];
  const stack: [Expr, Form][] = targets.map((e) => [e, vector]);
  while (stack.length > 0) {
    const [e, form] = stack.pop() as [Expr, Form];
    if (e.kind === "const") {
      if (form === vector && bytesOf(e.dtype) === 8) found.wide = true;
      if (e.dtype === "float16") found.half = true;
      continue;
    }
    if (seen[form].has(e)) continue;
    seen[form].add(e);
    if (form === vector) {
      if (e.dtype === "float16") found.half = true;
      if (bytesOf(e.dtype) === 8) found.wide = true;
      if (emitter.isVarying(e)) {
        if (e.kind === "load") {
          const { kind } = access(emitter, e);
          found[kind === "gather" ? "gathers" : kind]++;
        } else if (e.kind === "call") {
          const dtype = (e.args[e.args.length - 1] as Expr).dtype;
          if (e.prim === prim.select || isConstantShift(e) || isVector(e.prim, dtype, e.dtype)) found.work++;
          else found.laneByLane++;
        }
      }
    }
    visitParts(emitter, e, form, (x, f) => stack.push([x, f]), true);
  }
  emitter.varying = before;
  return found;
}
