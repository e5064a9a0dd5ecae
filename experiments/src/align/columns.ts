/** Rows of the alignments as cells of a table. @module */
import type { PairNumbers } from '@gen/align-latents'
import type { Row } from '../experiment.ts'

/** Of a pair its errors beside baselines, of a model how it was trained. */
export function alignColumns(row: Row, type: string): Row {
  return 'latent' in row ? { type, ...pairColumns(row) } : trainingColumns(row)
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
