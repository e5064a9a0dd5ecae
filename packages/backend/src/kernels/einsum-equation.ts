/** Equations of einsum, read and checked. @module */
import type { Tensor } from '@tensorflow/tfjs-core'
import type { GenError } from '../errors/gen-error.ts'
import { refusal } from '../errors/refusal.ts'

/** `ij,jk->ik` as lists of indices. */
export interface EinsumEquation {
  readonly terms: readonly string[][]
  readonly result: string[]
}

/**
 * Reads an equation of one or two terms and checks it against its tensors: one arrow; indices that are letters, once in
 * each term and in the result; a result of indices that stand on the left; as many indices as dimensions, and one size
 * for each index. No ellipsis.
 *
 * @throws GenError `value` for the equation, `shape` for tensors that do not fit it.
 */
export function einsumEquation(equation: string, tensors: readonly Tensor[]): EinsumEquation {
  const sides = equation.replace(/\s/g, '').split('->')
  const [left = '', right = ''] = sides
  const terms = left.split(',').map((term) => [...term])
  if (sides.length !== 2) throw unreadable(equation, "one arrow as in 'ij,jk->ik'", `${sides.length - 1}`)
  if (tensors.length > 2) throw unreadable(equation, 'one or two tensors', `${tensors.length}`)
  if (terms.length !== tensors.length) {
    throw unreadable(equation, `${terms.length} ${terms.length === 1 ? 'tensor' : 'tensors'}`, `${tensors.length}`)
  }
  for (const [i, term] of terms.entries()) checkIndices(equation, `term ${i + 1}`, term)
  checkIndices(equation, 'the result', [...right])
  const unknown = [...right].find((index) => !left.includes(index))
  if (unknown !== undefined) throw unreadable(equation, 'a result of indices from the left', `'${unknown}'`)
  checkSizes(equation, terms, tensors)
  return { terms, result: [...right] }
}

function checkIndices(equation: string, place: string, indices: string[]): void {
  const strange = indices.find((index) => !/[a-zA-Z]/.test(index))
  if (strange !== undefined)
    throw unreadable(equation, `letters as indices of ${place}, without an ellipsis`, `'${strange}'`)
  const repeated = indices.find((index, i) => indices.indexOf(index) !== i)
  if (repeated !== undefined) throw unreadable(equation, `each index once in ${place}`, `'${repeated}' twice`)
}

function checkSizes(equation: string, terms: readonly string[][], tensors: readonly Tensor[]): void {
  const sizes = new Map<string, number>()
  for (const [i, term] of terms.entries()) {
    const { shape } = tensors[i]!
    if (shape.length !== term.length) {
      throw misfit(
        equation,
        `tensor ${i + 1} of rank ${term.length} ('${term.join('')}')`,
        `shape [${shape.join(', ')}]`,
      )
    }
    for (const [axis, index] of term.entries()) {
      const [size, before] = [shape[axis]!, sizes.get(index)]
      if (before !== undefined && before !== size)
        throw misfit(equation, `one size of '${index}'`, `${before} and ${size}`)
      sizes.set(index, size)
    }
  }
}

function unreadable(equation: string, expected: string, got: string): GenError {
  return refusal('value', 'backend.einsum', {
    expected,
    got: `${got} in '${equation}'`,
    remedy: 'write it as products and sums',
    details: { equation },
  })
}

function misfit(equation: string, expected: string, got: string): GenError {
  return refusal('shape', 'backend.einsum', {
    expected: `${expected} in '${equation}'`,
    got,
    remedy: 'reshape the tensors',
    details: { equation },
  })
}
