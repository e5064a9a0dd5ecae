/** Runs a training to its end. @module */
import { GenError } from '@gen/backend'
import type { EndEvent, FitEvent } from './progress/events.ts'

/**
 * Consumes all events of a training and returns the last one.
 *
 * @throws GenError `aborted` if the events stop before the end, besides whatever the training throws.
 * @example
 * const { step, reason } = await last(fit(model, batches, { steps: 1000, optimizer: adamW(), key: key(1) }))
 */
export async function last(events: AsyncIterable<FitEvent>): Promise<EndEvent> {
  for await (const event of events) if (event.type === 'end') return event
  throw new GenError('aborted', 'train.last: expected an end event, got none; pass a generator that was not closed')
}
