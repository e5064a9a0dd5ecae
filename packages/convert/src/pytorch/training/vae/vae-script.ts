/** A VAE's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../../network-class.ts'
import { objectiveText } from '../objective-text.ts'
import { toldOf } from '../told.ts'
import type { NoScript, TrainingScript } from '../training-script.ts'
import { divergenceLines } from './divergence-lines.ts'
import { likelihoodLines } from './likelihood-lines.ts'
import { posteriorLines } from './posterior-lines.ts'

const kind = v.looseObject({ kind: v.string() })
const schema = v.looseObject({
  shape: v.array(v.number()),
  prior: v.looseObject({ kind: v.string(), components: v.optional(v.number(), 0) }),
  posterior: kind,
  likelihood: kind,
  divergence: kind,
})

/** The script of a VAE, or what of it has no line. */
export function vaeScript(config: unknown, model: NetworkClass): TrainingScript | NoScript {
  const { shape, prior, posterior, likelihood, divergence } = v.parse(schema, config)
  const { names: told, isMoved } = toldOf(model, {
    classes: 0,
    dropLabel: 0,
    selfConditioning: false,
    isBounded: false,
  })
  const isStandard = prior.kind === 'standardNormal'
  if (!isStandard && prior.kind !== 'vampPrior') {
    return { expected: 'a prior of kind standardNormal, vampPrior', got: prior.kind }
  }
  const ofCodes = ['z', ...told].join(', ')
  const held = divergenceLines(divergence, { isStandard, decoded: `model.decode(${ofCodes})` })
  if (held === undefined) {
    const expected = 'a divergence of kind none, kl, importanceWeighted, mmd, regularized, totalCorrelation'
    return { expected, got: `${divergence.kind} with the prior ${prior.kind}` }
  }
  const likely = likelihoodLines(likelihood)
  if (likely === undefined) return { expected: 'a likelihood of kind bernoulli, gaussian', got: likelihood.kind }
  const drawn = posteriorLines(posterior, told, held.draws)
  if (drawn === undefined) return { expected: 'codes of kind normal, point, quantized', got: posterior.kind }
  const given = [...(posterior.kind === 'normal' ? ['eps=None'] : []), ...(held.drawn ? ['drawn=None'] : [])]
  const lines = [
    ...drawn.lines,
    `log_p = log_likelihood(model, x, model.head(model.decoder(${ofCodes})))`,
    ...(held.density ? ['log_q = log_normal(z, mean, log_variance).sum(1)'] : []),
    ...held.lines,
    `return loss${drawn.cost === undefined ? '' : ` + ${drawn.cost}`}`,
  ]
  const density = held.density ? logNormalText + priorText(isStandard, prior.components, shape) : ''
  return {
    functions: `${drawn.functions}${density}${held.functions}

def log_likelihood(model, x, output):
    """log p(x | z) of each row in nats, of what the decoder and its head give for z."""
${indented(likely)}


def loss_of(${['model', 'x', ...told, ...given].join(', ')}):
    """What training descends, a mean over the rows in nats: ${held.about}."""
${indented(lines)}
${objectiveText}`,
    defaults: { batch: 64, learningRate: 1e-3, weightDecay: 0, ema: 0.995, clipNorm: 1 },
    told,
    isMoved,
    wrapped: 'Objective(model)',
    step: [`loss = parallel(data${told.length > 0 ? ', *told' : ''})`],
    shownPer: ['1', 'nats'],
  }
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `    ${line}`).join('\n')
}

const logNormalText = `

def log_normal(z, mean, log_variance):
    """The log-density of each number."""
    return -((z - mean) ** 2 * (-log_variance).exp() + log_variance + math.log(2 * math.pi)) / 2
`

/** log p(z) of each row. */
function priorText(isStandard: boolean, components: number, shape: readonly number[]): string {
  if (isStandard) {
    return `

def log_prior(model, z):
    """log p(z) of each row, p being standard normal."""
    return -(z**2 + math.log(2 * math.pi)).sum(1) / 2
`
  }
  const inputs = shape.length === 3 ? 'model.pseudo_inputs.movedim(-1, 1).clamp(0, 1)' : 'model.pseudo_inputs'
  return `

def log_prior(model, z):
    """log p(z) of each row, p being the mean of q(z | u) over the pseudo-inputs u (Tomczak & Welling, 2018)."""
    mean, log_variance = posterior(model.encoder(${inputs}))
    return log_normal(z[:, None], mean, log_variance).sum(2).logsumexp(1) - ${Math.log(components)}
`
}
