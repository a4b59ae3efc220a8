export { type ByteSource, collectBytes, streamOf } from "./bytes.ts";
export { type NamedShared, type RestoreOptions, setSharedValues, sharedValues } from "./checkpoint.ts";
export { FileError } from "./fileError.ts";
export type { NamedArrays } from "./named.ts";
export { npyChunks, readNpy, writeNpy } from "./npy.ts";
export { type NpzOptions, npzChunks, readNpz, writeNpz } from "./npz.ts";
export {
  readSafetensors,
  type Safetensors,
  type SafetensorsOptions,
  safetensorsChunks,
  writeSafetensors,
} from "./safetensors.ts";
