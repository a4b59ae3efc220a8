// What backends that answer at once and backends that answer later have in common.

/** A value now, or later from what answers later. */
export type Soon<T> = T | Promise<T>;

/** `next` applied to a value as soon as it is there. */
export const after = <T, R>(value: Soon<T>, next: (value: T) => Soon<R>): Soon<R> =>
  value instanceof Promise ? value.then(next) : next(value);

/** All values: now, if all are there. */
export const allOf = <T>(values: readonly Soon<T>[]): Soon<T[]> =>
  values.some((v) => v instanceof Promise) ? Promise.all(values) : (values as T[]);

/** Work in pieces that may have to wait: a generator that yields what it waits for, by {@link waitFor}. */
export type Task<R> = Generator<Soon<unknown>, R, never>;

/** `yield* waitFor(value)` is the value once it is there; it throws what a promise rejects with. */
export function* waitFor<T>(value: Soon<T>): Generator<Soon<T>, T, T> {
  return value instanceof Promise ? yield value : value;
}

/** Does `work`: at once if nothing in it has to wait. */
export function runTask<R>(work: Task<R>): Soon<R> {
  const step = work.next();
  return step.done ? step.value : later(work, step.value);
}

async function later<R>(work: Task<R>, first: Soon<unknown>): Promise<R> {
  for (let pending = first; ; ) {
    let step: IteratorResult<Soon<unknown>, R>;
    try {
      step = work.next((await pending) as never);
    } catch (error) {
      step = work.throw(error);
    }
    if (step.done) return step.value;
    pending = step.value;
  }
}
