import { GenError, key } from '@gen/backend'
import { gaussianRing, imageDataset } from '@gen/data'
import { evaluateFeatures, inceptionScore } from '@gen/metrics'
import { describe, expect, it } from 'vitest'
import { type MetricName, measure, type Result } from './metrics.ts'
import { evalTable } from './report.ts'
import { type Subject, subjectOf } from './subject.ts'

const ring = gaussianRing()
const points = (count: number, seed: number) => ring.dataset(count, key(seed))
const ringSubject = (): Promise<Subject> =>
  subjectOf({ data: 'gaussianRing', real: points(300, 0), fake: points(200, 1), features: 'auto' })
const take = (subject: Subject, ...metrics: MetricName[]): Result[] =>
  measure(subject, { metrics, key: key(0), neighbors: 3 })

const images = (side: number, channels: 1 | 3, count = 30) =>
  imageDataset({
    pixels: Uint8Array.from({ length: count * side * side * channels }, (_, i) => (i * 37) % 251),
    shape: [side, side, channels],
  })

describe('gen eval', () => {
  it('measures points by their coordinates, and finds the modes of a toy', async () => {
    const results = take(await ringSubject())
    expect(results.map(({ metric }) => metric)).toEqual([
      'fid',
      'kid',
      'precision',
      'recall',
      'density',
      'coverage',
      'modes',
    ])
    for (const { features } of results) expect(features).toEqual({ name: 'coordinates', size: 2, resizer: 'none' })
    const named = Object.fromEntries(results.map((result) => [result.metric, result]))
    expect(named.modes).toMatchObject({ value: 8, samples: { fake: 200 } })
    expect(named.fid).toMatchObject({ samples: { real: 300, fake: 200 } })
    // Cut to the same number, or coverage would fall with the number of samples.
    expect(named.coverage).toMatchObject({ samples: { real: 200, fake: 200 } })
    expect(named.coverage?.value).toBeGreaterThan(0.8)
  })

  it('takes images as pixels, shrunk to a few and of the same number', async () => {
    const subject = await subjectOf({ data: 'faces', real: images(32, 3), fake: images(16, 3), features: 'auto' })
    expect(subject.real.features).toEqual({ name: 'pixels 9 × 9', size: 243, resizer: 'antialias-bilinear' })
    expect([subject.real.rows, subject.fake.rows, subject.fake.columns]).toEqual([30, 30, 243])
    const small = await subjectOf({ data: 'mine.npy', real: images(8, 1), fake: images(8, 1), features: 'pixels' })
    expect(small.real.features).toEqual({ name: 'pixels', size: 64, resizer: 'none' })
  })

  it('takes digits by the shipped classifier', async () => {
    const subject = await subjectOf({ data: 'mnist', real: images(28, 1), fake: images(28, 1), features: 'auto' })
    expect(subject.fake.features?.name).toBe('gen-digits-1 features')
    const [sure, modes] = take(subject, 'confident-share', 'modes')
    expect(sure?.features).toEqual({ name: 'gen-digits-1 probabilities', size: 10, resizer: 'antialias-bilinear' })
    expect(modes).toMatchObject({ modes: 10, samples: { fake: 30 } })
  })

  it('gives exactly the numbers of @gen/metrics, of equally many rows where the ratio matters', async () => {
    const { real, fake, ...rest } = await ringSubject()
    const options = { key: key(0), neighbors: 3 }
    for (const [name, metric] of [
      ['fid', 'fid'],
      ['kid', 'kid'],
      ['mmd', 'mmd'],
      ['sliced-wasserstein', 'slicedWasserstein'],
    ] as const) {
      expect(take({ real, fake, ...rest }, name)).toEqual(
        evaluateFeatures(real, fake, { ...options, metrics: [metric] }),
      )
    }
    // 300 examples against 200 samples: the first 200 of each.
    const first = { ...real, rows: 200, data: real.data.subarray(0, 400) }
    expect(take({ real, fake, ...rest }, 'prdc')).toEqual(
      evaluateFeatures(first, fake, { ...options, metrics: ['prdc'] }),
    )
    const digits = await subjectOf({ data: 'mnist', real: images(28, 1), fake: images(28, 1), features: 'auto' })
    expect(take(digits, 'inception-score')).toEqual([inceptionScore(digits.probabilities!, { splits: 10 })])
  })

  it('counts a digit by its most probable class', async () => {
    const subject = await ringSubject()
    const data = Float64Array.of(0.1, 0.7, 0.2, 0.5, 0.2, 0.3, 0, 0.4, 0.6, 0.2, 0.5, 0.3)
    const probabilities = { rows: 4, columns: 3, data }
    const [modes] = take({ ...subject, probabilities }, 'modes')
    expect(modes).toMatchObject({ counts: [1, 2, 1, 0, 0, 0, 0, 0, 0, 0] })
  })

  it('refuses what cannot be compared or measured', async () => {
    const digits = { data: 'mnist', real: images(28, 1), features: 'auto' } as const
    await expect(subjectOf({ ...digits, fake: images(28, 3) })).rejects.toThrow(
      'gen eval: expected samples of [28, 28, 1] as the data, got [28, 28, 3]',
    )
    await expect(
      subjectOf({ ...digits, data: 'faces', features: 'digits', real: images(8, 3), fake: images(8, 3) }),
    ).rejects.toThrow(/features digits for gray digits only/)
    const subject = await ringSubject()
    expect(() => take(subject, 'inception-score')).toThrow(GenError)
  })

  it('prints a table with features, numbers of samples and warnings', () => {
    const features = { name: 'coordinates', size: 2, resizer: 'none' }
    const text = evalTable([
      {
        metric: 'fid',
        value: 1.25,
        samples: { real: 1000, fake: 20 },
        settings: {},
        warnings: ['few samples'],
        features,
      },
      {
        ...{ metric: 'modes', value: 2, modes: 3, counts: [5, 0, 15], highQuality: 0.5, reverseKl: 0.25 },
        ...{ samples: { fake: 20 }, settings: {}, warnings: [], features },
      },
    ])
    expect(text.split('\n')).toEqual([
      'metric   value  ± s.e.  samples   data  features         resizer',
      'fid     1.2500               20  1,000  coordinates [2]  none',
      'modes        2               20         coordinates [2]  none',
      'modes: 2 of 3, 50.0 % near a mode, reverse KL 0.250 nats, samples in each: 5 0 15',
      '! fid: few samples',
    ])
    expect(evalTable([])).toMatch(/^metric/)
  })

  it.each([
    [25, true],
    [26, false],
  ])('lists the samples in each of %i modes: %s', (modes, listed) => {
    const text = evalTable([
      {
        ...{ metric: 'modes', value: modes, modes, counts: Array<number>(modes).fill(1), highQuality: 1, reverseKl: 0 },
        ...{ samples: { fake: modes }, settings: {}, warnings: [] },
        features: { name: 'coordinates', size: 2, resizer: 'none' },
      },
    ])
    expect(text.includes('samples in each:')).toBe(listed)
  })
})
