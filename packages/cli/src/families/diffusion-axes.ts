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

const schedules = {
  cosine,
  'squared-cosine': squaredCosine,
  linear,
  'scaled-linear': scaledLinear,
  sigmoid: sigmoidSchedule,
  'log-snr-linear': logSnrLinear,
  flow: rectifiedFlow,
  'variance-exploding': varianceExploding,
} satisfies Record<string, () => NoiseSchedule>

const predictions = {
  noise: noisePrediction,
  data: dataPrediction,
  velocity: velocityPrediction,
  flow: flowPrediction,
  edm: edmPrediction,
} satisfies Record<string, () => Parameterization>

const weightings = {
  plain: plainWeighting,
  snr: snrWeighting,
  'min-snr': minSnrWeighting,
  p2: p2Weighting,
  sigmoid: sigmoidWeighting,
  edm: edmWeighting,
} satisfies Record<string, () => Weighting>

const times = {
  uniform: uniformTimes,
  stratified: stratifiedTimes,
  'logit-normal': logitNormalTimes,
  'log-normal': logNormalTimes,
} satisfies Record<string, () => TimeSampling>

/** A word for each axis. */
export interface AxisWords {
  readonly schedule: keyof typeof schedules
  readonly prediction: keyof typeof predictions
  readonly weighting: keyof typeof weightings
  readonly times: keyof typeof times
}

const wordsOf = <T extends object>(table: T): readonly (keyof T & string)[] =>
  Object.keys(table) as (keyof T & string)[]

/** All words of each axis. */
export const axisWords: { readonly [Axis in keyof AxisWords]: readonly AxisWords[Axis][] } = {
  schedule: wordsOf(schedules),
  prediction: wordsOf(predictions),
  weighting: wordsOf(weightings),
  times: wordsOf(times),
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
