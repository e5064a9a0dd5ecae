/** Items with a question to each: what a conditional model learns from. @module */
import type { Batch, Condition, Dataset } from '@gen/model'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { dataset } from './dataset.ts'

/** A condition that is an image, or another tensor with a row for each item. */
export interface ImageCondition extends Condition {
  /** `[b, …]`: images `[b, height, width, channels]` in [0, 1], of any channels and size. */
  readonly image: Tensor
}

/** Some items, and what a model is told of each. Whoever asked for it owns the tensors. */
export interface PairedBatch extends Batch {
  /** What x is to be an answer to. */
  readonly condition: ImageCondition
}

/**
 * A dataset with a condition for each item, which a function makes of it: `paired(faces, gray)` asks for colors.
 *
 * @param of - Makes the conditions `[b, …]` of items `[b, …]`; called in a `tidy`, and must not dispose them.
 * @throws GenError as the dataset does; and whatever the function throws.
 * @example
 * const colored = dataset({ size: 9, shape: [2, 2, 3], take: ({ length }) => ({ x: ones([length, 2, 2, 3]) }) })
 * const { x, condition } = paired(colored, gray).batches({ size: 4, key: key(0) }).at(0)
 * condition.image.shape // [4, 2, 2, 1]
 */
export function paired(items: Dataset, of: (x: Tensor) => Tensor): Dataset<PairedBatch> {
  return dataset<PairedBatch>({
    size: items.size,
    shape: items.shape,
    ...(items.classes !== undefined && { classes: items.classes }),
    take: (indices) => {
      const batch = items.take(indices)
      try {
        return { ...batch, condition: { image: tidy(() => copied(of(batch.x), batch.x)) } }
      } catch (error) {
        for (const tensor of [batch.x, batch.labels]) tensor?.dispose()
        throw error
      }
    },
  })
}

/** A function that gives x itself gives a second owner to it. */
function copied(image: Tensor, x: Tensor): Tensor {
  return image === x ? image.clone() : image
}
