import { config, observeFunctions, useBackend } from "theano-ts";
import { backends } from "../backends.ts";
import type { Entry, Failure, Message, RunRequest } from "../messages.ts";
import { Functions } from "./functions.ts";
import { partOf } from "./inspect.ts";
import { Outbox } from "./outbox.ts";
import { placeHere, placeIn } from "./places.ts";
import { ProgramError, prepare, programName } from "./prepare.ts";
import { showing } from "./showing.ts";

/** What a program is run in: a worker of a page, or whatever is put in its place. */
export interface Host {
  /** Where imports come from: the address of the module of each name. */
  readonly addresses: Readonly<Record<string, string>>;
  /** Runs the text of a module. */
  load(code: string): Promise<unknown>;
  send(message: Message): void;
}

/** Runs a program, and tells what it prints, compiles, calls and shows, and how it ends. Once: what it set stays set. */
export async function runProgram({ text, backend }: RunRequest, host: Host): Promise<void> {
  const outbox = new Outbox(host.send);
  const fail = (error: unknown): void => {
    outbox.flush();
    host.send({ kind: "failed", failure: failureOf(error) });
  };
  // Errors from deep inside of the library still reach the line of the program.
  Error.stackTraceLimit = 50;
  Object.assign(globalThis, showing(outbox));
  printTo(outbox);
  hearLateErrors(fail);
  try {
    const { code, syntax } = prepare(text, host.addresses);
    await choose(backend);
    const functions = new Functions(syntax);
    outbox.addSource(() => functions.messages());
    observeFunctions({
      made(f) {
        functions.made(f);
        outbox.tick();
      },
      called(f, results) {
        functions.called(f, results);
        outbox.tick();
      },
    });
    const from = performance.now();
    await host.load(code);
    const seconds = (performance.now() - from) / 1000;
    functions.settle();
    outbox.flush();
    host.send({ kind: "finished", seconds });
  } catch (error) {
    fail(error);
  }
}

async function choose(id: string): Promise<void> {
  const row = backends.find((b) => b.id === id);
  if (!row) throw new Error(`There is no backend "${id}": there are ${backends.map((b) => b.id).join(", ")}`);
  config.floatX = row.floatX;
  useBackend(await row.make());
}

/** Makes `console` print to the page. */
function printTo(outbox: Outbox): void {
  const at =
    (level: Entry["level"]) =>
    (...values: readonly unknown[]): void =>
      outbox.print({ level, line: placeHere()?.line ?? 0, parts: values.map(partOf) });
  const log = at("log");
  const levels = { log, info: log, debug: log, dir: log, table: log, warn: at("warn"), error: at("error") };
  Object.assign(console, levels);
}

/** What fails in a program after its last line has run: in a timer, or in a promise nobody waits for. */
function hearLateErrors(fail: (error: unknown) => void): void {
  if (typeof addEventListener !== "function") return;
  addEventListener("error", (event) => {
    event.preventDefault();
    fail(event.error ?? event.message);
  });
  addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    fail(event.reason);
  });
}

/** What is known of an error: where it was thrown is told by its stack, where its expression was made by its message. */
function failureOf(error: unknown): Failure {
  if (error instanceof ProgramError) return { message: messageOf(error), line: error.line, madeLine: 0 };
  if (!(error instanceof Error)) return { message: `Uncaught: ${String(error)}`, line: 0, madeLine: 0 };
  const { message, stack = "" } = error;
  const frames = stack.startsWith(`${error.name}: ${message}`) ? stack.slice(message.length) : stack;
  return {
    message: messageOf(error),
    line:
      placeIn(
        frames
          .split("\n")
          .filter((line) => /^\s*at |@/.test(line))
          .join("\n"),
      )?.line ?? 0,
    madeLine: placeIn(message)?.line ?? 0,
  };
}

/** The sentence and its facts; the place in the program as its line. */
const messageOf = ({ name, message }: Error): string =>
  `${name}: ${message}`.replace(new RegExp(`\\S*${programName}:(\\d+):\\d+`, "g"), "line $1");
