/** Images of another size. @module */
import type { ByteImage } from './byte-image.ts'

/** For one output position: the first source position and the weights from there on, which sum to 1. */
interface Window {
  readonly start: number
  readonly weights: readonly number[]
}

/**
 * Cuts the largest centered piece with the wanted proportions out of an image and averages it over areas: each output pixel is
 * the mean of the source pixels under it, those at its edge in part.
 */
export function cropAndResize(image: ByteImage, height: number, width: number): ByteImage {
  if (image.height === height && image.width === width) return image
  const scale = Math.min(image.height / height, image.width / width)
  const columns = windows((image.width - width * scale) / 2, scale, width, image.width)
  const rows = windows((image.height - height * scale) / 2, scale, height, image.height)
  const { channels } = image
  const data = new Uint8Array(height * width * channels)
  for (let y = 0; y < height; y++) {
    const averaged = averageRows(image, rows[y] as Window)
    for (let x = 0; x < width; x++) {
      const { start, weights } = columns[x] as Window
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0
        for (let i = 0; i < weights.length; i++) {
          sum += (weights[i] as number) * (averaged[(start + i) * channels + channel] as number)
        }
        data[(y * width + x) * channels + channel] = Math.round(sum)
      }
    }
  }
  return { width, height, channels, data }
}

/** Averages the whole image over areas, so that it just fits, and centers it on the background. */
export function padAndResize(image: ByteImage, height: number, width: number, background: number): ByteImage {
  const scale = Math.max(image.height / height, image.width / width)
  const [rows, columns] = [image.height, image.width].map((side) => Math.max(1, Math.round(side / scale))) as [
    number,
    number,
  ]
  const inner = cropAndResize(image, rows, columns)
  if (rows === height && columns === width) return inner
  const { channels } = image
  const data = new Uint8Array(height * width * channels).fill(Math.round(background))
  const [top, left] = [Math.floor((height - rows) / 2), Math.floor((width - columns) / 2)]
  for (let row = 0; row < rows; row++) {
    const from = row * columns * channels
    data.set(inner.data.subarray(from, from + columns * channels), ((top + row) * width + left) * channels)
  }
  return { width, height, channels, data }
}

function averageRows({ width, channels, data }: ByteImage, { start, weights }: Window): Float64Array {
  const rowBytes = width * channels
  const averaged = new Float64Array(rowBytes)
  for (let i = 0; i < weights.length; i++) {
    const from = (start + i) * rowBytes
    for (let j = 0; j < rowBytes; j++)
      averaged[j] = (averaged[j] as number) + (weights[i] as number) * (data[from + j] as number)
  }
  return averaged
}

function windows(offset: number, scale: number, count: number, limit: number): Window[] {
  return Array.from({ length: count }, (_, i) => {
    const from = offset + i * scale
    const to = from + scale
    const start = Math.min(Math.floor(from), limit - 1)
    const end = Math.max(start + 1, Math.min(limit, Math.ceil(to)))
    const overlaps = Array.from({ length: end - start }, (_, j) =>
      Math.max(0, Math.min(to, start + j + 1) - Math.max(from, start + j)),
    )
    const total = overlaps.reduce((sum, overlap) => sum + overlap, 0)
    return { start, weights: overlaps.map((overlap) => overlap / total) }
  })
}
