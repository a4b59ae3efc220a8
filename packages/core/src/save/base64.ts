/** `bytes` in base64 (RFC 4648), padded. */
export function toBase64(bytes: Uint8Array): string {
  const letters = new TextEncoder().encode(alphabet);
  const text = new Uint8Array(4 * Math.ceil(bytes.length / 3)).fill(padding);
  for (let i = 0, at = 0; i < bytes.length; i += 3, at += 4) {
    const [a, b, c] = [bytes[i] as number, bytes[i + 1], bytes[i + 2]];
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text[at] = letters[word >> 18] as number;
    text[at + 1] = letters[(word >> 12) & 63] as number;
    if (b !== undefined) text[at + 2] = letters[(word >> 6) & 63] as number;
    if (c !== undefined) text[at + 3] = letters[word & 63] as number;
  }
  return new TextDecoder().decode(text);
}

/** The bytes that `text` is of; undefined if it is no base64. */
export function fromBase64(text: string): Uint8Array | undefined {
  try {
    const bytes = atob(text);
    const result = new Uint8Array(bytes.length);
    for (let i = 0; i < result.length; i++) result[i] = bytes.charCodeAt(i);
    return result;
  } catch {
    return undefined;
  }
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** The letter `=`. */
const padding = 61;
