import { checks, type OpTable } from "@theano-ts/core";
import { OpFromGraph } from "./opFromGraph.ts";
import { clipOp, constantOp, disconnectedOp, scaleOp, undefinedOp, zeroOp } from "./stop.ts";
import { likeElement, vectorizedOp } from "./vectorize/vectorize.ts";

/** The ops of this package, by the names that they have in saved graphs. */
export const gradientOps = (): OpTable => {
  const { isFlag, isListOf, isNumber, isTensorOp } = checks;
  return {
    ConsiderConstant: constantOp,
    DisconnectedGrad: disconnectedOp,
    GradClip: { make: clipOp, takes: [isNumber, isNumber] },
    GradScale: { make: scaleOp, takes: [isNumber] },
    LikeElement: likeElement,
    OpFromGraph,
    UndefinedGrad: undefinedOp,
    Vectorized: { make: vectorizedOp, takes: [isTensorOp, isListOf(isFlag)] },
    ZeroGrad: zeroOp,
  };
};
