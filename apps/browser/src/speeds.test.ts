import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { describeInBrowser } from "./chromium.ts";
import type { Speeds } from "./pages/speeds.ts";

// GPU.js and the CPU side by side. Figures are for people: with SPEEDS=1 they are measured with care, and printed.
const isWanted = process.env.SPEEDS === "1";

describeInBrowser("Speeds", (browser) => {
  test("of GPU.js and of the CPU can be measured in one page", async () => {
    const program = await bundle(join(__dirname, "pages", "speeds.ts"), { from: "source" });
    const tab = await browser.open({ "/": "<!doctype html>", "/speeds.js": program });
    const modes = isWanted ? ["webgl2", "webgpu", "webasm", "cpu"] : ["webgl2"];
    const speeds = await tab.call<Speeds>("/speeds.js", "speeds", modes, isWanted ? 5 : 0);
    if (isWanted) console.info(table(speeds));
    expect(Object.keys(speeds).length).toBeGreaterThan(0);
  }, 300_000);
});

/** As a table of Markdown: milliseconds a call. */
function table(speeds: Speeds): string {
  const names = Object.keys(Object.values(speeds)[0] ?? {});
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [
    row(["ms a call", ...names]),
    row(["---", ...names.map(() => "---")]),
    ...Object.entries(speeds).map(([task, by]) =>
      row([task, ...names.map((n) => (by[n] ?? 0).toPrecision(3))]),
    ),
  ].join("\n");
}
