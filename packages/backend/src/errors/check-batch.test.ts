/** Batches are refused by shape, label and value before a training begins. */
import { fill, type Tensor, tensor1d, zeros } from '@tensorflow/tfjs-core'
import { beforeAll, expect, it } from 'vitest'
import { useBackend } from '../index.ts'
import { assertBatch, checkBatch } from './check-batch.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

const image = { shape: [2, 2, 1], classes: 0 }
const classes = { shape: [2], classes: 3 }
const points = { shape: [2], classes: 0 }
type Case = [string, Parameters<typeof assertBatch>[1], () => Tensor, number[] | undefined, string]
const shapes: Case[] = [
  ['other items', points, () => zeros([3, 3]), undefined, 'shape'],
  ['no labels', classes, () => zeros([3, 2]), undefined, 'config'],
  ['too few labels', classes, () => zeros([3, 2]), [1], 'shape'],
]
const values: Case[] = [
  ['a class too many', classes, () => zeros([3, 2]), [0, 1, 3], 'range'],
  ['bright pixels', image, () => fill([1, 2, 2, 1], 1.1), undefined, 'range'],
  ['dark pixels', image, () => fill([1, 2, 2, 1], -1), undefined, 'range'],
  ['NaN', points, () => fill([1, 2], Number.NaN), undefined, 'non-finite'],
  ['values of its own', { ...points, values: { max: 2 } }, () => fill([1, 2], 3), undefined, 'range'],
]

it.each([...shapes, ...values])('refuses %s', async (_, bounds, make, list, code) => {
  const batch = { x: make(), labels: list && tensor1d(list, 'int32') }
  await expect(checkBatch('demo.loss', bounds, batch)).rejects.toMatchObject({ code })
  batch.x.dispose()
  batch.labels?.dispose()
})

it.each(shapes)('refuses %s at every step', (_, bounds, make, list, code) => {
  const batch = { x: make(), labels: list && tensor1d(list, 'int32') }
  expect(() => assertBatch('demo.loss', bounds, batch)).toThrow(expect.objectContaining({ code }))
  batch.x.dispose()
  batch.labels?.dispose()
})

it('takes labels that the model does not use, and points of any size', async () => {
  const batch = { x: fill([1, 2], -9), labels: tensor1d([7], 'int32') }
  await checkBatch('demo.loss', points, batch)
  batch.x.dispose()
  batch.labels.dispose()
})
