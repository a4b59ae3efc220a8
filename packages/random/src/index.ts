export { MT19937, type MT19937State } from "./mt19937.ts";
export {
  type NormalOptions,
  type RandintOptions,
  RandomState,
  type RankOf,
  type Size,
  type UniformOptions,
} from "./randomState.ts";
