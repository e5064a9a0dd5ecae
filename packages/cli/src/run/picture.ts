/** Samples as a file to look at: images become a grid, points a scatter plot, numbers a histogram. @module */
import { refusal } from '@gen/backend'
import { encodePng, grid } from '@gen/io'
import { slice, type Tensor, type Tensor2D, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { type Block, svgDocument } from '../figure/block.ts'
import { histogram } from '../figure/histogram.ts'
import { rasterize } from '../figure/rasterize.ts'
import { scatter } from '../figure/scatter-plot.ts'
import { sheet } from '../figure/sheet.ts'

/** A file and its ending. */
export interface Picture {
  readonly file: Uint8Array | string
  readonly extension: 'png' | 'svg'
}

/** How samples are drawn. */
export interface PictureOptions {
  /** Images in a row. @default about a square */
  columns?: number | undefined
  /** Names above the columns. @default nothing */
  names?: readonly string[]
  /** Each pixel of an image becomes a square of so many; 0: as large as is comfortable. @default 1 */
  scale?: number
  /** @default png for images, svg for points */
  extension?: Picture['extension']
}

/**
 * The picture of images `[n, h, w, c]`, or of points `[n, d]`: their first two numbers (which the title tells), or a histogram of their only one.
 *
 * @throws GenError 'shape' for what cannot be drawn; 'range' for a picture that is too large.
 */
export async function pictureOf(samples: Tensor, options: PictureOptions = {}): Promise<Picture> {
  const { names = [], scale = 1, columns, extension = samples.rank === 4 ? 'png' : 'svg' } = options
  if (samples.rank === 4) {
    const layout = columns === undefined ? {} : { columns }
    const images = samples as Tensor4D
    if (names.length === 0 && scale === 1 && extension === 'png') {
      return { file: tidy(() => encodePng(grid(images, layout))), extension }
    }
    return figureFile(sheet(images, { ...layout, names, scale }), extension)
  }
  if (samples.rank === 2) return figureFile(await pointFigure(samples as Tensor2D), extension)
  throw refusal('shape', 'gen', {
    expected: 'images [n, h, w, c] or points [n, d] to draw',
    got: `[${samples.shape.join(', ')}]`,
    remedy: 'write .npy instead',
  })
}

async function pointFigure(points: Tensor2D): Promise<Block> {
  const [, size] = points.shape
  const drawn = Math.min(2, size)
  const plane = tidy(() => slice(points, [0, 0], [-1, drawn]))
  const values = await plane.data<'float32'>()
  plane.dispose()
  if (drawn === 1) return histogram(values)
  return scatter(values, size > 2 ? { title: `x0 and x1 of ${size} columns` } : {})
}

/** A figure as a file. */
export async function figureFile(figure: Block, extension: Picture['extension'] = 'png'): Promise<Picture> {
  const svg = svgDocument(figure)
  return { file: extension === 'svg' ? svg : await rasterize(svg), extension }
}

/** Columns of a grid in which classes come in turn: a class keeps to its columns, and the grid is about square. */
export function columnsOf(count: number, classes = 0): number | undefined {
  if (classes < 2 || classes > count) return undefined
  return classes * Math.max(1, Math.round(Math.sqrt(count) / classes))
}

/** The grid of samples of these classes in turn: its columns, with the class of each above it. */
export function classColumns(count: number, classes: readonly number[]): Pick<PictureOptions, 'columns' | 'names'> {
  const columns = columnsOf(count, classes.length)
  if (columns === undefined) return {}
  return { columns, names: Array.from({ length: columns }, (_, i) => `class ${classes[i % classes.length]}`) }
}
