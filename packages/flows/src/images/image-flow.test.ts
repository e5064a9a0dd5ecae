/** Laws of flows over images. @module */
import { type Key, key, normal, randint, useBackend } from '@gen/backend'
import type { Distribution } from '@gen/model'
import {
  add,
  cast,
  div,
  greaterEqual,
  lessEqual,
  logicalAnd,
  logSumExp,
  mean,
  moments,
  neg,
  softplus,
  stack,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tensor4d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  actnorm,
  affineCoupling,
  affineUnivariate,
  convNetwork,
  elementwise,
  flow,
  glow,
  imageFlow,
  logit,
  realNvp,
  uniformDequantizer,
  variationalDequantizer,
} from '../index.ts'
import { perturb } from '../testing/cases.ts'

const shape = [4, 4, 1]
const network = convNetwork({ width: 8, blocks: 1 })

beforeAll(async () => {
  await useBackend('cpu')
})

function images(k: Key, count: number, levels: number): Tensor4D {
  return tidy(() => div(randint(k, [count, ...shape], { max: levels }), levels - 1))
}

function noiseFlow() {
  const layer = (flip: boolean, k: Key) =>
    affineCoupling(shape, { mask: 'checkerboard', flip, context: 1, key: k, network })
  return flow<Tensor4D>({ transforms: [logit(shape), layer(false, key(0)), layer(true, key(1))] })
}

describe('imageFlow', () => {
  it('counts 8 bits per dimension where every level is as likely', () => {
    const uniformFlow = flow<Tensor4D>({ base: logistic(), transforms: logit(shape, { alpha: 0.05 }) })
    const model = imageFlow({ flow: uniformFlow })
    tidy(() => {
      const bits = model.bitsPerDim(images(key(1), 3, 256), { key: key(2) }).dataSync()
      // The logit with α = 0.05 leaves 90 % of the logistic's mass to [0, 1].
      expect(bits).toBeAllClose(
        [8, 8, 8].map((bit) => bit - Math.log2(0.9)),
        { rtol: 1e-4 },
      )
    })
  })

  it('sums to one over all images of two levels', () => {
    // One pixel: P(0) + P(1) = mass of [0, 1], estimated with many draws of the noise.
    const event = [1, 1, 1]
    const scaling = elementwise(event, { univariate: affineUnivariate() })
    const inner = flow<Tensor4D>({ transforms: [logit(event, { alpha: 0.05 }), scaling] })
    perturb(inner.variables(), key(7))
    const model = imageFlow({ flow: inner, levels: 2 })
    tidy(() => {
      const both = tensor4d([0, 1], [2, 1, 1, 1])
      const logProbs = model.logProb(both, { key: key(0), samples: 500 })
      const mass = mean(inside(inner.sample(2000, key(1)))).dataSync()[0]!
      expect(Math.exp(logSumExp(logProbs).dataSync()[0]!)).toBeGreaterThan(mass - 0.05)
      expect(Math.exp(logSumExp(logProbs).dataSync()[0]!)).toBeLessThan(mass + 0.05)
    })
    inner.dispose()
  })

  it('samples images of whole levels', () => {
    const inner = glow([4, 4, 1], { key: key(0), steps: 1, network })
    const model = imageFlow({ flow: inner, levels: 4 })
    tidy(() => {
      const values = model.sample(5, key(1), { temperature: 0.7 }).dataSync()
      expect([...new Set(values.map((v) => v * 3))].every((level) => Math.abs(level - Math.round(level)) < 1e-5)).toBe(
        true,
      )
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...values)).toBeLessThanOrEqual(1)
    })
    inner.dispose()
  })

  it('gets a tighter bound from more draws of learned noise', () => {
    const inner = glow([4, 4, 1], { key: key(0), steps: 1, network })
    const noise = noiseFlow()
    perturb(noise.variables(), key(3))
    const model = imageFlow({ flow: inner, dequantizer: variationalDequantizer(noise) })
    tidy(() => {
      const x = images(key(1), 8, 256)
      const one = mean(stack([0, 1, 2, 3].map((i) => mean(model.logProb(x, { key: key(i) }))))).dataSync()[0]!
      const many = mean(model.logProb(x, { key: key(9), samples: 16 })).dataSync()[0]!
      expect(many).toBeGreaterThan(one)
      const [player] = model.players
      expect(player!.variables()).toHaveLength(inner.variables().length + noise.variables().length)
      const losses = player!.loss({ x }, key(0))
      expect(losses.bitsPerDim!.dataSync()[0]).toBeCloseTo(losses.total.dataSync()[0]! / 16 / Math.LN2, 4)
    })
    inner.dispose()
    noise.dispose()
  })

  it('starts from data: actnorm gives the dequantized images mean 0 and variance 1', () => {
    const model = flow<Tensor4D>({ transforms: [logit(shape, { alpha: 0.05 }), actnorm(shape)] })
    const pictures = imageFlow({ flow: model, levels: 4 })
    tidy(() => {
      const x = images(key(1), 400, 4)
      pictures.initialize(x, key(2))
      const { value } = uniformDequantizer().dequantize(x, 4, key(2))
      const { mean: average, variance } = moments(model.encode(value))
      expect(average.dataSync()[0]).toBeCloseTo(0, 4)
      expect(variance.dataSync()[0]).toBeCloseTo(1, 3)
      expect(() => pictures.initialize(zeros([2, 3, 3, 1]), key(2))).toThrow(/expected x of shape/)
    })
    model.dispose()
  })

  it('says what does not fit', () => {
    const vectors = realNvp(16, { key: key(0) })
    expect(() => variationalDequantizer(vectors as never)).toThrow(/expected a flow over \(0, 1\)/)
    const open = flow<Tensor4D>({ transforms: logit(shape) })
    expect(() => imageFlow({ flow: open })).toThrow(/expected a flow over \[0, 1\]/)
    vectors.dispose()
  })
})

/** Standard logistic numbers: the logit of uniform ones. */
function logistic(): Distribution {
  const density = (z: Tensor2D) => sum(neg(add(softplus(z), softplus(neg(z)))), 1) as Tensor1D
  return { size: 16, sample: (count, k) => normal(k, [count, 16]) as Tensor2D, logProb: density }
}

/** 1 for numbers in [0, 1], else 0. */
function inside(x: Tensor): Tensor {
  return cast(logicalAnd(greaterEqual(x, 0), lessEqual(x, 1)), 'float32')
}
