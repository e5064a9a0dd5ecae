/** einsum by matrix products: differentiable, and faster than tfjs's, which sums a product of the full size. @module */
import { matMul, mul, reshape, sum, type Tensor, transpose } from '@tensorflow/tfjs-core'
import { einsumEquation } from './einsum-equation.ts'

interface Operand {
  term: string[]
  tensor: Tensor
}

/**
 * einsum of one or two tensors; as in tfjs, without repeated indices in a term and without dots.
 *
 * @throws GenError `value` or `shape` as {@link einsumEquation}.
 */
export function einsumByMatMul(tensors: Tensor[], equation: string): Tensor {
  const { terms, result } = einsumEquation(equation, tensors)
  const operands = terms.map((term, i) => ({ term, tensor: tensors[i]! }))
  const [a, b] = operands.map((operand) => {
    const others = operands.flatMap((other) => (other === operand ? [] : other.term))
    return sumOut(operand, (index) => result.includes(index) || others.includes(index))
  })
  return b === undefined ? arrange(a!, result) : product(a!, b, result)
}

/** Sums over the indices that nothing else needs. */
function sumOut({ term, tensor }: Operand, needed: (index: string) => boolean): Operand {
  const axes = term.flatMap((index, axis) => (needed(index) ? [] : [axis]))
  return axes.length === 0 ? { term, tensor } : { term: term.filter(needed), tensor: sum(tensor, axes) }
}

function product(a: Operand, b: Operand, result: string[]): Tensor {
  const shared = a.term.filter((index) => b.term.includes(index))
  const batch = shared.filter((index) => result.includes(index))
  const summed = shared.filter((index) => !result.includes(index))
  const onlyA = a.term.filter((index) => !shared.includes(index))
  const onlyB = b.term.filter((index) => !shared.includes(index))
  const sizes = new Map([a, b].flatMap(({ term, tensor }) => term.map((index, i) => [index, tensor.shape[i]!])))
  const size = (indices: string[]) => indices.reduce((total, index) => total * sizes.get(index)!, 1)
  const left = reshape(arrange(a, [...batch, ...onlyA, ...summed]), [size(batch), size(onlyA), size(summed)])
  const right = reshape(arrange(b, [...batch, ...summed, ...onlyB]), [size(batch), size(summed), size(onlyB)])
  const multiplied =
    summed.length === 0 ? mul(left, reshape(right, [size(batch), 1, size(onlyB)])) : matMul(left, right)
  const term = [...batch, ...onlyA, ...onlyB]
  const tensor = reshape(
    multiplied,
    term.map((index) => sizes.get(index)!),
  )
  return arrange({ term, tensor }, result)
}

function arrange({ term, tensor }: Operand, order: string[]): Tensor {
  if (term.length < 2) return tensor.clone()
  return transpose(
    tensor,
    order.map((index) => term.indexOf(index)),
  )
}
