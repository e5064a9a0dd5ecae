/** Data whose modes are known: rings, grids, stacked digits. @module */
import { assertInteger, assertNumber, assertRank, assertShape, refusal } from '@gen/backend'
import type { Matrix } from '@gen/linear-algebra'
import { argMax, expandDims, type Tensor2D, type Tensor4D, tidy, unstack } from '@tensorflow/tfjs-core'
import { assertFiniteNumbers } from '../features/read-vectors.ts'

/** Options of {@link ringModes}. */
export interface RingModesOptions {
  /** @default 8 */
  modes?: number
  /** @default 2 */
  radius?: number
}

/**
 * Centers of modes on a circle, the first at angle 0, counter-clockwise: `[modes, 2]`.
 *
 * @throws GenError `range` for no modes or a radius that is not above 0.
 * @example
 * const centers = ringModes({ modes: 8, radius: 2 })
 */
export function ringModes({ modes = 8, radius = 2 }: RingModesOptions = {}): Matrix {
  assertInteger('metrics.ringModes', 'modes', modes, { min: 1 })
  assertNumber('metrics.ringModes', 'radius', radius, { exclusiveMin: 0 })
  const data = Float64Array.from({ length: 2 * modes }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / modes
    return radius * (at % 2 === 0 ? Math.cos(angle) : Math.sin(angle))
  })
  return { rows: modes, columns: 2, data }
}

/** Options of {@link gridModes}. */
export interface GridModesOptions {
  /** Modes along a side. @default 5 */
  side?: number
  /** Distance between neighbors. @default 2 */
  spacing?: number
}

/**
 * Centers of modes on a square grid around 0: `[side², 2]`.
 *
 * @throws GenError `range` for no modes or a spacing that is not above 0.
 * @example
 * const centers = gridModes({ side: 5, spacing: 2 }) // from −4 to 4 both ways
 */
export function gridModes({ side = 5, spacing = 2 }: GridModesOptions = {}): Matrix {
  assertInteger('metrics.gridModes', 'side', side, { min: 1 })
  assertNumber('metrics.gridModes', 'spacing', spacing, { exclusiveMin: 0 })
  const data = Float64Array.from({ length: 2 * side * side }, (_, at) => {
    const mode = Math.floor(at / 2)
    const step = at % 2 === 0 ? Math.floor(mode / side) : mode % side
    return spacing * (step - (side - 1) / 2)
  })
  return { rows: side * side, columns: 2, data }
}

/**
 * Labels of stacked digits: each channel is a digit, and the label reads them off as a decimal number, so that the
 * three channels of stacked MNIST make 1,000 modes.
 *
 * @param images - `[batch, height, width, channels]`.
 * @param classify - Class probabilities or logits `[batch, classes]` of images with one channel, e.g.
 * `digitClassifier`.
 * @param classes - Number of classes of the classifier.
 * @throws GenError `shape` when the classifier gives another number of classes; `non-finite` for NaN among its scores;
 * `range` for more labels than 2³¹.
 * @see Unrolled generative adversarial networks (Metz et al., 2017) https://arxiv.org/abs/1611.02163
 * @example
 * const coverage = labelCoverage(stackedLabels(images, classify), { modes: 1000 })
 */
export function stackedLabels(images: Tensor4D, classify: (images: Tensor4D) => Tensor2D, classes = 10): Int32Array {
  const where = 'metrics.stackedLabels'
  assertRank(where, 'images', images, 4)
  if (classes ** images.shape[3] > 2 ** 31) {
    const got = `${classes} classes in ${images.shape[3]} channels`
    throw refusal('range', where, { expected: 'at most 2³¹ labels', got, remedy: 'pass fewer channels' })
  }
  const labels = new Int32Array(images.shape[0])
  tidy(() => {
    for (const channel of unstack(images, 3)) {
      const scores = classify(expandDims(channel, 3))
      assertShape(where, 'classify(images)', scores, [images.shape[0], classes], 'pass its classes')
      // The largest of numbers and NaN is any.
      assertFiniteNumbers(where, 'classify(images)', Float32Array.from(scores.dataSync()))
      const digits = argMax(scores, 1).dataSync()
      for (let i = 0; i < labels.length; i++) labels[i] = labels[i]! * classes + digits[i]!
    }
  })
  return labels
}
