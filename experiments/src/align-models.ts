/** "GAN and VAE share the same space": six models on faces or on digits, and linear maps between all of them. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AlignContext, alignment, type DataName, modelNames, modelPairs } from '@gen/align-latents'
import { alignColumns } from './align/columns.ts'
import { modelsFolder } from './align/models-folder.ts'
import { pairType, verdict } from './align/verdict.ts'
import type { Experiment, Row, RowContext } from './experiment.ts'

export const alignFaces: Experiment = alignModels('faces')
export const alignDigits: Experiment = alignModels('digits')

type NamedRow = [string, (context: RowContext) => Promise<Row>]

function alignModels(data: DataName): Experiment {
  const spaces = alignment(data)
  const within = (context: RowContext): AlignContext => ({ ...context, scratch: modelsFolder(context) })
  const trainings = modelNames.map(
    (name): NamedRow => [
      name,
      async (context) => {
        const { training, codes } = await spaces.open(name, within(context))
        return { training, latentSize: codes.columns, images: codes.rows }
      },
    ],
  )
  const pairs = modelPairs.map(
    ([a, b]): NamedRow => [
      `${a}-to-${b}`,
      async (context) => {
        const { numbers, picture } = await spaces.align(a, b, within(context))
        if (picture) writeFileSync(join(context.pictures, `${a}-to-${b}.png`), picture)
        return { ...numbers }
      },
    ],
  )
  // Into spaces of noise: λ as most of their pairs choose it.
  const noises = (['flow', 'diffusion'] as const).map(
    (b): NamedRow => [
      `unexplained-vae-1-to-${b}`,
      async (context) => ({ unexplained: await spaces.unexplained('vae-1', b, 1, within(context)) }),
    ],
  )
  return {
    name: `align-${data}`,
    description: `two VAEs, a Split-VAE, a GAN with recoder, a flow and a diffusion model of ${data}, mapped linearly onto each other`,
    minutes: 4,
    rows: Object.fromEntries([...trainings, ...pairs, ...noises]),
    columns: (row, name) => ('unexplained' in row ? { type: row.unexplained } : alignColumns(row, pairType(name))),
    finish: async (rows) => verdict(rows),
  }
}
