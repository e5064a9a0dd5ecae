/** The one player of a flow: maximum likelihood. @module */
import {
  assertLabels,
  assertShape,
  checkContext,
  checkLabels,
  checkValues,
  type JsonObject,
  refusal,
} from '@gen/backend'
import type { Player } from '@gen/model'
import { mean, neg, type Tensor, type Tensor1D, type Variable } from '@tensorflow/tfjs-core'
import type { Interval } from './bijectors/interval.ts'
import type { FlowBatch, FlowGiven } from './flow-model.ts'

/** What has a density that can be trained: a flow. */
export interface DensityModel {
  readonly config: JsonObject
  readonly shape: readonly number[]
  /** How many classes it is conditional on. @default 0 */
  readonly classes?: number
  /** Features of the context that it takes. @default 0 */
  readonly context?: number
  /** Where its events lie. @default everywhere */
  readonly domain?: Interval
  variables(): Variable[]
  logProb(x: Tensor, given?: FlowGiven): Tensor1D
}

/** Options of {@link flowPlayer}. */
export interface ForwardKlOptions<B> {
  /** What the density is conditional on. @default the labels of a model with classes, else the batch's context where it takes one */
  context?: (batch: B) => Tensor
}

const where = 'flows.loss'

/** A player that descends `−mean log p(x)` in nats. */
export function flowPlayer<B extends FlowBatch>(model: DensityModel, { context }: ForwardKlOptions<B> = {}): Player<B> {
  const classes = context ? 0 : (model.classes ?? 0)
  const isTold = !context && classes === 0 && (model.context ?? 0) > 0
  return {
    name: 'flow',
    variables: () => model.variables(),
    check: async (batch) => {
      await checkBatch(model, classes, batch)
      if (isTold) await checkContext(where, toldOf(batch))
    },
    loss: (batch, k) => {
      const known = context?.(batch) ?? (isTold ? toldOf(batch) : undefined)
      const given = known ? { context: known } : classes > 0 ? { labels: batch.labels } : {}
      return { total: neg(mean(model.logProb(batch.x, { key: k, ...given }))) }
    },
  }
}

function toldOf({ condition }: FlowBatch): Tensor {
  if (condition) return condition.context
  const remedy = 'pass batches { x, condition: { context } }'
  throw refusal('config', where, { expected: 'a context, which the flow takes', got: 'none', remedy })
}

/**
 * Reads a batch and checks its values.
 *
 * @throws GenError `shape`, `config`; `range` for values outside of the domain or labels that are no class, `non-finite` for
 * NaN.
 */
export async function checkBatch(
  { shape, domain }: Pick<DensityModel, 'shape' | 'domain'>,
  classes: number,
  { x, labels }: FlowBatch,
): Promise<void> {
  assertShape(where, 'batch.x', x, [null, ...shape])
  const [rows = 0] = x.shape
  const isLabeled = classes > 0 && assertLabels(where, labels, { rows, classes })
  if (isLabeled) assertShape(where, 'batch.labels', labels, [rows], 'pass one label per row')
  await checkValues(where, 'batch.x', x, domain ? { min: domain.min, max: domain.max } : {})
  if (isLabeled) await checkLabels(where, labels, classes)
}
