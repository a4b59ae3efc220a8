// A project of somebody who has nothing but npm, TypeScript, and what npm installs.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { env, root } from "../bootstrap.mjs";

const exec = promisify(execFile);

/** What a strict user says to the compiler. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    module: "NodeNext",
    target: "ES2022",
    types: [],
  },
};

/** An empty project in `folder`, in which packages of our scope come from `registry`. */
export class Project {
  #folder;

  constructor(folder, registry) {
    this.#folder = folder;
    this.write("package.json", JSON.stringify({ name: "stranger", private: true, type: "module" }));
    this.write("tsconfig.json", JSON.stringify(tsconfig));
    this.write(".npmrc", `@theano-ts:registry=${registry}\n`);
  }

  write(file, text) {
    writeFileSync(join(this.#folder, file), text);
  }

  /** Installs packages, and gives the name of each that is there now, with what npm knows its content by. */
  async install(packages) {
    await this.run("npm", ["install", "--no-audit", "--no-fund", "--loglevel=error", ...packages]);
    const lock = readFileSync(join(this.#folder, "node_modules", ".package-lock.json"), "utf8");
    return new Map(
      Object.entries(JSON.parse(lock).packages).map(([path, { integrity }]) => [
        path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length),
        integrity,
      ]),
    );
  }

  /** Compiles all TypeScript in it. */
  compile() {
    return this.run(join(root, "node_modules", ".bin", "tsc"), ["-p", "."]);
  }

  /** What a command prints. Throws if it fails. */
  async run(command, args) {
    const shell = process.platform === "win32";
    const here = { cwd: this.#folder, env: { ...env, NO_PROXY: "127.0.0.1" }, shell };
    const { stdout } = await exec(command, args, here).catch(({ message, stdout }) => {
      throw new Error(`${message}\n${stdout}`);
    });
    return stdout;
  }
}
