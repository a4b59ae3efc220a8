import type { Calls, Curve, Failure, MadeFunction, Message } from "../messages.ts";
import { Chart } from "./chart.ts";
import { byId } from "./element.ts";
import { FunctionsPane } from "./functionsPane.ts";
import { Output } from "./output.ts";
import { countLabel, shortLabel } from "./scale.ts";
import { makeTabs } from "./tabs.ts";

/** Scalar results are drawn of functions that were called so often: fewer numbers are better read. */
const fewest = 20;

/** What the results ask of the page. */
export interface ResultsEvents {
  /** Show this line of the program. */
  showLine(line: number): void;
  /** The program ended by itself: with a failure, or without. */
  ended(failure: Failure | undefined): void;
}

/** All that comes of a run: what was printed, curves, the functions, and how it stands. */
export class Results {
  readonly #events: ResultsEvents;
  readonly #output: Output;
  readonly #functions: FunctionsPane;
  readonly #charts = new Map<string, Chart>();
  readonly #names = new Map<number, MadeFunction>();
  #began = 0;
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(events: ResultsEvents) {
    this.#events = events;
    const showLine = (line: number): void => events.showLine(line);
    this.#output = new Output(byId("output"), showLine);
    this.#functions = new FunctionsPane(showLine);
    makeTabs(byId("tabs"), (panel) => this.#functions.show(panel.id));
  }

  /** A program was started. */
  begin(): void {
    this.#output.clear();
    this.#functions.clear();
    this.#charts.clear();
    this.#names.clear();
    byId("charts").replaceChildren();
    byId("hint").hidden = true;
    this.#began = performance.now();
    this.#state("running", "Running");
    clearInterval(this.#clock);
    this.#clock = setInterval(() => this.#showTime(), 100);
    this.#showTime();
  }

  /** The program was stopped by the user. */
  stop(): void {
    this.#end("stopped", "Stopped");
  }

  message(message: Message): void {
    switch (message.kind) {
      case "output":
        this.#output.add(message.entries, message.leftOut);
        break;
      case "function":
        this.#names.set(message.made.id, message.made);
        this.#functions.made(message.made);
        break;
      case "plan":
        this.#functions.planned(message);
        break;
      case "calls":
        for (const calls of message.calls) this.#called(calls);
        break;
      case "plots":
        this.#draw("plot", "plot", message.plots, "");
        break;
      case "failed":
        this.fail(message.failure);
        break;
      case "finished":
        this.#end("finished", "Finished", message.seconds);
        this.#events.ended(undefined);
        break;
    }
  }

  /** The program failed. */
  fail(failure: Failure): void {
    this.#output.fail(failure);
    this.#end("failed", "Failed");
    this.#events.ended(failure);
  }

  /** Draws again what has colours of its own. */
  repaint(): void {
    this.#output.repaint();
  }

  #called(calls: Calls): void {
    this.#functions.called(calls);
    const made = this.#names.get(calls.id);
    if (!made || calls.count < fewest || calls.curves.length === 0) return;
    const rate =
      calls.seconds > 0
        ? ` · ${shortLabel(Number(((calls.count - 1) / calls.seconds).toPrecision(3)))} calls/s`
        : "";
    this.#draw(`function ${calls.id}`, made.name, calls.curves, `${countLabel(calls.count)} calls${rate}`);
  }

  #draw(key: string, title: string, curves: readonly Curve[], note: string): void {
    let chart = this.#charts.get(key);
    if (!chart) {
      chart = new Chart(title);
      this.#charts.set(key, chart);
      byId("charts").append(chart.figure);
    }
    chart.show(curves, note);
  }

  #end(state: string, word: string, seconds = (performance.now() - this.#began) / 1000): void {
    clearInterval(this.#clock);
    this.#state(state, word);
    byId("time").textContent = secondsText(seconds);
  }

  #state(state: string, word: string): void {
    byId("status").dataset.state = state;
    byId("state").textContent = word;
  }

  #showTime(): void {
    byId("time").textContent = secondsText((performance.now() - this.#began) / 1000);
  }
}

const secondsText = (seconds: number): string =>
  seconds < 0.1 ? `${(seconds * 1000).toFixed(0)} ms` : `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
