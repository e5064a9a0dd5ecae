/** Class labels, and none. @module */
import { assertLabels, type Labels, labelList, labelTensor, poisonUnknown } from '@gen/backend'
import { Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Denoiser } from './networks/network.ts'

/**
 * Reads labels for `rows` rows; without labels all rows are of no class. Undefined for a model without classes.
 *
 * @throws GenError `config` for labels of a model without classes, `shape` for another number of them, `range` for one that
 * is no class.
 */
export async function readLabels(
  where: string,
  labels: Labels | undefined,
  rows: number,
  classes: number,
): Promise<number[] | undefined> {
  if (classes === 0) {
    assertLabels(where, labels, { rows, classes })
    return undefined
  }
  const list = labels instanceof Tensor ? [...(await labels.data())] : (labels ?? classes)
  return [...labelList(where, list, { rows, classes, noClass: true })]
}

/** A denoiser that checks the labels it is given; `classes` itself means no class. */
export function withLabels(denoise: Denoiser, classes: number): Denoiser {
  if (classes === 0) return denoise
  return (x, alpha, condition = {}, options = {}) => {
    if (!condition.label) return denoise(x, alpha, condition, options)
    return tidy(() => {
      const bounds = { rows: x.shape[0] ?? 0, classes, noClass: true }
      const label = labelTensor('diffusion.denoise', condition.label, bounds)!
      return poisonUnknown(denoise(x, alpha, { ...condition, label }, options), label)
    })
  }
}
