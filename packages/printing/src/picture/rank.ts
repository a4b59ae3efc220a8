/** An arrow between numbered nodes. */
interface Arrow {
  readonly from: number;
  readonly to: number;
}

/**
 * The layer of each node, from 0: as many as the longest way to it has arrows. Nodes without arrows to them come just
 * above the first that needs them, so that their arrows are short.
 */
export function rank(count: number, arrows: readonly Arrow[]): number[] {
  const next: number[][] = Array.from({ length: count }, () => []);
  const waiting = new Array<number>(count).fill(0);
  for (const { from, to } of arrows) {
    (next[from] as number[]).push(to);
    (waiting[to] as number)++;
  }
  const sources = waiting.flatMap((n, i) => (n === 0 ? [i] : []));
  const ranks = new Array<number>(count).fill(0);
  const ready = [...sources];
  for (let i = ready.pop(); i !== undefined; i = ready.pop())
    for (const j of next[i] as number[]) {
      ranks[j] = Math.max(ranks[j] as number, (ranks[i] as number) + 1);
      if (--(waiting[j] as number) === 0) ready.push(j);
    }
  for (const i of sources) {
    const users = next[i] as number[];
    if (users.length > 0) ranks[i] = Math.min(...users.map((j) => ranks[j] as number)) - 1;
  }
  return ranks;
}
