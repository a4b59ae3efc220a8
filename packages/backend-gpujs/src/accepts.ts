import {
  domain,
  expressions,
  isFloat,
  type ProgramBuffer,
  type Step,
  type View,
  viewsRead,
  viewsWritten,
  type Work,
  walk,
} from "@theano-ts/kernel";
import { integersFit, largestExact } from "./integers.ts";
import { inBasicTerms } from "./math/index.ts";
import { callRefusal } from "./primText.ts";
import { decodes, numberOf } from "./source.ts";

/** How many buffers a kernel can read at most: WebGL promises eight textures, and everybody has sixteen, less one to work with. */
const mostBuffers = 15;
/** Shaders of more lines take drivers too long, or are too much for them. */
const mostExpressions = 2000;

/** True, or why GPU.js cannot run `step`. */
export function accepts(step: Step): true | string {
  if (step.kind === "loop") return "it runs no loops: each round would be calls of its own";
  if (step.kind === "branch") return "it runs no branches";
  return refusal(step) ?? true;
}

function refusal(step: Work): string | undefined {
  const { kernel } = step;
  if (kernel.kind === "fold") return "it has no running values: a kernel cannot see what it made before";
  if (kernel.kind === "scatter") return "it cannot write at computed places";
  if (kernel.kind === "routine") return `it has no routine ${kernel.name}`;
  return (
    refusedExpression(kernel) ??
    refusedBuffer([...viewsRead(step), ...viewsWritten(step)]) ??
    (step.kind === "launch" && !step.outputs.every((v) => decodes(v, domain(kernel)))
      ? "elements that it writes interleave"
      : undefined)
  );
}

function refusedExpression(kernel: Parameters<typeof domain>[0]): string | undefined {
  let found: string | undefined;
  let count = 0;
  walk(inBasicTerms(expressions(kernel)), (e) => {
    count++;
    if (isFloat(e.dtype) && e.dtype !== "float32") found ??= `it computes in float32, not in ${e.dtype}`;
    else if (e.kind === "call") found ??= callRefusal(e);
  });
  if (found) return found;
  if (count > mostExpressions) return `its formula has ${count} parts, ${mostExpressions} are the most`;
  const fit = integersFit(kernel);
  return fit === true ? undefined : fit;
}

function refusedBuffer(views: readonly View[]): string | undefined {
  const buffers = new Set<ProgramBuffer>(views.map((v) => v.buffer));
  if (buffers.size > mostBuffers)
    return `it reads ${buffers.size} arrays at once, ${mostBuffers} are the most`;
  const large = [...buffers].find((b) => numberOf(b.length) > largestExact);
  return large && `an array has ${numberOf(large.length)} numbers: floats count to 2^24`;
}
