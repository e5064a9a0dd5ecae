/** The residual block that all of diffusers' image networks are built of. @module */
import { add, mul, reshape, split, type Tensor } from '@tensorflow/tfjs-core'
import type { Parameters } from '../weights/parameters.ts'
import { type ActivationName, activate } from './activation.ts'
import type { Drop } from './drop.ts'
import { normalize } from './normalize.ts'
import { double, halve, type Resampling } from './resample.ts'

/** What a residual block is made from. */
export interface ResnetBlockOptions {
  readonly inputs: number
  readonly outputs: number
  /** Size of the embedding that it is told; none leaves that out. */
  readonly embedding?: number | undefined
  /** Groups of the two normalizations. */
  readonly groups: readonly [number, number]
  readonly epsilon: number
  readonly activation: ActivationName
  /** Whether the embedding scales and shifts, instead of being added. @default false */
  readonly scaleShift?: boolean
  /** What the sum of both ways is divided by. @default 1 */
  readonly scale?: number
  /** Whether the size changes, and how. */
  readonly resample?: { readonly to: 'half' | 'double'; readonly by: Resampling } | undefined
  /** A map of the input beside the block, which there is always where channels change. @default false */
  readonly shortcut?: boolean
}

/** What a block is told besides its input. */
export interface Told {
  /** `[batch, size]`. */
  readonly embedding?: Tensor | undefined
  readonly drop: Drop
}

/** A block of a network. */
export type Block = (x: Tensor, told: Told) => Tensor

/** Normalization, activation and convolution, twice, with the embedding between, beside the input. */
export function resnetBlock(own: Parameters, options: ResnetBlockOptions): Block {
  const { inputs, outputs, embedding, groups, epsilon, activation, scaleShift = false, scale = 1, resample } = options
  const first = normalize(own, 'norm1', { channels: inputs, groups: groups[0], epsilon, activation })
  const into = own.convolution('conv1', { inputs, outputs, size: 3 })
  const tell =
    embedding === undefined ? undefined : own.linear('time_emb_proj', embedding, (scaleShift ? 2 : 1) * outputs)
  const second = { channels: outputs, groups: groups[1], epsilon }
  const normed = normalize(own, 'norm2', scaleShift ? second : { ...second, activation })
  const out = own.convolution('conv2', { inputs: outputs, outputs, size: 3 })
  const hasShortcut = options.shortcut === true || inputs !== outputs
  const shortcut = hasShortcut ? own.convolution('conv_shortcut', { inputs, outputs, size: 1 }) : undefined
  const resized = (x: Tensor) => (resample ? (resample.to === 'half' ? halve : double)(x, resample.by) : x)
  return (x, { embedding: given, drop }) => {
    const told = tell && reshape(tell(activate[activation](given!)), [x.shape[0], 1, 1, -1])
    let h = into(resized(first(x)))
    if (scaleShift && told) {
      const [factor, shift] = split(told, 2, 3) as [Tensor, Tensor]
      h = activate[activation](add(mul(normed(h), add(factor, 1)), shift))
    } else {
      h = normed(told ? add(h, told) : h)
    }
    const beside = shortcut ? shortcut(resized(x)) : resized(x)
    const sum = add(beside, out(drop(h)))
    return scale === 1 ? sum : mul(sum, 1 / scale)
  }
}
