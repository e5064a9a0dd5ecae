/** Which claims hold, by computation. @module */
import type { Row } from '../experiment.ts'

/** How much worse a competitor may be and still compete. */
const competing = 1.1

/** The survey's and the lecture's claims, with the numbers that decide. */
export function verdict(rows: Readonly<Record<string, Row>>): Row {
  const fidOf = (row: string, from: string) => numbersOf(rows[row]?.fid)[from] ?? Number.NaN
  const number = (row: string, name: string) => rows[row]?.[name] as number
  const [fixed, computed] = [fidOf('fixed-gamma', 'prior'), fidOf('computed-gamma', 'prior')]
  const [twoStage, regularised] = [fidOf('two-stage', 'secondStage'), fidOf('rae', 'mixture')]
  const variational = ['vae', 'fixed-gamma', 'computed-gamma', 'wae', 'vamp', 'split'].map((row) => fidOf(row, 'prior'))
  const bestPrior = Math.min(...variational)
  const codes = { prior: fidOf('autoencoder', 'prior'), mixture: fidOf('autoencoder', 'mixture') }
  const law = ['computed-gamma', 'split', 'fixed-gamma', 'vae'].map((row) => [row, number(row, 'varianceLaw')] as const)
  const loss = ['computed-gamma', 'split'].map(
    (row) => [row, number(row, 'lostVariance') / number(row, 'meanSquaredError')] as const,
  )
  const inLaw = ([, value]: readonly [string, number]) => value >= 0.95 && value <= 1.05
  const inLoss = ([, value]: readonly [string, number]) => Math.abs(value - 1) <= 0.1
  return {
    'test NLL of the VAE on binarised digits, at most 90 nats': {
      nll: number('vae', 'nll'),
      holds: number('vae', 'nll') <= 90,
    },
    'a VampPrior betters the NLL': {
      vae: number('vae', 'nll'),
      vamp: number('vamp', 'nll'),
      holds: number('vamp', 'nll') < number('vae', 'nll'),
    },
    'an autoencoder cannot be sampled from N(0, I), but from a mixture': {
      ...codes,
      holds: codes.mixture < codes.prior / 2,
    },
    'computed γ helps': { fixed, computed, holds: computed < fixed },
    'a second stage helps': { prior: computed, twoStage, holds: twoStage < computed },
    'RAE + GMM competes': {
      rae: regularised,
      bestPrior,
      twoStage,
      holds: regularised <= competing * Math.min(bestPrior, twoStage),
    },
    'variance law within 0.95–1.05 (computed γ)': { ...Object.fromEntries(law), holds: law.slice(0, 1).every(inLaw) },
    'lost variance within 10 % of the mean squared error (computed γ)': {
      ...Object.fromEntries(loss),
      holds: loss.slice(0, 1).every(inLoss),
    },
  }
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  return (value ?? {}) as Readonly<Record<string, number>>
}
