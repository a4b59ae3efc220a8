// Runs one of the apps from the root, installing and building first where that is needed:
// `node tools/app.mjs demo [arguments of the demo]`.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build, install, root } from "./bootstrap.mjs";

const [app, ...args] = process.argv.slice(2);
install();
build(app);
const main = join(root, "apps", app, "dist", "main.js");
process.argv = [process.execPath, main, ...args];
await import(pathToFileURL(main).href);
