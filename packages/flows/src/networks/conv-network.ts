/** Convolutional networks. @module */
import { assertInteger, groupNorm, refusal, silu, split } from '@gen/backend'
import {
  add,
  concat,
  conv2d,
  ones,
  reshape,
  type Tensor,
  type Tensor4D,
  tidy,
  tile,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core'
import { channelsOf } from '../bijectors/shape.ts'
import type { Conditioner, ConditionerMaker, ConditionerRequest } from './network.ts'
import { weight, zeroWeight } from './weights.ts'

/** Options of {@link convNetwork}. */
export interface ConvNetworkOptions {
  /** Channels inside. @default 64 */
  width?: number
  /** Residual blocks. @default 2 */
  blocks?: number
  /** Groups of the group normalization in each block; they divide `width`. @default one for each 8 channels, or 1 */
  groups?: number
}

/**
 * Residual convolutional networks for events `[h, w, c]`: 3×3 in, `blocks` × (group norm, SiLU, 3×3, group norm, SiLU,
 * 1×1, plus the block's input), SiLU, 3×3 out. A context vector is repeated over the image; a context image of the same
 * height and width is appended as channels.
 *
 * The last layer starts at zero, so that bijectors start simple (couplings at the identity).
 *
 * @example
 * const layer = affineCoupling([8, 8, 4], { network: convNetwork({ width: 32 }), key: key(0) })
 */
export function convNetwork({ width = 64, blocks = 2, groups }: ConvNetworkOptions = {}): ConditionerMaker {
  const where = 'flows.convNetwork'
  assertInteger(where, 'width', width, { min: 1 })
  assertInteger(where, 'blocks', blocks, { min: 0 })
  // Groups of one channel would erase all there is at a single pixel.
  const normGroups = groups ?? (width % 8 === 0 ? width / 8 : 1)
  assertInteger(where, 'groups', normGroups, { min: 1, max: width })
  if (width % normGroups !== 0) {
    throw refusal('value', where, { expected: `groups that divide the width ${width}`, got: normGroups })
  }
  return {
    config: { kind: 'conv', width, blocks, groups: normGroups },
    make: (request) => makeNetwork(request, width, blocks, normGroups),
  }
}

interface Block {
  norms: [scale: Variable, offset: Variable][]
  convs: [weight: Variable, bias: Variable][]
}

function makeNetwork(request: ConditionerRequest, width: number, blocks: number, groups: number): Conditioner {
  const { shape, outputs, context, key } = request
  if (shape.length !== 3) {
    const got = `[${shape.join(', ')}]`
    throw refusal('config', 'flows.convNetwork', { expected: 'events [h, w, c]', got, remedy: 'use denseNetwork' })
  }
  const [first, ...keys] = split(key, 1 + 2 * blocks)
  const entry: [Variable, Variable] = [
    weight(first!, [3, 3, channelsOf(shape) + context, width], 1),
    zeroWeight([width]),
  ]
  const body = Array.from({ length: blocks }, (_, i) => makeBlock(width, keys.slice(2 * i, 2 * i + 2)))
  const exit: [Variable, Variable] = [zeroWeight([3, 3, width, outputs]), zeroWeight([outputs])]
  return {
    variables: () => [...entry, ...body.flatMap(({ norms, convs }) => [...norms, ...convs].flat()), ...exit],
    apply: (x, given) => {
      let h = convolve(context > 0 ? concat([x, spread(x, given as Tensor)], 3) : x, entry)
      for (const { norms, convs } of body) {
        let inner = h
        convs.forEach((layer, i) => {
          const [scale, offset] = norms[i]!
          inner = convolve(groupNorm(inner, scale, offset, { groups, activation: 'silu' }), layer)
        })
        h = add(h, inner)
      }
      return convolve(silu(h), exit)
    },
  }
}

function makeBlock(width: number, [first, second]: ReturnType<typeof split>): Block {
  return {
    norms: [normWeights(width), normWeights(width)],
    convs: [
      [weight(first!, [3, 3, width, width]), zeroWeight([width])],
      [weight(second!, [1, 1, width, width]), zeroWeight([width])],
    ],
  }
}

function normWeights(width: number): [scale: Variable, offset: Variable] {
  return [tidy(() => variable(ones([width]))), zeroWeight([width])]
}

function convolve(x: Tensor, [kernel, bias]: [Variable, Variable]): Tensor {
  return add(conv2d(x as Tensor4D, kernel as Tensor4D, 1, 'same'), bias)
}

function spread(x: Tensor, context: Tensor): Tensor {
  const [batch, height, width] = x.shape as [number, number, number]
  if (context.shape.length === 4 && context.shape[1] === height && context.shape[2] === width) return context
  if (context.shape.length === 2) return tile(reshape(context, [batch, 1, 1, -1]), [1, height, width, 1])
  const expected = `a context of shape [${batch}, n] or [${batch}, ${height}, ${width}, n]`
  throw refusal('shape', 'flows.convNetwork', { expected, got: `[${context.shape.join(', ')}]` })
}
