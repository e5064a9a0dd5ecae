/** The checksum of TFRecord files: CRC-32C, of Castagnoli's polynomial. @module */

/** The polynomial, its bits reversed. */
const polynomial = 0x82f63b78

const table: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ polynomial : sum >>> 1
  return sum >>> 0
})

/** CRC-32C of some bytes (RFC 3720, https://datatracker.ietf.org/doc/html/rfc3720#appendix-B.4). */
export function crc32c(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = (table[(sum ^ byte) & 0xff] as number) ^ (sum >>> 8)
  return ~sum >>> 0
}

/** The checksum as TFRecord stores it: rotated and shifted, so that sums of data that hold sums are no sums of sums. */
export function maskedCrc32c(bytes: Uint8Array): number {
  const sum = crc32c(bytes)
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0
}
