import { config } from "./config.ts";

/** Where in the user's program something was made: a stack, formatted only when somebody looks. */
export interface Provenance {
  readonly stack?: string;
}

// The one piece of ambient state: while a gradient or a rewrite builds nodes, they belong to the line that made the
// node they came from, not to the line that asked for the gradient.
let inherited: Provenance | undefined;

/** The line of the user's program that is building something now; undefined where stacks are not to be had. */
export function here(): Provenance | undefined {
  return inherited ?? new Error("made");
}

/** Runs `body`; what it builds counts as made where `origin` was. */
export function madeWhere<R>(origin: Provenance | undefined, body: () => R): R {
  const before = inherited;
  inherited = origin ?? inherited;
  try {
    return body();
  } finally {
    inherited = before;
  }
}

/** Files of this library, in a checkout or installed; its tests are a user's program. */
const own =
  /[\\/](?:theano-ts|@theano-ts[\\/][\w-]+|packages[\\/](?:kernel|core|autodiff|scan|random|printing|debug|io|nnet|linalg|conformance|backend-\w+))[\\/](?:src|dist)[\\/](?![^)]*\.test\.)/;

/** The library as one module, by the names it has on a page and on servers for development. */
const asOneModule = /[\\/]theano(-ts)?\.m?js[?:]/;

/**
 * The first frames of `origin` outside this library (`config.tracebackLimit` of them), as `file:line:column`, each on a
 * line. In a bundle, where the library's own files cannot be told from others, the whole stack.
 */
export function userLine(origin: Provenance | undefined): string | undefined {
  const frames = origin?.stack?.split("\n").filter((line) => /^\s*at |@/.test(line)) ?? [];
  const [first, ...rest] = frames;
  if (first === undefined) return undefined;
  // The first frame is always `here`, above.
  const module = asOneModule.exec(first)?.[0];
  const isOurs = (line: string): boolean => (module ? line.includes(module) : own.test(line));
  const isUsers = (line: string): boolean => !isOurs(line) && !/\bnode:|<anonymous>\)?$/.test(line);
  const shown = isOurs(first) ? rest.filter(isUsers).slice(0, Math.max(1, config.tracebackLimit)) : rest;
  return shown.map(placeIn).join("\n             ") || undefined;
}

const placeIn = (frame: string): string =>
  frame
    .trim()
    .replace(/^at (?:.*\()?/, "")
    .replace(/\)$/, "");
