/** The gradient of einsum, which tfjs lacks. @module */
import { broadcastTo, type GradConfig, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'
import { einsumByMatMul } from '../kernels/einsum.ts'

/** With y = einsum(a, b): the gradient of a is the einsum of dy and b over the indices that a lacks, and so for b. */
export const einsumGradient: GradConfig = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, inputs, { equation }) => {
    const [left = '', right = ''] = (equation as string).replace(/\s/g, '').split('->')
    const terms = left.split(',')
    const thunks = inputs.map((input, i) => () => {
      const others = inputs.flatMap((tensor, j) => (i === j ? [] : [{ term: terms[j]!, tensor }]))
      return gradientOf(terms[i]!, input.shape, [{ term: right, tensor: dy as Tensor }, ...others])
    })
    return Object.fromEntries(thunks.entries())
  },
}

interface Factor {
  term: string
  tensor: Tensor
}

function gradientOf(term: string, shape: number[], factors: Factor[]): Tensor {
  const known = [...term].filter((index) => factors.some((factor) => factor.term.includes(index)))
  const partial = contract(factors, known.join(''))
  // An index in no other term was summed over: its gradient is the same along it.
  const spread = reshape(
    partial,
    shape.map((n, axis) => (known.includes(term[axis]!) ? n : 1)),
  )
  return broadcastTo(spread, shape)
}

/** einsum of one or two factors, and of scalars, which have empty terms. */
function contract(factors: Factor[], result: string): Tensor {
  const scalars = factors.filter(({ term }) => term === '').map(({ tensor }) => tensor)
  const rest = factors.filter(({ term }) => term !== '')
  const equation = `${rest.map(({ term }) => term).join(',')}->${result}`
  const tensors = rest.map(({ tensor }) => tensor)
  const contracted = rest.length > 0 ? [einsumByMatMul(tensors, equation)] : []
  return [...contracted, ...scalars].reduce((product, tensor) => mul(product, tensor))
}
