/** Class labels, and none. @module */
import { assertLabels, fold, type Key, type Labels, labelList, labelTensor, poisonUnknown, randint } from '@gen/backend'
import { Tensor, tidy } from '@tensorflow/tfjs-core'
import { type PredictAt, tidied } from './guidance/guidance.ts'
import type { Denoiser } from './networks/network.ts'

interface Rows {
  readonly rows: number
  readonly classes: number
}

/**
 * Asserts that there are labels where a model has classes, and none where it has not.
 *
 * @throws GenError `config`.
 */
export function requireLabels(where: string, labels: Labels | undefined, bounds: Rows): labels is Labels {
  return assertLabels(where, labels, bounds)
}

/**
 * Reads labels; `classes` itself means no class. Undefined for a model without classes.
 *
 * @throws GenError `config` for labels of a model without classes, or none where they are needed, `shape` for another number
 * of them, `range` for one that is no class.
 */
export async function readLabels(
  where: string,
  labels: Labels | undefined,
  { rows, classes }: Rows,
): Promise<number[] | undefined> {
  if (!requireLabels(where, labels, { rows, classes })) return undefined
  const list = labels instanceof Tensor ? [...(await labels.data())] : labels
  return [...labelList(where, list, { rows, classes, noClass: true })]
}

/** Where labels are drawn, away from the noise of all steps. */
const forLabels = 2 ** 31

/** As {@link readLabels}; without labels they are drawn, all equally likely, that of row i from (key, i). */
export async function labelsOrDrawn(
  where: string,
  labels: Labels | undefined,
  bounds: Rows,
  k: Key,
): Promise<number[] | undefined> {
  const { rows, classes } = bounds
  if (classes === 0 || labels !== undefined) return await readLabels(where, labels, bounds)
  const drawn = randint(fold(k, forLabels), [rows, 1], { max: classes })
  return [...(await drawn.data().finally(() => drawn.dispose()))]
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

/** As {@link withLabels}, for what predicts at a level. */
export function withLabelsAt(predict: PredictAt, classes: number): PredictAt {
  if (classes === 0) return predict
  return (x, level, condition) => {
    if (!condition.label) return predict(x, level, condition)
    return tidied(() => {
      const bounds = { rows: x.shape[0] ?? 0, classes, noClass: true }
      const label = labelTensor('diffusion.predictAt', condition.label, bounds)!
      const prediction = predict(x, level, { ...condition, label })
      const { eps, clean } = prediction
      return { ...prediction, eps: poisonUnknown(eps, label), clean: poisonUnknown(clean, label) }
    })
  }
}
