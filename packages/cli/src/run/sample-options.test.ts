/** How samples are drawn: the flags where they speak, else the model; what does not concern the model is refused. */
import { key } from '@gen/backend'
import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { samplingOf } from '../commands/train-flags.ts'
import { assertRoom, encoderWeights, mostHeld, mostInBatch, weightsOf } from '../limits.ts'
import type { OpenModel } from './open-model.ts'
import { classesOf, type SampleValues, sampleOptions } from './sample-options.ts'

const none = { count: 4, labels: [], seed: 3 }

function opened(family: string, classes: number, shape: number[] = [2]): OpenModel {
  const model = {
    ...{ trainable: { players: [] }, shape, config: {}, classes },
    sample: (): Promise<Tensor> => Promise.reject(new Error('not drawn')),
  }
  return { model, family, sampleSteps: 17, sampler: 'deis', guidance: 2.5 }
}

describe('sampleOptions', () => {
  it('are those of the model where the flags are silent, and of the flags where they speak', () => {
    const model = opened('diffusion', 3)
    const own = { count: 4, batchSize: 64, key: key(3), steps: 17, sampler: 'deis', guidance: 2.5, labels: undefined }
    expect(sampleOptions('gen test', model, none)).toEqual(own)
    const told = { ...none, steps: 5, guidance: 0, labels: [2, 0] }
    expect(sampleOptions('gen test', model, told)).toEqual({ ...own, steps: 5, guidance: 0, labels: [2, 0] })
    const way = { sampler: 'heun', spacing: 'karras' } as const
    expect(sampleOptions('gen test', model, { ...none, ...way })).toEqual({ ...own, ...way })
    const within = { ...model, guidance: { weight: 2.5, interval: [0.3, 5] } as const }
    expect(sampleOptions('gen test', within, none)).toMatchObject({ guidance: within.guidance })
    const stronger = { weight: 4, interval: [0.3, 5] }
    expect(sampleOptions('gen test', within, { ...none, guidance: 4 })).toMatchObject({ guidance: stronger })
    const elsewhere = { weight: 2.5, interval: [1, 2] }
    for (const one of [model, within])
      expect(sampleOptions('gen test', one, { ...none, guidanceInterval: [1, 2] })).toMatchObject({
        guidance: elsewhere,
      })
    expect(samplingOf({})).toEqual({ sampleSteps: 20, sampler: 'unipc', guidance: 1 })
    expect(samplingOf({ guidance: 2, guidanceInterval: [0.3, 5] })).toEqual({
      sampleSteps: 20,
      sampler: 'unipc',
      guidance: { weight: 2, interval: [0.3, 5] },
    })
    expect(samplingOf({ sampleSteps: 3, guidance: 0 })).toEqual({ sampleSteps: 3, sampler: 'unipc', guidance: 0 })
  })

  it('are of one part, in the batches of the whole, and find room part by part', () => {
    const model = opened('vae', 0, [4096])
    const shard = { index: 1, of: 4 }
    expect(sampleOptions('gen test', model, { ...none, batch: 1, shard })).toMatchObject({
      count: 4,
      batchSize: 1,
      shard,
    })
    expect(() => sampleOptions('gen test', model, { ...none, count: 100_000 })).toThrow('--count to be at most')
    expect(sampleOptions('gen test', model, { ...none, count: 100_000, shard })).toMatchObject({ count: 100_000 })
    expect(() => sampleOptions('gen test', model, { ...none, count: 130, shard })).toThrow(
      'gen test: expected at most 3 shards of 130 rows, made 64 at once, got 4; pass --batch 32',
    )
  })

  it('have the classes in turn, or those asked for', () => {
    expect(classesOf(opened('gan', 3), [])).toEqual([0, 1, 2])
    expect(classesOf(opened('gan', 3), [2])).toEqual([2])
    expect(classesOf(opened('gan', 0), [])).toEqual([])
  })

  it.each<[string, number, Partial<SampleValues>, string]>([
    [
      'vae',
      0,
      { steps: 5 },
      'expected a diffusion model for --steps, got one of family vae without classes; leave it out',
    ],
    [
      'diffusion',
      0,
      { guidance: 2 },
      'for --guidance, got one of family diffusion without classes; train one with gen train diffusion --conditional',
    ],
    ['gan', 3, { sampler: 'heun' }, 'expected a diffusion model for --sampler, got one of family gan; leave it out'],
    [
      'flow',
      0,
      { spacing: 'even' },
      'expected a diffusion model for --spacing, got one of family flow without classes',
    ],
    ['gan', 3, { guidance: 2 }, 'for --guidance, got one of family gan; leave it out'],
    [
      'vae',
      0,
      { guidanceInterval: [0, 1] },
      'a conditional diffusion model for --guidance-interval, got one of family vae',
    ],
    ['vae', 0, { labels: [1] }, 'train one with gen train vae --preset conditional'],
    ['flow', 0, { labels: [1] }, 'train one with gen train flow --conditional'],
    ['flow', 3, { labels: [0, 3] }, 'expected --labels from 0 to 2, the classes of the model, got 3'],
    ['flow', 0, { count: 67_108_865 }, 'expected --count to be at most 67108864 for items of [2], got 67108865'],
  ])('of a %s with %d classes refuse %j', (family, classes, given, message) => {
    expect(() => sampleOptions('gen test', opened(family, classes), { ...none, ...given })).toThrow(message)
  })
})

describe('limits', () => {
  it('are exact', () => {
    expect([mostInBatch, mostHeld]).toEqual([16_777_216, 134_217_728])
    expect(() => assertRoom('gen test', '--batch', 21_399, [28, 28, 1], mostInBatch)).not.toThrow()
    expect(() => assertRoom('gen test', '--batch', 21_400, [28, 28, 1], mostInBatch)).toThrow('at most 21399')
    // One item may be as large as it is.
    expect(() => assertRoom('gen test', '--batch', 1, [1e9], mostInBatch)).not.toThrow()
  })

  it('count weights', () => {
    expect(weightsOf([2, 3, 5])).toBe(2 * 3 + 3 * 5)
    expect(weightsOf([2, 3, 5], 9)).toBe(9 * (2 * 3 + 3 * 5))
    expect(encoderWeights([28, 28, 1], 7, [4, 8], true)).toBe(784 * 4 + 4 * 8 + 8 * 7)
    // 28 → 14 → 7 pixels a side.
    expect(encoderWeights([28, 28, 1], 5, [4, 8], false)).toBe(9 * (4 + 4 * 8) + 7 * 7 * 8 * 5)
  })
})
