import { interpreter } from "@theano-ts/kernel";
import { conformance } from "./index.ts";

// The meaning agrees with itself: this tests the suite, that its trials are well-formed and its checks hold.
conformance(interpreter, { describe, it });
