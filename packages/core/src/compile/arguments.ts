import { about, TheanoTypeError, UserError } from "../errors.ts";
import type { Variable } from "../graph/variable.ts";
import { NDArray } from "../value/ndarray.ts";
import { describe, type Slot } from "./inputs.ts";
import type { Argument } from "./types.ts";

/** The arguments of a function: by position, by name in a last plain object, or left out where there is a default. */
export class Arguments<S extends Slot = Slot> {
  readonly slots: readonly S[];
  /** Take arguments as they are, unchecked: arrays of exactly the right type, all by position. */
  trusted = false;
  readonly #title: string;
  /** Where the sizes go that arguments have. */
  readonly #sizes: number[];
  /** Whether a call without names can give every input by its position. */
  readonly #plain: boolean;

  constructor(slots: readonly S[], title: string, sizes: number[]) {
    this.slots = slots;
    this.#title = title;
    this.#sizes = sizes;
    this.#plain = slots.every((s) => !s.spec.implicit);
  }

  /** Takes the arguments of a call. Throws a TypeError that says which one does not fit. */
  take(args: readonly Argument[]): void {
    const { slots } = this;
    const last = args[args.length - 1];
    if (args.length === slots.length && this.#plain && !isNamed(last)) {
      if (this.trusted) for (let i = 0; i < slots.length; i++) (slots[i] as S).trust(args[i], this.#sizes);
      else for (let i = 0; i < slots.length; i++) this.#takeOne(i, args[i]);
      return;
    }
    this.#takeMixed(args, isNamed(last) ? last : undefined);
  }

  /** The input of this name, or of this variable. Throws a TypeError if there is none, or several. */
  find(key: Variable | string): S {
    const found = this.slots.filter((s) => s.variable === key || s.spec.name === key);
    if (found.length === 1) return found[0] as S;
    throw new TheanoTypeError(
      found.length > 1
        ? `${this.#title} has ${found.length} inputs named ${key}: ask for the variable itself`
        : `${this.#title} has no input ${key}: its inputs are ${this.#names()}`,
      { code: "unknown-argument" },
    );
  }

  #takeMixed(args: readonly Argument[], named: Readonly<Record<string, unknown>> | undefined): void {
    const { slots } = this;
    const positional = named ? args.length - 1 : args.length;
    if (positional > slots.length)
      throw new TheanoTypeError(
        `Too many arguments for ${this.#title}: it takes ${slots.length}, and got ${positional}`,
        { code: "unknown-argument" },
      );
    const byName = new Map(Object.entries(named ?? {}));
    const nameOf = ({ spec }: Slot): string | undefined =>
      spec.name !== null && byName.has(spec.name) ? spec.name : undefined;
    const all = new Set(slots.map(nameOf));
    const unknown = [...byName.keys()].find((n) => !all.has(n));
    if (unknown !== undefined)
      throw new TheanoTypeError(
        `${this.#title} has no input named ${unknown}: its inputs are ${this.#names()}`,
        { code: "unknown-argument" },
      );
    slots.forEach((slot, i) => {
      const name = nameOf(slot);
      if (name !== undefined && i < positional)
        throw new TheanoTypeError(`${this.#title} got two values for ${name}: one by position, one by name`, {
          code: "duplicate-argument",
        });
      if (i < positional) this.#takeOne(i, args[i]);
      else if (name !== undefined) this.#takeOne(i, byName.get(name));
      else this.#guard(i, () => slot.takeDefault(this.#sizes));
    });
  }

  #names(): string {
    return this.slots.flatMap((s) => (s.spec.name === null ? [] : [s.spec.name])).join(", ") || "unnamed";
  }

  #takeOne(i: number, value: unknown): void {
    const slot = this.slots[i] as S;
    try {
      if (slot.spec.implicit) throw new TheanoTypeError("it is implicit: a call cannot give it a value");
      slot.take(value, this.#sizes);
    } catch (error) {
      this.#refuse(i, error);
    }
  }

  #guard(i: number, take: () => void): void {
    try {
      take();
    } catch (error) {
      this.#refuse(i, error);
    }
  }

  /** An argument's error says which argument of which function it was. */
  #refuse(i: number, error: unknown): never {
    const slot = this.slots[i] as S;
    if (error instanceof UserError && error.code === "missing-argument") throw error;
    throw about(`Bad argument ${i} of ${this.#title}, ${describe(slot.spec)}`, error, {
      origin: slot.variable.origin,
      code: "bad-argument",
    });
  }
}

/** Whether `x` is a plain object of values by name, and not a value itself. */
function isNamed(x: unknown): x is Readonly<Record<string, unknown>> {
  if (typeof x !== "object" || x === null || x instanceof NDArray) return false;
  const prototype = Object.getPrototypeOf(x);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  return plain && !("data" in x && "shape" in x) && !("re" in x && "im" in x);
}
