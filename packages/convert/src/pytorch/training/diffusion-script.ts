/** A diffusion model's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../network-class.ts'
import { axes, axisLine, type PredictionLines } from './diffusion-axes.ts'
import { type Told, toldOf } from './told.ts'
import type { NoScript, TrainingScript } from './training-script.ts'

const numbers = v.union([v.number(), v.array(v.number())])
const schema = v.looseObject({
  schedule: v.unknown(),
  prediction: v.unknown(),
  loss: v.unknown(),
  weighting: v.unknown(),
  times: v.unknown(),
  classes: v.number(),
  dropLabel: v.number(),
  selfConditioning: v.boolean(),
  offsetNoise: v.number(),
  augmentation: v.unknown(),
  mean: numbers,
  std: numbers,
  range: v.nullable(v.array(v.number())),
})

/** The script of a diffusion model, or what of it has no line. */
export function diffusionScript(config: unknown, model: NetworkClass): TrainingScript | NoScript {
  const output = v.parse(schema, config)
  if (output.augmentation !== null) {
    return { expected: 'data without augmentation', got: 'a run that augments them' }
  }
  const [schedule, prediction, loss, weighting, times] = [
    axisLine(axes.schedule, output.schedule),
    axisLine(axes.prediction, output.prediction),
    axisLine(axes.loss, output.loss),
    axisLine(axes.weighting, output.weighting),
    axisLine(axes.times, output.times),
  ]
  if (!schedule || !prediction || !loss || !weighting || !times) {
    const found = { schedule, prediction, loss, weighting, times }
    const [axis] = Object.entries(found).find(([, line]) => !line)!
    const { kind } = v.parse(v.looseObject({ kind: v.string() }), Reflect.get(output, axis))
    const known = Object.keys(Reflect.get(axes, axis)).join(', ')
    return { expected: `${axis} of kind ${known}`, got: kind }
  }
  const lines = {
    schedule: schedule.line,
    ...prediction.line,
    loss: loss.line,
    weight: weighting.line,
    times: times.line,
  }
  return scriptOf(lines, output, model)
}

/** What of the script depends on the model's pieces. */
interface Lines extends PredictionLines {
  readonly schedule: string
  readonly loss: string
  readonly weight: string | undefined
  readonly times: string
}

function scriptOf(lines: Lines, rest: v.InferOutput<typeof schema>, model: NetworkClass): TrainingScript {
  const told = toldOf(model, { ...rest, isBounded: rest.range !== null })
  const { offsetNoise } = rest
  const given = [
    ...(told.names.length > 0 ? [told.tell ? '*tell(*told)' : '*told'] : []),
    ...(told.selfConditioning ? ['torch.rand(()) < 0.5'] : []),
  ]
  const offset = `eps = eps + ${offsetNoise} * torch.randn(*data.shape[:2], *[1] * (data.dim() - 2), device=device)`
  return {
    functions: functionsText(lines, told, rest, model),
    defaults: { batch: 64, learningRate: 2e-3, weightDecay: 1e-4, ema: 0.995, clipNorm: 1 },
    told: told.names,
    isMoved: told.isMoved,
    wrapped: 'model',
    step: [
      'alpha, eps = draw_alpha(len(data), device), torch.randn_like(data)',
      ...(offsetNoise > 0 ? [offset] : []),
      `loss = row_losses(${['parallel, data, alpha, eps', ...given].join(', ')}).mean()`,
    ],
    shownPer: ['data[0].numel()', 'a number'],
  }
}

function functionsText(
  { schedule, input, target, gain, clean, loss, weight, times }: Lines,
  told: Told,
  rest: v.InferOutput<typeof schema>,
  model: NetworkClass,
): string {
  const columns = model.output.map(() => 'None').join(', ')
  return `

def alpha_of(t):
    """The signal ratio at times t in [0, 1], from clean to noise."""
    return ${schedule}


def draw_alpha(rows, device="cpu"):
    """Which noise levels a batch is trained at."""
    return ${times}
${told.tell ?? ''}

def row_losses(${['model, data, alpha, eps', ...told.names, ...(told.selfConditioning ? ['glance'] : [])].join(', ')}):
    """The loss of each row [batch] of data in their own units, at its signal ratio [batch] and with its noise."""
    x0 = (data - ${operand(rest.mean, model)}) / ${operand(rest.std, model)}
    signal, noise = alpha[:, ${columns}].sqrt(), (1 - alpha[:, ${columns}]).sqrt()
    x = signal * x0 + noise * eps
${[...told.lines, ...glanceLines(told, input, clean)].map((line) => `    ${line}\n`).join('')}    output = ${told.call(input)}
    difference = ${target} - output
    losses = (${loss}).flatten(1).sum(1)
${
  weight === undefined
    ? '    return losses'
    : `    snr = alpha / (1 - alpha)
    gain = (${gain}).flatten()
    return losses * (${weight}) * gain**2`
}
`
}

/** A network that conditions on itself looks twice where it is told to: at first without an estimate and a gradient. */
function glanceLines(told: Told, input: string, clean: string): string[] {
  if (!told.selfConditioning) return []
  return [
    'estimate = torch.zeros_like(x)',
    'if glance:',
    '    with torch.no_grad():',
    `        output = ${told.call(input)}`,
    `        estimate = ${clean}`,
  ]
}

/** One number, or one for each channel, which is the first axis behind the batch there. */
function operand(value: number | number[], { output }: NetworkClass): string {
  if (typeof value === 'number') return value < 0 ? `(${value})` : `${value}`
  const positions = output.slice(1).map(() => ', None')
  return `torch.tensor([${value.join(', ')}], device=data.device)[:${positions.join('')}]`
}
