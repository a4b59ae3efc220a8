import {
  buffer,
  CheckFailure,
  Declined,
  type DeviceBuffer,
  type Executable,
  type Life,
  livesOf,
  type Program,
  type ProgramBuffer,
  type SizeParam,
  type Step,
  type TypedArray,
  type View,
  type Watch,
  wholeView,
} from "@theano-ts/kernel";
import type { DeviceArgument, DeviceKernel, GpuDevice, Held } from "./device.ts";
import { largestExact } from "./integers.ts";
import { inBasicTerms } from "./math/index.ts";
import { finish, type Soon, type Work } from "./soon.ts";
import { type Source, sourceOf } from "./source.ts";
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
    this.#steps = program.steps.map((step) => this.#ready(step, written));
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
    return finish(this.#run(sizes, values));
  }

  *#run(sizes: readonly number[], values: Values): Work<TypedArray[]> {
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
        if (b.role === "output") outputs.push((yield values.read(b)) as unknown as TypedArray);
      values.commit();
      return outputs;
    } finally {
      values.free();
    }
  }

  *#step(step: ReadyStep, sizeOf: ReadonlyMap<SizeParam, number>, values: Values): Work<void> {
    const made = new Map<ProgramBuffer, Held>();
    for (const { kernel, source, to } of step.parts) {
      const args: DeviceArgument[] = [];
      for (const b of source.buffers) args.push((yield values.of(b)) as unknown as Held);
      // Two outputs may be parts of one buffer, as the real and the imaginary ones of complex numbers are.
      const old = made.get(to);
      if (source.keeps) args.push(old ?? ((yield values.of(to)) as unknown as Held));
      for (const p of source.sizes) args.push(sizeOf.get(p) as number);
      for (const s of source.specials) args.push(s === "inf" ? Infinity : Number.NaN);
      made.set(to, (yield kernel.run(args)) as unknown as Held);
      old?.free();
    }
    if (step.kind === "launch") {
      for (const [b, held] of made) values.set(b, held);
      return;
    }
    const [held] = made.values() as unknown as [Held];
    const [ok] = (yield held.read()) as unknown as Float32Array;
    held.free();
    if (ok === 0) throw new CheckFailure(step.subject);
  }

  #ready(step: Step, written: Set<ProgramBuffer>): ReadyStep {
    if (step.kind !== "launch" && step.kind !== "check")
      throw new Error(`internal: a ${step.kind} on GPU.js`);
    const { kernel } = step;
    if (kernel.kind !== "map") throw new Error(`internal: a ${kernel.kind} on GPU.js`);
    const views = new Map(kernel.inputs.map((x, i) => [x, step.inputs[i] as View]));
    const outputs = step.kind === "launch" ? step.outputs : [wholeView(buffer("bool", 1, "temporary"), [])];
    const values = inBasicTerms(kernel.outputs.map((o) => o.value));
    const parts = outputs.map((output, k) => {
      const to = output.buffer;
      const keeps = to.role === "state" || written.has(to);
      written.add(to);
      const value = values[k] as (typeof values)[number];
      return {
        source: sourceOf({
          axes: kernel.axes,
          value,
          views,
          output,
          keeps,
          rounds: this.#device.mode === "cpu",
        }),
        to,
      };
    });
    return {
      kind: step.kind,
      subject: step.kind === "check" ? step.subject : undefined,
      parts: parts
        .filter(({ source }) => source.length > 0)
        .map((p) => ({ ...p, kernel: this.#kernel(p.source) })),
    };
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

/** A step made ready: of a launch, what makes each output; of a check, what makes its one bool. */
interface ReadyStep {
  readonly kind: "launch" | "check";
  readonly subject: unknown;
  readonly parts: readonly {
    readonly kernel: DeviceKernel;
    readonly source: Source;
    readonly to: ProgramBuffer;
  }[];
}

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
