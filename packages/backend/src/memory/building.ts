/** Building models from what others wrote: nothing too large, and nothing left behind. @module */
import { engine } from '@tensorflow/tfjs-core'
import { refusal } from '../errors/refusal.ts'

/** Numbers in one weight, and in all weights of a model that {@link allOrNothing} builds. */
const [largestWeight, largestModel] = [2 ** 26, 2 ** 28]

/** Numbers claimed by the models being built, from the outermost on. */
let claimed: number | undefined

/**
 * To be called before a weight of this shape is drawn: refuses what no machine should be asked to allocate.
 *
 * @throws GenError `range` for more than 2²⁶ numbers, or more than 2²⁸ in all weights within {@link allOrNothing}.
 * @example
 * claimWeights('flows.denseNetwork', [inputs, outputs])
 */
export function claimWeights(where: string, shape: readonly number[]): void {
  const size = shape.reduce((product, n) => product * n, 1)
  const total = (claimed ?? 0) + size
  if (claimed !== undefined) claimed = total
  if (size <= largestWeight && total <= largestModel) return
  const [limit, got] = size > largestWeight ? [largestWeight, size] : [largestModel, total]
  const what = size > largestWeight ? `a weight of at most ${limit} numbers` : `at most ${limit} numbers in all weights`
  throw refusal('range', where, {
    expected: what,
    got: `${got} with [${shape.join(', ')}]`,
    remedy: 'lower the sizes',
    details: { shape: [...shape], limit, got },
  })
}

/**
 * Calls a function that makes a model; if it throws, frees the variables that it made until then.
 *
 * @example
 * const model = allOrNothing(() => compose(parts))
 */
export function allOrNothing<T>(build: () => T): T {
  const before = new Set(Object.values(engine().state.registeredVariables))
  const outer = claimed
  claimed ??= 0
  try {
    return build()
  } catch (error) {
    for (const variable of Object.values(engine().state.registeredVariables)) {
      if (!before.has(variable)) variable.dispose()
    }
    throw error
  } finally {
    claimed = outer === undefined ? undefined : claimed
  }
}
