/** What all pairs together say of the lecture's claims. @module */

import type { ModelName, PairNumbers } from '@gen/align-latents'
import type { Row } from '../experiment.ts'

/** The paper's types of pairs, and what is beyond it. */
export type PairType = 'type 1: re-training' | 'type 2: same class' | 'type 3: GAN and VAE' | 'flow or diffusion'

/** The type of a pair. */
export function pairType(a: ModelName, b: ModelName): PairType {
  const both: readonly string[] = [a, b]
  if (both.includes('flow') || both.includes('diffusion')) return 'flow or diffusion'
  if (both.includes('gan')) return 'type 3: GAN and VAE'
  return both.includes('split-vae') ? 'type 2: same class' : 'type 1: re-training'
}

interface PairRow extends PairNumbers {
  readonly type: PairType
}

/** For each type of pair: errors, and the share of pairs that beat every baseline. */
export function verdict(rows: Readonly<Record<string, Row>>): Row {
  const pairs = Object.values(rows).filter((row) => 'latent' in row) as unknown as PairRow[]
  const groups = new Map<string, PairRow[]>()
  for (const pair of pairs) {
    groups.set(pair.type, [...(groups.get(pair.type) ?? []), pair])
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, summaryOf(group)]))
}

function summaryOf(group: readonly PairRow[]): Row {
  const mean = (value: (pair: PairRow) => number) => group.reduce((sum, pair) => sum + value(pair), 0) / group.length
  const beats = (pair: PairRow) =>
    Object.values(pair.images.baselines).every((baseline) => pair.images.mapped.mean < baseline.mean)
  const known = group.filter(({ methods }) => methods.mlp !== undefined)
  return {
    pairs: group.length,
    R: mean(({ images }) => images.reconstruction.mean),
    throughTarget: mean(({ images }) => images.target.mean),
    M: mean(({ images }) => images.mapped.mean),
    meanImage: mean(({ images }) => images.baselines.meanImage?.mean ?? Number.NaN),
    r2: mean(({ latent }) => latent.r2),
    beatAllBaselines: mean((pair) => Number(beats(pair))),
    ...(known.length > 0 && {
      nonLinearGain: known.reduce((sum, { methods, latent }) => sum + methods.mlp! - latent.r2, 0) / known.length,
    }),
    sizeWithinTenPercent: mean(({ mappedCurve }) => {
      const last = mappedCurve.at(-1)?.error ?? Number.NaN
      return mappedCurve.find(({ error }) => error <= 1.1 * last)?.size ?? Number.NaN
    }),
  }
}
