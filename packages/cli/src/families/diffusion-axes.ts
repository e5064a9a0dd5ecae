/** What diffusion models are trained on, by the words of the command line. @module */
import {
  cosine,
  dataPrediction,
  edmPrediction,
  edmWeighting,
  flowPrediction,
  linear,
  logitNormalTimes,
  logNormalTimes,
  logSnrLinear,
  minSnrWeighting,
  type NoiseSchedule,
  noisePrediction,
  type Parameterization,
  p2Weighting,
  plainWeighting,
  rectifiedFlow,
  scaledLinear,
  sigmoidSchedule,
  sigmoidWeighting,
  snrWeighting,
  squaredCosine,
  stratifiedTimes,
  type TimeSampling,
  uniformTimes,
  varianceExploding,
  velocityPrediction,
  type Weighting,
} from '@gen/diffusion'

/** All words of each axis. */
export const axisWords = {
  schedule: [
    'cosine',
    'squared-cosine',
    'linear',
    'scaled-linear',
    'sigmoid',
    'log-snr-linear',
    'flow',
    'variance-exploding',
  ],
  prediction: ['noise', 'data', 'velocity', 'flow', 'edm'],
  weighting: ['plain', 'snr', 'min-snr', 'p2', 'sigmoid', 'edm'],
  times: ['uniform', 'stratified', 'logit-normal', 'log-normal'],
} as const

/** A word for each axis. */
export type AxisWords = { readonly [Axis in keyof typeof axisWords]: (typeof axisWords)[Axis][number] }

const schedules: Readonly<Record<AxisWords['schedule'], () => NoiseSchedule>> = {
  cosine,
  'squared-cosine': squaredCosine,
  linear,
  'scaled-linear': scaledLinear,
  sigmoid: sigmoidSchedule,
  'log-snr-linear': logSnrLinear,
  flow: rectifiedFlow,
  'variance-exploding': varianceExploding,
}

const predictions: Readonly<Record<AxisWords['prediction'], () => Parameterization>> = {
  noise: noisePrediction,
  data: dataPrediction,
  velocity: velocityPrediction,
  flow: flowPrediction,
  edm: edmPrediction,
}

const weightings: Readonly<Record<AxisWords['weighting'], () => Weighting>> = {
  plain: plainWeighting,
  snr: snrWeighting,
  'min-snr': minSnrWeighting,
  p2: p2Weighting,
  sigmoid: sigmoidWeighting,
  edm: edmWeighting,
}

const times: Readonly<Record<AxisWords['times'], () => TimeSampling>> = {
  uniform: uniformTimes,
  stratified: stratifiedTimes,
  'logit-normal': logitNormalTimes,
  'log-normal': logNormalTimes,
}

/** The pieces of these words. */
export function axesOf({ schedule, prediction, weighting, times: when }: AxisWords): {
  schedule: NoiseSchedule
  prediction: Parameterization
  weighting: Weighting
  times: TimeSampling
} {
  return {
    schedule: schedules[schedule](),
    prediction: predictions[prediction](),
    weighting: weightings[weighting](),
    times: times[when](),
  }
}
