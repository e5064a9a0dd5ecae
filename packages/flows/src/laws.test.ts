/** The laws of bijectors: zuko's tests are the model. @module */
import { fold, type GenError, key, useBackend } from '@gen/backend'
import {
  addN,
  mean,
  memory,
  mul,
  type Scalar,
  sum,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Bijector, Given, Transformed } from './bijectors/bijector.ts'
import { bijectorFromConfig } from './index.ts'
import { type Case, cases, contextOf, disposeOf, eventsIn, perturb } from './testing/cases.ts'
import { jacobians, logAbsDet } from './testing/jacobian.ts'

const batch = 3
const runs = 3
const seed = 20

beforeAll(async () => {
  await useBackend('cpu')
})

/** A shape that suits the case, and a seed. */
function settings({ events }: Case): fc.Arbitrary<[shape: number[], seed: number]> {
  const vectors = fc.integer({ min: 2, max: 5 }).map((d) => [d])
  const images = fc.constantFrom<number[]>([2, 2, 2], [4, 2, 2], [2, 4, 3])
  const squares = fc.constantFrom<number[]>([2, 2, 1], [4, 2, 2], [4, 4, 1])
  const shapes = { vectors, images: squares, both: fc.oneof(vectors, images) }
  return fc.tuple(shapes[events], fc.nat(1000))
}

interface Setting {
  bijector: Bijector
  x: Tensor
  given: Given
}

/** Tries a law on some shapes and seeds; what it makes is freed. */
function holds(item: Case, context: number, law: (setting: Setting, remake: () => Bijector) => void): void {
  const property = fc.property(settings(item), ([shape, at]) => {
    const make = () => {
      const made = item.make(shape, fold(key(1), at), context)
      perturb(made.variables(), fold(key(2), at))
      return made
    }
    const bijector = make()
    const x = eventsIn(bijector.domain, bijector.shape, batch, fold(key(3), at))
    const given = context > 0 ? { context: contextOf(batch, context) } : {}
    try {
      law({ bijector, x, given }, make)
    } finally {
      disposeOf(bijector)
      x.dispose()
      given.context?.dispose()
    }
  })
  fc.assert(property, { numRuns: runs, seed })
}

const numbers = (f: () => Tensor) => tidy(() => f().dataSync())

describe.each(cases)('$name', (item) => {
  for (const context of item.contexts ?? [0]) {
    describe(context > 0 ? 'given a context' : 'alone', () => {
      it('keeps its shapes, and comes back', () => {
        holds(item, context, ({ bijector, x, given }) => {
          tidy(() => {
            const there = bijector.forward(x, given)
            const back = bijector.inverse(there.value, given)
            expect(there.value.shape).toEqual([batch, ...bijector.outputShape])
            expect(there.logDet.shape).toEqual([batch])
            expect(back.value.shape).toEqual(x.shape)
            expect(back.value.dataSync()).toBeAllClose(x.dataSync(), { rtol: 0, atol: 1e-4 })
            expect(back.logDet.dataSync()).toBeAllClose(mul(there.logDet, -1).dataSync(), { rtol: 1e-4, atol: 1e-3 })
          })
        })
      })

      it('has the Jacobian’s determinant, both ways', () => {
        holds(item, context, ({ bijector, x, given }) => {
          const many = (t: Tensor) => spread(given, t)
          tidy(() => {
            const there = bijector.forward(x, given)
            const back = bijector.inverse(there.value, given)
            const forward = jacobians((t) => bijector.forward(t, many(t)).value, x)
            const backward = jacobians((t) => bijector.inverse(t, many(t)).value, there.value)
            expect(there.logDet.dataSync()).toBeAllClose(forward.map(logAbsDet), { rtol: 1e-3, atol: 1e-3 })
            expect(back.logDet.dataSync()).toBeAllClose(backward.map(logAbsDet), { rtol: 1e-3, atol: 1e-3 })
          })
        })
      })

      it('has a gradient on every parameter', () => {
        holds(item, context, ({ bijector, x, given }) => {
          tidy(() => {
            const variables = bijector.variables()
            if (variables.length === 0) return
            for (const direction of ['forward', 'inverse'] as const) {
              const argument = direction === 'forward' ? x : bijector.forward(x, given).value
              const { grads } = variableGrads(() => objective(bijector[direction](argument, given)), variables)
              expect(Object.keys(grads)).toHaveLength(variables.length)
              for (const gradient of Object.values(grads)) {
                const size = sum(mul(gradient, gradient)).dataSync()[0]!
                expect(size).toBeGreaterThan(0)
                expect(size).toBeLessThan(Infinity)
              }
            }
          })
        })
      })

      it('is made again by its key, and by its config and weights', () => {
        holds(item, context, ({ bijector, x, given }, remake) => {
          const twin = remake()
          const copy = bijectorFromConfig(JSON.parse(JSON.stringify(bijector.config)))
          try {
            const expected = numbers(() => bijector.forward(x, given).value)
            expect(numbers(() => twin.forward(x, given).value)).toEqual(expected)
            expect(copy.config).toEqual(JSON.parse(JSON.stringify(bijector.config)))
            const [from, to] = [bijector.variables(), copy.variables()]
            expect(to.map(({ shape }) => shape)).toEqual(from.map(({ shape }) => shape))
            for (const [i, variable] of to.entries()) variable.assign(from[i]!)
            expect(numbers(() => copy.forward(x, given).value)).toEqual(expected)
            expect(numbers(() => copy.inverse(bijector.forward(x, given).value, given).logDet)).toEqual(
              numbers(() => bijector.inverse(bijector.forward(x, given).value, given).logDet),
            )
          } finally {
            disposeOf(twin)
            disposeOf(copy)
          }
        })
      })

      it('leaves nothing behind but what it returns', () => {
        holds(item, context, ({ bijector, x, given }) => {
          const before = memory().numTensors
          const there = bijector.forward(x, given)
          const back = bijector.inverse(there.value, given)
          bijector.initialize(x, given)
          expect(memory().numTensors).toBe(before + 4)
          expect(x.isDisposed).toBe(false)
          for (const result of [there.value, there.logDet, back.value, back.logDet]) result.dispose()
        })
      })

      it('says what is wrong with its argument', () => {
        holds(item, context, ({ bijector, x, given }) => {
          tidy(() => {
            const wrong = tensor(new Float32Array(7), [1, 7, 1, 1])
            expect(() => bijector.forward(wrong, given)).toThrow(shapeError)
            expect(() => bijector.inverse(wrong, given)).toThrow(shapeError)
            if (context > 0) {
              expect(() => bijector.forward(x)).toThrow(/context of shape \[3, 2\], got none/)
              expect(() => bijector.forward(x, { context: contextOf(batch, 5) })).toThrow(shapeError)
            }
          })
        })
      })
    })
  }

  if (item.contexts?.includes(2)) {
    it('listens to its context', () => {
      holds(item, 2, ({ bijector, x, given }) => {
        const other = contextOf(batch, 2, key(5))
        const one = numbers(() => bijector.forward(x, given).value)
        expect(numbers(() => bijector.forward(x, { context: other }).value)).not.toEqual(one)
        other.dispose()
      })
    })
  }
})

const shapeError = expect.objectContaining({ code: 'shape' } satisfies Partial<GenError>)

/** The context of a batch that was repeated. */
function spread(given: Given, x: Tensor): Given {
  const { context } = given
  if (!context) return given
  const values = Array.from({ length: x.shape[0] / batch }, () => [...context.dataSync()]).flat()
  return { context: tensor(values, [x.shape[0], context.shape[1]!]) }
}

/** Depends on all that a transformation gives. */
function objective({ value, logDet }: Transformed): Scalar {
  const weights = tensor(
    Float32Array.from({ length: value.size }, (_, i) => Math.sin(1 + i)),
    value.shape,
  )
  return addN([mean(mul(value, weights)), mean(logDet)])
}
