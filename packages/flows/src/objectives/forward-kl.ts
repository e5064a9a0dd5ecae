/** Maximum likelihood. @module */
import type { Trainable } from '@gen/model'
import type { FlowBatch } from '../flow-model.ts'
import { type DensityModel, type ForwardKlOptions, flowPlayer } from '../player.ts'

/**
 * Trains a flow by forward KL, that is by maximum likelihood: it descends `−mean log p(x)` in nats. A flow itself is
 * trainable in this way, on labels too; use this to give it another context from the batch.
 *
 * @example
 * const model = realNvp(2, { context: 2, key: key(0) })
 * const givenClass = forwardKl(model, { context: ({ labels }: Batch) => oneHot(labels!, 2, 1, 0, 'float32') })
 * const batches = moons().batches({ size: 64, key: key(1) })
 * await last(fit(givenClass, batches, { steps: 10, optimizer: adam(), key: key(2) }))
 */
export function forwardKl<B extends FlowBatch = FlowBatch>(
  model: DensityModel,
  options: ForwardKlOptions<B> = {},
): Trainable<B> {
  return { config: model.config, players: [flowPlayer(model, options)] }
}
