import { allOf, runTask, type Soon, type Task, waitFor } from "./soon.ts";

const order: string[] = [];
beforeEach(() => order.splice(0));

/** Adds up, and says when it was cleared up. */
function* adding(values: readonly Soon<number>[]): Task<number> {
  let sum = 0;
  try {
    for (const v of values) sum += yield* waitFor(v);
  } finally {
    order.push(`cleared at ${sum}`);
  }
  return sum;
}

test("work that has nothing to wait for is done at once", () => {
  expect(runTask(adding([1, 2, 3]))).toBe(6);
  expect(order).toEqual(["cleared at 6"]);
});

test("work waits for what comes later", async () => {
  const answer = runTask(adding([1, Promise.resolve(2), 3, Promise.resolve(4)]));
  expect(answer).toBeInstanceOf(Promise);
  expect(order).toEqual([]);
  expect(await answer).toBe(10);
  expect(order).toEqual(["cleared at 10"]);
});

test("work is cleared up once when what it waits for fails, and when it fails after waiting", async () => {
  await expect(runTask(adding([1, Promise.reject(new Error("lost"))]))).rejects.toThrow("lost");
  expect(order).toEqual(["cleared at 1"]);
  function* failing(): Task<void> {
    yield* adding([Promise.resolve(5)]);
    throw new Error("afterwards");
  }
  await expect(runTask(failing())).rejects.toThrow("afterwards");
  expect(order).toEqual(["cleared at 1", "cleared at 5"]);
});

test("work may go on after a failure", async () => {
  function* trying(): Task<string> {
    try {
      yield* waitFor(Promise.reject(new Error("lost")));
      return "found";
    } catch (error) {
      return `${(error as Error).message}, and ${yield* waitFor(Promise.resolve("found again"))}`;
    }
  }
  expect(await runTask(trying())).toBe("lost, and found again");
});

test("all of several values are there now, or later", async () => {
  expect(allOf([1, 2])).toEqual([1, 2]);
  expect(await allOf([1, Promise.resolve(2)])).toEqual([1, 2]);
});
