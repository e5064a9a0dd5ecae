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

/** What tfjs or NumPy refuse: the error's code, the equation, a part of the message, shapes. */
const refusals: [code: string, equation: string, message: RegExp, ...shapes: number[][]][] = [
  ['value', 'ij', /one arrow as in 'ij,jk->ik', got 0 in 'ij'/, [2, 2]],
  ['value', 'ij->i->j', /one arrow .* got 2/, [2, 2]],
  ['value', 'ij->->', /one arrow .* got 2/, [2, 2]],
  ['value', 'ii->', /each index once in term 1, got 'i' twice/, [2, 2]],
  ['value', 'ii->i', /each index once in term 1/, [2, 2]],
  ['value', 'ij,jj->i', /each index once in term 2/, [2, 2], [2, 2]],
  ['value', 'ij,jk->ii', /each index once in the result, got 'i' twice/, [2, 2], [2, 2]],
  ['value', 'ij,jk->in', /a result of indices from the left, got 'n'/, [2, 2], [2, 2]],
  ['value', '->i', /a result of indices from the left, got 'i'/, []],
  ['value', '...j,jk->...k', /letters as indices of term 1, without an ellipsis, got '\.'/, [2, 2], [2, 2]],
  ['value', '1j->j', /letters as indices of term 1/, [2, 2]],
  ['value', 'ij->i,', /letters as indices of the result/, [2, 2]],
  ['value', 'ij,jk,kl->il', /one or two tensors, got 3/, [2, 2], [2, 2], [2, 2]],
  ['value', 'ij,jk->ik', /expected 2 tensors, got 1/, [2, 2]],
  ['value', 'ij->ij', /expected 1 tensor, got 2/, [2, 2], [2, 2]],
  ['shape', 'ij->ij', /tensor 1 of rank 2 \('ij'\) in 'ij->ij', got shape \[2\]/, [2]],
  ['shape', 'ij,jk->ik', /tensor 2 of rank 2/, [2, 2], [2, 2, 1]],
  ['shape', 'ij,ij->', /one size of 'i' in 'ij,ij->', got 2 and 3/, [2, 3], [3, 2]],
  ['shape', 'ij,jk->ik', /one size of 'j' in .* got 3 and 2/, [2, 3], [2, 4]],
  ['shape', 'ij,ij->ij', /one size of 'i' in .* got 2 and 1/, [2, 3], [1, 3]],
]

describe.each(['cpu', 'wasm', 'simd'] as const)('einsum on %s', (name) => {
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

  it.each([
    ['ij\t, jk -> ik', [2, 3], [3, 4]],
    ['i,->i', [3], []],
    ['->', []],
    ['Aa,ab->bA', [2, 3], [3, 4]],
  ])('%j is the sum that defines it', (equation, ...shapes) => {
    tf.tidy(() => {
      const tensors = (shapes as number[][]).map(draw)
      const expected = reference(equation.replace(/\s/g, ''), tensors)
      expect(tf.einsum(equation, ...tensors).dataSync()).toBeAllClose(expected, { atol: 1e-5 })
    })
  })

  it.each(refusals)('refuses with %s: %s', (code, equation, message, ...shapes) => {
    tf.tidy(() => {
      const tensors = shapes.map((shape) => draw(shape, 0))
      const before = tf.memory().numTensors
      expect(() => tf.einsum(equation, ...tensors)).toThrow(
        expect.objectContaining({ code, message: expect.stringMatching(message) }),
      )
      expect(tf.memory().numTensors).toBe(before)
    })
  })
})
