/** What `gen edit` draws: a row for each example, a column for each step of the edit. @module */
import type { Tensor4D } from '@tensorflow/tfjs-core'
import { type Block, broken, paragraph, under } from './block.ts'
import { amountName } from './diagnosis-figure.ts'
import { sheet } from './sheet.ts'

/** What the pictures are. */
export interface EditFigureOptions {
  readonly attribute: string
  readonly kept: readonly string[]
  /** Of the columns behind the first, in deviations of the codes along the direction. */
  readonly amounts: readonly number[]
  /** Names of the examples. */
  readonly rows: readonly string[]
  /** How good the boundaries are. */
  readonly told: readonly string[]
  readonly scale: number
}

/** Images example by example: first itself, then at all amounts. */
export function editFigure(
  images: Tensor4D,
  { attribute, kept, amounts, rows, told, scale }: EditFigureOptions,
): Block {
  const names = ['example', ...amounts.map((amount) => amountName(amount))]
  const pictures = sheet(images, { columns: names.length, rows, names, scale, value: 1 })
  const title = `less ← ${attribute} → more${kept.length > 0 ? `, keeping ${kept.join(', ')}` : ''}`
  const width = Math.max(pictures.width, 480)
  const about = [
    `columns: codes moved along the direction of ${attribute}, in deviations σ of all codes along it; 0 σ is the example through the model as it is. rows: examples, with or without ${attribute}`,
    ...told,
  ]
  return under([paragraph([title], { bold: true }), pictures, paragraph(about.flatMap((line) => broken(line, width)))])
}
