import { Op } from "../graph/op.ts";
import { assertOp } from "../ops/control/assert.ts";
import { allocOp } from "../ops/create/alloc.ts";
import { arangeOp } from "../ops/create/arange.ts";
import { eyeOp, triOp } from "../ops/create/eye.ts";
import { bartlettOp } from "../ops/create/windows.ts";
import { castOp } from "../ops/elemwise/basic.ts";
import { isInfOp, isNaNOp } from "../ops/elemwise/comparison.ts";
import { derivedOp } from "../ops/elemwise/elemwise.ts";
import { advancedIncrementOp, advancedOp } from "../ops/index/advanced.ts";
import { trueAtOp } from "../ops/index/nonzero.ts";
import { permuteOp } from "../ops/index/permute.ts";
import { incSubtensorOp } from "../ops/index/setSubtensor.ts";
import { subtensorOp } from "../ops/index/subtensor.ts";
import * as ops from "../ops/index.ts";
import { batchedDotOp } from "../ops/linear/batchedDot.ts";
import { dotOp } from "../ops/linear/dot.ts";
import { cumulativeOp, diffOp } from "../ops/reduce/cumulative.ts";
import { maxAndArgmaxOp } from "../ops/reduce/extremes.ts";
import { allOp, anyOp } from "../ops/reduce/logic.ts";
import { prodOp, prodWithoutZerosOp } from "../ops/reduce/prod.ts";
import { sumOp } from "../ops/reduce/sum.ts";
import { rebroadcastOp, specifyShapeOp } from "../ops/shape/broadcast.ts";
import { allocDiagOp, extractDiagOp, fillDiagonalOffsetOp, fillDiagonalOp } from "../ops/shape/diagonal.ts";
import { dimshuffleOp } from "../ops/shape/dimshuffle.ts";
import { joinOp, splitOp } from "../ops/shape/join.ts";
import { reshapeOp } from "../ops/shape/reshape.ts";
import { makeVectorOp, shapeIOp, shapeOp } from "../ops/shape/shape.ts";
import {
  isCount,
  isDTypeName,
  isEither,
  isFlag,
  isListOf,
  isNullOr,
  isObjectOf,
  isOneOf,
  isPair,
  isRank,
  isTensorOp,
  isText,
  isWhole,
} from "./checks.ts";
import type { Check, CheckedMaker, OpMaker, OpTable } from "./opTable.ts";

/** The ops of this package, by the names that they have in documents: those of Theano, where they are not the exports'. */
export const coreOps = (): OpTable => ({ ...elementwise(), ...constants, ...families() });

/** The operations that functions apply, by the functions' names. */
function elementwise(): OpTable {
  const named = Object.entries(ops).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    named.flatMap(([name, f]) => {
      const { op } = f as Partial<{ op: unknown }>;
      return op instanceof Op ? [[name, op] as const] : [];
    }),
  );
}

const constants: OpTable = {
  isnan: isNaNOp,
  isinf: isInfOp,
  Alloc: allocOp,
  Bartlett: bartlettOp,
  BatchedDot: batchedDotOp,
  Dot: dotOp,
  FillDiagonal: fillDiagonalOp,
  FillDiagonalOffset: fillDiagonalOffsetOp,
  Join: joinOp,
  Shape: shapeOp,
  SpecifyShape: specifyShapeOp,
};

/** A family of ops, and what each of them is made of. */
const family = (make: OpMaker, ...takes: readonly Check[]): CheckedMaker => ({ make, takes });

function families(): OpTable {
  const axes = isListOf(isRank);
  const flags = isListOf(isFlag);
  const diagonals = isObjectOf({ offset: isWhole, axis1: isRank, axis2: isRank });
  const place = isNullOr(isObjectOf({ input: isCount, dtype: isDTypeName }));
  const slice = isObjectOf({ start: place, stop: place, step: place });
  const entries = isListOf(isEither(isObjectOf({ integer: isCount, dtype: isDTypeName }), slice));
  const advanced = isObjectOf({
    shares: isListOf(isEither(isObjectOf({ slice }), isObjectOf({ array: isCount }))),
  });
  return {
    AdvancedIncSubtensor: family(advancedIncrementOp, advanced, isOneOf("", "1"), isFlag),
    AdvancedSubtensor: family(advancedOp, advanced, isOneOf("", "1")),
    All: family(allOp, axes, isFlag),
    AllocDiag: family(allocDiagOp, diagonals),
    Any: family(anyOp, axes, isFlag),
    ARange: family(arangeOp, isDTypeName),
    Assert: family(assertOp, isText),
    Cast: family(castOp, isDTypeName),
    CumOp: family(cumulativeOp, isOneOf("add", "mul"), isNullOr(isRank)),
    // An op under the name that Theano prints in gradients.
    Derived: family(derivedOp, isTensorOp),
    DiffOp: family(diffOp, isRank),
    DimShuffle: family(dimshuffleOp, flags, isListOf(isEither(isRank, isOneOf("x")))),
    ExtractDiag: family(extractDiagOp, diagonals),
    Eye: family(eyeOp, isDTypeName),
    IncSubtensor: family(incSubtensorOp, entries, isFlag),
    MakeVector: family(makeVectorOp, isDTypeName),
    MaxAndArgmax: family(maxAndArgmaxOp, axes),
    Nonzero: family(trueAtOp, isRank, isRank),
    PermuteRowElements: family(permuteOp, isFlag),
    Prod: family(prodOp, axes, isFlag, isDTypeName, isDTypeName, isFlag),
    ProdWithoutZeros: family(prodWithoutZerosOp, axes, isFlag, isDTypeName, isDTypeName),
    Rebroadcast: family(rebroadcastOp, isListOf(isPair(isRank, isFlag))),
    Reshape: family(reshapeOp, isRank),
    Shape_i: family(shapeIOp, isRank),
    Split: family(splitOp, isRank, isCount, isCount),
    Subtensor: family(subtensorOp, entries),
    Sum: family(sumOp, axes, isFlag, isDTypeName, isDTypeName),
    Tri: family(triOp, isDTypeName),
  };
}
