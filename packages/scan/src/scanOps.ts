import { checks, isTensor, type Loop, type OpTable } from "@theano-ts/core";
import { ifelseOp } from "./ifelse.ts";
import { lastPlaceOp } from "./rules/lastRow.ts";
import { ScanOp } from "./scanOp.ts";
import { shortestOp } from "./stepCount.ts";

/** The ops of this package, by the names that they have in saved graphs. */
export const scanOps = (): OpTable => {
  const { isCount, isEither, isFlag, isListOf, isObjectOf, isOneOf, isText, isWhole } = checks;
  const many = (check: (x: unknown) => boolean): ((x: unknown) => boolean) => isListOf(check, 2 ** 16);
  const whole = { kind: isOneOf("whole"), operand: isCount };
  const row = { kind: isOneOf("row"), operand: isCount, offset: isWhole, backwards: isFlag };
  const state = { kind: isOneOf("state"), state: isCount, back: isCount };
  const kept = { initial: isCount, depth: isCount, next: isCount, trace: isCount, final: isCount };
  const loop = {
    steps: isCount,
    inputs: many(isTensor),
    outputs: many(isTensor),
    sources: many(isEither(isObjectOf(whole), isEither(isObjectOf(row), isObjectOf(state)))),
    states: many(isEither(isObjectOf(kept), isObjectOf({ ...kept, label: isText }))),
    traces: many(isObjectOf({ value: isCount, output: isCount })),
  };
  const until = isObjectOf({ value: isCount, count: isCount });
  const isLoop = isEither(isObjectOf(loop), isObjectOf({ ...loop, until }));
  const plain = { name: isText, truncateGradient: isWhole };
  const options = isEither(isObjectOf(plain), isObjectOf({ ...plain, extends: isText }));
  return {
    IfElse: { make: ifelseOp, takes: [isCount, isFlag, isText] },
    LastPlace: { make: lastPlaceOp, takes: [isCount, isCount] },
    StepCount: { make: shortestOp, takes: [isFlag, many(isText), many(isCount)] },
    Scan: { make: ScanOp, takes: [(x) => isLoop(x) && fits(x as Loop), options] },
  };
};

/** Whether what a loop refers to is there, and each of its outputs is one thing. */
function fits({ inputs, outputs, sources, states, traces, until }: Loop): boolean {
  const values = [
    ...states.map((s) => s.next),
    ...traces.map((t) => t.value),
    ...(until ? [until.value] : []),
  ];
  const results = [
    ...states.flatMap((s) => [s.trace, s.final]),
    ...traces.map((t) => t.output),
    ...(until ? [until.count] : []),
  ];
  return (
    sources.length === inputs.length &&
    new Set(inputs).size === inputs.length &&
    inputs.every((x) => !x.owner) &&
    sources.every((s) => s.kind !== "state" || (s.back >= 1 && s.back <= (states[s.state]?.depth ?? 0))) &&
    values.every((i) => i < outputs.length) &&
    new Set(results).size === results.length &&
    results.every((i) => i < results.length)
  );
}
