/** A complex number as a plain pair. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** The complex number `re + im·i`, frozen: how a complex literal is written. */
export const complex = (re: number, im = 0): Complex => Object.freeze({ re, im });

/** Whether `value` is a complex literal: an object with numbers `re` and `im`. */
export const isComplexNumber = (value: unknown): value is Complex =>
  typeof value === "object" &&
  value !== null &&
  typeof (value as Complex).re === "number" &&
  typeof (value as Complex).im === "number";
