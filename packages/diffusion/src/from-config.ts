/** Diffusion models from plain JSON. @module */
import { allOrNothing, assertKey, GenError, type JsonObject, type Key, key } from '@gen/backend'
import { type Diffusion, type DiffusionConfig, diffusion } from './diffusion.ts'
import type { DenoisingNetwork, LayersNetwork } from './networks/network.ts'
import { pointDenoiser } from './networks/point-denoiser.ts'

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
  const { kind: _, network: own, ...options } = config
  try {
    return allOrNothing(() => diffusion({ ...options, network: networkOf(own, k, network) }))
  } catch (error) {
    // Whatever a config is refused for, it is the config that is refused.
    if (!GenError.is(error) || error.code === 'config') throw error
    throw new GenError('config', error.message, { details: error.details, cause: error })
  }
}

const fields = ['kind', 'network', 'schedule', 'loss', 'classes', 'dropLabel', 'range', 'mean', 'std']

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
}

/** Whether it has the fields of one; what is in them `pointDenoiser` checks. */
function isPointDenoiser(config: unknown): config is PointConfig {
  if (!isObject(config) || config.kind !== 'pointDenoiser') return false
  if (hasExactly(config, ['kind', 'size', 'hidden', 'classes'])) return true
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
