/** The remainders of each byte, for the reversed polynomial of ISO 3309. */
function remainders(): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
    return rest;
  });
}

const table: Int32Array = /* @__PURE__ */ remainders();

/** The checksum of zip archives: CRC-32, from 0 to 2³² - 1. */
export function crc32(bytes: Uint8Array): number {
  let rest = -1;
  for (let i = 0; i < bytes.length; i++)
    rest = (table[(rest ^ (bytes[i] as number)) & 0xff] as number) ^ (rest >>> 8);
  return ~rest >>> 0;
}
