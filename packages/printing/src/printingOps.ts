import { checks, type OpTable } from "@theano-ts/core";
import { attributeNames } from "./attributes.ts";
import { printOp } from "./print.ts";

/** The op of `Print`, by the name that it has in saved graphs. */
export const printingOps = (): OpTable => {
  const { isListOf, isOneOf, isText } = checks;
  return { Print: { make: printOp, takes: [isText, isListOf(isOneOf(...attributeNames))] } };
};
