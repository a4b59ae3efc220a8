/** What a box of a picture stands for. */
export type Kind = "op" | "input" | "constant" | "shared" | "output" | "update";

/** One box. */
export interface PictureNode {
  readonly kind: Kind;
  readonly label: string;
  /** The type of its value; of several outputs all. */
  readonly type: string;
  /** What else is known of it, for who asks: pairs of a name and a text. */
  readonly details: readonly (readonly [name: string, text: string])[];
  /** Which of the graphs inside operations is its own, if it has one. */
  readonly inner: number | undefined;
}

/** One arrow: from what computes or holds a value to what uses it. */
export interface PictureEdge {
  readonly from: number;
  readonly to: number;
  readonly slot: number;
  readonly slots: number;
  /** Which output of several it is. */
  readonly label: string;
}

/** One graph as boxes and arrows. */
export interface Picture {
  readonly title: string;
  readonly nodes: readonly PictureNode[];
  readonly edges: readonly PictureEdge[];
}
