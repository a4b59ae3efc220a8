import type { Curve } from "../messages.ts";
import { type Axes, axesOf, bandPath, callAt, linePath, nearest, wantsLog } from "./curvePath.ts";
import { element, shape } from "./element.ts";
import { countLabel, shortLabel } from "./scale.ts";

/** Room around the drawing, in pixels, for labels. */
const room = { left: 52, right: 26, top: 10, bottom: 26 };
const height = 190;

/** Curves over the calls of a function, drawn anew as they grow, and read off with the pointer or the arrow keys. */
export class Chart {
  readonly figure: HTMLElement;
  readonly #caption = element("span", { class: "chart-title" });
  readonly #note = element("span", { class: "chart-note" });
  readonly #readout = element("output", { class: "chart-readout" });
  readonly #logX: HTMLButtonElement;
  readonly #logY: HTMLButtonElement;
  readonly #svg: SVGSVGElement;
  readonly #title: string;
  #curves: readonly Curve[] = [];
  #axes: Axes | undefined;
  /** The call that is read off, undefined for the last one. */
  #at: number | undefined;
  /** Whether the user has chosen a scale for y, which is ours to choose until then. */
  #isChosen = false;

  constructor(title: string) {
    this.#title = title;
    this.#logX = this.#switch("log x", () => this.#draw());
    this.#logY = this.#switch("log y", () => {
      this.#isChosen = true;
      this.#draw();
    });
    this.#svg = shape("svg", {
      class: "chart",
      height,
      tabindex: 0,
      role: "slider",
      "aria-label": `Curves of ${title}; arrow keys read them off`,
      "aria-valuemin": 1,
    });
    const switches = element("span", { class: "switches" }, this.#logX, this.#logY);
    this.figure = element(
      "figure",
      { class: "chart-figure" },
      element("figcaption", {}, this.#caption, this.#note, switches),
      this.#svg,
      this.#readout,
    );
    this.#caption.textContent = title;
    this.#svg.addEventListener("pointermove", (event) => this.#point(event));
    this.#svg.addEventListener("pointerleave", () => this.#read(undefined));
    this.#svg.addEventListener("keydown", (event) => this.#step(event));
    new ResizeObserver(() => this.#draw()).observe(this.figure);
  }

  /** Draws these, with a note on how they came about. */
  show(curves: readonly Curve[], note: string): void {
    this.#curves = curves;
    this.#note.textContent = note;
    if (!this.#isChosen) this.#logY.setAttribute("aria-pressed", String(wantsLog(curves)));
    this.#draw();
  }

  #switch(label: string, change: () => void): HTMLButtonElement {
    const button = element("button", { type: "button", class: "switch", "aria-pressed": "false" }, label);
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      change();
    });
    return button;
  }

  #draw(): void {
    const width = this.figure.clientWidth - room.left - room.right;
    if (width <= 0 || this.#curves.length === 0) return;
    const inner = height - room.top - room.bottom;
    const scaling = { logX: isPressed(this.#logX), logY: isPressed(this.#logY) };
    const axes = axesOf(this.#curves, scaling, [Math.max(2, Math.round(width / 90)), 5]);
    this.#axes = axes;
    const curves = this.#curves.flatMap((curve, i) => [
      shape("path", { class: `band series-${i % 5}`, d: bandPath(curve, axes, width, inner) }),
      shape("path", { class: `line series-${i % 5}`, d: linePath(curve, axes, width, inner) }),
    ]);
    const plot = shape(
      "g",
      { transform: `translate(${room.left} ${room.top})` },
      ...xAxis(axes, width, inner),
      ...yAxis(axes, width, inner),
      ...curves,
      shape("g", { class: "cursor" }),
    );
    this.#svg.setAttribute("width", String(width + room.left + room.right));
    this.#svg.setAttribute("aria-valuemax", String(this.#last));
    this.#svg.replaceChildren(plot);
    this.#read(this.#at);
  }

  get #last(): number {
    return this.#curves.reduce((most, c) => Math.max(most, c.count), 1);
  }

  #point({ clientX }: PointerEvent): void {
    const { left } = this.#svg.getBoundingClientRect();
    const width = this.#svg.clientWidth - room.left - room.right;
    const place = Math.max(0, Math.min(1, (clientX - left - room.left) / width));
    this.#read(this.#axes?.x.at(place));
  }

  #step(event: KeyboardEvent): void {
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      PageDown: -20,
      PageUp: 20,
    };
    const now = this.#at ?? this.#last;
    const stride = Math.max(1, ...this.#curves.map((c) => c.stride), Math.floor(this.#last / 200));
    const to =
      event.key === "Home" ? 1 : event.key === "End" ? this.#last : now + stride * (steps[event.key] ?? 0);
    if (to === now && !["Home", "End"].includes(event.key)) return;
    event.preventDefault();
    this.#read(Math.max(1, Math.min(this.#last, to)));
  }

  /** Shows the numbers at a call, or the last ones. */
  #read(at: number | undefined): void {
    this.#at = at;
    const axes = this.#axes;
    const cursor = this.#svg.querySelector(".cursor");
    if (!axes || !cursor) return;
    const width = this.#svg.clientWidth - room.left - room.right;
    const inner = height - room.top - room.bottom;
    const points = this.#curves.map((curve) => {
      const i = nearest(curve, at ?? curve.count);
      return { name: curve.name, call: callAt(curve, i), y: curve.last[i] as number };
    });
    const [first] = points;
    const marks = points.flatMap(({ call, y }, i) => {
      const [px, py] = [axes.x.place(call) * width, (1 - axes.y.place(y)) * inner];
      return Number.isFinite(py)
        ? [shape("circle", { class: `series-${i % 5}`, cx: px, cy: py, r: 3.5 })]
        : [];
    });
    const x = axes.x.place(first?.call ?? 1) * width;
    const rule = at === undefined ? [] : [shape("line", { x1: x, x2: x, y1: 0, y2: inner })];
    cursor.replaceChildren(...rule, ...marks);
    const words = points.map(({ name, y }) => `${name} ${shortLabel(y)}`);
    const text = `call ${countLabel(first?.call ?? 0)}: ${words.join(", ")}`;
    this.#svg.setAttribute("aria-valuenow", String(first?.call ?? 1));
    this.#svg.setAttribute("aria-valuetext", text);
    this.#svg.setAttribute("aria-label", `Curves of ${this.#title}; arrow keys read them off`);
    this.#readout.replaceChildren(
      element("span", {}, `call ${countLabel(first?.call ?? 0)}`),
      ...points.map(({ name, y }, i) =>
        element("span", { class: `key series-${i % 5}` }, `${name} `, element("b", {}, shortLabel(y))),
      ),
    );
  }
}

const isPressed = (button: HTMLButtonElement): boolean => button.getAttribute("aria-pressed") === "true";

function xAxis({ x }: Axes, width: number, height: number): SVGElement[] {
  return [
    shape("line", { class: "axis", x1: 0, x2: width, y1: height, y2: height }),
    ...x.ticks.map((tick) => {
      const at = x.place(tick) * width;
      return shape(
        "g",
        { class: "tick" },
        shape("line", { x1: at, x2: at, y1: height, y2: height + 4 }),
        shape("text", { x: at, y: height + 17, "text-anchor": "middle" }, x.label(tick)),
      );
    }),
  ];
}

function yAxis({ y }: Axes, width: number, height: number): SVGElement[] {
  return y.ticks.map((tick) => {
    const at = (1 - y.place(tick)) * height;
    return shape(
      "g",
      { class: "tick" },
      shape("line", { class: "grid", x1: 0, x2: width, y1: at, y2: at }),
      shape("text", { x: -8, y: at + 4, "text-anchor": "end" }, y.label(tick)),
    );
  });
}
