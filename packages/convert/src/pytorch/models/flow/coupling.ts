/** `coupling` by its config. @module */
import * as v from 'valibot'
import { checkerboardText, couplingText, maskedCouplingText } from './coupling-texts.ts'
import { elements, listText } from './elements.ts'
import { type NetworkConfig, networkSchema, writtenNetwork } from './networks.ts'
import { callText, type Writing, type Written } from './transform.ts'
import { type UnivariateConfig, univariate, univariateOf } from './univariate.ts'

/** Its fields. */
interface Fields {
  readonly shape: number[]
  readonly univariate: UnivariateConfig
  readonly mask: 'half' | 'checkerboard' | boolean[]
  readonly flip: boolean
  readonly network: NetworkConfig
  readonly context: number
}

/** Reads them. */
export const couplingSchema: v.GenericSchema<unknown, Fields> = v.object({
  shape: v.pipe(v.array(v.number()), v.minLength(1)),
  univariate,
  mask: v.union([v.picklist(['half', 'checkerboard']), v.array(v.boolean())]),
  flip: v.boolean(),
  network: networkSchema,
  context: v.optional(v.number(), 0),
})

/** A coupling by halves, or by a mask. */
export function writtenCoupling(fields: Fields, { take }: Writing): Written {
  const { shape, mask, flip, network, context } = fields
  const made = univariateOf(fields.univariate)
  const channels = shape.at(-1) ?? 1
  const [first, last] = [Math.ceil(channels / 2), Math.floor(channels / 2)]
  const [kept, changed] = mask !== 'half' ? [channels, channels] : flip ? [last, first] : [first, last]
  const sizes = { shape: [...shape.slice(0, -1), kept], outputs: changed * made.parameters, context }
  const net = writtenNetwork(network, sizes, take)
  const text = mask === 'half' ? couplingText : maskedCouplingText
  const args = mask === 'half' ? [`${channels}`, bool(flip)] : [maskText(mask, fields)]
  return {
    module: callText(text.name, [...args, made.module, net.module, ...(context > 0 ? ['told=True'] : [])]),
    uses: [made.text, ...net.uses, ...(mask === 'checkerboard' ? [checkerboardText] : []), text],
    weights: net.weights,
  }
}

/** 1 for what is kept; channels of one pixel belong together. */
function maskText(mask: 'checkerboard' | readonly boolean[], { shape, flip }: Fields): string {
  if (mask !== 'checkerboard')
    return `torch.tensor(${elements(
      mask.map((one) => Number(one !== flip)),
      shape,
    )})`
  return `checkerboard(${listText(shape.length > 1 ? shape.slice(0, -1) : shape)}, ${bool(flip)})`
}

const bool = (value: boolean) => (value ? 'True' : 'False')
