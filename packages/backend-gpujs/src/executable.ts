import {
  CheckFailure,
  Declined,
  type DeviceBuffer,
  type Executable,
  type Life,
  livesOf,
  type Program,
  type ProgramBuffer,
  runTask,
  type SizeParam,
  type Soon,
  type Task,
  type TypedArray,
  type Watch,
  waitFor,
} from "@theano-ts/kernel";
import type { DeviceArgument, DeviceKernel, GpuDevice, Held } from "./device.ts";
import { largestExact } from "./integers.ts";
import { type Part, type Parts, partsOf } from "./parts.ts";
import type { Source } from "./source.ts";
import { Values } from "./values.ts";

/** A program as kernels of GPU.js: one for each output of each launch. */
export class GpujsExecutable implements Executable {
  readonly #device: GpuDevice;
  readonly #program: Program;
  readonly #watch: Watch | undefined;
  readonly #steps: readonly ReadyStep[];
  readonly #lives: ReadonlyMap<ProgramBuffer, Life>;
  readonly #constants = new Map<ProgramBuffer, Held>();
  /** Given back when nobody has this any more. */
  readonly #kernels: DeviceKernel[] = [];

  constructor(device: GpuDevice, program: Program, watch?: Watch) {
    this.#device = device;
    this.#program = program;
    this.#watch = watch;
    const written = new Set<ProgramBuffer>();
    this.#steps = program.steps.map((step) => {
      const { parts, ...rest } = partsOf(step, written, device.mode === "cpu");
      return { ...rest, parts: parts.map((p) => ({ ...p, kernel: this.#kernel(p.source) })) };
    });
    this.#lives = livesOf(program.steps);
    whenDropped.register(this, { kernels: this.#kernels, constants: this.#constants }, this);
  }

  run(
    sizes: readonly number[],
    inputs: readonly (TypedArray | DeviceBuffer)[],
    states: readonly DeviceBuffer[],
  ): Soon<TypedArray[]> {
    const large = sizes.findIndex((n) => Math.abs(n) > largestExact);
    if (large >= 0)
      throw new Declined(
        `the size ${this.#program.sizes[large]?.name} is ${sizes[large]}: floats count to 2^24`,
      );
    const values = new Values(this.#device, this.#program, inputs, states, this.#constants);
    return runTask(this.#run(sizes, values));
  }

  *#run(sizes: readonly number[], values: Values): Task<TypedArray[]> {
    const sizeOf = new Map(this.#program.sizes.map((p, i) => [p, sizes[i] as number]));
    try {
      this.#watch?.(-1);
      for (const [i, step] of this.#steps.entries()) {
        yield* this.#step(step, sizeOf, values);
        for (const [b, { last }] of this.#lives) if (last === i && b.role !== "state") values.drop(b);
        this.#watch?.(i);
      }
      const outputs: TypedArray[] = [];
      for (const b of this.#program.buffers)
        if (b.role === "output") outputs.push(yield* waitFor(values.read(b)));
      values.commit();
      return outputs;
    } finally {
      values.free();
    }
  }

  *#step(step: ReadyStep, sizeOf: ReadonlyMap<SizeParam, number>, values: Values): Task<void> {
    const made = new Map<ProgramBuffer, Held>();
    /** What stages before made; nobody else reads it. */
    const blocks = new Map<ProgramBuffer, Held>();
    try {
      for (const { kernel, source, to, isBlock } of step.parts) {
        const args: DeviceArgument[] = [];
        for (const b of source.buffers) args.push(blocks.get(b) ?? (yield* waitFor(values.of(b))));
        // Two outputs may be parts of one buffer, as the real and the imaginary ones of complex numbers are.
        const old = made.get(to);
        if (source.keeps) args.push(old ?? (yield* waitFor(values.of(to))));
        for (const p of source.sizes) args.push(sizeOf.get(p) as number);
        for (const s of source.specials) args.push(s === "inf" ? Infinity : Number.NaN);
        (isBlock ? blocks : made).set(to, yield* waitFor(kernel.run(args)));
        old?.free();
      }
      if (step.kind === "check") {
        const [verdict] = made.values() as unknown as [Held];
        const [ok] = yield* waitFor(verdict.read());
        if (ok === 0) throw new CheckFailure(step.subject);
        return;
      }
      for (const [b, held] of made) values.set(b, held);
      made.clear();
    } finally {
      for (const held of [...blocks.values(), ...made.values()]) held.free();
    }
  }

  #kernel({ text, length }: Source): DeviceKernel {
    const kernel = this.#device.kernel(text, length);
    this.#kernels.push(kernel);
    return kernel;
  }

  explain(): string {
    return this.#steps
      .flatMap(({ parts }, i) =>
        parts.map(({ source }) => `${i}: ${source.length} numbers by\n${source.text}`),
      )
      .join("\n");
  }

  release(): void {
    whenDropped.unregister(this);
    giveBack({ kernels: this.#kernels, constants: this.#constants });
  }
}

/** A step whose parts are kernels on a device. */
type ReadyStep = Omit<Parts, "parts"> & {
  readonly parts: readonly (Part & { readonly kernel: DeviceKernel })[];
};

interface Kept {
  readonly kernels: DeviceKernel[];
  readonly constants: Map<ProgramBuffer, Held>;
}

function giveBack({ kernels, constants }: Kept): void {
  for (const held of constants.values()) held.free();
  constants.clear();
  for (const kernel of kernels.splice(0)) kernel.release();
}

const whenDropped: FinalizationRegistry<Kept> = /* @__PURE__ */ new FinalizationRegistry(giveBack);
