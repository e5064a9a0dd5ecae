/** What a batch is made of. @module */
import { Tensor } from '@tensorflow/tfjs-core'

/** Float tensors of a batch: the batch itself, or its properties. */
export function batchTensors(batch: unknown): [name: string, tensor: Tensor][] {
  const entries: [string, unknown][] = batch instanceof Tensor ? [['batch', batch]] : entriesOf(batch as object)
  return entries.filter(
    (entry): entry is [string, Tensor] => entry[1] instanceof Tensor && entry[1].dtype === 'float32',
  )
}

/** Its properties, and those of its condition. */
function entriesOf(batch: object): [string, unknown][] {
  const { condition, ...own } = batch as { condition?: object }
  return [...Object.entries(own), ...Object.entries(condition ?? {})]
}
