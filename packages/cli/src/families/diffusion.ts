/** Diffusion models on the command line. @module */
import { refusal } from '@gen/backend'
import { type Diffusion, diffusion, namedSampler, usualSampler } from '@gen/diffusion'
import { choice, type Flag, integer, integers, number, toggle } from '../flags.ts'
import { assertParameters, weightsOf } from '../limits.ts'
import { classesInTurn } from './classes-in-turn.ts'
import { answerPicture } from './diffusion-answers.ts'
import { type AxisWords, axesOf, axisWords } from './diffusion-axes.ts'
import { diffusionLikelihood } from './diffusion-likelihood.ts'
import { diffusersSchedule, networkOf, networkWords } from './diffusion-networks.ts'
import type { Family, FamilyModel } from './family.ts'
import { toldOf, toldShape, toldWords } from './told.ts'
import { warmedAdamW } from './warmed-adam-w.ts'

const flags: {
  network: Flag<(typeof networkWords)[number]>
  widths: Flag<number[]>
  depth: Flag<number>
  attention: Flag<number[]>
  conditional: Flag<boolean>
  told: Flag<(typeof toldWords)[number]>
  loss: Flag<'l1' | 'l2' | 'huber'>
  schedule: Flag<AxisWords['schedule']>
  prediction: Flag<AxisWords['prediction']>
  weighting: Flag<AxisWords['weighting']>
  times: Flag<AxisWords['times']>
  learningRate: Flag<number>
  weightDecay: Flag<number>
} = {
  network: choice(
    'auto',
    networkWords,
    'auto: our U-Net, a small perceptron for points; unet2d: diffusers’ UNet2DModel, for gen convert --to diffusers',
  ),
  widths: integers([32, 64, 96], 'channels of the U-Net at each level; of the hidden layers, for points', {
    min: 1,
    max: 4096,
  }),
  depth: integer(1, 'residual blocks per level', { min: 1, max: 16 }),
  attention: integers([], 'levels with self-attention, 0 is the full size', { min: 0, max: 16 }, 'none'),
  conditional: toggle(false, 'learn the classes of the data, to sample by class'),
  told: choice(
    'nothing',
    toldWords,
    'what it is told of most pictures while it learns, so that gen answer can ask it: their grays, or they four times smaller',
  ),
  loss: choice('l2', ['l1', 'l2', 'huber'], 'distance of target and prediction'),
  schedule: choice('cosine', axisWords.schedule, 'how the signal ratio falls with time'),
  prediction: choice('velocity', axisWords.prediction, 'what the network predicts'),
  weighting: choice('plain', axisWords.weighting, 'how much each noise level counts'),
  times: choice('uniform', axisWords.times, 'which noise levels training sees'),
  learningRate: number(2e-3, 'learning rate at its highest; it warms up and then falls as a cosine', {
    min: 0,
    max: 10,
  }),
  weightDecay: number(1e-4, 'decay of the weights', { min: 0, max: 10 }),
}

function familyModel(model: Diffusion): FamilyModel {
  const { classes, range } = model.config
  return {
    trainable: model,
    shape: model.shape,
    config: model.config,
    // Codes of a conditional model say nothing without a class.
    ...(classes === 0 && { latent: model }),
    classes,
    likelihood: diffusionLikelihood(model),
    answerPicture: (question, options) => answerPicture(model, question, options),
    sample: ({ steps, guidance, labels, sampler = usualSampler, spacing, onStep, signal, ...rows }) => {
      const perRow = classes > 0 ? { labels: classesInTurn(rows.count, classes, labels), guidance } : {}
      const watched = { ...(signal && { signal }), ...(onStep && { onStep }) }
      return model.sample({
        ...rows,
        sampler: namedSampler(sampler, { steps, ...(spacing && { spacing }) }),
        clip: range !== null,
        ...perRow,
        ...watched,
      })
    },
  }
}

/** `gen train diffusion`: a U-Net for images and signals, a small perceptron for points. */
export const diffusionFamily: Family<typeof flags, Diffusion> = {
  name: 'diffusion',
  description: 'a denoising diffusion model',
  samplesInSteps: true,
  flags,
  paired: ({ told }, items) => toldOf(told, items),
  create({ network: kind, widths, depth, attention, conditional, told, loss, ...axes }, { shape, classes: known }, k) {
    if (conditional && !known) {
      throw refusal('config', 'gen train diffusion', {
        expected: 'data with labels for --conditional',
        got: 'data without',
        remedy: 'leave it out',
      })
    }
    const classes = conditional ? (known ?? 0) : 0
    const context = toldShape('gen train diffusion', told, shape)
    // Two residual blocks of 3 × 3 on the way down for each of depth, and three on the way up; one dense layer each, for points.
    const [taps, blocks] = shape.length === 1 ? [1, 1] : [9, 5 * depth]
    const widest = widths.flatMap((width) => [width, width])
    assertParameters('gen train diffusion', '--widths or --depth', blocks * weightsOf(widest, taps))
    const { schedule, prediction } = axes
    const plan = { network: kind, widths, depth, attention, classes, context, schedule, prediction, key: k }
    const discrete = kind === 'unet2d' ? diffusersSchedule(plan) : undefined
    const pieces = { ...axesOf(axes), ...(discrete && { schedule: discrete }) }
    return familyModel(diffusion({ network: networkOf(plan, shape), loss, ...pieces, classes }))
  },
  wrap: familyModel,
  optimizer: warmedAdamW,
}
