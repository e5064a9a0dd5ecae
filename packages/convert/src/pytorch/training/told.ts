/** What a network is told beside x and α, in `train.py`. @module */
import type { NetworkClass } from '../network-class.ts'

/** Of the model's config. */
export interface Telling {
  readonly classes: number
  /** Share of the rows of which nothing is told. */
  readonly dropLabel: number
  readonly selfConditioning: boolean
  /** Whether the data have a range: then images that are told of go to [−1, 1] with them. */
  readonly isBounded: boolean
}

/** Pieces of the script. */
export interface Told {
  /** Names behind x and α that a batch brings, in the order of the network's arguments. */
  readonly names: readonly ('label' | 'context')[]
  /** Whether a context has channels to be moved to the front. */
  readonly isMoved: boolean
  readonly selfConditioning: boolean
  /** The function that tells, or nothing where a batch is told as it is. */
  readonly tell: string | undefined
  /** Lines before the network is called; `call` is all that it is given. */
  readonly lines: readonly string[]
  call(input: string): string
}

/** What is told, by a network's arguments. */
export function toldOf({ inputs, output }: NetworkClass, telling: Telling): Told {
  const [x] = inputs
  const context = inputs.find(({ name }) => name === 'context')
  const channels = output[0] ?? 0
  // Of a network that sees its own estimate the last channels of the context are that.
  const isOwn = telling.selfConditioning && context?.shape[0] === channels
  const names = inputs.flatMap(({ name }) =>
    name === 'label' ? ([name] as const) : name === 'context' && !isOwn ? ([name] as const) : [],
  )
  const lines = inputs.flatMap(({ name, shape }) =>
    name === 'augmentation' ? [`augmentation = torch.zeros(len(x), ${shape.join(', ')}, device=x.device)`] : [],
  )
  const seen = !telling.selfConditioning ? 'context' : isOwn ? 'estimate' : 'torch.cat([context, estimate], 1)'
  const given = inputs.slice(2).map(({ name }) => (name === 'context' ? seen : name))
  return {
    names,
    isMoved: context !== undefined && context.shape.length > 1 && (context.shape.length > 2 || x?.shape.length === 2),
    selfConditioning: telling.selfConditioning,
    tell: tellText(names, context?.shape.length ?? 0, telling),
    lines,
    call: (input) => `model(${[input, 'alpha', ...given].join(', ')})`,
  }
}

/** The function that forgets and normalizes. */
function tellText(names: readonly string[], axes: number, { classes, dropLabel, isBounded }: Telling) {
  const isPicture = isBounded && axes === 3 && names.includes('context')
  if (names.length === 0 || (dropLabel === 0 && !isPicture)) return undefined
  const places = ', None'.repeat(axes)
  return `

def tell(${names.join(', ')}):
    """What the network is told of each row${dropLabel > 0 ? `; of ${dropLabel} of them, drawn anew each time, nothing` : ''}."""
${isPicture ? '    context = 2 * context - 1\n' : ''}${
  dropLabel > 0
    ? `    dropped = torch.rand(len(${names[0]}), device=${names[0]}.device) < ${dropLabel}
${names.includes('context') ? `    context = context * ~dropped[:${places}]\n` : ''}${names.includes('label') ? `    label = torch.where(dropped, ${classes}, label)\n` : ''}`
    : ''
}    return ${names.length === 1 ? `(${names[0]},)` : names.join(', ')}
`
}
