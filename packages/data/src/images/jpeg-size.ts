/** The size that a JPEG file declares. @module */

/** Width and height of an image. */
export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** Says whether bytes begin as a JPEG file does. */
export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff
}

/** Reads the size from the frame header without decoding; `undefined` when there is none before the pixels begin. */
export function jpegSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 2
  while (at + 9 <= bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] as number
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    const startOfScan = 0xda
    if (marker === startOfScan) return undefined
    at += 2 + view.getUint16(at + 2)
  }
  return undefined
}

/** SOF0 … SOF15, among which three numbers mean tables: Huffman, extensions, arithmetic coding. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}
