/** What all pairs together say of the lecture's claims. @module */

import type { ModelName, PairNumbers } from '@gen/align-latents'
import type { Row } from '../experiment.ts'

/** The paper's types of pairs, and what is beyond it. */
export type PairType =
  | 'type 1: re-training'
  | 'type 2: same class'
  | 'type 3: GAN and VAE'
  | 'into a flow'
  | 'into a diffusion model'
  | 'out of a flow or a diffusion model'

/** The type of a pair, from its row's name. */
export function pairType(row: string): PairType {
  const [a, b] = row.split('-to-') as [ModelName, ModelName]
  if (b === 'flow') return 'into a flow'
  if (b === 'diffusion') return 'into a diffusion model'
  if (a === 'flow' || a === 'diffusion') return 'out of a flow or a diffusion model'
  if (a === 'gan' || b === 'gan') return 'type 3: GAN and VAE'
  return a === 'split-vae' || b === 'split-vae' ? 'type 2: same class' : 'type 1: re-training'
}

/** For each type of pair: errors, and the share of pairs that beat every baseline. */
export function verdict(rows: Readonly<Record<string, Row>>): Row {
  const groups = new Map<string, PairNumbers[]>()
  for (const [name, row] of Object.entries(rows)) {
    if (!('latent' in row)) continue
    const type = pairType(name)
    groups.set(type, [...(groups.get(type) ?? []), row as unknown as PairNumbers])
  }
  return Object.fromEntries([...groups].map(([name, group]) => [name, summaryOf(group)]))
}

function summaryOf(group: readonly PairNumbers[]): Row {
  const mean = (value: (pair: PairNumbers) => number) =>
    group.reduce((sum, pair) => sum + value(pair), 0) / group.length
  const beats = (pair: PairNumbers) =>
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
