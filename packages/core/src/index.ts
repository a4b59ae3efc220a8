export { Arguments } from "./compile/arguments.ts";
export { type AsyncOptions, compile, compileAsync, type Progress } from "./compile/compile.ts";
export type {
  Computer,
  ComputerOptions,
  FunctionInputs,
  Linker,
  Outline,
  Profile,
} from "./compile/computer.ts";
export { explain, explainComputer, memoryText } from "./compile/explain.ts";
export { Slot, StateSlot } from "./compile/inputs.ts";
export { In, type InOptions, Out } from "./compile/io.ts";
export { FunctionMaker, linkProgram } from "./compile/maker.ts";
export { fastCompile, fastRun, Mode, type ModeOptions, noRewrites } from "./compile/mode.ts";
export { OrderedUpdates } from "./compile/orderedUpdates.ts";
export { Runner } from "./compile/runner.ts";
export { installTestValues, testValueOf } from "./compile/testValues.ts";
export type * from "./compile/types.ts";
export * from "./config.ts";
export * from "./errors.ts";
export { Apply } from "./graph/apply.ts";
export { substitute } from "./graph/clone.ts";
export { expand } from "./graph/expand.ts";
export { type Made, opFamily } from "./graph/family.ts";
export { type Client, FunctionGraph } from "./graph/functionGraph.ts";
export type { GraphRewriter, RewriteContext, RewriteEvent, Trace } from "./graph/graphRewriter.ts";
export { identityOf } from "./graph/identity.ts";
export * from "./graph/op.ts";
export * from "./graph/pattern.ts";
export * from "./graph/type.ts";
export * from "./graph/variable.ts";
export * from "./graph/walk.ts";
export { choicePlan } from "./lower/inner/closeBranches.ts";
export { isElementwise } from "./lower/inner/elementwiseLoop.ts";
export { loopPlan } from "./lower/inner/loop.ts";
export { type ElemwiseFunction, type ElemwiseRecord, elemwise } from "./ops/elemwise/elemwise.ts";
export { subtensorEntries } from "./ops/index/subtensor.ts";
export * from "./ops/index.ts";
// Of these names the operations; the makers of arrays are in `makers`.
export { arange, eye, full, ones, zeros } from "./ops/index.ts";
export { type AsOpSpec, asOp, type OwnFunction } from "./ops/own/asOp.ts";
export { PerformError } from "./ops/own/performed.ts";
export { type Performed, PerformOp } from "./ops/own/performOp.ts";
export { filterVariable, type TypeLike } from "./ops/own/typeLike.ts";
export { asShape, knownLength, knownSize } from "./ops/shape/shape.ts";
export { here, madeWhere, type Provenance, userLine } from "./provenance.ts";
export { foldConstants } from "./rewrite/foldConstants.ts";
export { merge } from "./rewrite/merge.ts";
export { opRewrites } from "./rewrite/opRewrites.ts";
export { type Phase, phase } from "./rewrite/phase.ts";
export { type Condition, type Rule, rewriter, rule, wildcards } from "./rewrite/rule.ts";
export { canonicalize } from "./rewrite/rules/canonicalize.ts";
export { specialize } from "./rewrite/rules/specialize.ts";
export { stabilize } from "./rewrite/rules/stabilize.ts";
export * as checks from "./save/checks.ts";
export { coreOps } from "./save/coreOps.ts";
export { DocumentError, UnknownOpError } from "./save/document.ts";
export type { OneOrMore } from "./save/form.ts";
export { functionFromJson, functionToJson, type LoadFunctionOptions } from "./save/functionJson.ts";
export { graphFromJson, graphToJson, type LoadedGraph, type SavedOutputs } from "./save/graphJson.ts";
export type { LoadOptions } from "./save/graphReader.ts";
export type { SaveOptions } from "./save/graphWriter.ts";
export type { Check, CheckedMaker, NamedType, OpMaker, OpTable, OpTableEntry } from "./save/opTable.ts";
export * from "./tensor/constant.ts";
export * from "./tensor/meaning.ts";
export * from "./tensor/shared.ts";
export type * from "./tensor/signatures.ts";
export type { FloatX } from "./tensor/static.ts";
export * from "./tensor/static.ts";
export * from "./tensor/tensorOp.ts";
export * from "./tensor/tensorType.ts";
export * from "./tensor/tensorVariable.ts";
// `complex` is the literal here; the operation of that name is in ops.
export { complex } from "./value/complex.ts";
export * from "./value/index.ts";
export * as makers from "./value/make.ts";
