// Test values work for whoever imports the umbrella: the second import with a side effect, beside the fluent methods.
import { installTestValues } from "@theano-ts/core";

installTestValues();
