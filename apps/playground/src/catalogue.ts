/** A program of the list; its text is the file of its id in `programs`. */
export interface Listed {
  readonly id: string;
  readonly title: string;
  /** What it shows, in a few words. */
  readonly about: string;
}

/** Programs that belong together. */
export interface Group {
  readonly title: string;
  readonly programs: readonly Listed[];
}

/** The programs that the page offers, in order; the first is what people see first. */
export const catalogue: readonly Group[] = [
  {
    title: "Learning",
    programs: [
      {
        id: "logisticRegression",
        title: "Logistic regression",
        about: "The example of Theano's tutorial, by gradient descent",
      },
      {
        id: "perceptron",
        title: "Multilayer perceptron",
        about: "Two spirals, and what the network thinks of the plane",
      },
      {
        id: "boltzmann",
        title: "Boltzmann machine",
        about: "Learns six letters, and restores damaged ones",
      },
    ],
  },
  {
    title: "Basics",
    programs: [
      { id: "functions", title: "Functions", about: "Several results, default values, arguments by name" },
      { id: "state", title: "State", about: "Shared variables, updates, givens, copies" },
      { id: "randomStreams", title: "Random numbers", about: "Streams, seeds and their states" },
      { id: "gradients", title: "Gradients", about: "From symbols to gradient descent in five steps" },
      { id: "expressions", title: "Expressions", about: "What they are, print and type; Jacobians" },
    ],
  },
  {
    title: "The compiler",
    programs: [
      { id: "scan", title: "Loops", about: "scan, in three forms, and the gradient of a loop" },
      { id: "fused", title: "A fused chain", about: "Ten operations in one loop, timed" },
    ],
  },
];

/** All of them, without their groups. */
export const listed: readonly Listed[] = catalogue.flatMap(({ programs }) => programs);
