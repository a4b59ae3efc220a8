import type { Backend } from "@theano-ts/kernel";
import type { Limits, Report, Runner, Suite } from "./harness.ts";
import { testKernels } from "./kernels.ts";
import { testLoops } from "./loops.ts";
import { testPrims } from "./prims.ts";
import { testPrograms } from "./programs.ts";

export type { Limits, Report, Runner } from "./harness.ts";

/**
 * Declares the tests that every backend passes: each primitive over its edge values, each kernel form over shapes and
 * views, programs with states, sizes and checks, loops and branches. All of it is compared with the interpreter, within the accuracy that
 * the contract states. What the backend refuses, it need not do; but it must do something.
 *
 * `limits` are tests, by title, that it is known to fail, with the reason; one that passes all the same is an error.
 * The report that comes back is filled while the tests run: what agreed, and what was refused.
 *
 * ```ts
 * conformance(myBackend(), { describe, it });
 * ```
 */
export function conformance(backend: Backend, runner: Runner, limits: Limits = {}): Report {
  const report: Report = { agreed: [], refused: new Map() };
  const suite: Suite = { backend, runner, limits, report };
  runner.describe(`${backend.name}: primitives`, () => testPrims(suite));
  runner.describe(`${backend.name}: kernels`, () => testKernels(suite));
  runner.describe(`${backend.name}: programs`, () => testPrograms(suite));
  runner.describe(`${backend.name}: loops and branches`, () => testLoops(suite));
  runner.it(`${backend.name} runs something itself`, async () => {
    if (report.agreed.length === 0) throw new Error(`${backend.name} refuses everything`);
  });
  return report;
}
