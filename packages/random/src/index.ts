export { Distributions } from "./distributions.ts";
export type { Engine } from "./engine.ts";
export type { DrawnDType } from "./integers.ts";
export { MT19937, type MT19937State } from "./mt19937.ts";
export type * from "./options.ts";
export { RandomState } from "./randomState.ts";
export { type GeneratorName, SeedRandom, type SeedRandomOptions } from "./seedRandom.ts";
export type { Seed } from "./seeds.ts";
