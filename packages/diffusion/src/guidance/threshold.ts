/** Keeping x̂₀ in the data's range. @module */
import { assertNumber } from '@gen/backend'
import {
  abs,
  add,
  clipByValue,
  div,
  maximum,
  mul,
  reshape,
  slice,
  sub,
  type Tensor,
  type Tensor2D,
  topk,
} from '@tensorflow/tfjs-core'
import type { Normalizer } from '../normalize.ts'
import { type PredictAt, tidied, withClean } from './guidance.ts'

/** Dynamic thresholding. */
export interface DynamicThreshold {
  /** Share of an item's numbers that are to be in range. @default 0.995 */
  percentile?: number
}

/**
 * A predictor whose x̂₀ is in the data's range, and ε with it. Static thresholding clips to the range; dynamic thresholding shrinks an
 * item towards the middle of the range until the wanted share of it is inside, and clips the rest, which keeps contrast under
 * strong guidance.
 *
 * @see Photorealistic text-to-image diffusion models (Saharia et al., 2022), section 2.3 https://arxiv.org/abs/2205.11487
 */
export function thresholded(predict: PredictAt, data: Normalizer, dynamic?: DynamicThreshold): PredictAt {
  return (x, level, condition) =>
    tidied(() => {
      const prediction = predict(x, level, condition)
      const { clean } = prediction
      return withClean(prediction, x, dynamic ? shrunk(clean, data, dynamic) : data.clipNormalized(clean), level)
    })
}

/** Asserts the options of dynamic thresholding. */
export function assertThreshold(where: string, { percentile = standard }: DynamicThreshold): void {
  assertNumber(where, 'clip.percentile', percentile, { exclusiveMin: 0, max: 1 })
}

const standard = 0.995

function shrunk(clean: Tensor, data: Normalizer, { percentile = standard }: DynamicThreshold): Tensor {
  const [least, largest] = data.config.range!
  const [middle, half] = [(least + largest) / 2, (largest - least) / 2]
  const unit = div(sub(data.denormalize(clean), middle), half)
  const size = maximum(quantile(abs(unit), percentile), 1)
  return data.normalize(add(mul(clipByValue(div(unit, size), -1, 1), half), middle))
}

/** The quantile of each row, between neighbors in proportion, as a column. */
function quantile(x: Tensor, share: number): Tensor {
  const [rows = 0, ...item] = x.shape
  const size = x.size / rows
  const place = share * (size - 1)
  const below = Math.floor(place)
  const { values } = topk(reshape(x, [rows, size]) as Tensor2D, size - below)
  const at = (rank: number) => slice(values as Tensor2D, [0, size - 1 - rank], [rows, 1])
  const between = add(mul(at(below), 1 - (place - below)), mul(at(Math.min(size - 1, below + 1)), place - below))
  return reshape(between, [rows, ...item.map(() => 1)])
}
