import type { Backend } from "@theano-ts/kernel";

/** `backend`, then what runs the steps that it refuses: `fallback`, then what that names for those that it refuses. */
export function chainOf(
  backend: Backend,
  fallback: Backend | undefined = backend.fallback,
): readonly [Backend, ...Backend[]] {
  const others = new Set<Backend>();
  for (let next = fallback; next && next !== backend && !others.has(next); next = next.fallback)
    others.add(next);
  return [backend, ...others];
}
