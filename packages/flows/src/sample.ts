/** Sampling: many events in batches. @module */
import { assertInteger, assertKey, assertNumber, inBatches } from '@gen/backend'
import type { Distribution } from '@gen/model'
import { mul, slice, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { Flow, FlowGiven, FlowSampleOptions } from './flow-model.ts'
import { readLabels } from './labels.ts'

/** What sampling needs of a flow. */
export interface SampledFlow<T extends Tensor> extends Pick<Flow<T>, 'size' | 'classes' | 'inverse'> {
  readonly base: Distribution
}

const where = 'flows.flow.sample'

/** Numbers in a batch, where nothing is said. */
const numbersAtOnce = 2 ** 18

/** Samples a flow; see `Flow.sample`. Only the base's samples, of the size of the result, are drawn for all rows at once. */
export async function sampleInBatches<T extends Tensor>(model: SampledFlow<T>, options: FlowSampleOptions): Promise<T> {
  const { count, key, temperature = 1, shard, signal, context } = options
  const { batchSize = Math.max(64, Math.floor(numbersAtOnce / model.size)) } = options
  assertInteger(where, 'count', count, { min: 1 })
  assertKey(where, 'key', key)
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  assertNumber(where, 'temperature', temperature, { exclusiveMin: 0 })
  const labels = await readLabels(where, options, { rows: count, classes: model.classes })
  const z = model.base.sample(count, key)
  try {
    return await inBatches(where, { count, batchSize, shard, signal }, (offset, rows) => {
      const given = { labels: labels?.slice(offset, offset + rows), context }
      return tidy(() => part(model, z, { offset, rows, temperature, given }))
    })
  } finally {
    z.dispose()
  }
}

interface Part {
  readonly offset: number
  readonly rows: number
  readonly temperature: number
  readonly given: { labels: readonly number[] | undefined; context: Tensor | undefined }
}

function part<T extends Tensor>(
  { inverse }: SampledFlow<T>,
  z: Tensor2D,
  { offset, rows, temperature, given: { labels, context } }: Part,
): T {
  const codes: Tensor2D = slice(z, [offset, 0], [rows, -1])
  const given: FlowGiven = { labels }
  if (context) given.context = context.shape[0] === z.shape[0] ? slice(context, offset, rows) : context
  return inverse(temperature === 1 ? codes : mul(codes, temperature), given).value
}
