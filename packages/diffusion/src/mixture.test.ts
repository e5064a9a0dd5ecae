import { fold, key, normal, useBackend } from '@gen/backend'
import {
  add,
  dispose,
  mean,
  mul,
  square,
  sub,
  type Tensor,
  type Tensor2D,
  tensor1d,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { diffusion } from './diffusion.ts'
import {
  drawMixture,
  energyDistance,
  type Mixture,
  optimalNetwork,
  optimalNoise,
  rowsOf,
  triple,
} from './fixtures/mixture.ts'
import { diffuse } from './predictions/forward.ts'
import { ddim } from './samplers/ddim.ts'
import { linear } from './schedules/linear.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

describe('the closed form', () => {
  it('is the noise that scores best: any other prediction has a larger mean square', () => {
    const alpha = 0.4
    const count = 4000
    const errors = [0, 0.1, -0.1].map((shift) =>
      tidy(() => {
        const x0 = tensor2d(drawMixture(triple, count, key(1)))
        const eps = normal(key(2), [count, 2]) as Tensor2D
        const x = diffuse(x0, alpha, eps)
        const best = optimalNoise(triple, x, tensor1d(Array(count).fill(alpha)))
        return mean(square(sub(add(best, mul(x, shift)), eps))).dataSync()[0]!
      }),
    )
    expect(errors[0]).toBeLessThan(errors[1]!)
    expect(errors[0]).toBeLessThan(errors[2]!)
  })

  it('is −√(1 − α) times the slope of the log density', () => {
    const alpha = 0.7
    const logDensity = (x: number, y: number) => {
      const terms = triple.means.map(([a, b], k) => {
        const variance = alpha * triple.stds[k]! ** 2 + 1 - alpha
        const square = (x - Math.sqrt(alpha) * a!) ** 2 + (y - Math.sqrt(alpha) * b!) ** 2
        return (triple.weights[k]! * Math.exp(-square / (2 * variance))) / variance
      })
      return Math.log(terms.reduce((total, term) => total + term, 0))
    }
    const [x, ratio] = [tensor2d([[0.3, -0.8]]), tensor1d([alpha])]
    const eps = optimalNoise(triple, x, ratio)
    const h = 1e-5
    const slope = [
      (logDensity(0.3 + h, -0.8) - logDensity(0.3 - h, -0.8)) / (2 * h),
      (logDensity(0.3, -0.8 + h) - logDensity(0.3, -0.8 - h)) / (2 * h),
    ]
    expect(eps.dataSync()).toBeAllClose(
      slope.map((s) => -Math.sqrt(1 - alpha) * s),
      { rtol: 1e-4 },
    )
    dispose([x, ratio, eps])
  })
})

describe.each([0, 1])('with the exact denoiser and η = %i', (eta) => {
  it('DDIM comes closer to the mixture the more steps it takes, down to the noise of the count', async () => {
    const count = 2000
    const exact = drawMixture(triple, count, key(3))
    const model = diffusion({ network: optimalNetwork(triple), schedule: linear() })
    const distances: number[] = []
    for (const steps of [3, 10, 40]) {
      const points = await model.sample({ count, batchSize: count, key: key(4), sampler: ddim({ steps, eta }) })
      distances.push(energyDistance(exact, rowsOf(points)))
      points.dispose()
    }
    const floor = Math.abs(energyDistance(exact, drawMixture(triple, count, key(5))))
    expect(distances[1]).toBeLessThan(distances[0]! / 8)
    expect(distances[2]).toBeLessThan(distances[1]! / 4)
    expect(distances[2]).toBeLessThan(2e-3 + floor)
  })
})

describe('on one Gaussian, where η = 0 is a linear map', () => {
  const [center, deviation] = [0.7, 0.4]
  const gaussian: Mixture = { means: [[center]], stds: [deviation], weights: [1] }

  /** Where two start points lead gives the map's offset and slope, which should be the Gaussian's mean and deviation. */
  async function map(steps: number): Promise<[offset: number, slope: number]> {
    const model = diffusion({ network: optimalNetwork(gaussian), schedule: linear({ start: 1e-4 }) })
    const noise = tensor2d([[0], [1]])
    const ends = await model.sample({ count: 2, noise, key: key(0), sampler: ddim({ steps }) })
    const [zero, one] = ends.dataSync()
    dispose([noise, ends])
    return [zero!, one! - zero!]
  }

  it('the error falls as 1/steps, as a first-order method’s does', async () => {
    const errors: number[] = []
    for (const steps of [50, 100, 200]) errors.push((await map(steps))[1] - deviation)
    expect(errors[0]! / errors[1]!).toBeGreaterThan(1.7)
    expect(errors[0]! / errors[1]!).toBeLessThan(2.3)
    expect(errors[1]! / errors[2]!).toBeGreaterThan(1.7)
    expect(errors[1]! / errors[2]!).toBeLessThan(2.3)
    expect(Math.abs((await map(200))[0] - center)).toBeLessThan(0.01)
  })
})

describe('inversion', () => {
  it('finds the noise that sampling turns into the data, up to rounding with enough iterations', async () => {
    const model = diffusion({ network: optimalNetwork(triple), schedule: linear() })
    const x = tensor2d(drawMixture(triple, 200, fold(key(6), 0)))
    const errors: number[] = []
    for (const iterations of [1, 3, 20]) {
      const noise = await model.encode(x, { steps: 60, iterations })
      const again = await model.sample({ count: 200, noise, key: key(0), sampler: ddim({ steps: 60 }) })
      errors.push(rootMeanSquare(again, x))
      dispose([noise, again])
    }
    x.dispose()
    expect(errors[0]).toBeLessThan(0.1)
    expect(errors[1]).toBeLessThan(errors[0]! / 4)
    expect(errors[2]).toBeLessThan(1e-4)
  })

  it('leads the mixture to standard normal noise', async () => {
    const model = diffusion({ network: optimalNetwork(triple), schedule: linear() })
    const x = tensor2d(drawMixture(triple, 1000, key(8)))
    const noise = await model.encode(x, { steps: 40 })
    const normals = normal(key(9), [1000, 2])
    const [before, after] = [x, noise].map((points) => energyDistance(rowsOf(points), rowsOf(normals)))
    expect(before).toBeGreaterThan(0.05)
    expect(after).toBeLessThan(before! / 5)
    dispose([x, noise, normals])
  })
})

function rootMeanSquare(a: Tensor, b: Tensor): number {
  return Math.sqrt(tidy(() => mean(square(sub(a, b))).dataSync()[0]!))
}
