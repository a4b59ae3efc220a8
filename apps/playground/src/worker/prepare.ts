import { type Node, type Program, parse } from "acorn";
import { simple } from "acorn-walk";
import { transform } from "sucrase";

/** The name of the user's program in stacks and messages. */
export const programName = "program.ts";

/** A program that browsers can run. */
export interface Prepared {
  /** A module. Each line of it stands for the line of the same number of the user's program. */
  readonly code: string;
  /** What `code` was before imports were pointed elsewhere: the same lines, and columns but for those of imports. */
  readonly syntax: Program;
}

/** A program that cannot be run as it is written. */
export class ProgramError extends Error {
  override readonly name: string = "SyntaxError";
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/**
 * Makes the text of a program, which may have types, a module whose imports come from where `addresses` says. Throws a
 * ProgramError for what is no program, and for an import that has no address.
 */
export function prepare(text: string, addresses: Readonly<Record<string, string>>): Prepared {
  const plain = withoutTypes(text);
  const syntax = parsed(plain);
  let code = plain;
  // From the last to the first, so that the places of those before stay what they are.
  for (const { name, start, end, line } of importsOf(syntax).reverse()) {
    if (!Object.hasOwn(addresses, name)) throw new ProgramError(refusal(name, Object.keys(addresses)), line);
    code = code.slice(0, start) + JSON.stringify(addresses[name]) + code.slice(end);
  }
  return { code: `${code}\n//# sourceURL=${programName}\n`, syntax };
}

const refusal = (name: string, known: readonly string[]): string =>
  `Cannot import ${JSON.stringify(name)}: a program on this page can import ${known.map((k) => JSON.stringify(k)).join(", ")} and nothing else`;

function withoutTypes(text: string): string {
  try {
    return transform(text, { transforms: ["typescript"], disableESTransforms: true }).code;
  } catch (error) {
    throw located(error);
  }
}

function parsed(code: string): Program {
  try {
    return parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
  } catch (error) {
    throw located(error);
  }
}

/** Both parsers end their messages with the place, as `(3:12)`; sucrase begins its with what it was doing. */
function located(error: unknown): ProgramError {
  const { message } = error as Error;
  const [place, line = "0"] = /\s*\((\d+):\d+\)$/.exec(message) ?? [""];
  const sentence = message.slice(0, message.length - place.length).replace(/^Error transforming \S+: /, "");
  return new ProgramError(sentence, Number(line));
}

interface Import {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
}

/** Where modules are named, in the order of the text. Names that are computed are left to fail when the program runs. */
function importsOf(syntax: Program): Import[] {
  const found: Import[] = [];
  const add = ({ source }: { source?: Node | null | undefined }): void => {
    const { value, loc } = (source ?? {}) as { value?: unknown; loc?: { start: { line: number } } };
    if (source && typeof value === "string")
      found.push({ name: value, start: source.start, end: source.end, line: loc?.start.line ?? 0 });
  };
  simple(syntax, {
    ImportDeclaration: add,
    ImportExpression: add,
    ExportNamedDeclaration: add,
    ExportAllDeclaration: add,
  });
  return found.sort((a, b) => a.start - b.start);
}
