// Formats and sorts imports; fixes what the linter can fix safely.
import { install, run } from "./bootstrap.mjs";

install();
run("biome", ["check", "--write", ...process.argv.slice(2)]);
