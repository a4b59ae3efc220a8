/** What a link can say: one of the listed programs, or a text. */
export interface Link {
  readonly program?: string | undefined;
  readonly code?: string | undefined;
  readonly backend?: string | undefined;
}

/** The part of an address after `#` that says this; texts are compressed. */
export async function hashOf({ program, code, backend }: Link): Promise<string> {
  const parts = new URLSearchParams();
  if (code !== undefined) parts.set("code", await packed(code));
  else if (program !== undefined) parts.set("program", program);
  if (backend !== undefined) parts.set("backend", backend);
  return `#${parts}`;
}

/** What the part of an address after `#` says. Throws if its text is damaged. */
export async function readHash(hash: string): Promise<Link> {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const code = parts.get("code");
  return {
    program: parts.get("program") ?? undefined,
    backend: parts.get("backend") ?? undefined,
    code: code === null ? undefined : await unpacked(code),
  };
}

async function packed(text: string): Promise<string> {
  const bytes = await through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
}

async function unpacked(code: string): Promise<string> {
  const bytes = Uint8Array.from(atob(code.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(
    await through(bytes, new DecompressionStream("deflate-raw")),
  );
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
