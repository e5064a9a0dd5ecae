/** Digits out of noise, on two ways, in the worker. @module */
import { fold, type Key, normal } from '@gen/backend'
import { type Diffusion, ddim, ddpmAncestral, dpmSolver2M, heun, type Sampler } from '@gen/diffusion'
import { tidy } from '@tensorflow/tfjs-core'
import { shippedModel } from '../../models/shipped.ts'
import type { Lesson, Tally } from '../../trainer/lesson.ts'
import { type Moment, momentAt, readTensor, recorded, rememberedAsync } from '../recorded.ts'
import type { DigitsSettings } from './settings.ts'
import { classes, counts, end, pixels, samplerNames } from './view.ts'

const samplers: Readonly<Record<DigitsSettings['sampler'], (options: { steps: number }) => Sampler>> = {
  ...{ ddim, dpmSolver2M, heun, ddpmAncestral },
}
const labels = Array.from({ length: classes }, (_, label) => label)

/** Two models that came trained: along the cosine schedule, and by flow matching. */
export const lesson: Lesson<DigitsSettings, Tally<DigitsSettings>> = {
  backends: ['simd', 'webgpu', 'wasm', 'webgl', 'cpu'],
  async begin(_, k, site) {
    const { own: cosine } = await shippedModel(site, 'digits-cosine', 'diffusion')
    const { own: flow } = await shippedModel(site, 'digits-flow', 'diffusion')
    const way = (model: Diffusion) =>
      rememberedAsync(({ sampler, steps, guidance }: Omit<DigitsSettings, 'digit'>) =>
        fromNoise(model, { sampler, steps, guidance, labels }, k),
      )
    const ways = { cosine: way(cosine), flow: way(flow) }
    const table = rememberedAsync((asked: Pick<DigitsSettings, 'digit' | 'guidance'>) => tableOf(cosine, asked, k))
    const both = async ({ sampler, steps, guidance }: DigitsSettings) => ({
      cosine: await ways.cosine({ sampler, steps, guidance }),
      flow: await ways.flow({ sampler, steps, guidance }),
    })
    return {
      async losses(settings, step) {
        const { cosine: one, flow: other } = await both(settings)
        return { cosine: { left: left(one, step / end) }, flow: { left: left(other, step / end) } }
      },
      numbers: async (settings, step) => momentAt((await both(settings)).cosine, step / end).noisy,
      async pictures(settings, { layers }, step) {
        const { cosine: one, flow: other } = await both(settings)
        const [a, b] = [momentAt(one, step / end), momentAt(other, step / end)]
        const { digit, guidance } = settings
        const arrays = {
          ...{ cosineNoisy: a.noisy, cosineGuess: a.guess, flowNoisy: b.noisy, flowGuess: b.guess },
          ...(layers.includes('table') && { table: await table({ digit, guidance }) }),
        }
        return {
          arrays: Object.fromEntries(Object.entries(arrays).map(([name, values]) => [name, values.slice()])),
          numbers: {
            ...{ cosineLeft: left(one, step / end), flowLeft: left(other, step / end) },
            ...{ cosineWay: crookedness(one), flowWay: crookedness(other), calls: one.length - 1 },
          },
        }
      },
      dispose() {
        cosine.dispose()
        flow.dispose()
      },
    }
  },
}

interface Drawn extends Omit<DigitsSettings, 'digit'> {
  readonly labels: readonly number[]
}

/** The same noise for every model, sampler and number of steps. */
async function fromNoise(
  model: Diffusion,
  { sampler, steps, guidance, labels: wanted }: Drawn,
  k: Key,
): Promise<readonly Moment[]> {
  const noise = tidy(() => normal(fold(k, 1), [wanted.length, pixels, pixels, 1]))
  const options = { count: wanted.length, labels: [...wanted], guidance, noise, clip: true, key: fold(k, 2) }
  const moments = await recorded((onStep) =>
    model.sample({ ...options, sampler: samplers[sampler]({ steps }), onStep }),
  )
  noise.dispose()
  return moments
}

/** One digit by each sampler in each number of steps, row by row. */
async function tableOf(
  model: Diffusion,
  { digit, guidance }: Pick<DigitsSettings, 'digit' | 'guidance'>,
  k: Key,
): Promise<Float32Array<ArrayBuffer>> {
  const size = pixels ** 2
  const all = new Float32Array(samplerNames.length * counts.length * size)
  const noise = tidy(() => normal(fold(k, 3), [1, pixels, pixels, 1]))
  for (const [row, name] of samplerNames.entries()) {
    for (const [column, steps] of counts.entries()) {
      const options = { count: 1, labels: digit, guidance, noise, clip: true, key: fold(k, 2) }
      const drawn = await model.sample({ ...options, sampler: samplers[name]({ steps }) })
      all.set(await readTensor(drawn), (row * counts.length + column) * size)
      drawn.dispose()
    }
  }
  noise.dispose()
  return all
}

function distance(a: Float32Array, b: Float32Array): number {
  return Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length)
}

/** How far the guess is from what it becomes, root of the mean square of a pixel. */
function left(moments: readonly Moment[], share: number): number {
  return distance(momentAt(moments, share).guess, moments.at(-1)!.guess)
}

/** The length of the way from noise to digits over that of a straight line. */
function crookedness(moments: readonly Moment[]): number {
  let length = 0
  for (const [i, { noisy }] of moments.slice(1).entries()) length += distance(moments[i]!.noisy, noisy)
  return length / distance(moments[0]!.noisy, moments.at(-1)!.noisy)
}
