/** What a model is told of each row beside its class, checked once for all families. @module */
import { slice, type Tensor, tile } from '@tensorflow/tfjs-core'
import { checkValues } from '../errors/check-values.ts'
import { refusal } from '../errors/refusal.ts'

/** What a context must fit. */
export interface ContextBounds {
  readonly rows: number
  /** Shape of one row; undefined for a model that takes none. */
  readonly context: readonly number[] | undefined
}

/**
 * Whether there is a context, and there must be: one row for each, or a single one for all.
 *
 * @throws GenError `config` for a context of a model that takes none, or none where it is needed; `shape` for another number of
 * rows, or rows of another rank or size.
 * @example
 * const isTold = assertContext('vae.sample', ones([1, 4]), { rows: 6, context: [4] })
 */
export function assertContext(
  where: string,
  given: Tensor | undefined,
  { rows, context }: ContextBounds,
): given is Tensor {
  if (!context) {
    if (given === undefined) return false
    const remedy = 'leave it out, or make the network with context: […], the shape of one row'
    throw refusal('config', where, { expected: 'no context, for the model takes none', got: 'one', remedy })
  }
  const shape = `[${[rows, ...context].join(', ')}]`
  if (given === undefined) {
    const remedy = 'pass batches { x, condition: { context } } or options with context'
    throw refusal('config', where, { expected: `a context of shape ${shape}`, got: 'none', remedy })
  }
  const [first, ...rest] = given.shape
  if ((first === rows || first === 1) && rest.join() === context.join()) return true
  const got = `[${given.shape.join(', ')}]`
  const remedy = 'pass one row for each, or a single one for all'
  throw refusal('shape', where, { expected: `context of shape ${shape}`, got, remedy })
}

/** The context of rows `offset` to `offset + count`; a single row is that of all. The tensor is the caller's. */
export function contextRows(context: Tensor, offset: number, count: number): Tensor {
  if (context.shape[0] !== 1) return slice(context, offset, count)
  return count === 1 ? context.clone() : tile(context, [count, ...context.shape.slice(1).map(() => 1)])
}

/**
 * Reads a context and checks its values.
 *
 * @throws GenError `range` for images outside of [0, 1], `non-finite`.
 * @example
 * await checkContext('vae.loss', ones([2, 8, 8, 1]))
 */
export async function checkContext(where: string, context: Tensor): Promise<void> {
  const bounds = context.rank === 4 ? { min: 0, max: 1, slack: 1e-6, remedy: 'scale the images to [0, 1]' } : {}
  await checkValues(where, 'batch.condition.context', context, bounds)
}
