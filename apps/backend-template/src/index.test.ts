import { conformance } from "@theano-ts/conformance";
import { javascript } from "./index.ts";

conformance(javascript(), { describe, it });
