/** Masked networks: outputs that depend on chosen inputs only. @module */
import { assertInteger, claimWeights, type Key, split } from '@gen/backend'
import { add, matMul, mul, type Tensor, type Tensor2D, tensor2d, type Variable } from '@tensorflow/tfjs-core'
import type { Adjacency } from '../bijectors/adjacency.ts'
import { activationOf, type HiddenActivation } from './activation.ts'
import { isNarrow, layerMasks } from './layer-masks.ts'
import type { Conditioner } from './network.ts'
import { weight, zeroWeight } from './weights.ts'

/** Options of {@link maskedNetwork}. */
export interface MaskedNetworkOptions {
  /** Row i says which inputs output i may depend on. */
  adjacency: Adjacency
  /** Sizes of the hidden layers. @default [64, 64] */
  hidden?: readonly number[]
  /** @default 'relu' */
  activation?: HiddenActivation
  /** Randomness of the weights. */
  key: Key
}

/**
 * Creates a multi-layer perceptron whose Jacobian is zero, exactly, wherever the adjacency matrix is, and nowhere else.
 *
 * A hidden layer with fewer units than the outputs have different dependencies (d − 1 for d features in a row) cannot carry
 * them all. Then a masked linear map from the inputs to the outputs is added, the paper's direct connections: every output
 * depends on all that it may, on some of it linearly only. Hidden layers of d and more units need none.
 *
 * @see MADE: Masked Autoencoder for Distribution Estimation (Germain et al., 2015) https://arxiv.org/abs/1502.03509
 * @example
 * const network = maskedNetwork({ adjacency: [[0, 0], [1, 0]], hidden: [16], key: key(0) })
 * const y = network.apply(x) // y₀ depends on nothing, y₁ on x₀
 */
export function maskedNetwork({
  adjacency,
  hidden = [64, 64],
  activation = 'relu',
  key,
}: MaskedNetworkOptions): Conditioner {
  for (const size of hidden) assertInteger('flows.maskedNetwork', 'each size of hidden', size, { min: 1 })
  const act = activationOf('flows.maskedNetwork', activation)
  const sizes = [adjacency[0]?.length ?? 0, ...hidden, adjacency.length]
  for (const [i, size] of hidden.entries()) claimWeights('flows.maskedNetwork', [sizes[i]!, size])
  const keys = split(key, hidden.length + 1)
  const layers = layerMasks(adjacency, hidden).map((mask, i) =>
    maskedLayer(mask, i < hidden.length ? keys[i] : undefined),
  )
  const direct = isNarrow(adjacency, hidden) ? maskedKernel(adjacency) : undefined
  return {
    variables: () => [...layers.flatMap(({ kernel, bias }) => [kernel, bias]), ...(direct ? [direct.kernel] : [])],
    apply: (x) => {
      let h = x
      layers.forEach((layer, i) => {
        const next = add(product(h, layer), layer.bias)
        h = i < layers.length - 1 ? act(next) : next
      })
      return direct ? add(h, product(x, direct)) : h
    },
  }
}

interface MaskedKernel {
  kernel: Variable
  /** `[inputs, outputs]`, as the kernel. */
  mask: Float32Array
  shape: [inputs: number, outputs: number]
}

function product(x: Tensor, { kernel, mask, shape }: MaskedKernel): Tensor {
  return matMul(x as Tensor2D, mul(kernel, tensor2d(mask, shape)))
}

function maskedLayer(mask: Adjacency, k: Key | undefined): MaskedKernel & { bias: Variable } {
  return { ...maskedKernel(mask, k), bias: zeroWeight([mask.length]) }
}

/** Without a key it starts at zero. */
function maskedKernel(mask: Adjacency, k?: Key): MaskedKernel {
  const [inputs, outputs] = [mask[0]!.length, mask.length]
  const transposed = Float32Array.from(
    { length: inputs * outputs },
    (_, i) => mask[i % outputs]![Math.floor(i / outputs)]!,
  )
  const shape: [number, number] = [inputs, outputs]
  return { kernel: k ? weight(k, shape) : zeroWeight(shape), mask: transposed, shape }
}
