import { Bytes } from "./bytes.ts";
import { Code, type Type } from "./code.ts";

/** What a function takes and gives. */
interface Signature {
  readonly params: readonly Type[];
  readonly results: readonly Type[];
}

/**
 * A WebAssembly module under construction: one imported memory (`m.m`), imported functions (`f.0`, `f.1`, …) and own
 * functions, of which one is exported as `run`.
 */
export class Module {
  readonly #types: Signature[] = [];
  readonly #typeIndex = new Map<string, number>();
  readonly #imports: { type: number; call: unknown }[] = [];
  readonly #importIndex = new Map<string, number>();
  readonly #shared = new Map<string, Code>();
  readonly #functions: { type: number; code: Code }[] = [];

  typeIndex(params: readonly Type[], results: readonly Type[]): number {
    const key = `${params.join()}>${results.join()}`;
    let index = this.#typeIndex.get(key);
    if (index === undefined) {
      index = this.#types.push({ params, results }) - 1;
      this.#typeIndex.set(key, index);
    }
    return index;
  }

  /** The number of an imported function, to be called with `Code.callImport`; one for each `name`. */
  external(name: string, params: readonly Type[], results: readonly Type[], call: unknown): number {
    let index = this.#importIndex.get(name);
    if (index === undefined) {
      index = this.#imports.push({ type: this.typeIndex(params, results), call }) - 1;
      this.#importIndex.set(name, index);
    }
    return index;
  }

  /** A new function; its body is written to the `Code`, whose `index` calls it. */
  function(params: readonly Type[], results: readonly Type[]): Code {
    const code = new Code(this, params, this.#functions.length);
    this.#functions.push({ type: this.typeIndex(params, results), code });
    return code;
  }

  /** The function that goes by `name`, made when it is first asked for. */
  shared(name: string, make: () => Code): Code {
    let code = this.#shared.get(name);
    if (!code) this.#shared.set(name, (code = make()));
    return code;
  }

  /** What the imported functions are, for `WebAssembly.Instance`. */
  imports(memory: WebAssembly.Memory): WebAssembly.Imports {
    const functions: Record<string, unknown> = {};
    this.#imports.forEach((f, i) => {
      functions[i] = f.call;
    });
    return { m: { m: memory }, f: functions } as WebAssembly.Imports;
  }

  /** The module's bytes; `run` is exported. */
  encode(run: Code): Uint8Array<ArrayBuffer> {
    const out = new Bytes(4096);
    for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b);
    const section = (id: number, write: (to: Bytes) => void): void => {
      const content = new Bytes(1024);
      write(content);
      out.byte(id);
      out.u32(content.length);
      out.append(content);
    };
    section(1, (to) => {
      to.u32(this.#types.length);
      for (const { params, results } of this.#types) {
        to.byte(0x60);
        for (const list of [params, results]) {
          to.u32(list.length);
          for (const t of list) to.byte(t);
        }
      }
    });
    section(2, (to) => {
      to.u32(1 + this.#imports.length);
      to.text("m");
      to.text("m");
      to.byte(2);
      to.byte(0);
      to.u32(0);
      this.#imports.forEach((f, i) => {
        to.text("f");
        to.text(`${i}`);
        to.byte(0);
        to.u32(f.type);
      });
    });
    section(3, (to) => {
      to.u32(this.#functions.length);
      for (const f of this.#functions) to.u32(f.type);
    });
    section(7, (to) => {
      to.u32(1);
      to.text("run");
      to.byte(0);
      to.u32(this.#imports.length + run.index);
    });
    section(10, (to) => {
      to.u32(this.#functions.length);
      for (const f of this.#functions) f.code.write(to, this.#imports.length);
    });
    return out.data.slice(0, out.length) as Uint8Array<ArrayBuffer>;
  }
}
