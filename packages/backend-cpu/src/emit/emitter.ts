import { type Axis, type Call, type Expr, index, type Reduction, type SizeParam } from "@theano-ts/kernel";
import { type Code, i32, type Local } from "../wasm/code.ts";
import * as op from "../wasm/op.ts";
import { type Analysis, constantOf, vectorCarry } from "./analysis.ts";
import { ensure, hoist } from "./compute.ts";
import type { Plan, Target } from "./needs.ts";
import { callWeight } from "./patterns.ts";
import { generateScalar } from "./scalarCode.ts";
import { type Form, Scope, scalar, vector } from "./scope.ts";
import { pushConstant } from "./types.ts";
import { generateVector } from "./vectorCode.ts";
import { type Lanes, vectorConstant } from "./vectorOps.ts";

/** The axis of a reduction that runs as vectors, and how wide. */
export interface VectorWay {
  readonly axis: Axis;
  readonly lanes: Lanes;
  readonly unroll: number;
  /** Whether what is reduced is computed in float32, and combined in float64, by halves of the vectors. */
  readonly halves: boolean;
}

/** What all emitters of a program share. */
export interface Environment {
  readonly fma: boolean;
  /** Where in the table of launch parameters a size is. */
  slotOf(param: SizeParam): number;
  /** Whether a launch parameter is the address of a buffer. */
  isAddress(param: SizeParam): boolean;
}

/** How far beyond the address that is checked an instruction may read; the last bytes of memory are left unused. */
const guardBytes = 256;

/**
 * Writes expressions as instructions. Loads are of rank 1, their coordinate a byte address. What is wanted more than
 * once gets a local variable; what does not depend on a loop is computed before it (`hoist`). In a vector loop,
 * expressions that vary along its axis are vectors, `unroll` of them at once; the others stay scalars.
 */
export class Emitter {
  readonly code: Code;
  readonly analysis: Analysis;
  readonly environment: Environment;
  /** The variables that can be seen here. */
  scope: Scope;
  /** Elements of a vector; 0 outside of vector loops. */
  lanes: Lanes | 0 = 0;
  /** Vectors that one round of a vector loop makes of each value. */
  unroll = 1;
  /** The loops and carries whose value makes an expression a vector. */
  varying = 0;
  /** The loops that are open. */
  bound = 0;
  /** What is being computed, with the uses that were found for it. */
  plan: Plan = [new Map(), new Map()];
  /** Whether what is computed now is certainly wanted. */
  certain = true;
  /** Remarks on what was made, for `explain`. */
  readonly notes: Set<string> = new Set();
  /** The first address that is too high for a load whose address is not certain. */
  readonly limit: Local;
  /** How a reduction met as a scalar is run as vectors along one of its axes, if it is; set by the scheduler. */
  vectorReduction: ((group: readonly Reduction[]) => VectorWay | undefined) | undefined;

  /** The first parameter of `code` is the address of the table of launch parameters. */
  constructor(code: Code, analysis: Analysis, environment: Environment) {
    this.code = code;
    this.analysis = analysis;
    this.environment = environment;
    this.scope = new Scope(undefined, {});
    this.limit = code.local(i32);
    code.memorySize();
    code.i32(16);
    code.op(op.i32_shl);
    code.i32(guardBytes);
    code.op(op.i32_sub);
    code.set(this.limit);
  }

  /** Whether `e` differs between the lanes of a vector. */
  isVarying(e: Expr): boolean {
    return (this.analysis.mask(e) & this.varying) !== 0;
  }

  // Structure.

  /** Code whose variables are its own. */
  within(body: () => void, loop: object = this.scope.loop): void {
    const outer = this.scope;
    this.scope = new Scope(outer, loop);
    body();
    this.scope = outer;
  }

  /** Switches to vectors of `lanes` along the loops `varying`, `unroll` at once, for the time of `body`. */
  inVector(lanes: Lanes | 0, unroll: number, varying: number, body: () => void): void {
    const before = [this.lanes, this.unroll, this.varying] as const;
    [this.lanes, this.unroll, this.varying] = [lanes, unroll, lanes === 0 ? 0 : varying | vectorCarry];
    this.within(body, {});
    [this.lanes, this.unroll, this.varying] = before;
  }

  /** Opens a loop for the time of `body`: its index is in `i`. */
  open(axis: Axis, i: Local, body: () => void): void {
    const bit = this.analysis.bitOf(axis);
    const before = this.bound;
    this.bound |= bit;
    this.within(() => {
      this.scope.bind(index(axis), scalar, [i]);
      body();
    });
    this.bound = before;
  }

  /** Leaves the innermost block (or `depth` blocks) if `axis` has no elements. */
  #skipIfEmpty(axis: Axis): void {
    const n = constantOf(axis.size);
    if (n !== undefined && n > 0) return;
    this.push(axis.size, scalar);
    this.code.i32(0);
    this.code.op(op.i32_le_s);
    this.code.brIf(0);
  }

  /**
   * Loops over `axes`, outermost first, around `leaf`. What `targets` need is computed as far out as possible. Nothing
   * at all happens if one of `axes` or `also` is empty.
   */
  nest(
    axes: readonly Axis[],
    targets: readonly Target[],
    leaf: () => void,
    also: readonly Axis[] = [],
    loop: (axis: Axis, level: number, body: () => void) => void = (axis, _, body) => this.loop(axis, body),
  ): void {
    this.code.block();
    this.within(() => {
      const all = [...axes, ...also];
      this.ensure(all.map((a) => ({ e: a.size, form: scalar })));
      for (const a of all) this.#skipIfEmpty(a);
      const level = (d: number): void => {
        if (d === axes.length) {
          leaf();
          return;
        }
        this.hoist(targets);
        loop(axes[d] as Axis, d, () => level(d + 1));
      };
      level(0);
    });
    this.code.end();
  }

  /** A loop over `axis`, which is not empty. */
  loop(axis: Axis, body: () => void): void {
    const c = this.code;
    const i = c.local(i32);
    c.i32(0);
    c.set(i);
    this.loopFrom(axis, i, 1, () => this.push(axis.size, scalar), body);
  }

  /** A loop over `axis` from the value of `i` on, in steps, as long as `i` is below what `end` puts on the stack. At least one round. */
  loopFrom(axis: Axis, i: Local, step: number, end: () => void, body: () => void): void {
    const c = this.code;
    c.loop();
    this.open(axis, i, body);
    c.get(i);
    c.i32(step);
    c.op(op.i32_add);
    c.tee(i);
    end();
    c.op(op.i32_lt_u);
    c.brIf(0);
    c.end();
  }

  /** Elements that one round of a vector loop takes. */
  get step(): number {
    return (this.lanes as number) * this.unroll;
  }

  /** Whether a vector loop over `axis` leaves nothing over. */
  isWhole(axis: Axis): boolean {
    const n = constantOf(axis.size);
    return n !== undefined && n % this.step === 0;
  }

  /**
   * A loop over `axis` from the value of `i`, a multiple of `step`, to what `end` puts on the stack: whole
   * vectors first, then `rest` one by one. `i` is left at the end. `after` follows the loop of whole vectors, if it ran.
   */
  vectorLoop(
    axis: Axis,
    i: Local,
    end: () => void,
    whole: () => void,
    rest: () => void,
    after: () => void = () => {},
  ): void {
    const c = this.code;
    const step = this.step;
    if (this.isWhole(axis)) {
      this.loopFrom(axis, i, step, end, whole);
      after();
      return;
    }
    const stop = c.local(i32);
    // i + ((end - i) & -step)
    c.get(i);
    end();
    c.get(i);
    c.op(op.i32_sub);
    c.i32(-step);
    c.op(op.i32_and);
    c.op(op.i32_add);
    c.set(stop);
    c.get(i);
    c.get(stop);
    c.op(op.i32_lt_u);
    c.if();
    this.loopFrom(axis, i, step, () => c.get(stop), whole);
    after();
    c.end();
    c.get(i);
    end();
    c.op(op.i32_lt_u);
    c.if();
    this.inVector(0, 1, 0, () => this.loopFrom(axis, i, 1, end, rest));
    c.end();
  }

  // Instructions.

  /** The value of `e` on the stack: of its `u`th vector. */
  push(e: Expr, form: Form, u = 0): void {
    if (e.kind === "const") {
      if (form === vector) vectorConstant(this.code, e.value, e.dtype, this.lanes as Lanes);
      else pushConstant(this.code, e.value, e.dtype);
      return;
    }
    const locals = this.scope.find(e, form);
    if (locals) this.code.get(locals[u] ?? (locals[0] as Local));
    else this.generate(e, form, u);
  }

  /** The value of `e`, which no variable holds, on the stack. */
  generate(e: Expr, form: Form, u: number): void {
    if (form === vector) generateVector(this, e, u);
    else generateScalar(this, e);
  }

  /** Puts each target into a variable, with all it needs. */
  ensure(targets: readonly Target[]): void {
    ensure(this, targets);
  }

  /** Computes what `targets` need and no loop that is still closed changes. */
  hoist(targets: readonly Target[]): void {
    hoist(this, targets);
  }

  /** Whether `e`, about to be computed, is evaluated whenever its surroundings are. */
  isCertain(e: Expr, form: Form): boolean {
    return this.plan[form].get(e)?.certain ?? false;
  }

  /** About how many instructions `e` is. */
  weight(e: Expr): number {
    return this.analysis.weight(e, (x) => callWeight(x as Call));
  }
}
