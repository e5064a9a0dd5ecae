/** Fully connected networks. @module */
import { assertInteger, refusal, split } from '@gen/backend'
import { add, concat, matMul, reshape, type Tensor, type Tensor2D, type Variable } from '@tensorflow/tfjs-core'
import { flattenEvents, sizeOf } from '../bijectors/shape.ts'
import { activationOf, type HiddenActivation } from './activation.ts'
import type { ConditionerMaker } from './network.ts'
import { weight, zeroWeight } from './weights.ts'

/** Options of {@link denseNetwork}. */
export interface DenseNetworkOptions {
  /** Sizes of the hidden layers. @default [64, 64] */
  hidden?: readonly number[]
  /** @default 'relu' */
  activation?: HiddenActivation
}

/**
 * Multi-layer perceptrons over the flattened argument, with the context appended to it.
 *
 * Hidden weights are drawn with variance 2 / fan-in; the last layer starts at zero, so that bijectors start simple
 * (couplings and autoregressions at the identity).
 *
 * @example
 * const layer = affineCoupling(6, { network: denseNetwork({ hidden: [128, 128] }), key: key(0) })
 */
export function denseNetwork({ hidden = [64, 64], activation = 'relu' }: DenseNetworkOptions = {}): ConditionerMaker {
  for (const size of hidden) assertInteger('flows.denseNetwork', 'each size of hidden', size, { min: 1 })
  const act = activationOf('flows.denseNetwork', activation)
  return {
    config: { kind: 'dense', hidden: [...hidden], activation },
    make: ({ shape, outputs, context, key }) => {
      const outputShape = [...shape.slice(0, -1), outputs]
      const sizes = [sizeOf(shape) + context, ...hidden, sizeOf(outputShape)]
      const layers = denseLayers(sizes, split(key, sizes.length - 1))
      return {
        variables: () => layers.flat(),
        apply: (x, given) => {
          const flat = shape.length === 1 ? (x as Tensor2D) : flattenEvents(x)
          let h: Tensor = context > 0 ? concat([flat, vectors(given as Tensor)], 1) : flat
          layers.forEach(([w, b], i) => {
            const next = add(matMul(h as Tensor2D, w as Tensor2D), b)
            h = i < layers.length - 1 ? act(next) : next
          })
          return shape.length === 1 ? h : reshape(h, [x.shape[0], ...outputShape])
        },
      }
    },
  }
}

type DenseLayer = [weight: Variable, bias: Variable]

function denseLayers(sizes: number[], keys: ReturnType<typeof split>): DenseLayer[] {
  return keys.map((k, i) => {
    const shape = [sizes[i]!, sizes[i + 1]!]
    return [i < keys.length - 1 ? weight(k, shape) : zeroWeight(shape), zeroWeight([sizes[i + 1]!])]
  })
}

function vectors(context: Tensor): Tensor {
  if (context.shape.length === 2) return context
  const got = `[${context.shape.join(', ')}]`
  throw refusal('shape', 'flows.denseNetwork', { expected: 'a context of rank 2', got, remedy: 'use convNetwork' })
}
