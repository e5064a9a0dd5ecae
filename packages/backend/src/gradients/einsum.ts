/** The gradient of einsum, which tfjs lacks. @module */
import { broadcastTo, einsum, type GradConfig, mul, reshape, type Tensor } from '@tensorflow/tfjs-core'

/** With y = einsum(a, b): the gradient of a is the einsum of dy and b over the indices that a lacks, and so for b. */
export const einsumGradient: GradConfig = {
  kernelName: 'Einsum',
  saveAllInputs: true,
  gradFunc: (dy, inputs, { equation }) => {
    const [left = '', right = ''] = (equation as string).replaceAll(' ', '').split('->')
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

/** einsum without what tfjs does not take: scalar factors (empty terms) and the identity. */
function contract(factors: Factor[], result: string): Tensor {
  const scalars = factors.filter(({ term }) => term === '')
  const rest = factors.filter(({ term }) => term !== '')
  const tensors = scalars.map(({ tensor }) => tensor)
  if (rest.length === 1 && rest[0]!.term === result) tensors.push(rest[0]!.tensor)
  else if (rest.length > 0) {
    const equation = `${rest.map(({ term }) => term).join(',')}->${result}`
    tensors.push(einsum(equation, ...rest.map(({ tensor }) => tensor)))
  }
  return tensors.reduce((product, tensor) => mul(product, tensor))
}
