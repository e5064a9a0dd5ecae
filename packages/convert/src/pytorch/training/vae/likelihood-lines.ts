/** Likelihoods p(x | z) as lines of Python. @module */
import * as v from 'valibot'
import { float } from '../../python-float.ts'
import { rest } from './rest.ts'

const gaussian = v.object({
  kind: v.literal('gaussian'),
  deviation: v.union([v.number(), v.picklist(['learned', 'computed', 'perPixel'])]),
  smallest: v.number(),
  smoothing: v.number(),
})
const schema = v.variant('kind', [v.object({ kind: v.literal('bernoulli') }), gaussian])

/** From `x` and `output` to log p of each row; nothing for a likelihood that has no lines. */
export function likelihoodLines(config: unknown): readonly string[] | undefined {
  const parsed = v.safeParse(schema, config)
  if (!parsed.success) return undefined
  if (parsed.output.kind === 'bernoulli') return ['return (x * output - F.softplus(output)).flatten(1).sum(1)']
  const { deviation, smallest, smoothing } = parsed.output
  const floor = Math.log(smallest)
  const bounded = (raw: string) => `log_deviation = F.softplus(${raw} - ${inner(floor)}) + ${inner(floor)}`
  const deviations = {
    learned: [bounded('model.log_deviation')],
    perPixel: ['output, raw = output.chunk(2, 1)', bounded('raw')],
    computed: [
      'if model.training:',
      '    error = (x - output).detach().square().mean()',
      `    model.squared_error.clamp_(max=${smoothing} * model.squared_error + ${rest(smoothing)} * error)`,
      `log_deviation = (model.squared_error.log() / 2).clamp(min=${floor})`,
    ],
  }
  const lines =
    typeof deviation === 'number'
      ? [`log_deviation = torch.tensor(${float(Math.log(deviation))})`]
      : deviations[deviation]
  return [
    ...lines,
    'distance = ((x - output) * (-log_deviation).exp()) ** 2 / 2',
    'return -(distance + log_deviation + math.log(2 * math.pi) / 2).flatten(1).sum(1)',
  ]
}

/** A number within an expression. */
function inner(value: number): string {
  return value < 0 ? `(${value})` : `${value}`
}
