export { type CheckpointOptions, scanCheckpoints } from "./checkpoints.ts";
export { type Chosen, ifelse } from "./ifelse.ts";
export { isScan, LoopOp, type ScanOpOptions } from "./loopOp.ts";
export type { OutputSpec } from "./outputs.ts";
export { loopRewrites } from "./rules/loopRewrites.ts";
export { scan } from "./scan.ts";
export { ScanOp } from "./scanOp.ts";
export { scanOps } from "./scanOps.ts";
export type { SequenceSpec } from "./sequences.ts";
export type {
  LastOutputs,
  NonSequences,
  OutputsInfo,
  ScanOptions,
  ScanOutputs,
  Sequences,
  StepArguments,
} from "./types.ts";
export { Until, until } from "./until.ts";
export { foldl, foldr, map, reduce, type ViewOptions } from "./views.ts";
