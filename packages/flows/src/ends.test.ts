/** Bijectors at the ends of what float32 holds: against float64, and never out of their own reach. */
import { key, normal, useBackend } from '@gen/backend'
import { add, mean, moments, mul, reshape, square, type Tensor, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { actnorm, type Bijector, logit, sigmoid, softplus, tanh } from './index.ts'
import { cases, contextOf, disposeOf, perturb } from './testing/cases.ts'

interface Reference {
  name: string
  make(): Bijector
  value(x: number): number
  logSlope(x: number): number
  points: number[]
}

const toEnds = [1e-30, 1e-12, 1e-7, 1e-3, 0.3, 0.5, 0.9, 0.999, 0.99999, 1 - 2 ** -24]
const everywhere = [-1e4, -300, -80, -30, -12, -1, -1e-6, 0, 1e-6, 1, 12, 30, 80, 300, 1e4]
const logitOf = (alpha: number, points: number[]): Reference => {
  const width = 1 - 2 * alpha
  const ends = (x: number) => [Math.log(x * width + alpha), Math.log((1 - x) * width + alpha)] as const
  return {
    name: `logit, α ${alpha}`,
    make: () => logit(1, { alpha }),
    value: (x) => ends(x)[0] - ends(x)[1],
    logSlope: (x) => Math.log(width) - ends(x)[0] - ends(x)[1],
    points,
  }
}
const softplusAt = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
const references: Reference[] = [
  logitOf(0, toEnds),
  ...[1e-8, 1e-6, 1e-3, 0.05, 0.4].map((alpha) => logitOf(alpha, [0, ...toEnds, 1])),
  {
    name: 'inverse of sigmoid',
    make: () => sigmoid(1),
    value: (x) => 1 / (1 + Math.exp(-x)),
    logSlope: (x) => -softplusAt(x) - softplusAt(-x),
    points: everywhere,
  },
  {
    name: 'softplus',
    make: () => softplus(1),
    value: softplusAt,
    logSlope: (x) => -softplusAt(-x),
    points: everywhere,
  },
  {
    name: 'tanh',
    make: () => tanh(1),
    value: Math.tanh,
    logSlope: (x) => 2 * (Math.LN2 - x - softplusAt(-2 * x)),
    points: everywhere,
  },
]

const column = (points: readonly number[]) => tensor2d([...points], [points.length, 1])

describe.each(['cpu', 'simd', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend)
  })

  describe.each(references)('$name', ({ make, value, logSlope, points }) => {
    const inputs = points.map(Math.fround)

    it('agrees with float64', () => {
      tidy(() => {
        const result = make().forward(column(points))
        expect(result.value.dataSync()).toBeAllClose(inputs.map(value), { rtol: 2e-6, atol: 1e-7 })
        expect(result.logDet.dataSync()).toBeAllClose(inputs.map(logSlope), { rtol: 2e-6, atol: 2e-6 })
      })
    })

    it('gives only what its inverse takes, with the opposite log-determinant', () => {
      tidy(() => {
        const there = make().forward(column(points))
        const back = make().inverse(there.value)
        const [logDets, opposite] = [there.logDet.dataSync(), back.logDet.dataSync()]
        for (const [i, x] of inputs.entries()) {
          expect(Number.isFinite(opposite[i])).toBe(true)
          // Where the slope is not too small for y to tell x from its neighbors.
          if (logSlope(x) > -7) expect(opposite[i]).toBeCloseTo(-logDets[i]!, 2)
        }
      })
    })
  })

  it('inverses of bounded bijectors agree with float64 next to the ends', () => {
    const near = [2 ** -126, 1e-30, 1e-10, 1e-4, 0.5, 0.9999, 1 - 2 ** -24].map(Math.fround)
    tidy(() => {
      const inverse = (layer: Bijector, points: number[]) => layer.inverse(column(points)).value.dataSync()
      const log = Math.log
      expect(inverse(sigmoid(1), near)).toBeAllClose(near.map((y) => log(y) - Math.log1p(-y)))
      expect(inverse(softplus(1), near)).toBeAllClose(near.map((y) => y + log(-Math.expm1(-y))))
      const both = [...near, ...near.map((y) => -y)]
      expect(inverse(tanh(1), both)).toBeAllClose(both.map(Math.atanh))
    })
  })

  describe('actnorm', () => {
    const rows = () => normal(key(0), [512, 3])
    const outcome = (x: Tensor) => {
      const layer = actnorm(3)
      layer.initialize(x)
      const { value, logDet } = layer.forward(x)
      const statistics = moments(value, 0)
      const back = layer.inverse(value).value
      disposeOf(layer)
      return { statistics, logDet, back }
    }

    it.each([1e-15, 1e-8, 1e-6, 1e-3, 1, 1e5, 1e8, 1e15])('whitens data of any unit: × %f', (unit) => {
      tidy(() => {
        const x = mul(add(rows(), tensor2d([[0, 3, -100]])), unit)
        const { statistics, logDet, back } = outcome(x)
        expect(statistics.variance.dataSync()).toBeAllClose([1, 1, 1], { rtol: 1e-4 })
        expect(statistics.mean.dataSync()).toBeAllClose([0, 0, 0], { atol: 1e-4 })
        expect(logDet.dataSync()[0]).toBeCloseTo(-3 * Math.log(unit), 0)
        expect(mul(back, 1 / unit).dataSync()).toBeAllClose(mul(x, 1 / unit).dataSync(), { rtol: 1e-4, atol: 1e-4 })
      })
    })

    it.each([1e-8, 0.1, 1, 1e5])('leaves the scale of constant channels, %f', (constant) => {
      tidy(() => {
        const x = mul(rows(), tensor2d([[1, 0, 0]]))
        const { statistics, logDet } = outcome(add(x, tensor2d([[0, constant, -constant]])))
        expect(statistics.variance.dataSync()).toBeAllClose([1, 0, 0], { rtol: 1e-4 })
        expect(statistics.mean.dataSync()).toBeAllClose([0, 0, 0], { atol: 1e-5 * constant + 1e-5 })
        expect(Math.abs(logDet.dataSync()[0]!)).toBeLessThan(0.2)
      })
    })

    it('takes a variation of the last digit for none', () => {
      tidy(() => {
        const { statistics, logDet } = outcome(
          tensor2d([
            [1, 100, 1e-5],
            [1 + 2 ** -23, 100 * (1 + 2 ** -23), 1e-5],
          ]),
        )
        expect(statistics.variance.dataSync()).toBeAllClose([0, 0, 0], { atol: 1e-9 })
        expect(logDet.dataSync()[0]).toBe(0)
      })
    })

    it('is set anew by a second batch, and gives a unit of variance over all pixels of a channel', () => {
      const layer = actnorm([4, 4, 2])
      tidy(() => {
        for (const unit of [1e6, 1e-4]) {
          const x = mul(normal(key(3), [8, 4, 4, 2]), unit)
          layer.initialize(x)
          const flat = reshape(layer.forward(x).value, [-1, 2])
          expect(mean(square(flat), 0).dataSync()).toBeAllClose([1, 1], { rtol: 1e-4 })
        }
      })
      disposeOf(layer)
    })
  })

  describe.each(cases)('$name far out', (item) => {
    it.each(item.contexts ?? [0])('stays finite and in its codomain, context %i', (context) => {
      const shape = item.events === 'images' ? [2, 2, 1] : [3]
      const layer = item.make(shape, key(1), context)
      perturb(layer.variables(), key(2))
      const { min, max } = layer.domain
      const bounded = [2 ** -126, 1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 2 ** -24].map((t) =>
        Math.fround(min + t * (max - min)),
      )
      const reach = max < Infinity ? bounded.filter((x) => x > min && x < max) : [-1e4, -50, -5, 0, 1e-20, 7, 90, 1e4]
      const size = layer.shape.reduce((product, n) => product * n, 1)
      tidy(() => {
        const values = reach.flatMap((value) => Array<number>(size).fill(value))
        const x = reshape(tensor2d(values, [reach.length, size]), [reach.length, ...layer.shape])
        const given = context > 0 ? { context: contextOf(reach.length, context) } : {}
        const there = layer.forward(x, given)
        const back = layer.inverse(there.value, given)
        for (const tensor of [there.value, there.logDet, back.value, back.logDet]) {
          expect([...tensor.dataSync()].every(Number.isFinite)).toBe(true)
        }
      })
      disposeOf(layer)
    })
  })
})
