/** A box of a graph that printing has drawn. */
export type Box = SVGGElement;

/** A graph that printing has drawn, as its boxes and the arrows between them. */
export class DrawnGraph {
  readonly svg: SVGSVGElement;
  readonly boxes: readonly Box[];
  /** What its colours mean: classes of boxes, and words. */
  readonly legend: readonly (readonly [kind: string, text: string])[];
  /** Its size as it was drawn. */
  readonly width: number;
  readonly height: number;

  /** Reads the text of a drawing; its legend, and what browsers would show over boxes, are taken out of it. */
  constructor(text: string) {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    this.svg = document.importNode(parsed, true) as unknown as SVGSVGElement;
    this.svg.removeAttribute("font-family");
    this.width = Number(this.svg.getAttribute("width"));
    this.height = Number(this.svg.getAttribute("height"));
    const items = [...this.svg.querySelectorAll<SVGGElement>(".legend")];
    this.legend = items.map((item) => [item.classList[1] ?? "", item.textContent ?? ""] as const);
    for (const item of items) item.remove();
    this.boxes = [...this.svg.querySelectorAll<Box>(".node")];
    for (const box of this.boxes) {
      const title = box.querySelector("title");
      box.dataset.details = title?.textContent ?? "";
      title?.remove();
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", box.dataset.details.split("\n").slice(0, 2).join(", "));
    }
  }

  set scale(scale: number) {
    this.svg.setAttribute("width", String(this.width * scale));
    this.svg.setAttribute("height", String(this.height * scale));
  }

  /** Where the middle one of all boxes is, from left to right. */
  get middle(): number {
    const places = this.boxes.map((box) => placeOf(box).x).sort((a, b) => a - b);
    return places[Math.floor(places.length / 2)] ?? 0;
  }

  /** The arrows from and to `box`. */
  arrowsOf(box: Box): SVGGElement[] {
    const { node } = box.dataset;
    return this.#beside(box, ".edge").filter(({ dataset }) => dataset.from === node || dataset.to === node);
  }

  /** The first box that `box` has an arrow from. */
  above(box: Box): Box | undefined {
    const arrow = this.arrowsOf(box).find(({ dataset }) => dataset.to === box.dataset.node);
    return this.#numbered(box, arrow?.dataset.from);
  }

  /** The first box that `box` has an arrow to. */
  below(box: Box): Box | undefined {
    const arrow = this.arrowsOf(box).find(({ dataset }) => dataset.from === box.dataset.node);
    return this.#numbered(box, arrow?.dataset.to);
  }

  /** The next box in the same layer, to the left (-1) or to the right. */
  next(box: Box, way: -1 | 1): Box | undefined {
    const { x, y } = placeOf(box);
    return (this.#beside(box, ".node") as Box[])
      .filter((other) => placeOf(other).y === y && Math.sign(placeOf(other).x - x) === way)
      .sort((a, b) => way * (placeOf(a).x - placeOf(b).x))[0];
  }

  /** Boxes are numbered anew in each graph inside of another: those of one graph lie beside each other. */
  #beside(box: Box, kind: string): SVGGElement[] {
    return [...(box.parentElement?.querySelectorAll<SVGGElement>(`:scope > ${kind}`) ?? [])];
  }

  #numbered(beside: Box, number: string | undefined): Box | undefined {
    return this.#beside(beside, ".node").find(({ dataset }) => dataset.node === number);
  }
}

const placeOf = (box: Box): { x: number; y: number } => {
  const rect = box.querySelector("rect");
  return { x: Number(rect?.getAttribute("x")), y: Number(rect?.getAttribute("y")) };
};
