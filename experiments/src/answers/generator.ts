/** A generator that answers questions about faces, with what is given put in. @module */
import { fold, key } from '@gen/backend'
import { gray } from '@gen/data'
import { pix2pixGenerator } from '@gen/gan'
import type { Network } from '@gen/model'
import {
  add,
  addN,
  avgPool,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tidy,
  tile,
} from '@tensorflow/tfjs-core'
import { joined, parted, patchedShape } from '../patched.ts'
import { blockSide, size, toldChannels } from './questions.ts'

export const latentSize = 16
const shape = [size, size, 3]
const told = [size, size, toldChannels]
const [side, widths] = [2, [32, 64, 96, 128]]

/** pix2pix's U-Net over patches, as the diffusion model's is; its answers in [−1, 1] agree with what is given. */
export function generator(seed: number): Network {
  const patches = { shape: patchedShape(shape, side), context: patchedShape(told, side) }
  const inner = pix2pixGenerator({ ...patches, widths, latentSize, key: fold(key(seed), 4) })
  return {
    ...{ inputShape: [latentSize], outputShape: shape, context: told },
    variables: () => inner.variables(),
    apply: (z, { context, ...options } = {}) =>
      tidy(() => {
        const answers = joined(inner.apply(z, { ...options, context: parted(context!, side) }), side)
        return sub(mul(agreeing(mul(add(answers, 1), 0.5) as Tensor4D, context as Tensor4D), 2), 1)
      }),
  }
}

/** Shares of the colors in the brightness, over the sum of their squares: the shortest way to another brightness. */
const toBrightness = [0.299, 0.587, 0.114].map((share, _, all) => share / all.reduce((sum, one) => sum + one * one, 0))

/** Answers in [0, 1] with what is given put in, as it is into each step of a diffusion model. */
function agreeing(x: Tensor4D, context: Tensor4D): Tensor {
  const channels = (from: number, count: number) => slice(context, [0, 0, 0, from], [-1, -1, -1, count])
  const [seen, asksColors, isKnown, asksDetail] = [channels(0, 3), channels(3, 1), channels(4, 1), channels(5, 1)]
  const brighter = sub(slice(seen, [0, 0, 0, 0], [-1, -1, -1, 1]), gray(x))
  return addN([
    x,
    mul(mul(brighter, tensor1d(toBrightness)), asksColors),
    mul(sub(seen, x), isKnown),
    mul(sub(seen, means(x)), asksDetail),
  ])
}

/** The mean of each block, in all of its pixels. */
function means(x: Tensor4D): Tensor {
  const rows = x.shape[0]
  const blocks = size / blockSide
  const columns = tile(reshape(avgPool(x, blockSide, blockSide, 'valid'), [-1, 1, 3]), [1, blockSide, 1])
  const lines = tile(reshape(columns, [rows * blocks, 1, size * 3]), [1, blockSide, 1])
  return reshape(lines, [rows, size, size, 3])
}
