import type { Curve } from "../messages.ts";

/** How many points a curve keeps at most. */
const most = 1024;

/**
 * Numbers that come one by one, of which a bounded number of points is kept: when there are too many, neighbours become
 * one point, with the least and the greatest of both, so that no peak is lost.
 */
export class GrowingCurve {
  readonly name: string;
  #stride = 1;
  #count = 0;
  #points = 0;
  readonly #low = new Float64Array(most);
  readonly #high = new Float64Array(most);
  readonly #last = new Float64Array(most);

  constructor(name: string) {
    this.name = name;
  }

  add(y: number): void {
    if (this.#count === this.#stride * most) this.#halve();
    const i = Math.floor(this.#count / this.#stride);
    const isFirst = i === this.#points;
    if (isFirst) this.#points++;
    this.#low[i] = isFirst ? y : least(this.#low[i] as number, y);
    this.#high[i] = isFirst ? y : -least(-(this.#high[i] as number), -y);
    this.#last[i] = y;
    this.#count++;
  }

  /** What there is so far. */
  taken(): Curve {
    const [low, high, last] = [this.#low, this.#high, this.#last].map((a) => a.slice(0, this.#points)) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    return { name: this.name, stride: this.#stride, count: this.#count, low, high, last };
  }

  #halve(): void {
    for (let i = 0; i < most / 2; i++) {
      const [a, b] = [2 * i, 2 * i + 1];
      this.#low[i] = least(this.#low[a] as number, this.#low[b] as number);
      this.#high[i] = -least(-(this.#high[a] as number), -(this.#high[b] as number));
      this.#last[i] = this.#last[b] as number;
    }
    this.#points = most / 2;
    this.#stride *= 2;
  }
}

/** The smaller one; what is no number counts only if both are none. */
const least = (a: number, b: number): number => (a < b || Number.isNaN(b) ? a : b);
