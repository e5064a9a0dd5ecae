/** Where each objective's best discriminator is, and what the generator then feels. @module */
import { key, normal, useBackend } from '@gen/backend'
import { add, dispose, grad, type Tensor, type Tensor1D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { hinge, leastSquares, minimax, nonSaturating, type Objective, relativistic, wasserstein } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const all = [minimax(), nonSaturating(), leastSquares(), hinge(), wasserstein(), relativistic()]
const one = (value: number) => tensor1d([value])

/** The discriminator's pointwise loss p·l(real = d) + q·l(fake = d), and the d that makes it least, by a grid. */
function best({ discriminator }: Objective, p: number, q: number): number {
  // Each term alone: the loss of the other at a logit where it is flat.
  const loss = (d: number) =>
    tidy(() => {
      const base = discriminator(one(0), one(0)).dataSync()[0]!
      const real = discriminator(one(d), one(0)).dataSync()[0]! - base
      const fake = discriminator(one(0), one(d)).dataSync()[0]! - base
      return p * real + q * fake
    })
  let at = 0
  let least = Number.POSITIVE_INFINITY
  for (let i = -300; i <= 300; i++) {
    const value = loss(i / 100)
    if (value < least - 1e-7) [at, least] = [i / 100, value]
  }
  return at
}

describe('in one dimension, the best discriminator at densities p and q', () => {
  const densities = [
    [0.5, 0.5],
    [0.8, 0.2],
    [0.15, 0.6],
    [0.9, 0.4],
  ] as const

  it.each(densities)('p = %d, q = %d', (p, q) => {
    const ratio = p / (p + q)
    // D = σ(logit) = p/(p + q)
    expect(Math.abs(best(minimax(), p, q) - Math.log(p / q))).toBeLessThan(0.0101)
    expect(Math.abs(best(nonSaturating(), p, q) - Math.log(p / q))).toBeLessThan(0.0101)
    expect(Math.abs(best(leastSquares(), p, q) - ratio)).toBeLessThan(0.0101)
    // sign(p − q); anything between where they are equal.
    if (p === q) expect(Math.abs(best(hinge(), p, q))).toBeLessThanOrEqual(1)
    else expect(best(hinge(), p, q)).toBeCloseTo(Math.sign(p - q), 6)
  })

  it('Wasserstein: the slope is 1 in p − q, at the bound where it is bounded', () => {
    expect(best(wasserstein(), 0.8, 0.2)).toBe(3)
    expect(best(wasserstein(), 0.2, 0.8)).toBe(-3)
  })

  it('relativistic: over two points, the best difference of logits is the log of the odds of a pair', () => {
    // Points a and b with p(a) = 0.8 and q(a) = 0.3: a real a and a fake b against a real b and a fake a.
    const [p, q] = [0.8, 0.3]
    const loss = (difference: number) =>
      tidy(() => {
        const { discriminator } = relativistic()
        const [a, b] = [one(difference), one(0)]
        return p * (1 - q) * discriminator(a, b).dataSync()[0]! + (1 - p) * q * discriminator(b, a).dataSync()[0]!
      })
    const expected = Math.log((p * (1 - q)) / ((1 - p) * q))
    const grid = Array.from({ length: 1001 }, (_, i) => i / 200)
    const found = grid.reduce((least, d) => (loss(d) < loss(least) ? d : least))
    expect(Math.abs(found - expected)).toBeLessThan(0.0051)
  })

  it('at equal densities the value of minimax is 2·log 2, as in the paper', () => {
    const value = tidy(() => minimax().discriminator(one(0), one(0)).dataSync())
    expect(value).toBeAllClose([2 * Math.log(2)])
  })
})

describe('the generator', () => {
  const slope = (objective: Objective, logit: number) =>
    tidy(() => grad((fake: Tensor) => objective.generator(fake as Tensor1D, one(0)))(one(logit)).dataSync()[0]!)

  it.each(all)('of $name is drawn to higher logits', (objective) => {
    expect(slope(objective, -0.5)).toBeLessThan(0)
  })

  it('saturates in minimax where the discriminator is sure, and not in the others', () => {
    expect(Math.abs(slope(minimax(), -20))).toBeLessThan(1e-6)
    for (const objective of all.slice(1)) expect(Math.abs(slope(objective, -20))).toBeGreaterThan(0.5)
  })
})

describe.each(all)('$name', ({ discriminator, generator, name }) => {
  it('is finite, with a finite gradient, for logits of ±10⁴', () => {
    const [real, fake] = [tensor1d([1e4, -1e4, 0]), tensor1d([-1e4, 1e4, 0])]
    const found = tidy(() => [
      ...discriminator(real, fake).dataSync(),
      ...generator(fake, real).dataSync(),
      ...grad((x: Tensor) => discriminator(x as Tensor1D, fake))(real).dataSync(),
      ...grad((x: Tensor) => discriminator(real, x as Tensor1D))(fake).dataSync(),
      ...grad((x: Tensor) => generator(x as Tensor1D, real))(fake).dataSync(),
    ])
    expect(found.every(Number.isFinite)).toBe(true)
    dispose([real, fake])
  })

  it('is a mean over the batch: two copies of it give the same', () => {
    const values = tidy(() => {
      const [real, fake] = [normal(key(1), [4]) as Tensor1D, normal(key(2), [4]) as Tensor1D]
      const twice = (x: Tensor1D) => tensor1d([...x.dataSync(), ...x.dataSync()])
      return [
        [discriminator(real, fake), generator(fake, real)].map((x) => x.dataSync()[0]!),
        [discriminator(twice(real), twice(fake)), generator(twice(fake), twice(real))].map((x) => x.dataSync()[0]!),
      ]
    })
    expect(values[1]!).toBeAllClose(values[0]!)
  })

  it('refuses logits that are not [batch]', () => {
    const logits = tidy(() => add(normal(key(0), [4, 1]), 0)) as unknown as Tensor1D
    expect(() => discriminator(logits, logits)).toThrow(`losses.${name}: expected real of shape [any], got [4, 1]`)
    logits.dispose()
  })
})
