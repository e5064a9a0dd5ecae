/** Samples as a file to look at: images become a grid (PNG), points a scatter plot (SVG). @module */
import { GenError } from '@gen/backend'
import { encodePng } from '@gen/io'
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { scatterPlot } from '../scatter-plot.ts'

/** A file and its ending. */
export interface Picture {
  readonly file: Uint8Array | string
  readonly extension: 'png' | 'svg'
}

/** The picture of images `[n, h, w, c]` or points `[n, 2]`. */
export async function pictureOf(samples: Tensor): Promise<Picture> {
  if (samples.rank === 4) return { file: encodePng(samples as Tensor4D), extension: 'png' }
  if (samples.rank === 2 && samples.shape[1] === 2) {
    return { file: scatterPlot(await samples.data<'float32'>()), extension: 'svg' }
  }
  throw new GenError(
    'shape',
    `gen: expected images [n, h, w, c] or points [n, 2] to draw, got [${samples.shape.join(', ')}]`,
  )
}
