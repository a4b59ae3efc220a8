import type { Backend } from "@theano-ts/kernel";
import type { Limits, Runner } from "./harness.ts";
import { testKernels } from "./kernels.ts";
import { testLoops } from "./loops.ts";
import { testPrims } from "./prims.ts";
import { testPrograms } from "./programs.ts";

export type { Limits, Runner } from "./harness.ts";

/**
 * Declares the tests that every backend passes: each primitive over its edge values, each kernel form over shapes and
 * views, programs with states, sizes and checks, loops and branches. All of it is compared with the interpreter, within the accuracy that
 * the contract states. What the backend refuses, it need not do.
 *
 * `limits` are tests, by title, that it is known to fail, with the reason; one that passes all the same is an error.
 *
 * ```ts
 * conformance(myBackend(), { describe, it });
 * ```
 */
export function conformance(backend: Backend, runner: Runner, limits: Limits = {}): void {
  runner.describe(`${backend.name}: primitives`, () => testPrims(backend, runner, limits));
  runner.describe(`${backend.name}: kernels`, () => testKernels(backend, runner, limits));
  runner.describe(`${backend.name}: programs`, () => testPrograms(backend, runner, limits));
  runner.describe(`${backend.name}: loops and branches`, () => testLoops(backend, runner, limits));
}
