import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import * as library from "theano-ts";
import { listed } from "./catalogue.ts";
import type { Names } from "./page/completions.ts";
import { pagePolicy } from "./policy.ts";

/** The files of a web site: their texts by their paths, which begin with `/`; `/` itself is the page. */
export type Site = Readonly<Record<string, string>>;

/**
 * The playground as files that any server can serve, under any path. `source` is the folder that this file's source is
 * in; packages of the workspace are taken from their source, so nothing has to be built before.
 */
export async function makeSite(source: string): Promise<Site> {
  const read = (name: string): string => readFileSync(join(source, "page", name), "utf8");
  const page = read("index.html").replaceAll("{policy}", pagePolicy);
  const entries = {
    page: "page/main.ts",
    style: "page/style.css",
    worker: "worker/worker.ts",
    // The library must lie in a folder like this one: see `worker.ts`.
    "theano-ts/dist/index": "worker/library.ts",
  };
  return {
    "/": page,
    "/index.html": page,
    "/icon.svg": read("icon.svg"),
    ...(await bundles(source, entries, { programTexts: textsOf(source), libraryNames: libraryNames() })),
  };
}

/** The texts of the listed programs, by their ids. */
export const textsOf = (source: string): Record<string, string> =>
  Object.fromEntries(
    listed.map(({ id }) => [id, readFileSync(join(source, "programs", `${id}.ts`), "utf8")]),
  );

/** What the editor offers of the library. */
function libraryNames(): Names {
  const { theano, T, np, TensorVariable } = library;
  const isOffered = (name: string): boolean => /^[a-z]\w*$/i.test(name) && name !== "constructor";
  const namesOf = (object: object): string[] => Object.getOwnPropertyNames(object).filter(isOffered).sort();
  return {
    theano: namesOf(theano),
    T: namesOf(T),
    np: namesOf(np),
    methods: namesOf(TensorVariable.prototype),
    exports: namesOf(library).filter((name) => name !== "default"),
  };
}

/**
 * What comes of these entries, by their names; what several of them use is in files of its own. `known` are constants that
 * the code may use by their names.
 */
export async function bundles(
  source: string,
  entries: Readonly<Record<string, string>>,
  known: Readonly<Record<string, unknown>> = {},
): Promise<Site> {
  const outdir = join(source, "site");
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(
      Object.entries(entries).map(([name, file]) => [name, join(source, file)]),
    ),
    outdir,
    chunkNames: "theano-ts/dist/[name]-[hash]",
    conditions: ["@theano-ts/source"],
    define: Object.fromEntries(Object.entries(known).map(([name, value]) => [name, JSON.stringify(value)])),
    bundle: true,
    splitting: true,
    // Names stay as they are, for stacks that people can read.
    minifyWhitespace: true,
    minifySyntax: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return Object.fromEntries(
    outputFiles.map(({ path, text }) => [`/${relative(outdir, path).replaceAll("\\", "/")}`, text]),
  );
}
