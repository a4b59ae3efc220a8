import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { workerPolicy } from "./policy.ts";
import type { Site } from "./site.ts";

const types: Readonly<Record<string, string>> = {
  "": "text/html",
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** Serves `site` on this machine, at `port`, or at a free one if that is taken; gives the address. */
export async function serve(site: Site, port: number): Promise<string> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const body = Object.hasOwn(site, pathname) ? site[pathname] : undefined;
    response.writeHead(body === undefined ? 404 : 200, {
      "content-type": `${types[extname(pathname)] ?? "text/plain"}; charset=utf-8`,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      ...(pathname === "/worker.js" ? { "content-security-policy": workerPolicy } : {}),
    });
    response.end(body ?? "There is no such file");
  });
  const at = (await listening(server, port)) ?? (await listening(server, 0));
  if (at === undefined) throw new Error("Cannot serve the page: no port is free");
  return `http://localhost:${at}/`;
}

/** The port that `server` listens at; undefined if `port` is taken. */
function listening(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" ? resolve(undefined) : reject(error),
    );
    server.listen(port, "localhost", () => resolve((server.address() as AddressInfo).port));
  });
}
