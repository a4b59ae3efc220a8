import { checks, type OpTable } from "@theano-ts/core";
import { counted, counterNormal, counterUniform, drawKey } from "./counter/counterDraw.ts";
import * as distributions from "./drawn.ts";
import { choiceFromUniform, hits } from "./mrg/fromUniform.ts";
import { mrgUniform } from "./mrg/mrgUniform.ts";
import { oneTrial } from "./oneTrial.ts";
import { RandomStateType, RandomStateVariable } from "./randomState.ts";

/** The ops and types of this package, by the names that they have in saved graphs. */
export const randomOps = (): OpTable => {
  const { isDTypeName, isFlag, isListOf, isOneOf, isRank } = checks;
  const drawn = Object.entries(distributions).map(
    ([name, make]) => [`RandomFunction.${name}`, { make, takes: [isDTypeName, isListOf(isFlag)] }] as const,
  );
  return {
    ...Object.fromEntries(drawn),
    ChoiceFromUniform: { make: choiceFromUniform, takes: [isDTypeName] },
    CounterKey: drawKey,
    CounterNormal: { make: counterNormal, takes: [isOneOf("float32", "float64")] },
    CounterState: counted,
    CounterUniform: { make: counterUniform, takes: [isOneOf("float16", "float32", "float64")] },
    MrgUniform: { make: mrgUniform, takes: [isOneOf("float16", "float32", "float64"), isRank] },
    MultinomialFromUniform: { make: hits, takes: [isDTypeName] },
    OneTrial: { make: oneTrial, takes: [isDTypeName] },
    RandomStateType: {
      type: new RandomStateType(),
      shared(cell, name) {
        const made = new RandomStateVariable(cell, name);
        // Throws for words that are no state.
        made.getValue({ borrow: true });
        return made;
      },
    },
  };
};
