import { parseArgs } from "node:util";

/** What the program is told on its command line. */
export interface Options {
  readonly epochs: number;
  readonly hidden: number;
  /** Gibbs steps for each minibatch. */
  readonly k: number;
  readonly rate: number;
  readonly seed: number;
  /** How many images there are, where they are drawn. */
  readonly count: number;
  /** A file of images in MNIST's format, in place of those. */
  readonly images: string | undefined;
  /** Whether chains go on from minibatch to minibatch. */
  readonly persistent: boolean;
  readonly out: string;
}

/** What `--help` prints. */
export const help = `Trains a restricted Boltzmann machine on images of digits.

  --epochs 15          how often it sees every image
  --hidden 100         how many hidden units it has
  --k 5                Gibbs steps for each minibatch of 20 images
  --persistent, --cd   chains that go on (the default), or begin at the images of each minibatch
  --rate 0.05          learning rate
  --seed 1             of the images, the first weights and all draws
  --count 5000         how many images are drawn
  --images FILE        images of 28 by 28 pixels in MNIST's format, gzipped or not, in place of those
  --out rbm-pictures   the folder that pictures are written to`;

/** Reads a command line; undefined if it asks for help. Throws an Error that says what is wrong with it. */
export function readOptions(args: readonly string[]): Options | undefined {
  const text = (value: string): { type: "string"; default: string } => ({ type: "string", default: value });
  const { values } = parseArgs({
    args: [...args],
    options: {
      epochs: text("15"),
      hidden: text("100"),
      k: text("5"),
      rate: text("0.05"),
      seed: text("1"),
      count: text("5000"),
      out: text("rbm-pictures"),
      images: { type: "string" },
      persistent: { type: "boolean", default: false },
      cd: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return undefined;
  if (values.cd && values.persistent) throw new Error("--cd and --persistent exclude each other: say one");
  const number = (name: "epochs" | "hidden" | "k" | "count" | "rate" | "seed", least: number): number => {
    const value = Number(values[name]);
    // MRG31k3p takes seeds below 2147462579.
    if (Number.isInteger(value) && value >= least && value < 2_147_462_578) return value;
    throw new Error(`--${name} is an integer of at least ${least}, not ${values[name]}`);
  };
  const rate = Number(values.rate);
  if (!(rate > 0 && rate < Infinity)) throw new Error(`--rate is a number above 0, not ${values.rate}`);
  return {
    epochs: number("epochs", 1),
    hidden: number("hidden", 1),
    k: number("k", 1),
    seed: number("seed", 0),
    // One minibatch, at least, and as many as there are chains to begin with in the end.
    count: number("count", 20),
    rate,
    images: values.images,
    persistent: !values.cd,
    out: values.out,
  };
}
