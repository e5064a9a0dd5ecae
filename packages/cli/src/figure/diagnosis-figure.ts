/** What `gen diagnose` draws: each row of images says what it is. @module */
import type { DiagnosisPanels } from '@gen/vae/diagnosis'
import { type Block, beside, broken, paragraph, under } from './block.ts'
import { scatter } from './scatter-plot.ts'
import { sheet } from './sheet.ts'

/** Words and size of the figure. */
export interface DiagnosisFigureOptions {
  /** Lines below the images. */
  readonly findings: readonly string[]
  /** Pixels for each pixel of an image; 0: as large as is comfortable. */
  readonly scale: number
}

/** A deviation that a column stands for: `−1.25 σ`. */
export const amountName = (amount: number, digits = 1): string => {
  const shown = Math.abs(amount).toFixed(digits)
  if (Number(shown) === 0) return '0 σ'
  return `${amount < 0 ? '−' : '+'}${shown} σ`
}

/** Items, reconstructions, samples, traversals with the variable and its deviation, and the codes in the plane. */
export function diagnosisFigure(panels: DiagnosisPanels, { findings, scale }: DiagnosisFigureOptions): Block {
  const { columns, items, reconstructions, samples, traversals, deviations, codes } = panels
  const [x, y] = codes.variables.map((variable) => `z${variable}`) as [string, string]
  const layout = { columns, scale, value: 0.5 }
  const sampleRows = Array.from({ length: Math.ceil(samples.shape[0] / columns) }, (_, i) => (i === 0 ? 'samples' : ''))
  const rows = traversals.variables.map((variable) => `z${variable}, σ ${deviations[variable]!.toPrecision(2)}`)
  const images = [
    part('data, and the same through the model', [
      sheet(items, { ...layout, rows: [padded('data')] }),
      sheet(reconstructions, { ...layout, rows: [padded('reconstructed')] }),
    ]),
    part('drawn from the prior', [sheet(samples, { ...layout, rows: sampleRows.map(padded) })]),
    part('the first code, moved along the variables in most use by so many deviations of the data', [
      sheet(traversals.images, {
        ...{ ...layout, rows: rows.map(padded) },
        names: traversals.amounts.map((amount) => amountName(amount)),
      }),
    ]),
  ]
  const title = `mean codes of ${codes.points.length / 2} examples`
  const plane = scatter(codes.points, { side: 320, names: [x, y], title })
  const whole = under(images, 18)
  const words = paragraph(findings.flatMap((line) => broken(line, Math.max(480, whole.width - plane.width - 24))))
  return under([whole, beside([plane, part('findings', [words])])], 18)
}

const part = (title: string, blocks: readonly Block[]): Block =>
  under([paragraph([title], { bold: true }), ...blocks], 4)

/** Rows of all parts begin at the same place. */
const padded = (name: string): string => name.padStart(16, '\u00a0')
