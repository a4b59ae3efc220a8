import type { MT19937State } from "./mt19937.ts";

/** Words of a state as a vector: the key, the position, whether a gaussian waits, and that gaussian's two halves. */
export const stateLength = 628;

/** `state` as one vector of words, as programs keep it. */
export function toVector({ key, pos, hasGauss, cachedGaussian }: MT19937State): Uint32Array {
  const words = new Uint32Array(stateLength);
  words.set(key);
  words[624] = pos;
  words[625] = Number(hasGauss);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, cachedGaussian, true);
  words[626] = view.getUint32(0, true);
  words[627] = view.getUint32(4, true);
  return words;
}

/** The state that these words are. */
export function fromVector(words: Uint32Array): MT19937State {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, words[626] as number, true);
  view.setUint32(4, words[627] as number, true);
  return {
    key: words.slice(0, 624),
    pos: words[624] as number,
    hasGauss: words[625] !== 0,
    cachedGaussian: view.getFloat64(0, true),
  };
}
