import { createServer, type OutgoingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";

/** What a server answers, by path: `/` and those that end in `/` are pages. */
export type Site = Readonly<Record<string, string | Uint8Array>>;

/** Headers that isolate a page from others, so that it gets shared memory and exact clocks. */
export const isolated: OutgoingHttpHeaders = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

const types: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".json": "application/json",
  ".map": "application/json",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What browsers ask for by themselves, and would complain of if it were missing. */
const unasked: Site = { "/favicon.ico": "" };

/** A server of `site` on a port of its own, which sends `headers` with everything. */
export async function serve(
  site: Site,
  headers: OutgoingHttpHeaders,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const body = Object.hasOwn(site, path) ? site[path] : unasked[path];
    const type =
      types[extname(path.endsWith("/") ? `${path}index.html` : path)] ?? "application/octet-stream";
    response.writeHead(body === undefined ? 404 : 200, {
      ...headers,
      "content-type": `${type}; charset=utf-8`,
    });
    response.end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())));
    },
  };
}
