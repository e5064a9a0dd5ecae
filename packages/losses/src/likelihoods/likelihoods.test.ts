/** Laws of all likelihoods. @module */
import { GenError, key, normal, useBackend } from '@gen/backend'
import {
  dispose,
  grads,
  mean,
  neg,
  slice,
  sum,
  type Tensor,
  tensor,
  tidy,
  tile,
  variableGrads,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bernoulliLikelihood,
  categoricalLikelihood,
  discretizedLogisticLikelihood,
  gaussianLikelihood,
  type Likelihood,
} from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const all: [name: string, make: () => Likelihood, levels?: number][] = [
  ['bernoulli', () => bernoulliLikelihood(), 2],
  ['gaussian', () => gaussianLikelihood({ deviation: 0.3 })],
  ['gaussian, learned', () => gaussianLikelihood({ deviation: 'learned' })],
  ['gaussian, computed', () => gaussianLikelihood({ deviation: 'computed' })],
  ['gaussian, per pixel', () => gaussianLikelihood({ deviation: 'perPixel' })],
  ['categorical', () => categoricalLikelihood({ levels: 5 }), 5],
  ['discretized logistic', () => discretizedLogisticLikelihood({ levels: 16 }), 16],
]

const free = (likelihood: Likelihood) => dispose([...(likelihood.variables?.() ?? []), ...(likelihood.state?.() ?? [])])

describe.each(all)('%s', (_, make, levels) => {
  it('gives shapes of images with channels; the output’s gradient is finite', () => {
    const likelihood = make()
    const x = tensor(
      new Float32Array(2 * 3 * 3 * 2).map((__, i) => i % 2),
      [2, 3, 3, 2],
    )
    const output = normal(key(1), [2, 3, 3, 2 * likelihood.channels])
    const [density, average, drawn] = [
      likelihood.logProb(x, output),
      likelihood.mean(output),
      likelihood.sample(output, key(2)),
    ]
    expect([density.shape, average.shape, drawn.shape]).toEqual([[2], x.shape, x.shape])
    const [gradient] = grads((o: Tensor) => sum(likelihood.logProb(x, o)))([output])
    expect(gradient!.dataSync().every(Number.isFinite)).toBe(true)
    expect(JSON.parse(JSON.stringify(likelihood.config))).toEqual(likelihood.config)
    dispose([x, output, density, average, drawn, gradient!])
    free(likelihood)
  })

  it('takes events of any shape, and each row alone gives what it gives in the batch', () => {
    const likelihood = make()
    const dimension = fc.integer({ min: 1, max: 4 })
    fc.assert(
      fc.property(fc.array(dimension, { minLength: 1, maxLength: 3 }), dimension, fc.nat(), (event, batch, seed) => {
        const shape = [...event.slice(0, -1), event.at(-1)! * likelihood.channels]
        tidy(() => {
          const x = normal(key(seed), [batch, ...event])
          const output = normal(key(seed + 1), [batch, ...shape])
          const last = (all: Tensor) => slice(all, [batch - 1, ...event.map(() => 0)], [1, ...all.shape.slice(1)])
          const together = likelihood.logProb(x, output).dataSync()
          expect(together.length).toBe(batch)
          expect(likelihood.logProb(last(x), last(output)).dataSync()).toBeAllClose([together[batch - 1]!])
        })
      }),
      { numRuns: 20 },
    )
    free(likelihood)
  })

  it('sums to 1 over the values of a pixel, or integrates', () => {
    const likelihood = make()
    for (let seed = 0; seed < 4; seed++) {
      const points = levels
        ? Array.from({ length: levels }, (__, i) => i / (levels - 1))
        : Array.from({ length: 4001 }, (__, i) => (i - 2000) * 0.01)
      const output = tidy(() => tile(normal(key(seed), [1, likelihood.channels]), [points.length, 1]))
      const density = tidy(() => likelihood.logProb(tensor(points, [points.length, 1]), output).dataSync())
      const total = Array.from(density).reduce((a, value) => a + Math.exp(value), 0) * (levels ? 1 : 0.01)
      expect([total]).toBeAllClose([1], { rtol: 1e-4 })
      output.dispose()
    }
    free(likelihood)
  })

  it('has the mean that its samples have', () => {
    const likelihood = make()
    const count = 20_000
    const row = normal(key(3), [1, likelihood.channels])
    const output = tile(row, [count, 1])
    const drawn = likelihood.sample(output, key(4))
    const values = Array.from(drawn.dataSync())
    const average = values.reduce((a, b) => a + b, 0) / count
    const spread = Math.sqrt(values.reduce((a, b) => a + (b - average) ** 2, 0) / count)
    const claimed = likelihood.mean(row)
    // The logistic's mean is its location, whose clipped and rounded draws lie elsewhere.
    const isExact = likelihood.config.kind !== 'discretizedLogistic'
    if (isExact) expect(Math.abs(claimed.dataSync()[0]! - average)).toBeLessThan((4.5 * spread) / Math.sqrt(count))
    if (levels) expect(values.every((v) => Math.abs(v * (levels - 1) - Math.round(v * (levels - 1))) < 1e-4)).toBe(true)
    dispose([row, output, drawn, claimed])
    free(likelihood)
  })

  it('draws row i from the output’s row i and (key, i)', () => {
    const likelihood = make()
    const output = normal(key(5), [6, 4, 2 * likelihood.channels])
    const few = tidy(() => tensor([...output.dataSync()].slice(0, output.size / 2), [3, 4, 2 * likelihood.channels]))
    const [long, short] = [likelihood.sample(output, key(6)), likelihood.sample(few, key(6))]
    expect([...long.dataSync()].slice(0, short.size)).toEqual([...short.dataSync()])
    const rest = tidy(() => likelihood.sample(slice(output, 3), key(6), { offset: 3 }))
    expect([...rest.dataSync()]).toEqual([...long.dataSync()].slice(short.size))
    dispose([output, few, long, short, rest])
    free(likelihood)
  })

  it('refuses outputs that do not fit', () => {
    const likelihood = make()
    const [x, output] = [normal(key(0), [2, 3]), normal(key(0), [2, 3 * likelihood.channels + 1])]
    expect(() => likelihood.logProb(x, output)).toThrow(/expected output of shape/)
    dispose([x, output])
    free(likelihood)
  })
})

it('samples of the logistic have the masses that logProb says', () => {
  const likelihood = discretizedLogisticLikelihood({ levels: 4 })
  const count = 20_000
  for (const [location, logScale] of [
    [0.4, -2],
    [1.2, -1],
    [-0.3, -0.5],
  ] as const) {
    const drawn = tidy(() => {
      const output = tile(tensor([location, logScale], [1, 2]), [count, 1])
      return Array.from(likelihood.sample(output, key(1)).dataSync())
    })
    const masses = tidy(() => {
      const output = tile(tensor([location, logScale], [1, 2]), [4, 1])
      return Array.from(likelihood.logProb(tensor([0, 1 / 3, 2 / 3, 1], [4, 1]), output).dataSync())
    }).map(Math.exp)
    masses.forEach((mass, level) => {
      const share = drawn.filter((value) => Math.round(value * 3) === level).length / count
      expect(Math.abs(share - mass)).toBeLessThan(4.5 * Math.sqrt((mass * (1 - mass)) / count) + 1e-6)
    })
  }
})

describe('numbers far out', () => {
  it('Bernoulli: logits of ±1000', () => {
    const result = tidy(() => {
      const x = tensor([1, 0, 1, 0], [4, 1])
      const logits = tensor([1000, -1000, -1000, 1000], [4, 1])
      const [gradient] = grads((l: Tensor) => sum(bernoulliLikelihood().logProb(x, l)))([logits])
      return [...bernoulliLikelihood().logProb(x, logits).dataSync(), ...gradient!.dataSync()]
    })
    expect(result).toBeAllClose([0, 0, -1000, -1000, 0, 0, 1, -1])
  })

  it('discretized logistic: locations far off keep their log-mass and a gradient that leads back', () => {
    const likelihood = discretizedLogisticLikelihood()
    const x = tensor([0, 0.2, 1], [3, 1])
    for (const location of [-300, 300]) {
      const output = tensor([location, -5, location, -5, location, -5], [3, 2])
      const density = likelihood.logProb(x, output)
      const [gradient] = grads((o: Tensor) => sum(likelihood.logProb(x, o)))([output])
      expect(density.dataSync().every(Number.isFinite)).toBe(true)
      const [, inside] = gradient!.arraySync() as number[][]
      expect(Math.sign(inside![0]!)).toBe(-Math.sign(location))
      dispose([output, density, gradient!])
    }
    x.dispose()
  })
})

describe('the computed γ', () => {
  const x = () => normal(key(1), [64, 8])
  const output = (x: Tensor, error: number) =>
    tidy(() =>
      tensor(
        [...x.dataSync()].map((v) => v + error),
        x.shape,
      ),
    )

  it('is the running minimum of the smoothed error, moved in training only', () => {
    const likelihood = gaussianLikelihood({ deviation: 'computed', smoothing: 0.9 })
    const [gamma] = likelihood.state!()
    const data = x()
    let expected = 1
    for (const [error, training] of [
      [0.5, true],
      [0.1, false],
      [3, true],
      [0.1, true],
      [0.01, true],
    ] as const) {
      const decoded = output(data, error)
      likelihood.logProb(data, decoded, { training }).dispose()
      if (training) expected = Math.min(expected, 0.9 * expected + 0.1 * error ** 2)
      expect(gamma!.dataSync()).toBeAllClose([expected], { rtol: 1e-4 })
      decoded.dispose()
    }
    expect(likelihood.variables).toBeUndefined()
    dispose([data])
    free(likelihood)
  })

  it('takes no gradient: that of the error is error/γ²', () => {
    const likelihood = gaussianLikelihood({ deviation: 'computed', smoothing: 0 })
    const data = x()
    const decoded = output(data, 0.5)
    const [gradient] = grads((o: Tensor) => sum(likelihood.logProb(data, o, { training: true })))([decoded])
    expect(gradient!.dataSync()).toBeAllClose(new Array(512).fill(-0.5 / 0.25), { rtol: 1e-4 })
    dispose([data, decoded, gradient!])
    free(likelihood)
  })
})

it('the learned deviation is at its best where it is the error’s root mean square', () => {
  const likelihood = gaussianLikelihood({ deviation: 'learned', smallest: 0.01 })
  const [free0] = likelihood.variables!()
  const [data, decoded] = [normal(key(1), [500, 1]), tensor(new Float32Array(500), [500, 1])]
  const square = Array.from(data.dataSync()).reduce((total, value) => total + value * value, 0) / 500
  const gradientAt = (deviation: number) =>
    tidy(() => {
      // The smooth bound from below, undone.
      free0!.assign(tensor(Math.log(deviation / 0.01 - 1) + Math.log(0.01)))
      const { grads: found } = variableGrads(() => neg(mean(likelihood.logProb(data, decoded))), [free0!])
      return found[free0!.name]!.dataSync()[0]!
    })
  expect([gradientAt(Math.sqrt(square))]).toBeAllClose([0], { atol: 1e-4 })
  expect(gradientAt(1.1 * Math.sqrt(square))).toBeGreaterThan(0.1)
  expect(gradientAt(0.9 * Math.sqrt(square))).toBeLessThan(-0.1)
  dispose([data, decoded])
  free(likelihood)
})

describe('check', () => {
  const expectCheck = async (likelihood: Likelihood, values: number[], code: string, text: string) => {
    const x = tensor(values, [2, values.length / 2])
    const error = await likelihood.check(x).catch((caught: unknown) => caught)
    expect(GenError.is(error) && error.code).toBe(code)
    expect((error as Error).message).toContain(text)
    x.dispose()
    free(likelihood)
  }

  it('names pixels outside of [0, 1], NaN, and values between levels', async () => {
    await expectCheck(
      bernoulliLikelihood(),
      [0, 1, 0.5, 2],
      'range',
      'expected x in [0, 1], got 2 in row 1; scale pixels',
    )
    await expectCheck(bernoulliLikelihood(), [0, Number.NaN, 0.5, 1], 'non-finite', 'got NaN in row 0')
    await expectCheck(gaussianLikelihood(), [0, 1, Number.POSITIVE_INFINITY, 1], 'non-finite', 'got Infinity in row 1')
    await expectCheck(categoricalLikelihood({ levels: 3 }), [0, 0.5, 0.7, 1], 'value', 'multiples of 1/2, got 0.69')
    await expectCheck(discretizedLogisticLikelihood(), [0, -1, 0.5, 1], 'range', 'got -1 in row 0')
  })

  it('passes good data', async () => {
    const bytes = tensor(
      Float32Array.from({ length: 256 }, (_, i) => i / 255),
      [2, 128],
    )
    await discretizedLogisticLikelihood().check(bytes)
    await bernoulliLikelihood().check(bytes)
    bytes.dispose()
  })

  it('refuses options out of range', () => {
    expect(() => gaussianLikelihood({ deviation: 0 })).toThrow('losses.gaussian: expected deviation a number')
    expect(() => gaussianLikelihood({ deviation: 'computd' as 'computed' })).toThrow('got "computd"')
    expect(() => categoricalLikelihood({ levels: 1 })).toThrow('losses.categorical: expected levels an integer ≥ 2')
    expect(() => gaussianLikelihood({ smoothing: 1 })).toThrow(GenError)
  })
})
