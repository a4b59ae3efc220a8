import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

/** A program of docs/guide/browser.md, and the line that it is said to print. */
export interface GuideProgram {
  readonly at: string;
  readonly language: "ts" | "html";
  readonly code: string;
  readonly prints: string;
}

/** The programs of the guide's page, and files beside them: blocks of JavaScript whose first line is their name. */
export function guide(): { programs: GuideProgram[]; files: Record<string, string> } {
  const page = readFileSync(join(root, "docs", "guide", "browser.md"), "utf8");
  const programs: GuideProgram[] = [];
  const files: Record<string, string> = {};
  let last: Omit<GuideProgram, "prints"> | undefined;
  for (const { 1: language, 2: code = "", index } of page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)) {
    const at = `browser.md:${page.slice(0, index).split("\n").length}`;
    if (language === "js") files[`/${/^\/\/ (\S+)/.exec(code)?.[1]}`] = code;
    else if (language === "text" && last) programs.push({ ...last, prints: code.trimEnd() });
    last = language === "ts" || language === "html" ? { at, language, code } : undefined;
  }
  return { programs, files };
}
