/** Masked networks: outputs that depend on chosen inputs only. @module */
import { assertInteger, type Key, split } from '@gen/backend'
import { add, matMul, mul, type Tensor, type Tensor2D, tensor2d, type Variable } from '@tensorflow/tfjs-core'
import { type Activation, activationOf } from './activation.ts'
import type { Adjacency } from './adjacency.ts'
import type { Network } from './network.ts'
import { weight, zeroWeight } from './weights.ts'

/** Options of {@link maskedNetwork}. */
export interface MaskedNetworkOptions {
  /** Row i says which inputs output i may depend on. */
  adjacency: Adjacency
  /** Sizes of the hidden layers. @default [64, 64] */
  hidden?: readonly number[]
  /** @default 'relu' */
  activation?: Activation
  /** Randomness of the weights. */
  key: Key
}

/**
 * Creates a multi-layer perceptron whose Jacobian is zero, exactly, wherever the adjacency matrix is.
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
}: MaskedNetworkOptions): Network {
  for (const size of hidden) assertInteger('flows.maskedNetwork', 'each size of hidden', size, { min: 1 })
  const act = activationOf('flows.maskedNetwork', activation)
  const keys = split(key, hidden.length + 1)
  const layers = layerMasks(adjacency, hidden).map((mask, i) => makeLayer(mask, keys[i]!, i === hidden.length))
  return {
    variables: () => layers.flatMap(({ kernel, bias }) => [kernel, bias]),
    apply: (x) => {
      let h = x
      layers.forEach(({ kernel, bias, mask, shape }, i) => {
        const masked = mul(kernel, tensor2d(mask, shape))
        const next = add(matMul(h as Tensor2D, masked as Tensor2D), bias)
        h = i < layers.length - 1 ? act(next) : next
      })
      return h
    },
  }
}

interface MaskedLayer {
  kernel: Variable
  bias: Variable
  /** `[inputs, outputs]`, as the kernel. */
  mask: Float32Array
  shape: [inputs: number, outputs: number]
}

function makeLayer(mask: Adjacency, k: Key, isLast: boolean): MaskedLayer {
  const [inputs, outputs] = [mask[0]!.length, mask.length]
  const transposed = Float32Array.from(
    { length: inputs * outputs },
    (_, i) => mask[i % outputs]![Math.floor(i / outputs)]!,
  )
  const shape: [number, number] = [inputs, outputs]
  const kernel: Variable<Tensor['rankType']> = isLast ? zeroWeight(shape) : weight(k, shape)
  return { kernel, bias: zeroWeight([outputs]), mask: transposed, shape }
}

/**
 * The masks of the layers, each outputs × inputs.
 *
 * Every hidden unit is given one of the distinct dependency sets of the outputs, in turn; a unit reads those whose sets
 * are subsets of its own.
 */
export function layerMasks(adjacency: Adjacency, hidden: readonly number[]): number[][][] {
  const names = adjacency.map((row) => row.join(''))
  const sets = [...new Set(names)].sort().map((name) => adjacency[names.indexOf(name)]!)
  const ofOutput = names.map((name) => sets.findIndex((set) => set.join('') === name))
  const contains = sets.map((own) => sets.map((other) => Number(other.every((value, i) => value <= own[i]!))))
  const masks: number[][][] = []
  let readable = sets.map((set) => [...set])
  for (const size of hidden) {
    const reachable = [...sets.keys()].filter((i) => readable[i]!.includes(1))
    const usable = reachable.length > 0 ? reachable : [...sets.keys()]
    const ofUnit = Array.from({ length: size }, (_, i) => usable[i % usable.length]!)
    masks.push(ofUnit.map((set) => readable[set]!))
    readable = contains.map((row) => ofUnit.map((set) => row[set]!))
  }
  return [...masks, ofOutput.map((set) => readable[set]!)]
}
