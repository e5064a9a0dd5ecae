/** The samples of a PNG file's pixels, from its filtered rows. @module */
import { type PngHeader, type PngPass, passesOf } from './png-header.ts'

/** Undoes the filter of a row in place; `above` is the row before it, unfiltered. */
type Unfilter = (row: Uint8Array, above: Uint8Array, pixelBytes: number) => void

const unfilters: readonly Unfilter[] = [
  () => {},
  (row, _, n) => {
    for (let i = n; i < row.length; i++) row[i] = (row[i] as number) + (row[i - n] as number)
  },
  (row, above) => {
    for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) + (above[i] as number)
  },
  (row, above, n) => {
    for (let i = 0; i < row.length; i++) {
      row[i] = (row[i] as number) + (((i < n ? 0 : (row[i - n] as number)) + (above[i] as number)) >> 1)
    }
  },
  (row, above, n) => {
    for (let i = 0; i < row.length; i++) {
      const left = i < n ? 0 : (row[i - n] as number)
      const corner = i < n ? 0 : (above[i - n] as number)
      row[i] = (row[i] as number) + paeth(left, above[i] as number, corner)
    }
  },
]

/**
 * The samples of all pixels as the file has them: 0 … 2^depth − 1, those of a pixel together, rows from the top.
 *
 * @param rows The filtered rows of all passes, as long as the header says; they are overwritten.
 * @throws Error for a filter that PNG lacks.
 * @see https://www.w3.org/TR/png-3/#9Filters
 */
export function samplesOf(header: PngHeader, rows: Uint8Array): Uint8Array | Uint16Array {
  const { width, height, depth, samples } = header
  const size = width * height * samples
  const out = depth === 16 ? new Uint16Array(size) : new Uint8Array(size)
  const pixelBytes = Math.ceil((samples * depth) / 8)
  let at = 0
  for (const pass of passesOf(header)) {
    let above: Uint8Array = new Uint8Array(pass.rowBytes)
    for (let y = 0; y < pass.rows; y++) {
      const filter = rows[at] as number
      const row = rows.subarray(at + 1, at + 1 + pass.rowBytes)
      const unfilter = unfilters[filter]
      if (!unfilter) throw new Error(`filter ${filter}`)
      unfilter(row, above, pixelBytes)
      place(header, pass, y, row, out)
      above = row
      at += 1 + pass.rowBytes
    }
  }
  return out
}

/** Of the left, the upper and the corner's value, the one nearest to left + upper − corner. */
function paeth(left: number, upper: number, corner: number): number {
  const toLeft = Math.abs(upper - corner)
  const toUpper = Math.abs(left - corner)
  const toCorner = Math.abs(left + upper - 2 * corner)
  if (toLeft <= toUpper && toLeft <= toCorner) return left
  return toUpper <= toCorner ? upper : corner
}

/** Puts the samples of a pass's row where they belong in the image. */
function place(
  { width, depth, samples }: PngHeader,
  { x, y, stepX, stepY, columns }: PngPass,
  row: number,
  bytes: Uint8Array,
  out: Uint8Array | Uint16Array,
): void {
  const start = ((y + row * stepY) * width + x) * samples
  if (depth === 8 && stepX === 1) {
    out.set(bytes.subarray(0, columns * samples), start)
    return
  }
  const max = 2 ** depth - 1
  for (let i = 0; i < columns * samples; i++) {
    const to = start + Math.floor(i / samples) * stepX * samples + (i % samples)
    if (depth === 16) out[to] = ((bytes[2 * i] as number) << 8) | (bytes[2 * i + 1] as number)
    else if (depth === 8) out[to] = bytes[i] as number
    // Packed samples, the leftmost in the highest bits.
    else out[to] = ((bytes[(i * depth) >> 3] as number) >> (8 - depth - ((i * depth) & 7))) & max
  }
}
