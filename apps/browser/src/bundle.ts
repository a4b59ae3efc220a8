import { join } from "node:path";
import { build } from "esbuild";
import { root } from "./workspace.ts";

/** How a bundle is made. */
export interface BundleOptions {
  /** Which code of our packages goes in: what they publish, or their source, which needs no build. */
  readonly from: "dist" | "source";
  /** Modules that stay imports, for the page to find. */
  readonly external?: string[];
}

/** The module at `entry`, or of the TypeScript `{ text }`, and all that it imports: one module for a browser. */
export async function bundle(
  entry: string | { readonly text: string },
  { from, external = [] }: BundleOptions,
): Promise<string> {
  const { outputFiles } = await build({
    ...(typeof entry === "string"
      ? { entryPoints: [entry] }
      : { stdin: { contents: entry.text, loader: "ts", resolveDir: join(root, "apps", "browser") } }),
    conditions: from === "source" ? ["@theano-ts/source"] : [],
    bundle: true,
    external,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return (outputFiles[0] as { text: string }).text;
}
