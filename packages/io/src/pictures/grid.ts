/** Many images as one. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import { cast, concat, fill, pad, reshape, type Tensor3D, type Tensor4D, tidy, transpose } from '@tensorflow/tfjs-core'

/** Options of {@link grid}. */
export interface GridOptions {
  /** Images in a row. @default the ceiling of √batch */
  columns?: number
  /** Pixels between images and around them. @default 2 */
  padding?: number
  /** Value of the padding and of cells without an image. @default 0 */
  value?: number
}

/**
 * Lays a batch of images out as one image, row by row.
 *
 * @param images Shape `[b, h, w, c]`, any range.
 * @returns Shape `[rows·(h + padding) + padding, columns·(w + padding) + padding, c]`.
 * @throws GenError `shape` when the batch is empty or has another rank; `value` or `range` for options.
 * @example
 * const sheet = grid(samples, { columns: 8 })
 */
export function grid(images: Tensor4D, { columns, padding = 2, value = 0 }: GridOptions = {}): Tensor3D {
  const where = 'io.grid'
  if (images.rank !== 4 || images.size === 0) {
    throw refusal('shape', where, { expected: 'images of shape [b, h, w, c]', got: `[${images.shape}]` })
  }
  const [count, height, width, channels] = images.shape
  const across = columns ?? Math.ceil(Math.sqrt(count))
  assertInteger(where, 'columns', across, { min: 1 })
  assertInteger(where, 'padding', padding, { min: 0 })
  assertNumber(where, 'value', value)
  const down = Math.ceil(count / across)
  return tidy(() => {
    const framed = pad(
      cast(images, 'float32'),
      [
        [0, 0],
        [padding, 0],
        [padding, 0],
        [0, 0],
      ],
      value,
    )
    const [cellHeight, cellWidth] = [height + padding, width + padding]
    const empty = down * across - count
    const cells = empty > 0 ? concat([framed, fill([empty, cellHeight, cellWidth, channels], value)]) : framed
    const rows = transpose(reshape(cells, [down, across, cellHeight, cellWidth * channels]), [0, 2, 1, 3])
    const sheet: Tensor3D = reshape(rows, [down * cellHeight, across * cellWidth, channels])
    return pad(
      sheet,
      [
        [0, padding],
        [0, padding],
        [0, 0],
      ],
      value,
    )
  })
}
