import {
  type Branch,
  buffer,
  type Expr,
  type Extra,
  int,
  type Loop,
  type Program,
  type ProgramBuffer,
  type SizeParam,
  type Step,
  sizeParam,
  type View,
  viewsWritten,
  type Watch,
  type Work,
  walk,
} from "@theano-ts/kernel";
import { Analysis, constantOf } from "./emit/analysis.ts";
import { Emitter, type Environment } from "./emit/emitter.ts";
import { scalar } from "./emit/scope.ts";
import type { BeforeLoop, Scratch } from "./schedule/epilogue.ts";
import type { AddressOf } from "./schedule/flatten.ts";
import { type Code, i32 } from "./wasm/code.ts";
import { Module } from "./wasm/module.ts";
import * as op from "./wasm/op.ts";
import { emitWork } from "./work.ts";

/** A program as one module: `run(table)` returns 0, or 1 + the number of the check that failed. */
export interface Compiled {
  readonly module: Module;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where in the table of launch parameters the address of each buffer is. */
  readonly slots: ReadonlyMap<ProgramBuffer, number>;
  readonly slotCount: number;
  /** Buffers that single steps need besides those of the program. */
  readonly scratch: ReadonlyMap<number, readonly Extra[]>;
  /** What the checks were about, by number. */
  readonly subjects: readonly unknown[];
  /** A line for each step. */
  readonly lines: readonly string[];
}

/** Writes `program` as WebAssembly. */
export const compileProgram = (program: Program, fma: boolean, watch?: Watch): Compiled =>
  new ProgramWriter(program, fma).write(watch);

/** Rounds of a loop that one call of a function runs: engines replace slow first code by fast only between calls. */
const roundsAtOnce = 256;

/** Writes steps as functions of one module, which all take the address of the table of launch parameters. */
class ProgramWriter {
  readonly #program: Program;
  readonly #module = new Module();
  readonly #slotsOfParams: Map<SizeParam, number>;
  readonly #slots = new Map<ProgramBuffer, number>();
  readonly #addresses = new Map<ProgramBuffer, SizeParam>();
  readonly #environment: Environment;
  readonly #scratch = new Map<number, Extra[]>();
  /** The loops around what is being written, the innermost last. */
  readonly #loops: OpenLoop[] = [];
  readonly #subjects: unknown[] = [];
  readonly #lines: string[] = [];

  constructor(program: Program, fma: boolean) {
    this.#program = program;
    this.#slotsOfParams = new Map(program.sizes.map((p, i) => [p, i]));
    const addresses = new Set<SizeParam>();
    this.#environment = {
      fma,
      slotOf: (p) => this.#slotsOfParams.get(p) as number,
      isAddress: (p) => addresses.has(p),
    };
    this.#addressOf = (of) => {
      let param = this.#addresses.get(of);
      if (!param) {
        this.#addresses.set(of, (param = sizeParam("address")));
        addresses.add(param);
        this.#slots.set(of, this.#slot(param));
      }
      return param;
    };
    for (const b of program.buffers) this.#addressOf(b);
  }

  readonly #addressOf: AddressOf;

  #slot(param: SizeParam): number {
    const slot = this.#slotsOfParams.size;
    this.#slotsOfParams.set(param, slot);
    return slot;
  }

  write(watch: Watch | undefined): Compiled {
    const run = this.#module.function([i32], [i32]);
    const watched = (at: number): void => {
      if (!watch) return;
      run.i32(at);
      run.callImport(this.#module.external("watch", [i32], [], watch));
    };
    watched(-1);
    this.#program.steps.forEach((step, i) => {
      this.#step(step, run, `${i}: `);
      watched(i);
    });
    run.i32(0);
    return {
      module: this.#module,
      bytes: this.#module.encode(run),
      slots: this.#slots,
      slotCount: this.#slotsOfParams.size,
      scratch: this.#scratch,
      subjects: this.#subjects,
      lines: this.#lines,
    };
  }

  /** Writes what runs `step` into `into`, which returns the number of a check that fails. */
  #step(step: Step, into: Code, label: string): void {
    if (step.kind === "loop") this.#loop(step, into, label);
    else if (step.kind === "branch") this.#branch(step, into, label);
    else this.#work(step, into, label);
  }

  #steps(steps: readonly Step[], into: Code, label: string): void {
    steps.forEach((step, i) => {
      this.#step(step, into, `${label}${i}: `);
    });
  }

  #work(step: Work, into: Code, label: string): void {
    const extra: Extra[] = [];
    this.#scratch.set(this.#scratch.size, extra);
    const code = this.#module.function([i32], []);
    const need = (of: ProgramBuffer, throughout: boolean): SizeParam => {
      extra.push({ buffer: of, throughout });
      return this.#addressOf(of);
    };
    const take = (of: ProgramBuffer): SizeParam => need(of, false);
    const loop = this.#loops.at(-1);
    const outputs = step.kind === "launch" ? step.outputs : [checkView(take)];
    const room: Scratch = {
      take,
      isAddress: this.#environment.isAddress,
      ...(loop ? { before: this.#beforeLoop(loop, (of) => need(of, true)) } : {}),
    };
    this.#lines.push(
      label + emitWork(step, outputs, code, this.#environment, (b) => this.#addressOf(b), room),
    );
    into.get(0);
    into.call(code);
    if (step.kind === "launch") return;
    this.#pushBool(outputs[0] as View, into);
    into.op(op.i32_eqz);
    into.if();
    into.i32(this.#subjects.push(step.subject));
    into.return();
    into.end();
  }

  /** What a step in `loop` may do before its first round. */
  #beforeLoop(loop: OpenLoop, keep: (of: ProgramBuffer) => SizeParam): BeforeLoop {
    return {
      keep,
      isFixed: (root) => {
        let fixed = true;
        walk([root], (e) => {
          if (e.kind === "size" && (e.param === loop.counter || loop.written.has(e.param))) fixed = false;
        });
        return fixed;
      },
      write: (body) => {
        const code = this.#module.function([i32], []);
        body(new Emitter(code, new Analysis(), this.#environment));
        loop.before.push(code);
      },
    };
  }

  #loop(loop: Loop, into: Code, label: string): void {
    const { counter, count, steps, until } = loop;
    this.#slot(counter);
    const open: OpenLoop = {
      counter,
      written: new Set(viewsWritten(loop).map((v) => this.#addressOf(v.buffer))),
      before: [],
    };
    const head = this.#lines.push(label) - 1;
    const round = this.#module.function([i32], [i32]);
    this.#loops.push(open);
    this.#steps(steps, round, `   ${label}`);
    this.#loops.pop();
    for (const code of open.before) {
      into.get(0);
      into.call(code);
    }
    if (until) {
      // -1 ends the loop, and is no failure.
      this.#pushBool(until, round);
      round.if();
      round.i32(-1);
      round.return();
      round.end();
    }
    round.i32(0);
    const rounds = this.#rounds(counter, round);
    const [n, from, answer] = [into.local(i32), into.local(i32), into.local(i32)];
    into.get(0);
    into.call(this.#sizeFunction(count));
    into.set(n);
    into.i32(0);
    into.set(from);
    into.block();
    into.loop();
    into.get(from);
    into.get(n);
    into.op(op.i32_ge_s);
    into.brIf(1);
    into.get(0);
    into.get(from);
    into.get(from);
    into.i32(roundsAtOnce);
    into.op(op.i32_add);
    into.tee(from);
    into.get(n);
    into.get(from);
    into.get(n);
    into.op(op.i32_lt_s);
    into.select();
    into.call(rounds);
    into.tee(answer);
    into.op(op.i32_eqz);
    into.brIf(0);
    into.get(answer);
    into.i32(-1);
    into.op(op.i32_eq);
    into.brIf(1);
    into.get(answer);
    into.return();
    into.end();
    into.end();
    this.#lines[head] = `${label}loop ${constantOf(count) ?? "n"} times${until ? " at most" : ""}`;
  }

  /** A function of the table, the first round and the one after the last: what `round` said when it ended them, or 0. */
  #rounds(counter: SizeParam, round: Code): Code {
    const c = this.#module.function([i32, i32, i32], [i32]);
    const [table, now, end] = [0, 1, 2];
    const answer = c.local(i32);
    c.loop();
    c.get(table);
    c.get(now);
    c.memory(op.i32_store, 4 * this.#environment.slotOf(counter));
    c.get(table);
    c.call(round);
    c.tee(answer);
    c.if();
    c.get(answer);
    c.return();
    c.end();
    c.get(now);
    c.i32(1);
    c.op(op.i32_add);
    c.tee(now);
    c.get(end);
    c.op(op.i32_lt_s);
    c.brIf(0);
    c.end();
    c.i32(0);
    return c;
  }

  #branch({ condition, whenTrue, whenFalse }: Branch, into: Code, label: string): void {
    this.#lines.push(`${label}if`);
    this.#pushBool(condition, into);
    into.if();
    this.#steps(whenTrue, into, `   ${label}`);
    into.else();
    this.#lines.push(`${label}else`);
    this.#steps(whenFalse, into, `   ${label}`);
    into.end();
  }

  /** A function of the table that gives the value of an expression over sizes. */
  #sizeFunction(e: Expr): Code {
    const code = this.#module.function([i32], [i32]);
    new Emitter(code, new Analysis(), this.#environment).push(e, scalar);
    return code;
  }

  /** Pushes the bool that a view of no dimensions is at. */
  #pushBool({ buffer: of, offset }: View, into: Code): void {
    into.get(0);
    into.memory(op.i32_load, 4 * this.#environment.slotOf(this.#addressOf(of)));
    if (constantOf(offset) !== 0) {
      into.get(0);
      into.call(this.#sizeFunction(offset));
      into.op(op.i32_add);
    }
    into.memory(op.i32_load8_u);
  }
}

/** A loop whose steps are being written. */
interface OpenLoop {
  readonly counter: SizeParam;
  /** The addresses of what its steps write. */
  readonly written: ReadonlySet<SizeParam>;
  /** What runs before its first round. */
  readonly before: Code[];
}

/** A byte of its own for a check's answer. */
function checkView(take: (b: ProgramBuffer) => SizeParam): View {
  const flag = buffer("bool", 1, "temporary");
  take(flag);
  return { buffer: flag, offset: int(0), strides: [] };
}
