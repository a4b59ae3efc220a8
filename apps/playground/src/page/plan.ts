/** What `f.explain()` says, taken apart. */
export interface Plan {
  /** What each step costs, and all of them: the name of the step, then a cell for each of `columns`. */
  readonly costs: readonly (readonly string[])[];
  readonly columns: readonly string[];
  /** How much memory is needed for what. */
  readonly memory: readonly (readonly [what: string, size: string])[];
  /** Steps that the backend does not run, with its reasons. */
  readonly refused: readonly string[];
  /** The kernels and what was made of them, by where they run. */
  readonly segments: readonly Segment[];
}

/** Kernels that run in one place. */
interface Segment {
  readonly title: string;
  readonly kernels: readonly string[];
  /** What the backend says that it made of them. */
  readonly made: readonly string[];
}

/** Takes apart what `f.explain()` says: before the first call there are only segments. */
export function planOf(text: string): Plan {
  const lines = text.split("\n");
  const isTitle = (line: string): boolean => /^(on .*|for .*, before sizes are known.*):$/.test(line);
  const first = lines.findIndex(isTitle);
  const head = first < 0 ? lines : lines.slice(0, first);
  const table = head.filter((line) => /^(step|all|\d+) {2,}/.test(line)).map(cellsOf);
  const [columns = [], ...costs] = table;
  const memory = head.find((line) => line.startsWith("Memory at most: "));
  return {
    columns,
    costs,
    memory: (memory?.replace("Memory at most: ", "").split(", ") ?? []).map((part) => {
      const [, what = part, size = ""] = /^(.*?) (\S+ \S+)$/.exec(part) ?? [];
      return [what, size] as const;
    }),
    refused: head.filter((line) => /^step \d+ is not for /.test(line)),
    segments: segmentsOf(first < 0 ? [] : lines.slice(first), isTitle),
  };
}

/** The table's first column is 6 wide, and the others are 12. */
const cellsOf = (line: string): string[] =>
  [line.slice(0, 6), ...(line.slice(6).match(/.{1,12}/g) ?? [])].map((cell) => cell.trim());

function segmentsOf(lines: readonly string[], isTitle: (line: string) => boolean): Segment[] {
  const segments: { title: string; lines: string[] }[] = [];
  for (const line of lines) {
    if (isTitle(line)) segments.push({ title: line.slice(0, -1), lines: [] });
    else segments.at(-1)?.lines.push(line);
  }
  return segments.map(({ title, lines: all }) => {
    // Both tell of their steps by number: where those begin again, it is the backend that tells.
    const first = all.findIndex((line) => line.startsWith("0:"));
    const again = all.findIndex((line, i) => i > first && line.startsWith("0:"));
    const end = first < 0 || again < 0 ? all.length : again;
    return { title, kernels: all.slice(0, end), made: all.slice(end) };
  });
}
