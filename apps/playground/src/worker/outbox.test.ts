import type { Entry, Message } from "../messages.ts";
import { Outbox } from "./outbox.ts";

const entry = (text: string, label?: string): Entry => ({
  level: "log",
  line: 1,
  parts: [{ text }],
  ...(label === undefined ? {} : { label }),
});

/** An outbox, and what it has sent. */
function opened(): { outbox: Outbox; sent: Message[] } {
  const sent: Message[] = [];
  return { outbox: new Outbox((message) => sent.push(message)), sent };
}

test("a program that prints without end is heard, and does not drown the page", () => {
  const { outbox, sent } = opened();
  const until = performance.now() + 250;
  let printed = 0;
  while (performance.now() < until) outbox.print(entry(String(printed++)));
  outbox.flush();
  const outputs = sent.filter((m) => m.kind === "output");
  expect(outputs.length).toBeGreaterThanOrEqual(2);
  expect(outputs.length).toBeLessThanOrEqual(6);
  expect(outputs.every(({ entries }) => entries.length <= 200)).toBe(true);
  const told = outputs.reduce((sum, { entries, leftOut }) => sum + entries.length + leftOut, 0);
  expect(told).toBe(printed);
  expect(outputs.at(-1)?.entries.at(-1)?.parts[0]?.text).toBe(String(printed - 1));
});

test("of entries with the same label only the last one is sent", () => {
  const { outbox, sent } = opened();
  outbox.flush();
  for (const [text, label] of [["a", "w"], ["b"], ["c", "w"]] as const) outbox.print(entry(text, label));
  outbox.flush();
  expect(sent).toEqual([{ kind: "output", entries: [entry("b"), entry("c", "w")], leftOut: 0 }]);
});

test("what happens when the program rests is sent soon", async () => {
  const { outbox, sent } = opened();
  let news: Message[] = [];
  outbox.addSource(() => news.splice(0));
  outbox.flush();
  news = [{ kind: "finished", seconds: 1 }];
  outbox.tick();
  expect(sent).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(sent).toEqual([{ kind: "finished", seconds: 1 }]);
});
