/** The pieces of a model, checked and completed. @module */
import { assertInteger, assertNumber, refusal } from '@gen/backend'
import type { ImageAugmentation } from './augmentation/image-augmentation.ts'
import { distanceOf } from './losses/distances/distance-of.ts'
import type { LossModel } from './losses/loss-model.ts'
import { uniformTimes } from './losses/times/uniform-times.ts'
import { plainWeighting } from './losses/weightings/plain-weighting.ts'
import type { AdaptedNetwork } from './networks/network.ts'
import { dataConfig, normalizer } from './normalize.ts'
import type { DiffusionOptions } from './options.ts'
import { noisePrediction } from './predictions/noise-prediction.ts'
import type { Parameterization } from './predictions/parameterization.ts'
import { selfConditioned } from './predictions/self-conditioning.ts'
import { cosine } from './schedules/cosine.ts'
import { leastSignal, type NoiseSchedule } from './schedules/schedule.ts'
import { scheduleOf } from './schedules/schedule-of.ts'

const where = 'diffusion.diffusion'

/**
 * The pieces of a model.
 *
 * @throws GenError `config` or `range` for options that make none.
 */
export function partsOf(network: AdaptedNetwork, options: Omit<DiffusionOptions, 'network'>): LossModel {
  const { schedule = cosine(), prediction = noisePrediction(), loss = 'l2', ...rest } = options
  const { weighting = plainWeighting(), times = uniformTimes(), classes = 0, dropLabel = 0.1, ...more } = rest
  const { selfConditioning = false, offsetNoise = 0, augmentation = null, ...data } = more
  assertNothingElse(data)
  assertPiece('prediction', 'velocityPrediction()', prediction, ['target', 'read', 'gain'])
  assertPiece('weighting', 'minSnrWeighting()', weighting, [])
  assertPiece('times', 'logNormalTimes()', times, ['draw'])
  assertInteger(where, 'classes', classes, { min: 0 })
  assertNumber(where, 'dropLabel', dropLabel, { min: 0, exclusiveMax: 1 })
  assertOffsetNoise(offsetNoise, network.shape)
  assertBoolean('selfConditioning', selfConditioning)
  assertClasses(network.takes.label, classes)
  assertAugmentation(augmentation, network)
  const parts = { prediction, loss: distanceOf(loss), weighting, times, classes, dropLabel }
  const path = scheduleOf(schedule)
  assertSignal(path, prediction)
  return {
    ...parts,
    network: selfConditioning ? selfConditioned(network) : network,
    schedule: path,
    data: normalizer(dataConfig(network.shape, data)),
    selfConditioning,
    offsetNoise,
    augmentation,
  }
}

const dataOptions = ['range', 'mean', 'std']

function assertNothingElse(data: object): void {
  const unknown = Object.keys(data).find((name) => !dataOptions.includes(name))
  if (unknown === undefined) return
  const known =
    'network, schedule, prediction, loss, weighting, times, classes, dropLabel, selfConditioning, offsetNoise, augmentation, range, mean and std'
  throw refusal('config', where, { expected: `options ${known} only`, got: unknown, remedy: 'leave it out' })
}

/** Asserts that a piece is one, by what it can do. */
function assertPiece(name: string, example: string, piece: unknown, functions: readonly string[]): void {
  const isObject = typeof piece === 'object' && piece !== null && 'config' in piece
  if (isObject && functions.every((member) => typeof Reflect.get(piece, member) === 'function')) return
  throw refusal('config', where, { expected: `${name} a piece such as ${example}`, got: JSON.stringify(piece) })
}

function assertBoolean(name: string, value: unknown): void {
  if (typeof value === 'boolean') return
  throw refusal('config', where, { expected: `${name} true or false`, got: JSON.stringify(value) })
}

function assertOffsetNoise(offsetNoise: number, shape: readonly number[]): void {
  assertNumber(where, 'offsetNoise', offsetNoise, { min: 0, max: 1 })
  if (offsetNoise === 0 || shape.length > 1) return
  throw refusal('config', where, {
    expected: 'offsetNoise 0 for points, which have no pixels to share it',
    got: offsetNoise,
    remedy: 'leave it out',
  })
}

/** Refuses an augmentation of what are no images, or that the network is not told of. */
function assertAugmentation(augmentation: ImageAugmentation | null, { shape, takes }: AdaptedNetwork): void {
  if (augmentation === null) return
  assertPiece('augmentation', 'imageAugmentation()', augmentation, ['apply'])
  if (shape.length !== 3) {
    const got = `[${shape.join(', ')}]`
    throw refusal('config', where, {
      expected: 'images [height, width, channels] for augmentation',
      got,
      remedy: 'leave it out',
    })
  }
  if (takes.augmentation === undefined || takes.augmentation === augmentation.size) return
  throw refusal('config', where, {
    expected: `a network that is told of the augmentation by ${augmentation.size} numbers`,
    got: `one that takes ${takes.augmentation}`,
    remedy: `make it with augmentation: ${augmentation.size}`,
  })
}

/** Refuses a schedule that ends without signal for a network that then says nothing of the data. */
function assertSignal({ alpha }: NoiseSchedule, { needsSignal, config }: Parameterization): void {
  const end = alpha(1)
  if (!needsSignal || end >= leastSignal) return
  throw refusal('range', where, {
    expected: `a schedule with a signal ratio α(1) ≥ 2⁻⁴⁰ for prediction ${config.kind}, which divides by the signal`,
    got: end,
    remedy: 'predict velocityPrediction(), flowPrediction() or dataPrediction(), or end the schedule earlier',
    details: { alpha: end },
  })
}

function assertClasses(takesLabel: boolean | undefined, classes: number): void {
  if (takesLabel === undefined || takesLabel === classes > 0) return
  const [network, remedy] = takesLabel
    ? ['takes labels', 'pass the number of classes, as to the network']
    : ['takes no labels', 'leave classes out, or make the network with classes']
  const expected = `classes to fit the network, which ${network}`
  throw refusal('config', where, { expected, got: classes, remedy })
}
