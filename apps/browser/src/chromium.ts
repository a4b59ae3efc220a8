import { existsSync } from "node:fs";
import type { OutgoingHttpHeaders } from "node:http";
import { type Browser, chromium, type Page } from "playwright-core";
import { type Site, serve } from "./serve.ts";

/** Where Chromium is: as the environment says (nowhere, if it says nothing), or else in one of the usual places. */
const executable = process.env.CHROMIUM ?? usualPlaces().find((path) => existsSync(path));

function usualPlaces(): string[] {
  const programFiles = [process.env.PROGRAMFILES, process.env["PROGRAMFILES(X86)"]];
  return [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ...programFiles.flatMap((folder) =>
      folder ? [`${folder}\\Google\\Chrome\\Application\\chrome.exe`] : [],
    ),
  ];
}

/** The device is the same everywhere: graphics and WebGPU by software, and nothing that asks the network. */
const switches = [
  "--enable-unsafe-swiftshader",
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const howToGetOne = "apt-get install chromium, or set CHROMIUM=/path/to/chromium";

/**
 * A suite of tests in a Chromium of its own. Where there is none, the suite is skipped, and its title says how to get
 * one; with REQUIRE_BROWSER=1 it fails.
 */
export function describeInBrowser(title: string, body: (browser: Chromium) => void): void {
  const browser = new Chromium();
  if (executable)
    describe(title, () => {
      beforeAll(() => browser.launch(executable), 60_000);
      afterAll(() => browser.close(), 60_000);
      body(browser);
    });
  else if (process.env.REQUIRE_BROWSER === "1")
    test(title, () => {
      throw new Error(`REQUIRE_BROWSER=1, but there is no Chromium: ${howToGetOne}`);
    });
  else describe.skip(`${title} [skipped for want of Chromium: ${howToGetOne}]`, () => body(browser));
}

/** A browser that opens sites served from memory. */
export class Chromium {
  #browser: Browser | undefined;
  readonly #closing: (() => Promise<void>)[] = [];

  async launch(executablePath: string): Promise<void> {
    this.#browser = await chromium.launch({ executablePath, args: switches });
  }

  /** The page at `/` of `site`, loaded, in a profile of its own; `headers` come with everything. */
  async open(site: Site, headers: OutgoingHttpHeaders = {}): Promise<Tab> {
    if (!this.#browser) throw new Error("Cannot open a page before the browser runs: open it in a test");
    const server = await serve(site, headers);
    const context = await this.#browser.newContext();
    this.#closing.push(() => context.close(), server.close);
    const tab = new Tab(await context.newPage(), server.url);
    await tab.page.goto(server.url);
    return tab;
  }

  async close(): Promise<void> {
    for (const close of this.#closing) await close();
    await this.#browser?.close();
  }
}

/** An open page, and what came out of it. */
export class Tab {
  readonly page: Page;
  /** The site's address, without a slash at the end. */
  readonly url: string;
  /** What the page, or a worker of it, gave to `console.log`. */
  readonly printed: string[] = [];
  /** What was thrown and not caught, or given to `console.error`, by the browser itself for instance. */
  readonly errors: string[] = [];

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.on("pageerror", (error) => this.errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "log") this.printed.push(message.text());
      if (message.type() === "error") this.errors.push(message.text());
    });
  }

  /** What the export `name` of the site's module at `path` answers to `args`: plain data, numbers of any kind in it. */
  async call<R>(path: string, name: string, ...args: readonly unknown[]): Promise<R> {
    // Text, because the transform of tests rewrites `import()`.
    const list = args.map(literal).join(", ");
    const text = `import(${literal(path)}).then((module) => module[${literal(name)}](${list}))`;
    return (await this.page.evaluate(text)) as R;
  }

  /** The first `count` lines that the page prints, waiting for them. Throws what goes wrong in the page meanwhile. */
  async prints(count: number): Promise<string[]> {
    const late = Date.now() + 30_000;
    while (this.printed.length < count) {
      if (this.errors.length > 0) throw new Error(`The page failed: ${this.errors.join("\n")}`);
      if (Date.now() > late) throw new Error(`The page printed ${this.printed.length} lines, not ${count}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return this.printed.slice(0, count);
  }
}

/** Plain data as JavaScript writes it: JSON knows no -0, no NaN and no bigints. */
function literal(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `[${value.map(literal).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "undefined";
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${literal(inner)}`).join()}}`;
}
