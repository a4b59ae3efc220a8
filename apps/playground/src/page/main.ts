// The page: a list of programs, an editor, what a program prints and draws, and what is known of the functions it compiles.
import { backends } from "../backends.ts";
import type { Failure } from "../messages.ts";
import { Editor, type Mark } from "./editor.ts";
import { byId, element } from "./element.ts";
import { Inbox } from "./inbox.ts";
import { recall, remember } from "./memory.ts";
import { ProgramList } from "./programList.ts";
import { Results } from "./results.ts";
import { Runner } from "./runner.ts";
import { hashOf, readHash } from "./share.ts";
import { makeThemeSwitch } from "./theme.ts";

const runButton = byId<HTMLButtonElement>("run");
const resetButton = byId<HTMLButtonElement>("reset");
const backendSelect = byId<HTMLSelectElement>("backend");

let isRunning = false;
const runner = new Runner("./worker.js");
const programs = new ProgramList(() => {
  show();
  run();
});
const results = new Results({
  showLine: (line) => editor.showLine(line),
  ended: (failure) => {
    setRunning(false);
    editor.mark(failure ? marksOf(failure) : []);
  },
});
const editor = new Editor(byId("editor"), programs.text, {
  changed: (text) => {
    programs.change(text);
    showChanged();
  },
  run,
});

const inbox = new Inbox((message) => results.message(message));

function run(): void {
  inbox.clear();
  editor.mark([]);
  results.begin();
  setRunning(true);
  const fail = (message: string): void => results.fail({ message, line: 0, madeLine: 0 });
  runner.run(
    { text: editor.text, backend: backendSelect.value },
    {
      message: (message) => inbox.put(message),
      broke: (reason) => fail(`The program could not go on: ${reason}`),
    },
  );
}

function stop(): void {
  runner.stop();
  inbox.flush();
  results.stop();
  setRunning(false);
}

function setRunning(now: boolean): void {
  isRunning = now;
  byId("run-text").textContent = now ? "Stop" : "Run";
  runButton.classList.toggle("is-running", now);
  runButton.title = now ? "Ends the program" : "Runs the program (Ctrl+Enter, or Cmd+Enter, in the editor)";
}

/** Puts the current program into the editor. */
function show(): void {
  byId("title").textContent = programs.current.title;
  editor.text = programs.text;
  showChanged();
}

/** Whether the program is as it was given, and what the address of the page says accordingly. */
function showChanged(): void {
  const { id } = programs.current;
  resetButton.disabled = !programs.isChanged;
  if (id !== "foreign")
    history.replaceState(null, "", programs.isChanged ? location.pathname : `#program=${id}`);
}

function marksOf({ message, line, madeLine }: Failure): Mark[] {
  const sentence = message.split("\n    made at")[0] as string;
  const made: Mark = { line: madeLine, kind: "made", message: "The expression concerned was made here" };
  return [
    { line: line || madeLine, kind: "failed", message: sentence },
    ...(line !== madeLine && line > 0 ? [made] : []),
  ];
}

/** Opens what the address of the page says; gives whether that may run without being asked to. */
async function openAddress(): Promise<boolean> {
  try {
    const { code, program, backend } = await readHash(location.hash);
    if (backends.some(({ id }) => id === backend)) backendSelect.value = backend as string;
    if (code !== undefined) programs.openForeign(code);
    else if (program !== undefined) programs.open(program);
    show();
    return code === undefined && !programs.isChanged;
  } catch {
    show();
    results.begin();
    results.fail({
      message: "The link is damaged: it has no program that can be read",
      line: 0,
      madeLine: 0,
    });
    return false;
  }
}

async function share(): Promise<void> {
  const { id } = programs.current;
  const what = programs.isChanged || id === "foreign" ? { code: editor.text } : { program: id };
  const address = new URL(location.href);
  address.hash = await hashOf({ ...what, backend: backendSelect.value });
  const field = byId<HTMLInputElement>("link");
  field.value = address.href;
  byId("link-box").hidden = false;
  field.focus();
  field.select();
  let said = "Copied: it opens this page with this program.";
  try {
    await navigator.clipboard.writeText(address.href);
  } catch {
    said = "Copy it: it opens this page with this program.";
  }
  byId("link-note").textContent = said;
}

function closeLink(): void {
  byId("link-box").hidden = true;
  byId("share").focus();
}

backendSelect.append(...backends.map(({ id, label }) => element("option", { value: id }, label)));
const { backend: lastBackend } = recall();
if (backends.some(({ id }) => id === lastBackend)) backendSelect.value = lastBackend as string;
backendSelect.addEventListener("change", () => remember({ backend: backendSelect.value }));
runButton.addEventListener("click", () => (isRunning ? stop() : run()));
resetButton.addEventListener("click", () => {
  programs.change(programs.current.original);
  show();
});
byId("share").addEventListener("click", () => void share());
byId("link-close").addEventListener("click", closeLink);
byId("link-box").addEventListener("keydown", ({ key }) => {
  if (key === "Escape") closeLink();
});
byId("help").addEventListener("click", () => byId<HTMLDialogElement>("help-box").showModal());
makeThemeSwitch(byId("theme"), () => results.repaint());
addEventListener("hashchange", () => void openAddress());
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
  event.preventDefault();
  run();
});
setRunning(false);
if (await openAddress()) run();
