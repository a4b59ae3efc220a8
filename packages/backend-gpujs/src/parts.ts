import { buffer, type ProgramBuffer, type Step, type View, wholeView } from "@theano-ts/kernel";
import { inBasicTerms } from "./math/index.ts";
import { type Source, sourceOf } from "./source.ts";
import { staged } from "./stages.ts";

/** One kernel of a step. */
export interface Part {
  readonly source: Source;
  readonly to: ProgramBuffer;
  /** Whether it makes what only a later part of the step reads. */
  readonly isBlock: boolean;
}

/** A step as kernels, in order: of a launch, what makes each output; of a check, what makes its one bool. */
export interface Parts {
  readonly kind: "launch" | "check";
  readonly subject: unknown;
  readonly parts: readonly Part[];
}

/**
 * The kernels of `step`, which was accepted. `written` are the buffers that have been written before, in part at least;
 * those of the step are added. `rounds` is whether numbers have more digits than a float of 32 bits.
 */
export function partsOf(step: Step, written: Set<ProgramBuffer>, rounds: boolean): Parts {
  if (step.kind !== "launch" && step.kind !== "check") throw new Error(`internal: a ${step.kind} on GPU.js`);
  const { kernel } = step;
  if (kernel.kind !== "map") throw new Error(`internal: a ${kernel.kind} on GPU.js`);
  const { axes } = kernel;
  const given = new Map(kernel.inputs.map((x, i) => [x, step.inputs[i] as View]));
  const outputs = step.kind === "launch" ? step.outputs : [wholeView(buffer("bool", 1, "temporary"), [])];
  const parts = inBasicTerms(kernel.outputs.map((o) => o.value)).flatMap((whole, k): Part[] => {
    const output = outputs[k] as View;
    const to = output.buffer;
    const keeps = to.role === "state" || written.has(to);
    written.add(to);
    const { before, value, views } = staged(axes, whole);
    const all = new Map([...given, ...views]);
    return [
      ...before.map((s) => ({
        source: sourceOf({ ...s, views: given, keeps: false, rounds }),
        to: s.output.buffer,
        isBlock: true,
      })),
      { source: sourceOf({ axes, value, views: all, output, keeps, rounds }), to, isBlock: false },
    ];
  });
  return {
    kind: step.kind,
    subject: step.kind === "check" ? step.subject : undefined,
    parts: parts.filter(({ source }) => source.length > 0),
  };
}
