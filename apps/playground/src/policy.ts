/** By this the page knows the style element that the editor writes as its own. */
export const styleNonce = "playground";

/** The Content-Security-Policy of the page: nothing but its own files, and no code from text. */
export const pagePolicy: string = policy({
  "default-src": "'none'",
  "script-src": "'self'",
  "worker-src": "'self'",
  "style-src": `'self' 'nonce-${styleNonce}'`,
  "img-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
});

/**
 * The one of the worker, which is told apart from the page by the address of its file: the user's program is a module at
 * a `blob:` address, and the CPU backend makes WebAssembly.
 */
export const workerPolicy: string = policy({
  "default-src": "'none'",
  "script-src": "'self' blob: 'wasm-unsafe-eval'",
});

function policy(rules: Readonly<Record<string, string>>): string {
  return Object.entries(rules)
    .map(([name, value]) => `${name} ${value}`)
    .join("; ");
}
