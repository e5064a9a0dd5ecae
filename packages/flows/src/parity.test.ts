/** Parity with nflows and zuko, on fixtures that their own code made (fixtures/flows). @module */
import { readFileSync } from 'node:fs'
import { key, useBackend } from '@gen/backend'
import { tensor, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Flow, maf, nsfAutoregressive, rationalQuadratic } from './index.ts'
import { layerMasks } from './networks/layer-masks.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

interface SplineFixture {
  bins: number
  bound: number
  inputs: number[]
  widths: number[]
  heights: number[]
  derivatives: number[]
  forward: number[]
  forwardLogDet: number[]
  inverse: number[]
  inverseLogDet: number[]
}

interface FlowFixture {
  features: number
  context: number
  hidden: number[]
  weights: { kernel: number[]; bias: number[] }[][]
  x: number[]
  c: number[]
  z: number[]
  logDet: number[]
  logProb: number[]
  back: number[]
}

interface ZukoFixture {
  masks: { adjacency: number[][]; hidden: number[]; masks: number[][][] }[]
  maf: FlowFixture
  nsf: FlowFixture & { bins: number }
}

function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../fixtures/flows/${name}.json`, import.meta.url), 'utf8')) as T
}

const float32 = { rtol: 1e-5, atol: 1e-5 }

describe('the rational-quadratic spline, with nflows', () => {
  const { bins, bound, inputs, ...spline } = fixture<SplineFixture>('nflows-spline')
  const smallest = 1e-3

  /** nflows' knots: softmax with a least size, derivatives by softplus, and 1 at both ends. */
  function knots() {
    const positions = (raw: number[]) => {
      return chunks(raw, bins).map((row) => {
        const total = row.reduce((sum, value) => sum + Math.exp(value), 0)
        const sizes = row.map((value) => smallest + (1 - smallest * bins) * (Math.exp(value) / total))
        const ends = sizes.map((_, i) => sizes.slice(0, i + 1).reduce((sum, size) => sum + size, 0))
        return [-bound, ...ends.slice(0, -1).map((end) => bound * (2 * end - 1)), bound]
      })
    }
    const slopes = chunks(spline.derivatives, bins - 1).map((row) => {
      return [1, ...row.map((value) => smallest + Math.log1p(Math.exp(value))), 1]
    })
    return { x: tensor2d(positions(spline.widths)), y: tensor2d(positions(spline.heights)), slope: tensor2d(slopes) }
  }

  it.each(['forward', 'inverse'] as const)('%s', (direction) => {
    tidy(() => {
      const { value, logDet } = rationalQuadratic(tensor1d(inputs), knots(), { inverse: direction === 'inverse' })
      expect(value.dataSync()).toBeAllClose(spline[direction], float32)
      // At a knot the log-derivative is that of either side; the fixture's inputs avoid inner knots.
      expect(logDet.dataSync()).toBeAllClose(spline[`${direction}LogDet`], float32)
    })
  })
})

describe('with zuko', () => {
  const zuko = fixture<ZukoFixture>('zuko-flows')

  it.each(zuko.masks.map((item) => [item.hidden.join(' and '), item] as const))(
    'masks of MADE with %s units',
    (_, item) => {
      expect(layerMasks(item.adjacency, item.hidden)).toEqual(item.masks)
    },
  )

  it.each([
    ['MAF', zuko.maf, (options: Options) => maf(zuko.maf.features, options)],
    ['NSF', zuko.nsf, (options: Options) => nsfAutoregressive(zuko.nsf.features, { ...options, bins: zuko.nsf.bins })],
  ] as const)('%s on the same weights', (_, given, make) => {
    const model = make({ layers: given.weights.length, hidden: given.hidden, context: given.context, key: key(0) })
    load(model, given.weights)
    tidy(() => {
      const x = tensor2d(given.x, [32, given.features])
      const conditions = given.context > 0 ? { context: tensor2d(given.c, [32, given.context]) } : {}
      const there = model.forward(x, conditions)
      expect(there.value.dataSync()).toBeAllClose(given.z, float32)
      expect(there.logDet.dataSync()).toBeAllClose(given.logDet, float32)
      expect(model.logProb(x, conditions).dataSync()).toBeAllClose(given.logProb, float32)
      const back = model.inverse(tensor2d(given.z, [32, given.features]), conditions)
      expect(back.value.dataSync()).toBeAllClose(given.back, { rtol: 1e-4, atol: 1e-4 })
    })
    model.dispose()
  })
})

type Options = { layers: number; hidden: number[]; context: number; key: ReturnType<typeof key> }

function load(model: Flow, weights: FlowFixture['weights']): void {
  const values = weights.flat().flatMap(({ kernel, bias }) => [kernel, bias])
  const variables = model.variables()
  expect(variables).toHaveLength(values.length)
  tidy(() => {
    for (const [i, variable] of variables.entries()) {
      variable.assign(tensor(values[i]!, variable.shape))
    }
  })
}

function chunks(values: number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size))
}
