/** Diffusion in the codes of another model. @module */
import { assertShape, inBatches, refusal } from '@gen/backend'
import type { Batches } from '@gen/model'
import { reshape, slice, type Tensor, tidy } from '@tensorflow/tfjs-core'
import type { Diffusion } from '../diffusion.ts'
import type { DiffusionBatch } from '../losses/loss-model.ts'
import type { DiffusionSampleOptions } from '../sample.ts'

/** Anything that makes codes of data and data of codes: a VAE, a flow, a network of your own. */
export interface Autoencoder {
  /** Numbers in a code, where codes are vectors `[batch, latentSize]`. @default codes have the shape of the diffusion model's items */
  readonly latentSize?: number
  encode(x: Tensor): Tensor | Promise<Tensor>
  // Written as a method, so that a decoder of `Tensor2D` alone is one, too.
  decode(z: Tensor): Tensor | Promise<Tensor>
}

/** Options of {@link latentDiffusion}. */
export interface LatentDiffusionOptions {
  /** What makes the codes; it is not trained. */
  autoencoder: Autoencoder
  /** A diffusion model of items of a code's size, with the `mean` and `std` that {@link codeStatistics} measures and no range. */
  model: Diffusion
}

/** A diffusion model in the codes of another model. */
export interface LatentDiffusion {
  /** What is trained, on batches of codes. */
  readonly model: Diffusion
  /** Batches of the codes of data, with whatever else is in them, for `fit(latent.model, …)`; the data's own are disposed. */
  encoded(batches: Batches<DiffusionBatch>): Batches<DiffusionBatch>
  /** Samples of the model, decoded: in the data's units, as the decoder gives them. `onStep` sees codes. */
  sample(options: DiffusionSampleOptions): Promise<Tensor>
}

const where = 'diffusion.latentDiffusion'

/**
 * Latent diffusion: an autoencoder brings images to a code that is smaller and has left out what nobody sees, and a diffusion model learns the
 * distribution of codes. Codes have no unit variance by themselves: measure it, and give it to the model.
 *
 * @throws GenError `config` for a model of another size than the codes, or with a range; `shape` for codes of another size.
 * @see High-resolution image synthesis with latent diffusion models (Rombach et al., 2021) https://arxiv.org/abs/2112.10752
 * @example
 * const autoencoder = { encode: (x: Tensor) => mul(x, 5), decode: (z: Tensor) => div(z, 5) }
 * const { mean, std } = await codeStatistics(autoencoder, batches, { shape: [2] })
 * const latent = latentDiffusion({ autoencoder, model: diffusion({ network: pointDenoiser({ size: 2, key: key(0) }), mean, std }) })
 * await last(fit(latent.model, latent.encoded(batches), { steps: 20, optimizer: adamW(), key: key(1) }))
 * const points = await latent.sample({ count: 8, key: key(2) })
 */
export function latentDiffusion({ autoencoder, model }: LatentDiffusionOptions): LatentDiffusion {
  const { shape, config } = model
  const size = sizeOf(shape)
  if (autoencoder.latentSize !== undefined && autoencoder.latentSize !== size) {
    const expected = `a model of items of ${autoencoder.latentSize} numbers, as the codes have`
    throw refusal('config', where, { expected, got: `[${shape.join(', ')}]` })
  }
  if (config.range !== null) {
    const got = JSON.stringify(config.range)
    throw refusal('config', where, {
      expected: 'no range, for codes have none',
      got,
      remedy: 'make it with range: null',
    })
  }
  const own = autoencoder.latentSize === undefined ? shape : [size]
  return {
    model,
    encoded: (batches) => ({
      at: async (index) => {
        const { x, ...rest } = await batches.at(index)
        return { ...rest, x: await codesOf(autoencoder, x, shape).finally(() => x.dispose()) }
      },
    }),
    async sample({ batchSize = 64, ...options }) {
      const codes = await model.sample({ ...options, batchSize })
      const { signal } = options
      const [count = 0] = codes.shape
      try {
        return await inBatches(where, { count, batchSize, signal }, async (offset, rows) => {
          const z = tidy(() => reshape(slice(codes, offset, rows), [rows, ...own]))
          return await Promise.resolve(autoencoder.decode(z)).finally(() => z.dispose())
        })
      } finally {
        codes.dispose()
      }
    },
  }
}

/** Codes in the shape of the model's items. */
export async function codesOf(autoencoder: Autoencoder, x: Tensor, shape: readonly number[]): Promise<Tensor> {
  const codes = await autoencoder.encode(x)
  const [rows] = x.shape
  try {
    if (codes.size !== (rows ?? 0) * sizeOf(shape)) assertShape(where, 'codes', codes, [rows ?? null, ...shape])
    return reshape(codes, [rows ?? 0, ...shape])
  } finally {
    codes.dispose()
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}
