import { key, normal, uniform, useBackend } from '@gen/backend'
import { type Dataset, dataset } from '@gen/data'
import { diffusion, linear, velocityPrediction } from '@gen/diffusion'
import { mul, type Tensor } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { measureModel } from '../eval/of-model.ts'
import { diffusionFamily } from './diffusion.ts'
import type { FamilyModel } from './family.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** A model for which nothing ever moves: its density is that of the noise, √α as wide. */
const still = (shape: number[], range: [number, number] | null): FamilyModel => {
  const takes = { label: false, context: null }
  const network = { shape, takes, variables: () => [], denoise: (x: Tensor) => mul(x, 0) }
  return diffusionFamily.wrap(diffusion({ network, schedule: linear(), prediction: velocityPrediction(), range }))
}
const alpha = linear().alpha(0)

/** The same 40 items whenever they are asked for, and their values. */
function itemsOf(shape: number[], all: () => Tensor): { data: Dataset; rows: number[][] } {
  const x = all()
  const values = [...x.dataSync()]
  x.dispose()
  const size = values.length / 40
  const rows = Array.from({ length: 40 }, (_, i) => values.slice(i * size, (i + 1) * size))
  return { data: dataset({ size: 40, shape, take: () => ({ x: all() }) }), rows }
}

/** −log N(√α x; 0, I) − D log √α of values in units of which one is `scale` of the data's. */
const nllOf = (values: number[], scale = 1) =>
  values.reduce(
    (sum, x) => sum + 0.5 * alpha * x * x + 0.5 * Math.log(2 * Math.PI) - Math.log(Math.sqrt(alpha) * scale),
    0,
  )
const meanOf = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

it('points have the density of the ODE', async () => {
  const { data, rows } = itemsOf([2], () => normal(key(1), [40, 2]))
  const [nll, ...others] = await measureModel(still([2], null), data, { metrics: [], count: 40, key: key(2) })
  expect(others).toEqual([])
  expect(nll).toMatchObject({ metric: 'nll, nats', features: { name: 'density', size: 2 } })
  expect(nll!.value).toBeCloseTo(meanOf(rows.map((row) => nllOf(row))), 4)
})

it('images have bits per dimension, where they are asked for', async () => {
  const { data, rows } = itemsOf([2, 2, 1], () => uniform(key(1), [40, 2, 2, 1]))
  const options = { count: 40, key: key(2) }
  expect(await measureModel(still([2, 2, 1], [0, 1]), data, { ...options, metrics: [] })).toEqual([])
  const found = await measureModel(still([2, 2, 1], [0, 1]), data, { ...options, metrics: ['likelihood'] })
  expect(found.map(({ metric }) => metric)).toEqual(['nll, nats', 'bits/dim'])
  const nats =
    meanOf(
      rows.map((row) =>
        nllOf(
          row.map((x) => 2 * x - 1),
          2,
        ),
      ),
    ) +
    4 * Math.log(256)
  expect(Math.abs(found[0]!.value - nats)).toBeLessThan(0.02)
  expect(found[1]!.value).toBeCloseTo(found[0]!.value / (4 * Math.LN2), 5)
})
