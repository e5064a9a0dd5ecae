/** The one player of a diffusion model: its loss and its checks. @module */
import { assertContext, assertLabels, assertShape, checkContext, checkLabels, checkValues, refusal } from '@gen/backend'
import type { Player } from '@gen/model'
import { denoisingLoss } from './losses/denoising-loss.ts'
import type { DiffusionBatch, LossModel } from './losses/loss-model.ts'
import { itemShape } from './networks/item-shape.ts'

const where = 'diffusion.loss'

/** The player of a model. */
export function denoisingPlayer(model: LossModel): Player<DiffusionBatch> {
  const { network } = model
  return {
    name: 'denoiser',
    variables: () => network.variables(),
    state: () => network.state?.() ?? [],
    loss(batch, k) {
      assertBatch(model, batch)
      return denoisingLoss(model, batch, k)
    },
    check: (batch) => checkBatch(model, batch),
  }
}

/**
 * Checks the shapes of a batch, which costs nothing, at every step.
 *
 * @throws GenError `shape` or `config`.
 */
export function assertBatch(
  { network, classes, augmentation }: LossModel,
  { x, labels, condition, noise }: DiffusionBatch,
): void {
  const size = network.shape.join(', ')
  assertShape(
    where,
    'batch.x',
    x,
    [null, ...itemShape(network)],
    `the network is made for [batch, ${size}]: resize the data or the network`,
  )
  const [rows = 0] = x.shape
  if (noise) assertShape(where, 'batch.noise', noise, x.shape, 'pair each row with noise of its own shape')
  // A model without classes trains on labeled data too.
  if (classes > 0 && assertLabels(where, labels, { rows, classes })) assertShape(where, 'batch.labels', labels, [rows])
  const { context } = network.takes
  const isTold = context
    ? assertContext(where, condition?.context, { rows, context })
    : context === undefined && condition
  if (!augmentation || !isTold) return
  const remedy = 'leave augmentation out, for the context would no longer fit the data'
  throw refusal('config', where, { expected: 'no context beside augmented data', got: 'one', remedy })
}

/**
 * Reads a batch and checks its values.
 *
 * @throws GenError `range` for data outside the model's range or labels that are no class, `non-finite` for NaN.
 */
async function checkBatch(model: LossModel, batch: DiffusionBatch): Promise<void> {
  assertBatch(model, batch)
  const { range } = model.data.config
  const bounds = range
    ? { min: range[0], max: range[1], slack: 1e-6, remedy: 'scale the data or pass their range' }
    : {}
  await checkValues(where, 'batch.x', batch.x, bounds)
  if (model.classes > 0 && batch.labels) await checkLabels(where, batch.labels, model.classes)
  if (model.network.takes.context && batch.condition) await checkContext(where, batch.condition.context)
}
