// What a machine can say about the source without running it: format, lint, layers, types, unused code.
import { install, run } from "./bootstrap.mjs";

install();
run("biome", ["ci", "--colors=off", "--diagnostic-level=error"]);
run("oxlint", ["--type-aware", "--quiet"]);
run("node", ["tools/check-layers.mjs"]);
run("tsc", ["-p", "tsconfig.tests.json"]);
run("knip", ["--no-progress", "--no-config-hints"]);
