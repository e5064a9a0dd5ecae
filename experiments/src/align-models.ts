/** "GAN and VAE share the same space": six models on faces or on digits, and linear maps between all of them. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AlignContext, alignment, type DataName, modelNames } from '@gen/align-latents'
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
  const pairs = modelNames.flatMap((a) =>
    modelNames
      .filter((b) => b !== a)
      .map(
        (b): NamedRow => [
          `${a}-to-${b}`,
          async (context) => {
            const { numbers, picture } = await spaces.align(a, b, within(context))
            if (picture) writeFileSync(join(context.pictures, `${a}-to-${b}.png`), picture)
            return { type: pairType(a, b), ...numbers }
          },
        ],
      ),
  )
  return {
    name: `align-${data}`,
    description: `two VAEs, a Split-VAE, a GAN with recoder, a flow and a diffusion model of ${data}, mapped linearly onto each other`,
    minutes: 4,
    rows: Object.fromEntries([...trainings, ...pairs]),
    finish: async (rows) => verdict(rows),
  }
}
