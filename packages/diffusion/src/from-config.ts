/** Diffusion models from plain JSON. @module */
import { allOrNothing, assertKey, GenError, type JsonObject, type Key, key } from '@gen/backend'
import { augmentationFromConfig } from './augmentation/from-config.ts'
import { type Diffusion, diffusion } from './diffusion.ts'
import { distanceFromConfig } from './losses/distances/distance-of.ts'
import { timeSamplingFromConfig } from './losses/times/from-config.ts'
import { weightingFromConfig } from './losses/weightings/from-config.ts'
import type { DenoisingNetwork, LayersNetwork } from './networks/network.ts'
import { pointDenoiser } from './networks/point-denoiser.ts'
import type { DiffusionConfig } from './options.ts'
import { parameterizationFromConfig } from './predictions/from-config.ts'
import { scheduleFromConfig } from './schedules/schedule-of.ts'

/** Makes a network of its config. */
export type DenoisingNetworkMaker = (config: JsonObject, k: Key) => DenoisingNetwork | LayersNetwork

/** Options of {@link diffusionFromConfig}. */
export interface DiffusionFromConfigOptions {
  /** Randomness of the weights, which are as a rule overwritten next. @default key(0) */
  key?: Key
  /** The network, or what makes it of its config; needed for all but `pointDenoiser`. */
  network?: DenoisingNetwork | LayersNetwork | DenoisingNetworkMaker
}

/**
 * Builds a diffusion model from its `config`: the same pieces, with weights still to be written into it.
 *
 * @throws GenError `config` for what no diffusion model gives as its config, numbers that make no model, or where a network is
 * needed and not given. Nothing is left behind.
 * @example
 * const copy = diffusionFromConfig(JSON.parse(JSON.stringify(model.config)))
 * writeWeights(copy, await readWeights(model)) // of @gen/train
 */
export function diffusionFromConfig(
  config: unknown,
  { key: k = key(0), network }: DiffusionFromConfigOptions = {},
): Diffusion {
  assertKey('diffusion.diffusionFromConfig', 'key', k)
  if (!isConfig(config)) return fail('a diffusion model’s config', JSON.stringify(config) ?? 'nothing')
  const { kind: _, network: own, schedule, prediction, loss, weighting, times, augmentation, ...options } = config
  try {
    const pieces = {
      schedule: scheduleFromConfig(schedule),
      prediction: parameterizationFromConfig(prediction),
      loss: distanceFromConfig(loss),
      weighting: weightingFromConfig(weighting),
      times: timeSamplingFromConfig(times),
      augmentation: augmentation === null ? null : augmentationFromConfig(augmentation),
    }
    return allOrNothing(() => diffusion({ ...options, ...pieces, network: networkOf(own, k, network) }))
  } catch (error) {
    // Whatever a config is refused for, it is the config that is refused.
    if (!GenError.is(error) || error.code === 'config') throw error
    throw new GenError('config', error.message, { details: error.details, cause: error })
  }
}

const pieces = ['network', 'schedule', 'prediction', 'loss', 'weighting', 'times']
const settings = ['classes', 'dropLabel', 'selfConditioning', 'offsetNoise', 'augmentation', 'range', 'mean', 'std']
const fields = ['kind', ...pieces, ...settings]

/** Whether it has the fields of a config; what is in them `diffusion` checks, one by one. */
function isConfig(config: unknown): config is DiffusionConfig {
  return hasExactly(config, fields) && config.kind === 'diffusion' && isObject(config.network)
}

function networkOf(
  config: JsonObject,
  k: Key,
  given: DiffusionFromConfigOptions['network'],
): DenoisingNetwork | LayersNetwork {
  if (isPointDenoiser(config)) {
    const { kind: _, ...options } = config
    return pointDenoiser({ ...options, key: k })
  }
  if (typeof given === 'function') return given(config, k)
  return given ?? fail(`a network for ${JSON.stringify(config.kind)}`, 'none; pass { network }')
}

interface PointConfig {
  readonly kind: 'pointDenoiser'
  readonly size: number
  readonly hidden: readonly number[]
  readonly classes: number
  readonly context?: readonly number[]
  readonly augmentation?: number
  readonly residual?: boolean
}

/** Whether it has the fields of one; what is in them `pointDenoiser` checks. */
function isPointDenoiser(config: unknown): config is PointConfig {
  if (!isObject(config) || config.kind !== 'pointDenoiser') return false
  const { augmentation: _, residual: __, context: ___, ...needed } = config
  if (hasExactly(needed, ['kind', 'size', 'hidden', 'classes'])) return true
  return fail('size, hidden and classes of a point denoiser', Object.keys(config).join(', '))
}

function hasExactly(value: unknown, names: readonly string[]): value is Readonly<Record<string, unknown>> {
  return isObject(value) && Object.keys(value).length === names.length && names.every((n) => Object.hasOwn(value, n))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function fail(expected: string, got: string): never {
  throw new GenError('config', `diffusion.diffusionFromConfig: expected ${expected}, got ${got}`)
}
