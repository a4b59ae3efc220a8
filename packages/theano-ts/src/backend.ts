import { cpu } from "@theano-ts/backend-cpu";
import type { Backend } from "@theano-ts/kernel";

let chosen: Backend | undefined;

/** The backend of functions that name none: one `cpu()` for the whole process, made when it is first needed. */
export const defaultBackend = (): Backend => (chosen ??= cpu());

/** Makes `backend` the one of functions that are compiled from now on and name none. */
export function useBackend(backend: Backend): void {
  chosen = backend;
}
