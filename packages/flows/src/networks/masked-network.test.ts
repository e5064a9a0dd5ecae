/** What a masked network may depend on it does depend on, and on nothing else, at any width. */
import { fold, key, normal, useBackend } from '@gen/backend'
import { add, concat, eye, fill, mul, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Adjacency, rankAdjacency } from '../bijectors/adjacency.ts'
import { layerMasks } from './layer-masks.ts'
import { maskedNetwork } from './masked-network.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

/** Which outputs change when an input does, as the adjacency is written: a row for each output. */
function dependencies(adjacency: Adjacency, hidden: readonly number[]): number[][] {
  const network = maskedNetwork({ adjacency, hidden, activation: 'tanh', key: key(0) })
  const inputs = adjacency[0]!.length
  network.variables().forEach((variable, i) => {
    tidy(() => variable.assign(mul(normal(fold(key(1), i), variable.shape), 1 / Math.sqrt(variable.shape[0]))))
  })
  const rows = tidy(() => {
    const base = fill([1, inputs], 0.1)
    return network.apply(concat([base, add(base, eye(inputs))]) as Tensor2D).arraySync() as number[][]
  })
  for (const variable of network.variables()) variable.dispose()
  const [still, ...moved] = rows
  return adjacency.map((_, output) => moved.map((row) => Number(row[output] !== still![output])))
}

const shuffled = (size: number) => Array.from({ length: size }, (_, i) => (3 * i + 1) % size)
const withContext = (rows: number[][], context: number) =>
  rows.map((row) => [...row, ...Array<number>(context).fill(1)])

describe.each([1, 2, 5, 7, 20])('%i features', (features) => {
  const ascending = Array.from({ length: features }, (_, i) => i)
  const orders = features % 3 === 0 ? [ascending] : [ascending, [...ascending].reverse(), shuffled(features)]

  it.each([[], [1], [2], [3, 2], [features], [64, 3, 64], [2, 2, 2]])(
    'reach all that they may, with hidden %o',
    (...hidden) => {
      for (const order of orders) {
        for (const context of [0, 2]) {
          for (const passes of new Set([features, Math.ceil(features / 2)])) {
            const adjacency = withContext(rankAdjacency('test', order, passes), context)
            expect(dependencies(adjacency, hidden.flat())).toEqual(adjacency)
          }
        }
      }
    },
  )
})

it.each([[], [64, 64]])('reaches the last of 100 features, with hidden %o', (...hidden) => {
  const adjacency = rankAdjacency(
    'test',
    Array.from({ length: 100 }, (_, i) => i),
    100,
  )
  expect(dependencies(adjacency, hidden.flat())).toEqual(adjacency)
})

it('gives a narrow layer dependencies of all sizes, the largest among them', () => {
  const adjacency = rankAdjacency('test', [0, 1, 2, 3, 4, 5, 6, 7], 8)
  const sizes = (units: number[]) => layerMasks(adjacency, units)[0]!.map((row) => row.reduce((sum, n) => sum + n, 0))
  expect(sizes([4])).toEqual([1, 3, 5, 7])
  expect(sizes([1])).toEqual([7])
  expect(sizes([9])).toEqual([1, 2, 3, 4, 5, 6, 7, 1, 2])
})

it('has direct connections only where a hidden layer is too narrow', () => {
  const count = (hidden: number[]) => {
    const network = maskedNetwork({ adjacency: rankAdjacency('test', [0, 1, 2, 3], 4), hidden, key: key(0) })
    const variables = network.variables()
    for (const variable of variables) variable.dispose()
    return variables.length
  }
  expect([[], [3], [3, 3], [2], [3, 2]].map(count)).toEqual([2, 4, 6, 5, 7])
})

it('reaches along any graph without circles', () => {
  const graph = [
    [0, 0, 0, 0],
    [1, 0, 0, 0],
    [0, 0, 0, 0],
    [0, 1, 1, 0],
  ]
  for (const hidden of [[1], [2], [3, 1]]) expect(dependencies(graph, hidden)).toEqual(graph)
})
