import type { Calls, Entry, Message } from "../messages.ts";
import { Inbox, merged } from "./inbox.ts";

const entry = (text: string, label?: string): Entry => ({
  level: "log",
  line: 0,
  parts: [{ text }],
  ...(label === undefined ? {} : { label }),
});
const output = (leftOut: number, ...entries: Entry[]): Message => ({ kind: "output", entries, leftOut });
const call = (id: number, count: number): Calls => ({ id, count, seconds: 1, curves: [] });

test("what is out of date is left out, and the end stays the end", () => {
  const plan = (text: string): Message => ({ kind: "plan", id: 0, text, shared: [] });
  const finished: Message = { kind: "finished", seconds: 1 };
  expect(
    merged([
      output(3, entry("a")),
      { kind: "calls", calls: [call(0, 1), call(1, 1)] },
      plan("first"),
      output(0, entry("b")),
      { kind: "plots", plots: [] },
      { kind: "calls", calls: [call(0, 2)] },
      plan("second"),
      finished,
    ]),
  ).toEqual([
    plan("first"),
    plan("second"),
    output(3, entry("a"), entry("b")),
    { kind: "calls", calls: [call(0, 2), call(1, 1)] },
    { kind: "plots", plots: [] },
    finished,
  ]);
  expect(merged([])).toEqual([]);
});

test("of much that was printed the last is shown, and what has a label", () => {
  const many = Array.from({ length: 500 }, (_, i) => entry(String(i)));
  const [message] = merged([output(7, entry("picture", "w"), ...many)]);
  const { entries, leftOut } = message as Extract<Message, { kind: "output" }>;
  expect(entries.length).toBe(100);
  expect(entries[0]).toEqual(entry("picture", "w"));
  expect(entries.at(-1)).toEqual(entry("499"));
  expect(leftOut).toBe(7 + 401);
});

test("messages are shown when the page has time, all at once, unless they are forgotten before", async () => {
  const shown: Message[] = [];
  const inbox = new Inbox((message) => shown.push(message));
  inbox.put(output(0, entry("a")));
  inbox.put(output(0, entry("b")));
  expect(shown).toEqual([]);
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(shown).toEqual([output(0, entry("a"), entry("b"))]);
  inbox.put(output(0, entry("c")));
  inbox.clear();
  inbox.put(output(0, entry("d")));
  inbox.flush();
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(shown.slice(1)).toEqual([output(0, entry("d"))]);
});
