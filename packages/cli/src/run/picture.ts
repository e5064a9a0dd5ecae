/** Samples as a file to look at: images become a grid (PNG), points a scatter plot (SVG). @module */
import { GenError } from '@gen/backend'
import { encodePng, grid } from '@gen/io'
import { slice, type Tensor, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { scatterPlot } from '../scatter-plot.ts'

/** A file and its ending. */
export interface Picture {
  readonly file: Uint8Array | string
  readonly extension: 'png' | 'svg'
}

/** The picture of images `[n, h, w, c]`, in so many columns, or of points `[n, d]`: their first two numbers. */
export async function pictureOf(samples: Tensor, { columns }: { columns?: number | undefined } = {}): Promise<Picture> {
  if (samples.rank === 4) {
    const file = tidy(() => encodePng(grid(samples as Tensor4D, columns === undefined ? {} : { columns })))
    return { file, extension: 'png' }
  }
  if (samples.rank === 2 && samples.shape[1]! >= 2) {
    const plane = tidy(() => slice(samples as Tensor2D, [0, 0], [-1, 2]))
    const points = await plane.data()
    plane.dispose()
    return { file: scatterPlot(points), extension: 'svg' }
  }
  throw new GenError(
    'shape',
    `gen: expected images [n, h, w, c] or points [n, 2…] to draw, got [${samples.shape.join(', ')}]`,
  )
}

/** Columns of a grid in which classes come in turn: a class keeps to its columns, and the grid is about square. */
export function columnsOf(count: number, classes = 0): number | undefined {
  if (classes < 2 || classes > count) return undefined
  return classes * Math.max(1, Math.round(Math.sqrt(count) / classes))
}
