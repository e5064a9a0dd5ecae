/** The Monte Carlo marginal, in the worker. @module */
import { type Key, normalArray } from '@gen/backend'
import type { Lesson, Pictures, Tally } from '../../trainer/lesson.ts'
import { bell, decode, marginal, posterior } from './marginal.ts'
import type { LatentSettings } from './settings.ts'

const places = 160
const range = [-5, 5] as const
const x: Float32Array<ArrayBuffer> = Float32Array.from(
  { length: places },
  (_, i) => range[0] + ((i + 0.5) / places) * (range[1] - range[0]),
)
/** Draws shown one by one. */
const shown = 120

/** Sums over the draws so far, for one setting. */
interface Sums {
  readonly name: string
  n: number
  /** Σ and Σ² of the weighted P(x | z), over all places of x. */
  readonly first: Float64Array
  readonly second: Float64Array
  /** The same at the x that is asked about. */
  at: [first: number, second: number]
  /** What they converge to, there and everywhere. */
  readonly exact: number
  readonly truth: Float32Array<ArrayBuffer>
}

/** P(x) as a mean over draws of z. */
export const lesson: Lesson<LatentSettings> = {
  backends: ['cpu'],
  begin: (settings, k) => tallyOf(settings.draws, k),
}

/** Sums over no draws. */
function nothing(name: string, settings: LatentSettings): Sums {
  const [first, second] = [new Float64Array(places), new Float64Array(places)]
  const truth = x.map((at) => marginal(settings, at))
  return { name, n: 0, first, second, at: [0, 0], exact: marginal(settings, settings.at), truth }
}

function tallyOf(draws: number, k: Key): Tally<LatentSettings> {
  let sums: Sums | undefined

  /** The sums over the first n draws: those of before and the new ones, or from the start. */
  function over(settings: LatentSettings, n: number): Sums {
    const { decoder, deviation, proposal, at } = settings
    const name = [decoder, deviation, proposal, at].join()
    if (sums?.name !== name || sums.n > n) sums = nothing(name, settings)
    for (const { z, weight } of drawn(settings, k, sums.n, n)) {
      const middle = decode(settings, z)
      for (let i = 0; i < places; i++) {
        const value = weight * bell(x[i]!, middle, deviation)
        sums.first[i]! += value
        sums.second[i]! += value * value
      }
      const value = weight * bell(at, middle, deviation)
      sums.at = [sums.at[0] + value, sums.at[1] + value * value]
    }
    sums.n = n
    return sums
  }

  return {
    losses(settings, step) {
      const now = over(settings, step * draws)
      const { value, error } = estimate(now)
      return { estimate: { miss: Math.abs(value - now.exact), error } }
    },
    numbers: (settings, step) => Float32Array.from(over(settings, step * draws).first),
    pictures: (settings, _, step) => picturesOf(settings, k, over(settings, step * draws)),
    dispose: () => undefined,
  }
}

/** Draws from to n, each with its weight P(z) / Q(z | x). */
function drawn(settings: LatentSettings, k: Key, from: number, to: number): { z: number; weight: number }[] {
  if (to <= from) return []
  const { mean, deviation } =
    settings.proposal === 'prior' ? { mean: 0, deviation: 1 } : posterior(settings, settings.at)
  return Array.from(normalArray(k, to - from, 1, { offset: from }), (noise) => {
    const z = mean + deviation * noise
    return { z, weight: settings.proposal === 'prior' ? 1 : bell(z, 0, 1) / bell(z, mean, deviation) }
  })
}

/** The mean of the draws and its standard error. */
function estimate({ n, at: [first, second] }: Sums): { value: number; error: number } {
  if (n === 0) return { value: 0, error: 0 }
  const value = first / n
  return { value, error: n > 1 ? Math.sqrt(Math.max(0, second / n - value ** 2) / (n - 1)) : value }
}

function picturesOf(settings: LatentSettings, k: Key, sums: Sums): Pictures {
  const { n, first, second } = sums
  const mean = first.map((value) => (n > 0 ? value / n : 0))
  const error = second.map((value, i) => (n > 1 ? Math.sqrt(Math.max(0, value / n - mean[i]! ** 2) / (n - 1)) : 0))
  const last = drawn(settings, k, Math.max(0, n - shown), n)
  const matter = last.map(({ z, weight }) => weight * bell(settings.at, decode(settings, z), settings.deviation))
  const arrays = {
    ...{ x, mean, error },
    truth: sums.truth,
    z: last.map(({ z }) => z),
    middles: last.map(({ z }) => decode(settings, z)),
    matter,
  }
  const [total, squares] = sums.at
  return {
    arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, Float32Array.from(values)])),
    numbers: {
      ...{
        n,
        at: settings.at,
        deviation: settings.deviation,
        ...estimate(sums),
        truth: sums.exact,
      },
      effective: squares > 0 ? total ** 2 / squares : 0,
    },
  }
}
