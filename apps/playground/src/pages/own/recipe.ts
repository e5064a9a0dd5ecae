/** A model of pictures of any kind, small enough to train in a browser. @module */
import type { Key } from '@gen/backend'
import { ddim, diffusion } from '@gen/diffusion'
import { gaussianLikelihood } from '@gen/losses'
import type { Trainable } from '@gen/model'
import { unet } from '@gen/unet'
import { convNetworks, standardVae } from '@gen/vae'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { OwnSettings } from './settings.ts'

/** A model that draws pictures. */
export interface Drawer {
  readonly model: Trainable<never> & { readonly config: unknown }
  /** Draws pictures; the same key, the same noise. */
  draw(count: number, key: Key): Promise<Tensor4D>
  dispose(): void
}

/** Steps in which diffusion draws while it trains. */
const steps = 12

/** The model of the settings. */
export function drawerOf({ family, width }: OwnSettings, shape: number[], key: Key): Drawer {
  return family === 'vae' ? variational(width, shape, key) : denoising(width, shape, key)
}

function denoising(width: number, shape: number[], key: Key): Drawer {
  const network = unet({ shape, widths: [width, 2 * width, 2 * width], depth: 1, key })
  const model = diffusion({ network })
  const draw = (count: number, k: Key) => model.sample({ count, key: k, sampler: ddim({ steps }), clip: true })
  return { model, draw: async (count, k) => (await draw(count, k)) as Tensor4D, dispose: () => model.dispose() }
}

function variational(width: number, shape: number[], key: Key): Drawer {
  const network = convNetworks({ widths: [width, 2 * width, 4 * width] })
  const likelihood = gaussianLikelihood({ deviation: 0.3 })
  const model = standardVae({ shape, latentSize: 16, network, likelihood, key })
  const draw = (count: number, k: Key) => model.sample({ count, key: k })
  return { model, draw: async (count, k) => (await draw(count, k)) as Tensor4D, dispose: () => model.dispose() }
}
