/** Which claims hold, by computation. @module */
import type { Row } from '../experiment.ts'

/** How much worse a competitor may be and still compete. */
const competing = 1.1

/** The survey's and the lecture's claims, with the numbers that decide. */
export function verdict(rows: Readonly<Record<string, Row>>): Row {
  const fidOf = (row: string, from: string) => numbersOf(rows[row]?.fid)[from] ?? Number.NaN
  const nll = { vae: numbersOf(rows.vae).nll!, vamp: numbersOf(rows.vamp).nll! }
  const plain = { prior: fidOf('autoencoder', 'prior'), mixture: fidOf('autoencoder', 'mixture') }
  const gamma = (from: string) => ({ fixed: fidOf('fixed-gamma', from), computed: fidOf('computed-gamma', from) })
  const stages = { prior: fidOf('two-stage', 'prior'), secondStage: fidOf('two-stage', 'secondStage') }
  const normalPriors = ['vae', 'fixed-gamma', 'computed-gamma', 'wae', 'split'].map((row) => fidOf(row, 'prior'))
  const mixtures = ['autoencoder', 'vae', 'computed-gamma', 'wae', 'split'].map((row) => fidOf(row, 'mixture'))
  const rae = fidOf('rae', 'mixture')
  const rivals = { bestOfNormalPriors: Math.min(...normalPriors), secondStage: stages.secondStage }
  const best = { bestOtherMixture: Math.min(...mixtures), vampPrior: fidOf('vamp', 'prior') }
  const law = (row: Row) => numbersOf(row).varianceLaw!
  const lost = (row: Row) => numbersOf(row).lostVariance! / numbersOf(row).meanSquaredError!
  const normal = Object.entries(rows).filter(([, row]) => row.rate !== null)
  return {
    'the VAE reaches 90 nats on binary test digits': { nll: nll.vae, holds: nll.vae <= 90 },
    'a VampPrior betters the likelihood': { ...nll, holds: nll.vamp < nll.vae },
    'an autoencoder is sampled from a mixture, not from N(0, I)': { ...plain, holds: plain.mixture < plain.prior / 2 },
    ...Object.fromEntries(
      ['reconstructions', 'mixture', 'prior'].map((from) => [
        `computed γ helps, FID of ${from === 'reconstructions' ? from : `samples from the ${from}`}`,
        { ...gamma(from), holds: gamma(from).computed < gamma(from).fixed },
      ]),
    ),
    'a second stage helps': { ...stages, holds: stages.secondStage < stages.prior },
    'RAE + GMM betters N(0, I) and a second stage': { rae, ...rivals, holds: rae < Math.min(...Object.values(rivals)) },
    'RAE + GMM is within 10 % of the best sampler': {
      ...{ rae, ...best },
      holds: rae <= competing * Math.min(...Object.values(best)),
    },
    'the variance law holds to 5 % on a trained model': within(normal, law, 0.05),
    'lost variance is the squared error to 10 % on a trained model': within(normal, lost, 0.1),
  }
}

/** Each row's ratio, and whether any is so near to 1. */
function within(rows: readonly (readonly [string, Row])[], ratio: (row: Row) => number, tolerance: number): Row {
  const values = Object.fromEntries(rows.map(([name, row]) => [name, ratio(row)]))
  const holdsFor = Object.keys(values).filter((name) => Math.abs(values[name]! - 1) <= tolerance)
  return { ...values, holdsFor, holds: holdsFor.length > 0 }
}

function numbersOf(value: unknown): Readonly<Record<string, number>> {
  return (value ?? {}) as Readonly<Record<string, number>>
}
