import { bytesOf, type DType } from "@theano-ts/kernel";
import type { Program } from "acorn";
import { debugprint, graphSvg, type NDArray, type ObservedFunction, type Variable } from "theano-ts";
import type { Calls, Curve, MadeFunction, Message, Rewrite, SharedState } from "../messages.ts";
import { GrowingCurve } from "./curve.ts";
import { nameAt } from "./names.ts";
import { placeHere, placeIn } from "./places.ts";

/** Of so many functions graphs are drawn, and so many are told of at all: a program that makes more makes them in a loop. */
const most = { drawn: 30, told: 300 };

/** The functions that a program compiles, as they are made and called. */
export class Functions {
  readonly #syntax: Program;
  readonly #all = new Map<ObservedFunction, Watched>();

  /** `syntax` is the program's, for the names it gives to functions. */
  constructor(syntax: Program) {
    this.#syntax = syntax;
  }

  made(f: ObservedFunction): void {
    const { size } = this.#all;
    if (size < most.told) this.#all.set(f, new Watched(f, size, this.#syntax, size < most.drawn));
  }

  called(f: ObservedFunction, results: readonly NDArray[]): void {
    this.#all.get(f)?.called(results);
  }

  /** What is new since the last time. */
  messages(): Message[] {
    const all = [...this.#all.values()];
    const calls = all.flatMap((w) => w.newCalls());
    return [
      ...all.flatMap((w) => w.news()),
      ...(calls.length > 0 ? [{ kind: "calls" as const, calls }] : []),
    ];
  }

  /** Looks once more at what may have changed since it was first told. */
  settle(): void {
    for (const w of this.#all.values()) w.settle();
  }
}

/** One function. */
class Watched {
  readonly #f: ObservedFunction;
  readonly #made: MadeFunction;
  readonly #curves: readonly { readonly at: number; readonly curve: GrowingCurve }[];
  #count = 0;
  #told = 0;
  #from = 0;
  #until = 0;
  #isNew = true;
  #plan: string | undefined;
  #planIsDue = false;

  constructor(f: ObservedFunction, id: number, syntax: Program, isDrawn: boolean) {
    this.#f = f;
    const { maker } = f;
    const place = placeHere();
    const known = place && nameAt(syntax, place);
    const outputs = maker.form.variables.map((v, i) => v.name ?? `output ${i}`);
    this.#made = {
      id,
      name: maker.options.name || known || `function ${id + 1}`,
      line: place?.line ?? 0,
      inputs: maker.inputs.map(({ variable, name }) => `${name ?? variable}: ${typeText(variable)}`),
      outputs: maker.form.variables.map((v, i) => `${outputs[i]}: ${typeText(v)}`),
      updates: maker.updated.map(String),
      ...(isDrawn ? { graphs: drawn(f) } : {}),
      rewrites: f.rewrites.map(rewriteOf),
    };
    this.#curves = maker.form.variables.flatMap((v, at) =>
      v.ndim === 0 && !v.dtype.startsWith("complex")
        ? [
            {
              at,
              curve: new GrowingCurve(outputs.length === 1 ? (v.name ?? "result") : (outputs[at] as string)),
            },
          ]
        : [],
    );
  }

  called(results: readonly NDArray[]): void {
    this.#until = performance.now();
    if (this.#count++ === 0) {
      this.#from = this.#until;
      this.#planIsDue = true;
    }
    for (const { at, curve } of this.#curves) curve.add(Number(results[at]?.item()));
  }

  news(): Message[] {
    const made: Message[] = this.#isNew ? [{ kind: "function", made: this.#made }] : [];
    this.#isNew = false;
    return [...made, ...this.#newPlan()];
  }

  newCalls(): Calls[] {
    if (this.#told === this.#count) return [];
    this.#told = this.#count;
    const curves: Curve[] = this.#curves.map(({ curve }) => curve.taken());
    return [{ id: this.#made.id, count: this.#count, seconds: (this.#until - this.#from) / 1000, curves }];
  }

  settle(): void {
    this.#planIsDue = true;
  }

  #newPlan(): Message[] {
    if (!this.#planIsDue) return [];
    this.#planIsDue = false;
    const text = explained(this.#f);
    if (text === this.#plan) return [];
    this.#plan = text;
    return [{ kind: "plan", id: this.#made.id, text, shared: this.#f.maker.shared.map(stateOf) }];
  }
}

/** `TensorType(float64, matrix)` as `float64 matrix`. */
const typeText = ({ type }: Variable): string => String(type).replace(/^TensorType\((\w+), (.*)\)$/, "$1 $2");

function drawn(f: ObservedFunction): NonNullable<MadeFunction["graphs"]> {
  return {
    given: { svg: graphSvg(f, { of: "given" }), text: debugprint(f.maker.written) },
    optimised: { svg: graphSvg(f), text: debugprint(f) },
  };
}

function rewriteOf({
  phase,
  rule,
  before,
  after,
  replaced: [pair],
}: ObservedFunction["rewrites"][number]): Rewrite {
  const made = pair?.[0].origin?.stack;
  return { phase, rule, before: short(before), after: short(after), line: placeIn(made)?.line ?? 0 };
}

/** `Elemwise{mul,no_inplace}(Elemwise{neg}.0, TensorConstant{(1,) of 2})` as `mul(neg(…), 2)`. */
const short = (text: string): string =>
  text
    .replace(/Elemwise\{(\w+)(?:,\w+)?\}/g, "$1")
    .replace(/(\b[A-Za-z_]\w*|\})\.0(?![\w.])/g, "$1(…)")
    .replace(/TensorConstant\{(?:\([^)]*\) of )?([^{}]*)\}/g, "$1");

/** What `explain` says; of a function whose sizes cannot be known without a call, why not. */
function explained(f: ObservedFunction): string {
  try {
    return f.explain();
  } catch (error) {
    return (error as Error).message;
  }
}

function stateOf(s: ObservedFunction["maker"]["shared"][number]): SharedState {
  const { shape } = s.cell;
  const elements = shape.reduce((a, b) => a * b, 1);
  return { name: String(s), dtype: s.dtype, shape, bytes: elements * bytesOf(s.dtype as DType) };
}
