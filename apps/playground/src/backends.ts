import type { Backend } from "@theano-ts/kernel";

/** What can run the functions of a program. */
export interface BackendRow {
  readonly id: string;
  /** What the page calls it. */
  readonly label: string;
  /** What `config.floatX` is to be: the dtype that the backend is made for. */
  readonly floatX: "float32" | "float64";
  /** Makes it, in the worker; what it is made of is loaded only then. */
  make(): Promise<Backend>;
}

/** The backends that the page offers, the first by default. One more is one more row. */
export const backends: readonly BackendRow[] = [
  {
    id: "cpu",
    label: "CPU (WebAssembly)",
    floatX: "float64",
    make: async () => (await import("@theano-ts/backend-cpu")).cpu(),
  },
  {
    id: "gpujs",
    label: "GPU.js (WebGL 2)",
    floatX: "float32",
    make: async () => (await import("@theano-ts/backend-gpujs")).gpujs({ mode: "webgl2" }),
  },
];
