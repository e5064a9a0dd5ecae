import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { key, normalArray, useBackend } from '../index.ts'

const draw = (shape: number[], seed: number) =>
  tf.tensor(normalArray(key(seed), 1, tf.util.sizeFromShape(shape)), shape)

/** The definition: a sum over all values of all indices, in float64. */
function reference(equation: string, tensors: tf.Tensor[]): Float64Array {
  const [left, right] = equation.split('->') as [string, string]
  const terms = left.split(',')
  const sizes = new Map(terms.flatMap((term, i) => [...term].map((index, axis) => [index, tensors[i]!.shape[axis]!])))
  const indices = [...sizes.keys()]
  const data = tensors.map((tensor) => tensor.dataSync())
  const flat = (term: string, at: Map<string, number>) =>
    [...term].reduce((total, index) => total * sizes.get(index)! + at.get(index)!, 0)
  const out = new Float64Array([...right].reduce((total, index) => total * sizes.get(index)!, 1))
  const visit = (depth: number, at: Map<string, number>): void => {
    const index = indices[depth]
    if (index === undefined) {
      out[flat(right, at)]! += terms.reduce((product, term, i) => product * data[i]![flat(term, at)]!, 1)
      return
    }
    for (let i = 0; i < sizes.get(index)!; i++) visit(depth + 1, at.set(index, i))
  }
  visit(0, new Map())
  return out
}

describe.each(['cpu', 'wasm'] as const)('einsum on %s', (name) => {
  beforeAll(async () => {
    await useBackend(name)
  })

  it.each([
    ['ij,jk->ik', [2, 3], [3, 4]],
    ['ij,kj->ki', [2, 3], [4, 3]],
    ['bij,bjk->bik', [2, 2, 3], [2, 3, 4]],
    ['bhnd,bhmd->bhnm', [1, 2, 3, 4], [1, 2, 5, 4]],
    ['ij,ij->ij', [2, 3], [2, 3]],
    ['ij,ij->', [2, 3], [2, 3]],
    ['i,j->ji', [2], [3]],
    ['ijk,k->j', [2, 3, 4], [4]],
    ['ijk,lk->jl', [2, 3, 4], [5, 4]],
    ['ijk->ki', [2, 3, 4]],
    ['ijk->j', [2, 3, 4]],
    ['ij->', [2, 3]],
    ['ij->ji', [2, 3]],
    ['ij->ij', [2, 3]],
  ])('%s is the sum that defines it', (equation, ...shapes) => {
    tf.tidy(() => {
      const tensors = (shapes as number[][]).map(draw)
      expect(tf.einsum(equation, ...tensors).dataSync()).toBeAllClose(reference(equation, tensors), { atol: 1e-5 })
    })
  })

  it.each(['ij', 'ij,jk,kl->il'])('refuses %s', (equation) => {
    tf.tidy(() => {
      const x = draw([2, 2], 0)
      expect(() => tf.einsum(equation, x, x)).toThrow(expect.objectContaining({ code: 'value' }))
    })
  })
})
