import { describeInBrowser, type Tab } from "@theano-ts/browser";
import axe from "axe-core";
import { listed } from "./catalogue.ts";
import { hashOf } from "./page/share.ts";
import { pagePolicy, workerPolicy } from "./policy.ts";
import { makeSite, type Site } from "./site.ts";

// The page as people use it, in a real browser, under the policies that the server sends.

/** Headers come with all files alike here: the page has its policy in itself, and the worker needs its own. */
const headers = {
  "content-security-policy": [workerPolicy, "worker-src 'self'", ...pagePolicy.split("; ").slice(3)].join(
    "; ",
  ),
};

describeInBrowser("the playground in Chromium", (browser) => {
  let site: Site;
  beforeAll(async () => {
    site = await makeSite(__dirname);
  }, 60_000);

  const opened: Tab[] = [];
  afterEach(async () => {
    for (const { page } of opened.splice(0)) await page.context().close();
  }, 30_000);

  /** The page, at this part of its address after `#`, and every request to another host. */
  async function open(hash = "", size = { width: 1440, height: 900 }): Promise<Tab & { foreign: string[] }> {
    const tab = await browser.open(site, headers);
    opened.push(tab);
    const foreign: string[] = [];
    tab.page.on("request", (request) => {
      if (!request.url().startsWith(tab.url) && !request.url().startsWith("blob:"))
        foreign.push(request.url());
    });
    // The first page is left, for one that has this size and this address from the beginning.
    await tab.page.goto("about:blank");
    await tab.page.setViewportSize(size);
    await tab.page.goto(`${tab.url}/${hash}`);
    return Object.assign(tab, { foreign });
  }

  /** Waits for the end of the run; gives how it ended. */
  async function ended({ page }: Tab): Promise<string | null> {
    const status = page.locator("#status:not([data-state=running]):not([data-state=idle])");
    await status.waitFor({ timeout: 40_000 });
    return status.getAttribute("data-state");
  }

  const openWith = async (code: string): Promise<Tab> => open(await hashOf({ code }));

  test("the first program runs by itself, and its curve is drawn", async () => {
    const tab = await open();
    expect(await ended(tab)).toBe("finished");
    expect(await tab.page.locator("#output").innerText()).toContain("400 of 400 predictions are right.");
    const chart = tab.page.locator(".chart-figure");
    expect(await chart.count()).toBe(1);
    expect(await chart.innerText()).toMatch(/train\s.*10\u202f000 calls · [\d.\u202f]+ calls\/s/s);
    const path = (await chart.locator("path.line").getAttribute("d")) ?? "";
    expect(path.split("L").length).toBeGreaterThan(500);
    expect(await chart.locator(".tick text").allTextContents()).toContain("0.5");
    expect(await chart.locator("output").innerText()).toContain("cost 0.11705");
    expect(tab.errors).toEqual([]);
    expect(tab.foreign).toEqual([]);
  }, 60_000);

  test("every program of the list runs, one after the other", async () => {
    const tab = await open();
    for (const { id, title } of listed) {
      await tab.page.locator(`[data-program=${id}]`).click();
      expect([id, await ended(tab)]).toEqual([id, "finished"]);
      expect(await tab.page.locator("#title").innerText()).toBe(title);
      expect(await tab.page.locator(".failure").count()).toBe(0);
      expect(tab.page.url()).toBe(`${tab.url}/#program=${id}`);
    }
    expect(tab.errors).toEqual([]);
    expect(tab.foreign).toEqual([]);
  }, 120_000);

  test("programs run on GPU.js, and its functions can be looked at", async () => {
    const tab = await open(await hashOf({ program: "functions", backend: "gpujs" }));
    const { page } = tab;
    // The longest two are left out: without a GPU, a step of theirs takes milliseconds.
    for (const { id } of listed.filter((p) => p.id !== "logisticRegression" && p.id !== "perceptron")) {
      await page.locator(`[data-program=${id}]`).click();
      expect([id, await ended(tab)]).toEqual([id, "finished"]);
      expect([id, await page.locator(".failure").count()]).toEqual([id, 0]);
    }
    expect(await page.locator("#backend").inputValue()).toBe("gpujs");
    await page.locator("#tab-kernels").click();
    expect(await page.locator("#panel-kernels").innerText()).toContain("this.thread.x");
    expect(tab.errors).toEqual([]);
    expect(tab.foreign).toEqual([]);
  }, 120_000);

  test("tabs are gone through with the arrow keys, and show what the compiler did", async () => {
    const tab = await open();
    await ended(tab);
    const { page } = tab;
    await page.locator("#tab-output").focus();
    const shown = async (id: string): Promise<string> => {
      expect(await page.locator("[role=tab][aria-selected=true]").getAttribute("id")).toBe(`tab-${id}`);
      expect(await page.evaluate("document.activeElement.id")).toBe(`tab-${id}`);
      expect(await page.locator("[role=tabpanel]:visible").count()).toBe(1);
      return page.locator(`#panel-${id}`).innerText();
    };
    await page.keyboard.press("ArrowRight");
    await shown("given");
    const boxes = await page.locator("#panel-given .node").count();
    await page.keyboard.press("ArrowRight");
    await shown("optimised");
    const fewer = await page.locator("#panel-optimised .node").count();
    expect(boxes).toBeGreaterThan(fewer);
    expect(fewer).toBeGreaterThan(10);
    await page.keyboard.press("ArrowRight");
    expect(await shown("rewrites")).toMatch(
      /log\(scalar_sigmoid\(x\)\) → neg\(scalar_softplus\(neg\(x\)\)\)/,
    );
    await page.keyboard.press("ArrowRight");
    expect(await shown("kernels")).toMatch(/map \[i < 400\] → float64.*what was made of them on cpu/s);
    await page.keyboard.press("ArrowRight");
    expect(await shown("memory")).toMatch(/arguments and results\s+2\.40 MiB.*\(784,\).*flops/s);
    await page.keyboard.press("ArrowRight");
    await shown("output");
    await page.keyboard.press("End");
    await shown("memory");
    await page.keyboard.press("Home");
    await shown("output");
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test("a graph is walked through by keyboard, and a box leads to the line that made it", async () => {
    const tab = await open("#program=gradients");
    await ended(tab);
    const { page } = tab;
    await page.locator("#tab-given").click();
    await page.locator("#function").selectOption({ label: "given, line 12 (1 call)" });
    await page.locator("#panel-given .node[tabindex='0']").focus();
    await page.keyboard.press("Enter");
    const details = page.locator("#panel-given .details");
    expect(await details.innerText()).toMatch(/^c\s+TensorType\(float64, scalar\)/);
    await page.keyboard.press("ArrowDown");
    expect(await details.innerText()).toMatch(/^mul\s/);
    const width = async () => Number(await page.locator("#panel-given svg").getAttribute("width"));
    const before = await width();
    await page.keyboard.press("-");
    expect(await width()).toBeLessThan(before);
    await details.getByRole("button", { name: "line 14" }).click();
    expect(await page.locator(".cm-activeLine").innerText()).toContain("c.mul(10)");
    await page.locator("#panel-given").getByRole("button", { name: "As text" }).click();
    expect(await page.locator("#panel-given .tree").innerText()).toContain("Elemwise{add,no_inplace} [id A]");
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test("Stop ends a program that would not end", async () => {
    const tab = await openWith("let i = 0;\nfor (;;) i++;\n");
    const { page } = tab;
    expect(await page.locator("#status").getAttribute("data-state")).toBe("idle");
    await page.getByRole("button", { name: "Run" }).click();
    await page.waitForTimeout(300);
    expect(await page.locator("#status").getAttribute("data-state")).toBe("running");
    await page.getByRole("button", { name: "Stop" }).click();
    expect(await ended(tab)).toBe("stopped");
    await page.locator("[data-program=state]").click();
    expect(await ended(tab)).toBe("finished");
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test("a page stays quick while a program prints, calls and draws without end", async () => {
    const tab = await openWith(
      [
        'import theano, { T } from "theano-ts";',
        'const x = T.dscalar("x");',
        "const f = theano.function([x], x.mul(2));",
        "for (let i = 0; ; i++) {",
        "  console.log(i);",
        "  f(Math.sin(i / 1e4));",
        "  plot({ i });",
        "}",
      ].join("\n"),
    );
    const { page } = tab;
    await page.getByRole("button", { name: "Run" }).click();
    await page.locator(".chart-figure").nth(1).waitFor();
    await page.waitForTimeout(1500);
    const from = Date.now();
    await page.locator("#tab-kernels").click();
    expect(await page.locator("#kernels").innerText()).toContain("x[] * 2");
    await page.getByRole("button", { name: "Stop" }).click();
    expect(await ended(tab)).toBe("stopped");
    expect(Date.now() - from).toBeLessThan(5000);
    expect(await page.locator("#output > *").count()).toBeLessThanOrEqual(1001);
    expect(await page.locator("#output .gap").textContent()).toMatch(/earlier lines are not shown/);
  }, 60_000);

  test("an error marks its line, and the one that made the expression", async () => {
    const lines = [
      'import theano, { T } from "theano-ts";',
      'const [x, y] = T.dvectors("x", "y");',
      "const total = x.add(y);",
      "const f = theano.function([x, y], total);",
      "",
      "f([1, 2], [1, 2, 3]);",
    ];
    const tab = await openWith(lines.join("\n"));
    const { page } = tab;
    await page.getByRole("button", { name: "Run" }).click();
    expect(await ended(tab)).toBe("failed");
    expect(await page.locator(".line-failed").innerText()).toBe(lines[5]);
    expect(await page.locator(".line-made").innerText()).toBe(lines[2]);
    const failure = page.getByRole("alert");
    expect(await failure.innerText()).toContain("sizes along dimension 0 are 2 and 3");
    await failure.getByRole("button", { name: "made in line 3" }).click();
    expect(await page.locator(".cm-activeLine").innerText()).toBe(lines[2]);
    await page.keyboard.type(" ");
    expect(await page.locator(".line-failed").count()).toBe(0);
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test("Ctrl+Enter runs what is typed; changes outlive the page, and Reset takes them back", async () => {
    const tab = await open("#program=state");
    await ended(tab);
    const { page } = tab;
    const reset = page.getByRole("button", { name: "Reset" });
    expect(await reset.isDisabled()).toBe(true);
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText('console.log("typed");\n');
    await page.keyboard.press("Control+Enter");
    await page.locator("#output", { hasText: "typed" }).waitFor();
    expect(await ended(tab)).toBe("finished");
    await page.reload();
    expect(await page.locator(".cm-line").first().innerText()).toBe('console.log("typed");');
    // What was changed is not run unasked.
    expect(await page.locator("#status").getAttribute("data-state")).toBe("idle");
    await reset.click();
    expect(await page.locator(".cm-line").first().innerText()).toMatch(/^\/\/ State that functions share/);
    expect(await reset.isDisabled()).toBe(true);
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test("a link opens the program that was shared, and does not run it unasked", async () => {
    const tab = await open("#program=scan");
    await ended(tab);
    const { page } = tab;
    await page.locator(".cm-content").click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.insertText("// Grüße, mit #hash & ümlaut\n");
    await page.getByRole("button", { name: "Share", exact: true }).click();
    await page.locator("#link-note:not(:empty)").waitFor();
    const link = await page.locator("#link").inputValue();
    expect(link.startsWith(`${tab.url}/#code=`)).toBe(true);
    const other = await open(new URL(link).hash);
    expect(await other.page.locator(".cm-line").first().innerText()).toBe("// Grüße, mit #hash & ümlaut");
    expect(await other.page.locator("#title").innerText()).toBe("From the link");
    expect(await other.page.locator("#status").getAttribute("data-state")).toBe("idle");
    await other.page.getByRole("button", { name: "Run" }).click();
    expect(await ended(other)).toBe("finished");
    const damaged = await open("#code=AAAA");
    expect(await ended(damaged)).toBe("failed");
    expect(await damaged.page.getByRole("alert").innerText()).toContain("The link is damaged");
  }, 60_000);

  test("programs cannot reach the network, and no page forbids them to say so", async () => {
    const tab = await openWith("await fetch('/index.html');\n");
    await tab.page.getByRole("button", { name: "Run" }).click();
    expect(await ended(tab)).toBe("failed");
    expect(await tab.page.locator(".line-failed").innerText()).toContain("fetch");
  }, 60_000);

  test("curves are read off with the arrow keys", async () => {
    const tab = await open();
    await ended(tab);
    const { page } = tab;
    const chart = page.locator(".chart");
    await chart.focus();
    await page.keyboard.press("Home");
    expect(await chart.getAttribute("aria-valuetext")).toMatch(/^call 16: cost 1\d\.\d+$/);
    await page.keyboard.press("ArrowRight");
    expect(Number(await chart.getAttribute("aria-valuenow"))).toBeGreaterThan(16);
    await page.keyboard.press("End");
    expect(await page.locator(".chart-figure output").innerText()).toContain("call 10\u202f000");
    const log = page.getByRole("button", { name: "log y" });
    expect(await log.getAttribute("aria-pressed")).toBe("true");
    await log.click();
    expect(await page.locator(".chart .tick text").allTextContents()).toContain("15");
  }, 60_000);

  test("on a narrow screen nothing is wider than it, and programs are chosen from a list", async () => {
    const tab = await open("", { width: 390, height: 844 });
    await ended(tab);
    const { page } = tab;
    for (const id of ["output", "given", "rewrites", "kernels", "memory"]) {
      await page.locator(`#tab-${id}`).click();
      expect([id, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([id, 390]);
    }
    await page.locator("#program").selectOption("functions");
    expect(await ended(tab)).toBe("finished");
    expect(await page.locator("#output").textContent()).toContain("0.73105858");
    expect(tab.errors).toEqual([]);
  }, 60_000);

  test.each(["light", "dark"] as const)(
    "in %s colours nothing stands in the way of assistive technology, contrast included",
    async (colorScheme) => {
      const tab = await open("#program=gradients");
      const { page } = tab;
      await page.emulateMedia({ colorScheme });
      await ended(tab);
      const violations: unknown[] = [];
      const look = async (where: string): Promise<void> => {
        const found = (await page.evaluate(
          `${axe.source}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"] })`,
        )) as axe.AxeResults;
        for (const { id, nodes } of found.violations)
          violations.push({
            where,
            id,
            nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => `${html}: ${failureSummary}`),
          });
      };
      for (const id of ["output", "given", "optimised", "rewrites", "kernels", "memory"]) {
        await page.locator(`#tab-${id}`).click();
        await look(id);
      }
      await page.getByRole("button", { name: "Help" }).click();
      await look("help");
      await page.keyboard.press("Escape");
      await page.locator(".cm-content").click();
      await page.keyboard.insertText("}");
      await page.keyboard.press("Control+Enter");
      expect(await ended(tab)).toBe("failed");
      await page.locator("#tab-output").click();
      await look("a failure");
      expect(violations).toEqual([]);
    },
    90_000,
  );

  test("colours follow the system until they are switched, and stay switched", async () => {
    const tab = await open("#program=state");
    const { page } = tab;
    const paper = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const [light, dark] = ["rgb(253, 252, 250)", "rgb(22, 24, 28)"];
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await paper()).toBe(dark);
    const toggle = page.getByRole("button", { name: "Dark colours" });
    expect(await toggle.getAttribute("aria-pressed")).toBe("true");
    await toggle.click();
    expect(await paper()).toBe(light);
    await page.reload();
    expect(await paper()).toBe(light);
    await page.emulateMedia({ colorScheme: "light" });
    await page.getByRole("button", { name: "Dark colours" }).click();
    expect(await paper()).toBe(dark);
  }, 60_000);

  test("it works where the browser remembers nothing", async () => {
    const tab = await open();
    const { page } = tab;
    await page.addInitScript(
      "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })",
    );
    await page.goto("about:blank");
    await page.goto(`${tab.url}/#program=gradients`);
    expect(await ended(tab)).toBe("finished");
    await page.getByRole("button", { name: "Dark colours" }).click();
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    expect(tab.errors).toEqual([]);
  }, 60_000);
});
