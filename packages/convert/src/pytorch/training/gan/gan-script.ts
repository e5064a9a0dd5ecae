/** A GAN's training in PyTorch. @module */
import * as v from 'valibot'
import type { NetworkClass } from '../../network-class.ts'
import { toldOf } from '../told.ts'
import { nextBatchLine } from '../training-loop.ts'
import type { NoScript, TrainingScript } from '../training-script.ts'
import { augmentText } from './augment-text.ts'
import { type ObjectiveLines, objectiveKinds, objectiveLines } from './objective-lines.ts'
import { type PenaltyLine, penaltyKinds, penaltyLine, slopeText } from './penalty-lines.ts'

const kind = v.looseObject({ kind: v.string() })
const schema = v.looseObject({
  objective: kind,
  penalties: v.array(kind),
  latent: v.nullable(v.picklist(['normal', 'uniform'])),
  discriminatorSteps: v.number(),
  pack: v.number(),
  augment: v.array(v.string()),
})

type Config = v.InferOutput<typeof schema>

/** The script of a GAN, or what of it has no line. */
export function ganScript(config: unknown, model: NetworkClass): TrainingScript | NoScript {
  const given = v.parse(schema, config)
  const objective = objectiveLines(given.objective.kind)
  if (objective === undefined) {
    return { expected: `an objective of kind ${objectiveKinds.join(', ')}`, got: given.objective.kind }
  }
  const penalties = given.penalties.map(penaltyLine)
  const bad = penalties.indexOf(undefined)
  if (bad >= 0) {
    return { expected: `penalties of kind ${penaltyKinds.join(', ')}`, got: given.penalties[bad]?.kind ?? 'another' }
  }
  if (given.latent === null) return { expected: 'z of kind normal, uniform', got: 'a prior of your own' }
  const { names: told, isMoved } = toldOf(model, {
    classes: 0,
    dropLabel: 0,
    selfConditioning: false,
    isBounded: false,
  })
  const behind = told.length > 0 ? ', *told' : ''
  const round = [
    `losses = discriminator_loss(model, data${behind})`,
    'update(optimizer, model.discriminator, losses, given.clip_norm, world)',
  ]
  const { discriminatorSteps: steps } = given
  return {
    functions: functionsText(
      given,
      objective,
      penalties.flatMap((line) => line ?? []),
      told,
      model,
    ),
    defaults: { batch: 64, learningRate: 1e-3, weightDecay: 0, ema: 0.995, clipNorm: 1 },
    told,
    isMoved,
    wrapped: 'model',
    step: [
      ...round,
      ...(steps > 1
        ? [`for _ in range(${steps - 1}):`, `    ${nextBatchLine(told)}`, ...round.map((line) => `    ${line}`)]
        : []),
      nextBatchLine(told),
      `loss = generator_loss(model, data${behind})`,
      'update(optimizer, model.generator, loss, given.clip_norm, world)',
    ],
    shownPer: ['1', 'of the generator'],
    game: { discriminatorSteps: steps },
  }
}

function functionsText(
  { latent, pack, augment }: Config,
  objective: ObjectiveLines,
  penalties: readonly PenaltyLine[],
  told: readonly string[],
  { inputs, output }: NetworkClass,
): string {
  const isImage = output.length === 3
  const behind = told.map((name) => `, ${name}`).join('')
  const size = inputs[0]?.shape[0] ?? 0
  const z = {
    normal: `torch.randn(len(x), ${size}, device=x.device)`,
    uniform: `2 * torch.rand(len(x), ${size}, device=x.device) - 1`,
  }[latent ?? 'normal']
  const packed = (x: string) => (pack > 1 ? `packed(${x})` : x)
  const data = isImage ? '2 * x - 1' : 'x'
  const drawn = penalties.some((penalty) => penalty.drawn) ? ', drawn=None' : ''
  return `${augmentText(augment)}${pack > 1 ? packText(pack) : ''}${penalties.length > 0 ? slopeText : ''}

def judged(model, x${behind}):
    """The discriminator's logits."""
    return model.discriminator(${seen(augment.length > 0, pack)}${behind}).flatten()


def generated(model, x${behind}, z=None):
    """As many samples as there are rows of data."""
    z = ${z} if z is None else z
    return ${packed(`model.generator(z${behind})`)}


def discriminator_loss(model, x${behind}, z=None${drawn}):
    """What the discriminator descends; ${isImage ? 'images are in [-1, 1] for both networks' : 'points are taken as they are'}."""
    critic = lambda x: judged(model, x${behind})
    with torch.no_grad():
        samples = generated(model, x${behind}, z)
    data = ${packed(data)}
    real, fake = critic(data), critic(samples)
    loss = ${objective.discriminator}
${penalties.length > 0 ? '    real, fake = data, samples\n' : ''}${penalties.map(({ line }) => `    loss = loss + ${line}\n`).join('')}    return loss


def generator_loss(model, x${behind}, z=None):
    """What the generator descends."""
    fake = judged(model, generated(model, x${behind}, z)${behind})
${objective.seesData ? `    with torch.no_grad():\n        real = judged(model, ${packed(data)}${behind})\n` : ''}    return ${objective.generator}


def update(optimizer, player, loss, clip_norm, world):
    """A step of one player's parameters alone, by gradients that are averaged over the processes."""
    parameters = list(player.parameters())
    optimizer.zero_grad()
    for value, gradient in zip(parameters, torch.autograd.grad(loss, parameters)):
        if world > 1:
            dist.all_reduce(gradient)
        value.grad = gradient / world
    torch.nn.utils.clip_grad_norm_(parameters, clip_norm)
    optimizer.step()
`
}

/** What the discriminator is given: augmented, each sample by itself. */
function seen(isAugmented: boolean, pack: number): string {
  if (!isAugmented) return 'x'
  return pack > 1 ? 'packed(augmented(unpacked(x)))' : 'augmented(x)'
}

function packText(pack: number): string {
  return `

def packed(x):
    """${pack} rows as one, their channels side by side (Lin et al., 2017)."""
    return x.unflatten(0, (-1, ${pack})).flatten(1, 2)


def unpacked(x):
    return x.unflatten(1, (${pack}, -1)).flatten(0, 1)
`
}
