import { conformance } from "@theano-ts/conformance";
import { cpu } from "./index.ts";

conformance(cpu(), { describe, it });
