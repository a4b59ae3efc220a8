// Trains a restricted Boltzmann machine on images of digits, and shows what it has learned: the filters of its hidden
// units, and images that it makes up. `machine.ts` is the program; all else here makes or draws pictures.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type NDArray, np, slice } from "theano-ts";
import { digitImages, side } from "./digits.ts";
import { readImages } from "./idx.ts";
import { Machine } from "./machine.ts";
import { help, type Options, readOptions } from "./options.ts";
import { type Picture, tiled, writePng } from "./picture.ts";
import { fitting, Progress, section, show } from "./screen.ts";

const batchSize = 20;

try {
  const options = readOptions(process.argv.slice(2));
  if (options) run(options);
  else console.log(help);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

function run(options: Options): void {
  const { hidden, seed, out } = options;
  const rng = new np.random.RandomState(seed);
  const images = options.images ? readImages(options.images, side) : digitImages(rng, options.count);
  const machine = new Machine({ visible: side * side, hidden, seed });
  train(machine, images, options);

  // Twenty chains that begin at images, a row of pictures after each thousand Gibbs steps.
  const sample = machine.sampling(images.get(slice(0, 20)) as Matrix, 1000);
  const samples = Array.from({ length: 5 }, () => rowsOf(sample())).flat();
  const filters = rowsOf(machine.W.getValue().transpose() as Matrix);
  const few = fitting(side);
  section(`Filters of the first ${few} hidden units`);
  show(tiled(filters.slice(0, few), side, few, "each"));
  section("Images that the machine makes up");
  show(tiled(samples.slice(-few), side, few, "all"));

  section("Pictures");
  mkdirSync(out, { recursive: true });
  const save = (name: string, picture: Picture): void => {
    const file = join(out, `${name}.png`);
    writePng(file, picture, 2);
    console.log(file);
  };
  save("images", tiled(rowsOf(images.get(slice(0, 100)) as Matrix), side, 10, "all"));
  save("filters", tiled(filters, side, Math.ceil(Math.sqrt(hidden)), "each"));
  save("samples", tiled(samples, side, 20, "all"));
}

function train(machine: Machine, images: Matrix, { epochs, hidden, k, rate, persistent }: Options): void {
  const minibatches = Math.floor((images.shape[0] as number) / batchSize);
  const method = `${persistent ? "persistent " : ""}contrastive divergence with ${k} Gibbs step${k > 1 ? "s" : ""}`;
  section(
    "Restricted Boltzmann machine",
    `${images.shape[0]} images of ${side} by ${side} pixels, ${hidden} hidden units, ${method}`,
  );
  const step = machine.training({ images, batchSize, learningRate: rate, k, persistent });
  const cost = persistent ? "pseudo-likelihood" : "cross-entropy of the reconstruction";
  section(`Training, ${epochs} epochs of ${minibatches} minibatches; the cost is the ${cost}, and rises`);
  const progress = new Progress(epochs, minibatches);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let sum = 0;
    for (let i = 0; i < minibatches; i++) {
      sum += step(i).item();
      progress.minibatch(epoch, i + 1, sum / (i + 1));
    }
    progress.epoch(epoch, sum / minibatches);
  }
}

type Matrix = NDArray<"float32", 2>;

function rowsOf(matrix: Matrix): Float32Array[] {
  const { data, shape } = matrix.copy();
  const [rows, length] = shape as readonly [number, number];
  return Array.from({ length: rows }, (_, i) =>
    (data as Float32Array).subarray(i * length, (i + 1) * length),
  );
}
