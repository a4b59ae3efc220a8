import {
  after,
  allocate,
  Declined,
  type DeviceBuffer,
  isBig,
  type RealDType,
  type Soon,
  type TypedArray,
} from "@theano-ts/kernel";
import type { GpuDevice, Held } from "./device.ts";
import { dataFits } from "./integers.ts";

/** The dtypes that fit in floats of 32 bits, integers as long as they are small enough. */
export const dtypesHeld: readonly RealDType[] = [
  "bool",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "float32",
];

/**
 * Numbers that outlive a run. What the host writes stays with the host, exactly, until a kernel wants it; so buffers of
 * float64, which no kernel here reads, are as good as any.
 */
export class GpuBuffer implements DeviceBuffer {
  readonly dtype: RealDType;
  readonly length: number;
  #host: TypedArray | undefined;
  #held: Held | undefined;

  constructor(dtype: RealDType, length: number) {
    this.dtype = dtype;
    this.length = length;
    this.#host = allocate(dtype, length);
  }

  write(data: TypedArray): void {
    this.release();
    this.#host = data.slice();
  }

  read(): Soon<TypedArray> {
    if (this.#host) return this.#host.slice();
    return after((this.#held as Held).read(), (numbers) => fromFloats(numbers, this.dtype, this.length));
  }

  /** The numbers on `device`. Throws {@link Declined} if floats cannot hold them. */
  on(device: GpuDevice): Soon<Held> {
    if (this.#held) return this.#held;
    return after(
      device.upload(toFloats(this.#host as TypedArray, this.dtype)),
      (held) => (this.#held = held),
    );
  }

  /** Puts what a run has made in the place of what was there. */
  take(held: Held): void {
    this.release();
    this.#host = undefined;
    this.#held = held;
  }

  release(): void {
    this.#held?.free();
    this.#held = undefined;
  }
}

/** `data` as floats, each exactly. Throws {@link Declined} if that cannot be. */
export function toFloats(data: TypedArray, dtype: RealDType): Float32Array {
  if (dtype === "float32") return data as Float32Array;
  if (!dataFits(data, dtype))
    throw new Declined(`an ${dtype} is beyond 2^24, up to which floats hold all integers`);
  const floats = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) floats[i] = Number(data[i]);
  return floats;
}

/** The first `length` numbers, as `dtype`: an array of its own. */
export function fromFloats(numbers: Float32Array, dtype: RealDType, length: number): TypedArray {
  const own = numbers.length === length ? numbers : numbers.subarray(0, length);
  if (dtype === "float32") return own;
  const data = allocate(dtype, length) as { [i: number]: number | bigint };
  for (let i = 0; i < length; i++) {
    const x = own[i] as number;
    data[i] = isBig(dtype) ? BigInt(x) : x;
  }
  return data as unknown as TypedArray;
}
