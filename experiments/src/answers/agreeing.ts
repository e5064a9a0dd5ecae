/** What is given, put into answers. @module */
import { gray } from '@gen/data'
import {
  addN,
  avgPool,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tile,
} from '@tensorflow/tfjs-core'
import { blockSide, size } from './questions.ts'

/** Shares of the colors in the brightness, over the sum of their squares: the shortest way to another brightness. */
const toBrightness = [0.299, 0.587, 0.114].map((share, _, all) => share / all.reduce((sum, one) => sum + one * one, 0))

/** Answers in [0, 1] with what is given put in, as it is into each step of a diffusion model. */
export function agreeing(x: Tensor4D, context: Tensor4D): Tensor {
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
