export {
  type CounterState,
  CounterStreams,
  type CounterUpdate,
  type FromCounter,
} from "./counter/counterStreams.ts";
export { Distributions } from "./distributions.ts";
export type { DrawMethod, DrawOptions } from "./drawMethod.ts";
export type { Engine } from "./engine.ts";
export type { DrawnDType } from "./integers.ts";
export {
  type FromStreams,
  MRG_RandomStreams,
  type MrgSeed,
  type MrgStates,
  type MrgUpdate,
} from "./mrg/mrgRandomStreams.ts";
export { MT19937, type MT19937State } from "./mt19937.ts";
export type * from "./options.ts";
export { randomOps } from "./randomOps.ts";
export { RandomState, RandomStateType, RandomStateVariable } from "./randomState.ts";
export {
  type FromState,
  RandomStreams,
  type RandomVariable,
  type Shuffled,
  type StateUpdate,
} from "./randomStreams.ts";
export * as rawRandom from "./rawRandom.ts";
export { type GeneratorName, SeedRandom, type SeedRandomOptions } from "./seedRandom.ts";
export type { Seed } from "./seeds.ts";
export type { DrawRank, DrawSize } from "./size.ts";
