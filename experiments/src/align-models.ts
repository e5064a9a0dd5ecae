/** "GAN and VAE share the same space": six models on faces or on digits, and linear maps between all of them. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type AlignContext,
  alignment,
  type DataName,
  modelNames,
  modelPairs,
  type PairNumbers,
} from '@gen/align-latents'
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
    columns: columnsOf,
    finish: async (rows) => verdict(rows),
  }
}

function columnsOf(row: Row, name: string): Row {
  if ('unexplained' in row) return { type: row.unexplained }
  return 'latent' in row ? { type: pairType(name), ...pairColumns(row) } : trainingColumns(row)
}

function trainingColumns({ latentSize, training }: Row): Row {
  const stages = Object.entries(training as Record<string, { steps: number; seconds: number }>)
  const told = stages.map(([name, { steps, seconds }]) => `${name} ${steps} steps, ${Math.round(seconds / 60)} min`)
  return { type: `${latentSize} dimensions; ${told.join('; ')}` }
}

function pairColumns(row: Row): Row {
  const { latent, images, methods, ridge } = row as unknown as PairNumbers
  const { reconstruction, target, mapped, baselines } = images
  const others = Object.fromEntries(Object.entries(baselines).map(([name, { mean }]) => [name, mean]))
  return {
    R: reconstruction.mean,
    'through the target itself': target.mean,
    M: mapped.mean,
    ...others,
    'L (mse)': latent.mse,
    'R²': latent.r2,
    λ: ridge,
    'R² of other maps': methods,
  }
}
