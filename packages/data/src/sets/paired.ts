/** Items with a question to each: what a conditional model learns from. @module */
import type { Batch, Dataset } from '@gen/model'
import { type Tensor, tidy } from '@tensorflow/tfjs-core'
import { dataset } from './dataset.ts'

/** Some items, and what a model is told of each. Whoever asked for it owns the tensors. */
export type PairedBatch = Batch & Required<Pick<Batch, 'condition'>>

/**
 * A dataset with a condition for each item, which a function makes of it: `paired(faces, gray)` asks for colors.
 *
 * @param of - Makes the contexts `[b, …]` of items `[b, …]`, images in [0, 1] of any channels and size, or vectors; called in a `tidy`, and must not dispose them.
 * @throws GenError as the dataset does; and whatever the function throws.
 * @example
 * const colored = dataset({ size: 9, shape: [2, 2, 3], take: ({ length }) => ({ x: ones([length, 2, 2, 3]) }) })
 * const { x, condition } = paired(colored, gray).batches({ size: 4, key: key(0) }).at(0)
 * condition.context.shape // [4, 2, 2, 1]
 */
export function paired(items: Dataset, of: (x: Tensor) => Tensor): Dataset<PairedBatch> {
  return dataset<PairedBatch>({
    size: items.size,
    shape: items.shape,
    ...(items.classes !== undefined && { classes: items.classes }),
    take: (indices) => {
      const batch = items.take(indices)
      try {
        return { ...batch, condition: { context: tidy(() => copied(of(batch.x), batch.x)) } }
      } catch (error) {
        for (const tensor of [batch.x, batch.labels]) tensor?.dispose()
        throw error
      }
    },
  })
}

/** A function that gives x itself gives a second owner to it. */
function copied(context: Tensor, x: Tensor): Tensor {
  return context === x ? context.clone() : context
}
