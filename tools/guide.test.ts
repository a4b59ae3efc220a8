import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "@swc/core";

// Every program in the guide and in the packages' READMEs runs, and prints what the page says it prints. The blocks of
// TypeScript on a page are one program; a block of text after one is what that one prints.

/** A block of code, and what it is said to print, if anything is said. */
interface Example {
  readonly code: string;
  readonly prints: string | undefined;
  readonly line: number;
}

/** The examples on a page, in order. */
function examplesOf(page: string): Example[] {
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  return blocks.flatMap(([, language, code = ""], i) => {
    if (language !== "ts") return [];
    const [, next, text] = blocks[i + 1] ?? [];
    const line = page.slice(0, blocks[i]?.index).split("\n").length;
    return [{ code, prints: next === "text" ? text : undefined, line }];
  });
}

/** One of our packages, as the guide imports it. */
function load(name: string): unknown {
  const [, scoped, entry = "index"] = /^(?:@theano-ts\/)?([\w-]+)(?:\/([\w-]+))?$/.exec(name) ?? [];
  const file = join(__dirname, "..", "packages", String(scoped), "src", `${entry}.ts`);
  return existsSync(file) ? jest.requireActual(file) : jest.requireActual(name);
}

/** Runs the examples of a page, and gives what each printed, up to where it failed. */
async function run(examples: readonly Example[]): Promise<{ printed: string[]; error: unknown }> {
  const printed: string[] = [];
  const log = jest.spyOn(console, "log").mockImplementation((...parts: unknown[]) => {
    printed[printed.length - 1] += `${parts.map(String).join(" ")}\n`;
  });
  const source = examples.map(({ code }) => `nextExample();\n${code}`).join("\n");
  const { code } = transformSync(source, {
    jsc: { parser: { syntax: "typescript" }, target: "es2022" },
    module: { type: "commonjs" },
    isModule: true,
  });
  const AsyncFunction = Object.getPrototypeOf(run).constructor as FunctionConstructor;
  const program = new AsyncFunction("require", "exports", "nextExample", code);
  // Pages are programs of their own: what one sets does not hold in the next.
  const { config } = load("theano-ts") as { config: object };
  const settings = { ...config };
  try {
    await program(load, {}, () => printed.push(""));
    return { printed, error: undefined };
  } catch (error) {
    return { printed, error };
  } finally {
    Object.assign(config, settings);
    log.mockRestore();
  }
}

/** `text` without space at the ends of lines, which editors remove. */
const bare = (text: string): string => text.replace(/\s+$/gm, "");

const root = join(__dirname, "..");
const guide = readdirSync(join(root, "docs", "guide")).filter((name) => name.endsWith(".md"));
const pages = [
  "README.md",
  ...guide.map((name) => `docs/guide/${name}`),
  ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`),
];

test.each(pages)(
  "the examples in %s run and print what it says",
  async (name) => {
    const examples = examplesOf(readFileSync(join(root, name), "utf8"));
    // Only a page about a page may have none.
    expect(examples.length > 0 || name === "docs/guide/playground.md").toBe(true);
    const { printed, error } = await run(examples);
    if (error !== undefined)
      throw new Error(`${name}:${examples[printed.length - 1]?.line}`, { cause: error });
    const wrong = examples.flatMap(({ prints, line }, i) =>
      prints === undefined || bare(prints) === bare(printed[i] ?? "")
        ? []
        : [{ at: `${name}:${line}`, prints: printed[i] }],
    );
    expect(wrong).toEqual([]);
  },
  60_000,
);
