// A registry of a few tarballs, for as long as a test needs it. Whatever else npm asks for, it asks another one.
import { createHash } from "node:crypto";
import { createServer } from "node:http";

/**
 * Serves `packages` (each with its manifest, the name of its file, and its bytes) on this machine. Gives the address, and
 * what ends it.
 */
export async function serve(packages) {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url.slice(1));
    // Ports are used again by other runs, whose packages have the same versions.
    response.setHeader("cache-control", "no-store");
    const file = packages.find((p) => path === `-/${p.file}`);
    const found = packages.find((p) => path === p.manifest.name);
    if (file) response.end(file.bytes);
    else if (found) response.end(JSON.stringify(packument(found, address())));
    else response.writeHead(404).end("{}");
  });
  const address = () => `http://127.0.0.1:${server.address().port}/`;
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { address: address(), end: () => server.close() };
}

/** What npm knows the content of a tarball by. */
export const integrityOf = (bytes) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

function packument({ manifest, file, bytes }, address) {
  const dist = { tarball: `${address}-/${file}`, integrity: integrityOf(bytes) };
  return {
    name: manifest.name,
    "dist-tags": { latest: manifest.version },
    versions: { [manifest.version]: { ...manifest, dist } },
  };
}
