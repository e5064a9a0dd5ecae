/** Edges: domains, tails, large arguments, tiny scales, exact structure. @module */
import { type Key, key, permutation, useBackend } from '@gen/backend'
import {
  add,
  div,
  grad,
  grads,
  isFinite as isFiniteTensor,
  matMul,
  mean,
  min,
  mul,
  neg,
  ones,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tensor1d,
  tensor2d,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { rankAdjacency } from './bijectors/adjacency.ts'
import { triangularInverse } from './bijectors/triangular-inverse.ts'
import {
  actnorm,
  affineAutoregressive,
  affineCoupling,
  affineUnivariate,
  autoregressive,
  bijectorFromConfig,
  chain,
  continuous,
  householder,
  logit,
  luLinear,
  maskedNetwork,
  planar,
  radial,
  rationalQuadratic,
  sigmoid,
  softplus,
  splineCoupling,
  splineUnivariate,
  squeezeImage,
  tanh,
} from './index.ts'
import { disposeOf, perturb } from './testing/cases.ts'
import { jacobians } from './testing/jacobian.ts'
import { composedSpline } from './univariates/spline-univariate.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const seed = 7
const allFinite = (t: Tensor) => min(isFiniteTensor(t)).dataSync()[0] === 1
const magnitude = fc.double({ min: -30, max: 30, noNaN: true })
/** From the smallest to very large, both signs, and the spline's ends. */
const number = fc.oneof(
  magnitude.map((v) => Math.sign(v) * 10 ** (Math.abs(v) / 5)),
  fc.constantFrom(0, 5, -5, 4.9999995, -5.0000005, 1e-20),
)

describe('splines', () => {
  const univariate = splineUnivariate({ bins: 6 })

  it('are finite, with finite gradients, whatever they are given', () => {
    const parameter = fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.constant(0))
    const property = fc.property(
      number,
      fc.array(parameter, { minLength: 17, maxLength: 17 }),
      fc.constantFrom('forward' as const, 'inverse' as const),
      (x, theta, direction) => {
        tidy(() => {
          const f = (a: Tensor, b: Tensor) => {
            const { value, logDet } = univariate[direction](a, b)
            expect(allFinite(value) && allFinite(logDet)).toBe(true)
            return sum(add(logDet, div(value, 1 + Math.abs(x))))
          }
          const composed = (a: Tensor, b: Tensor) => {
            const both = composedSpline([a, b], { bins: 6, bound: 5, slope: 1e-3, inverse: direction === 'inverse' })
            expect(allFinite(both)).toBe(true)
            return sum(div(both, 1 + Math.abs(x)))
          }
          for (const way of [f, composed]) {
            const [forX, forTheta] = grads(way)([tensor1d([x]), tensor2d([theta])])
            expect(allFinite(forX!) && allFinite(forTheta!)).toBe(true)
          }
        })
      },
    )
    fc.assert(property, { numRuns: 60, seed })
  })

  it('rise, and are the identity outside', () => {
    tidy(() => {
      const row = Array.from({ length: 17 }, (_, i) => 4 * Math.sin(3 * i + 1))
      const theta = tile(tensor2d([row]), [400, 1])
      const x = Array.from({ length: 400 }, (_, i) => -6 + i * 0.03)
      const { value, logDet } = univariate.forward(tensor1d(x), theta)
      const y = value.dataSync()
      for (let i = 1; i < x.length; i++) expect(y[i]).toBeGreaterThan(y[i - 1]!)
      x.forEach((v, i) => {
        if (Math.abs(v) > 5) expect([y[i], logDet.dataSync()[i]]).toEqual([Math.fround(v), 0])
      })
    })
  })

  it('come back at the knots, and where the discriminant rounds below zero', () => {
    tidy(() => {
      // A steep, then a flat bin: the discriminant nearly vanishes.
      const knots = { x: tensor2d([[-1, 0, 1]]), y: tensor2d([[-1, 0.999, 1]]), slope: tensor2d([[1, 1e-3, 1]]) }
      const y = tensor1d([-1, -0.5, 0.998999, 0.999, 0.999001, 0.99999994, 1, 1.5])
      const many = { x: tile(knots.x, [8, 1]), y: tile(knots.y, [8, 1]), slope: tile(knots.slope, [8, 1]) }
      const x = rationalQuadratic(y, many, { inverse: true })
      expect(allFinite(x.value) && allFinite(x.logDet)).toBe(true)
      expect(rationalQuadratic(x.value, many).value.dataSync()).toBeAllClose(y.dataSync(), { atol: 1e-6 })
    })
  })
})

describe('couplings', () => {
  it('stay finite through 32 layers of large weights', () => {
    const layers = Array.from({ length: 32 }, (_, i) => affineCoupling(19, { key: key(i), flip: i % 2 === 1 }))
    const deep = chain(layers)
    perturb(deep.variables(), key(1), 1)
    tidy(() => {
      const { value, logDet } = deep.forward(tensor2d([Array.from({ length: 19 }, (_, i) => i - 9)]))
      expect(allFinite(value) && allFinite(logDet)).toBe(true)
    })
    disposeOf(deep)
  })

  it('take large arguments', () => {
    const layers = [affineCoupling(2, { key: key(0) }), splineCoupling(2, { key: key(1) })]
    for (const layer of layers) perturb(layer.variables(), key(2))
    const property = fc.property(number, number, (a, b) => {
      tidy(() => {
        for (const layer of layers) {
          const x = tensor2d([[a, b]])
          const { value, logDet } = layer.forward(x)
          expect(allFinite(value) && allFinite(logDet)).toBe(true)
          const scale = Math.max(1, Math.abs(a), Math.abs(b))
          const back = layer.inverse(value).value
          expect(div(back, scale).dataSync()).toBeAllClose(div(x, scale).dataSync(), { atol: 1e-3 })
        }
      })
    })
    fc.assert(property, { numRuns: 40, seed })
    for (const layer of layers) disposeOf(layer)
  })
})

describe('planar and radial', () => {
  it('stay invertible whatever their parameters', () => {
    const property = fc.property(
      fc.constantFrom(planar, radial),
      fc.array(fc.oneof(fc.double({ min: -8, max: 8, noNaN: true }), fc.constantFrom(0, 1e-9)), {
        minLength: 5,
        maxLength: 5,
      }),
      (make, theta) => {
        const layer = make(2, { key: key(0) })
        const [free] = layer.variables()
        tidy(() => {
          free!.assign(tensor(theta.slice(0, free!.size), free!.shape))
          const x = tensor2d([
            [0.3, -1],
            [2, 5],
            [0, 0],
          ])
          const there = layer.forward(x)
          const back = layer.inverse(there.value)
          const f = (t: Tensor) => add(sum(layer.forward(t).value), sum(layer.inverse(t).logDet))
          expect([there.logDet, back.value, back.logDet, grad(f)(x)].every(allFinite)).toBe(true)
          // Where volume shrinks a thousandfold, float32 leaves three digits fewer.
          const worst = Math.exp(Math.max(0, ...neg(there.logDet).dataSync()))
          expect(layer.forward(back.value).value.dataSync()).toBeAllClose(there.value.dataSync(), {
            rtol: 1e-4,
            atol: 1e-4,
          })
          expect(back.value.dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-5 * worst * 10 })
        })
        disposeOf(layer)
      },
    )
    fc.assert(property, { numRuns: 60, seed })
  })
})

describe('domains', () => {
  it.each([
    ['logit', () => logit(2).forward(tensor2d([[0.5, 1]])), 'flows.logit.forward: expected values in (0, 1)'],
    ['sigmoid', () => sigmoid(2).inverse(tensor2d([[0.5, -0.1]])), 'expected values in (0, 1)'],
    ['softplus', () => softplus(2).inverse(tensor2d([[0, 1]])), 'expected values in (0, Infinity)'],
    ['tanh', () => tanh(2).inverse(tensor2d([[0, Number.NaN]])), 'expected values in (-1, 1)'],
  ])('%s says what lies outside', (_, call, message) => {
    expect(() => tidy(() => call().value)).toThrow(message)
    expect(() => tidy(() => call().value)).toThrow(expect.objectContaining({ code: 'range' }))
  })

  it('are clamped, not NaN, where the check is off', () => {
    tidy(() => {
      const outside = tensor2d([[-5, 0, 1, 7]])
      for (const layer of [logit(4, { check: false }), logit(4, { check: false, alpha: 0.05 })]) {
        const { value, logDet } = layer.forward(outside)
        expect(allFinite(value) && allFinite(logDet)).toBe(true)
      }
      for (const make of [sigmoid, softplus, tanh]) {
        const layer = make(4, { check: false })
        const { value, logDet } = layer.inverse(outside)
        expect(allFinite(value) && allFinite(logDet)).toBe(true)
        const far = layer.forward(tensor2d([[-1e4, -90, 90, 1e4]]))
        expect(allFinite(far.value) && allFinite(far.logDet)).toBe(true)
      }
    })
  })

  it('must meet in a chain', () => {
    expect(() => chain([softplus(2), logit(2)])).toThrow('got values in (0, Infinity) and (0, 1)')
    expect(chain([sigmoid(2), logit(2)]).domain.min).toBe(-Infinity)
    expect(() => squeezeImage([3, 4, 1])).toThrow(/expected \[h, w, c\] with even h and w, got \[3, 4, 1\]/)
  })
})

describe('masks', () => {
  const dependencies = (matrix: number[][]) => matrix.map((row) => row.map((value) => Number(value !== 0)))

  it('make Jacobians triangular, exactly, in any order', () => {
    const property = fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(1000), fc.nat(5), (features, at, fewer) => {
      const order = [...permutation(key(at), features)]
      const passes = Math.max(1, features - fewer)
      const adjacency = rankAdjacency('test', order, passes)
      const layer = affineAutoregressive(features, {
        order,
        passes,
        key: key(at),
        hidden: [31, 17],
        activation: 'tanh',
      })
      perturb(layer.variables(), key(at))
      tidy(() => {
        const x = tensor2d([Array.from({ length: features }, (_, i) => Math.sin(i + at))])
        const [matrix] = jacobians((t) => layer.forward(t).value, x)
        expect(dependencies(matrix!)).toEqual(adjacency.map((row, i) => row.map((v, j) => Number(v === 1 || i === j))))
      })
      disposeOf(layer)
    })
    fc.assert(property, { numRuns: 25, seed })
  })

  it('follow a given graph, and invert it in as many passes as it is deep', () => {
    const adjacency = [
      [0, 0, 0, 0],
      [1, 0, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 1, 0],
    ]
    const layer = autoregressive(4, { adjacency, univariate: affineUnivariate(), key: key(0), activation: 'tanh' })
    perturb(layer.variables(), key(1))
    tidy(() => {
      const x = tensor2d([[0.1, -0.4, 0.7, 1]])
      const [matrix] = jacobians((t) => layer.forward(t).value, x)
      expect(dependencies(matrix!)).toEqual(adjacency.map((row, i) => row.map((v, j) => Number(v === 1 || i === j))))
      expect(layer.inverse(layer.forward(x).value).value.dataSync()).toBeAllClose(x.dataSync(), { atol: 1e-5 })
    })
    const copy = bijectorFromConfig(layer.config)
    expect(copy.config).toEqual(layer.config)
    disposeOf(layer)
    disposeOf(copy)
    const circle = [
      [0, 1],
      [1, 0],
    ]
    const options = { univariate: affineUnivariate(), key: key(0) }
    expect(() => autoregressive(2, { ...options, adjacency: circle })).toThrow(/circle.*features 0, 1/)
    expect(() => autoregressive(2, { ...options, order: [0, 0] })).toThrow(/each rank 0…1 once, got \[0, 0\]/)
  })

  it('are inverted where what has not been found yet would overflow', () => {
    // Without biases the first feature is itself; of the others, which are 0, the layer makes their shifts.
    const layer = affineAutoregressive(40, { key: key(0) })
    perturb(
      layer.variables().filter(({ rank }) => rank === 2),
      key(9),
      100,
    )
    tidy(() => {
      const x = tensor2d([Array.from({ length: 40 }, (_, i) => Number(i === 0))])
      const { value, logDet } = layer.forward(x)
      const back = layer.inverse(value)
      expect(back.value.dataSync()).toEqual(x.dataSync())
      expect(back.logDet.dataSync()).toBeAllClose(neg(logDet).dataSync(), { rtol: 1e-5 })
    })
    disposeOf(layer)
  })

  it('make networks zero exactly where the adjacency is', () => {
    const adjacency = [
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ]
    const network = maskedNetwork({ adjacency, hidden: [8, 9], activation: 'tanh', key: key(0) })
    perturb(network.variables(), key(1))
    tidy(() => {
      const [matrix] = jacobians((t) => network.apply(t), tensor2d([[0.5, 0.2, -0.3]]))
      expect(dependencies(matrix!)).toEqual(adjacency)
    })
    disposeOf(network)
  })
})

describe('linear maps', () => {
  it('invert 48 channels of random triangles to float32', () => {
    tidy(() => {
      const size = 48
      const values = (k: Key) => Float32Array.from(permutation(k, size * size), (v) => (v / size ** 2 - 0.5) * 0.6)
      const random = tensor2d(values(key(1)), [size, size])
      const below = tensor2d(
        Float32Array.from({ length: size ** 2 }, (_, i) => Number(Math.floor(i / size) > i % size)),
        [size, size],
      )
      const identity = tensor2d(
        Float32Array.from({ length: size ** 2 }, (_, i) => Number(Math.floor(i / size) === i % size)),
        [size, size],
      )
      const matrix = add(mul(random, below), identity)
      const product = matMul(matrix as Tensor2D, triangularInverse(matrix as Tensor2D))
      expect(product.dataSync()).toBeAllClose(identity.dataSync(), { atol: 1e-4 })
    })
  })

  it('stay orthogonal and bounded where their parameters vanish or grow', () => {
    const reflections = householder(3, { key: key(0), reflections: 2 })
    const triangles = luLinear(2)
    const [, , diagonal] = triangles.variables()
    tidy(() => {
      reflections.variables()[0]!.assign(
        tensor2d([
          [0, 0, 0],
          [1e-12, 0, 0],
        ]),
      )
      const x = tensor2d([[1, 2, 3]])
      const { value } = reflections.forward(x)
      expect(sum(mul(value, value)).dataSync()).toBeAllClose([14])
      expect(reflections.inverse(value).value.dataSync()).toBeAllClose(x.dataSync())
      diagonal!.assign(tensor1d([-1e6, 1e6]))
      const there = triangles.forward(ones([1, 2]))
      expect(there.value.dataSync()).toBeAllClose([1e-3, 1e3], { rtol: 1e-3 })
      expect(triangles.inverse(there.value).value.dataSync()).toBeAllClose([1, 1])
    })
    disposeOf(reflections)
    disposeOf(triangles)
  })
})

describe('actnorm', () => {
  it('survives one event, and channels that do not vary', () => {
    const layer = actnorm(3)
    tidy(() => {
      layer.initialize(tensor2d([[5, 1e4, 0]]))
      expect(layer.forward(tensor2d([[5, 1e4, 0]])).value.dataSync()).toBeAllClose([0, 0, 0])
      layer.initialize(
        tensor2d([
          [1, 7, 1e-3],
          [3, 7, -1e-3],
        ]),
      )
      const { value, logDet } = layer.forward(tensor2d([[3, 8, 1e-3]]))
      expect(value.dataSync()).toBeAllClose([1, 1, 1], { atol: 1e-4 })
      expect(logDet.dataSync()).toBeAllClose([3 * Math.log(10)], { rtol: 1e-4 })
    })
    disposeOf(layer)
  })
})

describe('continuous', () => {
  it('estimates the trace without bias, the same from the same key', () => {
    const layer = continuous(3, { hidden: [8], trace: 'hutchinson', key: key(0), relativeTolerance: 1e-3 })
    perturb(layer.variables(), key(1))
    tidy(() => {
      const x = tensor2d(Array.from({ length: 400 }, () => [0.5, -0.2, 1]))
      const estimates = layer.forward(x, { key: key(2) }).logDet
      const exact = layer.forward(x).logDet.dataSync()[0]!
      const deviation = Math.sqrt(mean(square(sub(estimates, exact))).dataSync()[0]!)
      expect(deviation).toBeGreaterThan(1e-3)
      expect(Math.abs(mean(estimates).dataSync()[0]! - exact)).toBeLessThan((4 * deviation) / Math.sqrt(400))
      expect(layer.forward(x, { key: key(2) }).logDet.dataSync()).toEqual(estimates.dataSync())
    })
    disposeOf(layer)
  })

  it('solves a linear equation to its tolerance, in fixed steps too', () => {
    for (const steps of [undefined, 20]) {
      const layer = continuous(2, { hidden: [], key: key(0), ...(steps !== undefined && { steps }) })
      tidy(() => {
        // dx/dt = diag(1, −2)·x
        const kernel = new Float32Array(8 * 2)
        kernel[0] = 1
        kernel[3] = -2
        layer.variables()[0]!.assign(tensor2d(kernel, [8, 2]))
        const { value, logDet } = layer.forward(tensor2d([[1, 1]]))
        expect(value.dataSync()).toBeAllClose([Math.E, Math.exp(-2)], { rtol: 2e-6 })
        expect(logDet.dataSync()).toBeAllClose([-1], { rtol: 2e-6 })
      })
      disposeOf(layer)
    }
  })

  it('gives up with a clear error where the field explodes', () => {
    const layer = continuous(1, { hidden: [], key: key(0) })
    tidy(() => {
      layer.variables()[0]!.assign(tensor2d(new Float32Array(7).fill(1e30), [7, 1]))
      expect(() => layer.forward(tensor2d([[1]]))).toThrow(expect.objectContaining({ code: 'non-finite' }))
    })
    disposeOf(layer)
  })
})
