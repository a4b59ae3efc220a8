import { type ArrayInput, NDArray, np } from "theano-ts";
import type { Curve, Images, Message } from "../messages.ts";
import { GrowingCurve } from "./curve.ts";
import { imagesOf } from "./images.ts";
import type { Outbox } from "./outbox.ts";
import { placeHere } from "./places.ts";

/** Things by their labels, or one alone. */
type Labelled<V> = V | Readonly<Record<string, V>>;

/** What programs find as globals, beside what they import. */
export interface Showing {
  /** Draws a number over calls of this: one, or several by their names, `plot({ cost, accuracy })`. */
  plot(numbers: Labelled<number | NDArray>): void;
  /**
   * Shows a matrix, or a list of matrices, as pictures: one after the other, or, by its label, in the place of the last
   * one of the same label.
   */
  image(arrays: Labelled<ArrayInput>): void;
}

/** `plot` and `image`, whose pictures go to `outbox`. */
export function showing(outbox: Outbox): Showing {
  const curves = new Map<string, GrowingCurve>();
  let told = 0;
  let count = 0;
  outbox.addSource((): Message[] => {
    if (told === count) return [];
    told = count;
    return [{ kind: "plots", plots: [...curves.values()].map((c): Curve => c.taken()) }];
  });
  return {
    plot(numbers) {
      for (const [name, y] of labelled(numbers)) {
        let curve = curves.get(name);
        if (!curve) curves.set(name, (curve = new GrowingCurve(name)));
        curve.add(asNumber(y));
      }
      count++;
      outbox.tick();
    },
    image(arrays) {
      for (const [label, array] of labelled(arrays))
        outbox.print({
          level: "log",
          line: placeHere()?.line ?? 0,
          parts: [{ text: "", images: asImages(array as ArrayInput) }],
          ...(label === "" ? {} : { label }),
        });
    },
  };
}

function labelled<V>(given: Labelled<V>): readonly (readonly [string, V])[] {
  return isPlain(given) ? Object.entries(given as Readonly<Record<string, V>>) : [["", given as V]];
}

const isPlain = (x: unknown): boolean =>
  typeof x === "object" && x !== null && Object.getPrototypeOf(x) === Object.prototype && !("data" in x);

function asNumber(y: number | NDArray): number {
  const number = Number(y);
  if (typeof y === "object" && !(y instanceof NDArray)) throw new TypeError("plot takes numbers");
  return number;
}

function asImages(array: ArrayInput): Images {
  const images = imagesOf(array instanceof NDArray ? array : np.array(array as never));
  if (!images)
    throw new TypeError("image takes a matrix, or a list of matrices, of at least 4 by 4 real numbers");
  return images;
}
