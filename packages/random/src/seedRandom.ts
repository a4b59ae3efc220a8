import seedrandom from "seedrandom";
import { Distributions } from "./distributions.ts";
import type { Engine } from "./engine.ts";

/** The generators of the package seedrandom. */
export type GeneratorName = "alea" | "arc4" | "tychei" | "xor128" | "xor4096" | "xorshift7" | "xorwow";

/** How {@link SeedRandom} draws. */
export interface SeedRandomOptions {
  /** `arc4` if left out. */
  readonly generator?: GeneratorName;
}

/**
 * NumPy's distributions from a generator of the package seedrandom: for the same seed, the words that other programs
 * have from it. (xorshift7 sees only what is beyond the seventh letter of a text.) Left out, the seed comes from the system's entropy. Throws a RangeError for a generator that there is not.
 */
export class SeedRandom extends Distributions {
  constructor(seed?: string | number, options: SeedRandomOptions = {}) {
    super(engineOf(seed, options.generator ?? "arc4"));
  }
}

type Algorithm = (seed: string | number) => seedrandom.PRNG;

function algorithms(): Readonly<Record<GeneratorName, Algorithm>> {
  const { alea, tychei, xor128, xor4096, xorshift7, xorwow } = seedrandom;
  // Integers are seeds of their own, which the package's types do not say.
  return { alea, arc4: seedrandom, tychei, xor128, xor4096, xorshift7, xorwow } as Record<
    GeneratorName,
    unknown
  > as Record<GeneratorName, Algorithm>;
}

function engineOf(seed: string | number | undefined, name: GeneratorName): Engine {
  const all = algorithms();
  if (!Object.hasOwn(all, name))
    throw new RangeError(`Cannot draw by "${name}": the generators are ${Object.keys(all).join(", ")}`);
  // Without a seed some of the generators start from the time, and two made at once would agree.
  const generator = all[name](seed ?? String(seedrandom().double()));
  const uint32 = (): number => generator.int32() >>> 0;
  return {
    uint32,
    uint64: () => (BigInt(uint32()) << 32n) | BigInt(uint32()),
    double: () => generator.double(),
    spareGaussian: undefined,
  };
}
