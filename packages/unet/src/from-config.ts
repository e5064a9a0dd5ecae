/** U-Nets from plain JSON. @module */
import { assertKey, GenError, type Key, key } from '@gen/backend'
import { unetConfig } from './config.ts'
import { type Unet, unet } from './unet.ts'

/**
 * Builds a U-Net from its `config`, with weights still to be written into it; what `diffusionFromConfig` of `@gen/diffusion`
 * asks for as its `network`.
 *
 * @throws GenError `config` for what no U-Net gives as its config; else as `unet`.
 * @example
 * const copy = unetFromConfig(unet({ shape: [28, 28, 1], widths: [16, 32] }).config)
 */
export function unetFromConfig(config: unknown, k: Key = key(0)): Unet {
  assertKey('unet.unetFromConfig', 'k', k)
  if (typeof config !== 'object' || config === null || !('kind' in config) || config.kind !== 'unet') {
    throw new GenError('config', `unet.unetFromConfig: expected the config of a unet, got ${JSON.stringify(config)}`)
  }
  const { kind: _, ...options } = config
  return unet({ ...unetConfig(options), key: k })
}
