// Builds the playground and serves it, or writes it to a folder.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { serve } from "./serve.ts";
import { makeSite } from "./site.ts";

const help = `A page on which programs are written, run, and looked into.

  npm run playground                    serves it on this machine
  npm run playground -- --port 8080     at this port; 8017 by default, or a free one
  npm run playground -- --build DIR     writes it to DIR, for any server of files`;

const source = join(dirname(fileURLToPath(import.meta.url)), "..", "src");

try {
  const { values } = parseArgs({
    options: {
      build: { type: "string" },
      port: { type: "string", default: "8017" },
      help: { type: "boolean" },
    },
  });
  if (values.help) console.log(help);
  else if (values.build !== undefined) await write(values.build);
  else
    console.log(
      `The playground is at ${await serve(await makeSite(source), portOf(values.port))} (Ctrl+C ends it)`,
    );
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function write(folder: string): Promise<void> {
  const files = Object.entries(await makeSite(source)).filter(([path]) => path !== "/");
  for (const [path, text] of files) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  console.log(`${files.length} files are in ${folder}; the page is ${join(folder, "index.html")}`);
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port ${text} is no port`);
  return port;
}
