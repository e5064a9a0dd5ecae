/** From the colors of JPEG files to gray and RGB. @module */

/** What the components mean. */
export type ColorSpace = 'gray' | 'rgb' | 'ycc' | 'cmyk' | 'ycck'

/** What a file says of its colors. */
export interface ColorHints {
  readonly jfif: boolean
  /** The transform that an Adobe marker names: 0 none, 1 YCbCr, 2 YCCK. */
  readonly adobe: number | undefined
  readonly ids: readonly number[]
}

/** Reads the hints as libjpeg does: JFIF files are YCbCr; else an Adobe marker decides, else the components' names. */
export function colorSpace({ jfif, adobe, ids }: ColorHints): ColorSpace {
  if (ids.length === 1) return 'gray'
  if (ids.length === 4) return adobe === undefined || adobe === 0 ? 'cmyk' : 'ycck'
  if (jfif) return 'ycc'
  if (adobe !== undefined) return adobe === 0 ? 'rgb' : 'ycc'
  return String.fromCharCode(...ids) === 'RGB' ? 'rgb' : 'ycc'
}

/**
 * Writes a row of pixels: gray as it is, everything else as RGB. Inks are stored inverted, as Adobe's programs do and
 * every reader takes them: 255 is none.
 */
export function convertRow(
  space: ColorSpace,
  rows: readonly Uint8ClampedArray[],
  out: Uint8ClampedArray,
  width: number,
): void {
  const [first, second, third, black] = rows as [
    Uint8ClampedArray,
    Uint8ClampedArray,
    Uint8ClampedArray,
    Uint8ClampedArray,
  ]
  if (space === 'gray') out.set(first.subarray(0, width))
  else if (space === 'rgb' || space === 'cmyk') interleave(first, second, third, out, width)
  else fromLuma(first, second, third, out, width)
  // Clamped arrays round to the nearest.
  if (space === 'cmyk') for (let i = 0; i < 3 * width; i++) out[i] = inked(out[i] as number, black, i)
  if (space === 'ycck') for (let i = 0; i < 3 * width; i++) out[i] = inked(255 - (out[i] as number), black, i)
}

/** What is left of a color below black ink. */
function inked(color: number, black: Uint8ClampedArray, i: number): number {
  const light = black[Math.floor(i / 3)] as number
  return light - Math.round(((255 - color) * light) / 255)
}

function interleave(
  red: Uint8ClampedArray,
  green: Uint8ClampedArray,
  blue: Uint8ClampedArray,
  out: Uint8ClampedArray,
  width: number,
): void {
  for (let x = 0, to = 0; x < width; x++, to += 3) {
    out[to] = red[x] as number
    out[to + 1] = green[x] as number
    out[to + 2] = blue[x] as number
  }
}

/** ITU-R BT.601 in 16-bit integers, rounded. @see JFIF 1.02 (1992) https://www.w3.org/Graphics/JPEG/jfif3.pdf */
function fromLuma(
  luma: Uint8ClampedArray,
  blueness: Uint8ClampedArray,
  redness: Uint8ClampedArray,
  out: Uint8ClampedArray,
  width: number,
): void {
  for (let x = 0, to = 0; x < width; x++, to += 3) {
    const y = luma[x] as number
    const b = (blueness[x] as number) - 128
    const r = (redness[x] as number) - 128
    out[to] = y + ((91881 * r + 32768) >> 16)
    out[to + 1] = y + ((-22554 * b - 46802 * r + 32768) >> 16)
    out[to + 2] = y + ((116130 * b + 32768) >> 16)
  }
}
