/** A value now, or later from a device that answers later. */
export type Soon<T> = T | Promise<T>;

/** Work in pieces that may have to wait: what is yielded comes back when it is there. */
export type Work<R> = Generator<Soon<unknown>, R, never>;

/** Does `work`: at once if nothing in it has to wait. */
export function finish<R>(work: Work<R>): Soon<R> {
  let step = work.next();
  while (!step.done) {
    if (step.value instanceof Promise) return later(work, step.value);
    step = work.next(step.value as never);
  }
  return step.value;
}

async function later<R>(work: Work<R>, first: Promise<unknown>): Promise<R> {
  let pending: Soon<unknown> = first;
  for (;;) {
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
