import type { Backend, Soon } from "@theano-ts/kernel";

/** The last call on each backend that has not been answered yet. */
const pending = new WeakMap<Backend, Promise<unknown>>();

/**
 * `call` at once, or when all earlier calls on `backend` are done: they may write what it reads. A call that fails does
 * not hold up those after it.
 */
export function inCallOrder<T>(backend: Backend, call: () => Soon<T>): Promise<T> {
  const before = pending.get(backend);
  const now = async (): Promise<T> => call();
  const answer = before ? before.then(now, now) : now();
  pending.set(backend, answer);
  const forget = (): void => {
    if (pending.get(backend) === answer) pending.delete(backend);
  };
  answer.then(forget, forget);
  return answer;
}
