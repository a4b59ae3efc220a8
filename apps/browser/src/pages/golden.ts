import { cpu } from "@theano-ts/backend-cpu";
import { gpujs } from "@theano-ts/backend-gpujs";
import { type Family, type Gap, type Report, runOn } from "@theano-ts/golden";
import type { Backend } from "@theano-ts/kernel";

/** The backends that cases can run on here, by name. */
const backends = {
  cpu: async () => cpu(),
  webgl2: () => gpujs({ mode: "webgl2", fallback: cpu() }),
} satisfies Record<string, () => Promise<Backend>>;

/** A family, the backend it runs on, and what is known not to pass. */
export interface Order {
  readonly backend: keyof typeof backends;
  readonly family: Family;
  readonly gaps: readonly Gap[];
  readonly missing: Readonly<Record<string, string>>;
}

/** What comes of the cases of a family. */
export async function run({ backend, family, gaps, missing }: Order): Promise<Report> {
  // What is warned about while cases run is no matter of theirs.
  console.warn = () => {};
  return runOn(await backends[backend](), family, gaps, missing);
}
