/** From the samples of a PNG file to gray or RGB, with alpha where the file has it. @module */
import type { PngContent } from './png-chunks.ts'

/** Samples with how many there are in a pixel. */
export interface Colored {
  readonly channels: number
  readonly data: Uint8Array | Uint16Array
}

/**
 * Turns samples into colors: numbers in a palette into its colors, grays of less than 8 bits into 0 … 255, a transparent
 * color into an alpha channel.
 *
 * @throws Error for a number that the palette lacks.
 */
export function coloredBy(content: PngContent, samples: Uint8Array | Uint16Array): Colored {
  const { header, palette, transparency } = content
  if (palette) return fromPalette(samples, palette, transparency)
  const opaque = header.samples === 1 || header.samples === 3
  const marked = transparency && opaque ? withAlpha(content, samples, transparency) : undefined
  const colored = marked ?? { channels: header.samples, data: samples }
  if (header.depth >= 8) return colored
  const scale = 255 / (2 ** header.depth - 1)
  return { ...colored, data: colored.data.map((sample) => sample * scale) }
}

function fromPalette(indices: Uint8Array | Uint16Array, palette: Uint8Array, alphas: Uint8Array | undefined): Colored {
  const channels = alphas ? 4 : 3
  const data = new Uint8Array(indices.length * channels)
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i] as number
    if (3 * index >= palette.length) throw new Error(`color ${index} of a palette of ${palette.length / 3}`)
    for (let c = 0; c < 3; c++) data[i * channels + c] = palette[3 * index + c] as number
    // Colors beyond the list are opaque.
    if (alphas) data[4 * i + 3] = alphas[index] ?? 255
  }
  return { channels, data }
}

/** The transparent color is compared before grays are scaled, in all of its bits. */
function withAlpha(
  { header: { samples: channels, depth } }: PngContent,
  samples: Uint8Array | Uint16Array,
  transparency: Uint8Array,
): Colored {
  const max = 2 ** depth - 1
  const clear = Array.from({ length: channels }, (_, c) => {
    return (((transparency[2 * c] as number) << 8) | (transparency[2 * c + 1] as number)) & max
  })
  const pixels = samples.length / channels
  const data = depth === 16 ? new Uint16Array(pixels * (channels + 1)) : new Uint8Array(pixels * (channels + 1))
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [from, to] = [pixel * channels, pixel * (channels + 1)]
    let isClear = true
    for (let c = 0; c < channels; c++) {
      data[to + c] = samples[from + c] as number
      isClear &&= samples[from + c] === clear[c]
    }
    data[to + channels] = isClear ? 0 : max
  }
  return { channels: channels + 1, data }
}
