/** `autoregressive` by its config. @module */
import * as v from 'valibot'
import { autoregressiveText } from './autoregressive-text.ts'
import { listText } from './elements.ts'
import { type Activation, activation, activationModules, denseWeights } from './networks.ts'
import { callText, type Take, type Written } from './transform.ts'
import { type UnivariateConfig, univariate, univariateOf } from './univariate.ts'

const numbers = v.array(v.number())

/** Its fields; layers by an adjacency matrix have others. */
interface Fields {
  readonly shape: number[]
  readonly univariate: UnivariateConfig
  readonly order: number[]
  readonly passes: number
  readonly hidden: number[]
  readonly activation: Activation
  readonly context: number
}

/** Reads them. */
export const autoregressiveSchema: v.GenericSchema<unknown, Fields> = v.object({
  shape: v.pipe(numbers, v.minLength(1)),
  univariate,
  order: numbers,
  passes: v.number(),
  hidden: numbers,
  activation,
  context: v.optional(v.number(), 0),
})

/** An autoregressive layer by ranks. */
export function writtenAutoregressive(
  { univariate: of, order, passes, hidden, activation: act, context: told }: Fields,
  take: Take,
): Written {
  const made = univariateOf(of)
  const weights = denseWeights(take, hidden.length + 1)
  // As isNarrow of @gen/flows: fewer units than there are groups that something depends on.
  const groups = Math.ceil(order.length / Math.ceil(order.length / passes))
  const isNarrow = hidden.some((size) => size < (told > 0 ? groups : groups - 1))
  const direct = isNarrow ? [take('direct.weight', 'linear')] : []
  const more = [...(told > 0 ? [`context=${told}`] : []), ...(isNarrow ? ['direct=True'] : [])]
  const args = [listText(order), `${passes}`, made.module, listText(hidden), activationModules[act], ...more]
  return {
    module: callText(autoregressiveText.name, args),
    uses: [made.text, autoregressiveText],
    weights: [...weights, ...direct],
  }
}
