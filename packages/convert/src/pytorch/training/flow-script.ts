/** A flow's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../network-class.ts'
import { objectiveText } from './objective-text.ts'
import type { NoScript, TrainingScript } from './training-script.ts'

const classes = v.looseObject({ classes: v.number() })
const schema = v.union([v.looseObject({ flow: classes }), classes])

/** The script of a flow, or of a flow over images. */
export function flowScript(config: unknown, model: NetworkClass): TrainingScript | NoScript {
  const parsed = v.parse(schema, config)
  const isImage = 'flow' in parsed
  const { classes: count } = isImage ? v.parse(classes, parsed.flow) : parsed
  const isTold = model.inputs.length > 1
  const told = count > 0 ? (['label'] as const) : isTold ? (['context'] as const) : []
  const context = count > 0 ? [`F.one_hot(label, ${count}).to(x.dtype)`] : told
  const given = isImage ? ['noise=None'] : []
  const args = ['x', ...context, ...(isImage ? ['noise=noise'] : [])].join(', ')
  const size = model.output.reduce<number>((product, n) => product * (n ?? 1), 1)
  return {
    functions: `

def loss_of(${['model', 'x', ...told, ...given].join(', ')}):
    """What training descends, a mean over the rows in nats: -log p(x)${isImage ? ', or a bound of it by one draw of noise' : ''}."""
    return -model.log_prob(${args}).mean()
${objectiveText}`,
    defaults: { batch: 64, learningRate: 2e-3, weightDecay: 0, ema: 0.995, clipNorm: 1 },
    told,
    isMoved: false,
    wrapped: 'Objective(model)',
    step: [`loss = parallel(data${told.length > 0 ? ', *told' : ''})`],
    shownPer: isImage ? [`${size} / math.log(2)`, 'bits per dimension'] : ['1', 'nats'],
  }
}
