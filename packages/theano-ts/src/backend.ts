import { cpu } from "@theano-ts/backend-cpu";
import type { Backend } from "@theano-ts/kernel";

let chosen: Backend | undefined;
let own: Backend | undefined;

/** One `cpu()` for the whole process, made when it is first needed. */
const ownBackend = (): Backend => (own ??= cpu());

/** The backend of functions that name none: the CPU's, unless another was chosen. */
export const defaultBackend = (): Backend => chosen ?? ownBackend();

/** What runs the steps that `backend` refuses: what it names itself, or the CPU's. */
export const fallbackOf = (backend: Backend): Backend => backend.fallback ?? ownBackend();

/** Makes `backend` the one of functions that are compiled from now on and name none. */
export function useBackend(backend: Backend): void {
  chosen = backend;
}
