/** The latent space of a diffusion model: the noise that deterministic sampling starts from, flattened. @module */
import { assertShape, type Key, key, type Labels } from '@gen/backend'
import { reshape, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'
import { requireLabels } from './labels.ts'
import { type SampleModel, sampleModel } from './sample.ts'
import { ddim } from './samplers/ddim.ts'
import { type InversionOptions, invertModel } from './samplers/invert.ts'

/** Options of `decode`. */
export interface DecodeOptions {
  /** Calls of the network. @default 20 */
  steps?: number
  /** Class of each row, or one for all, for a model with classes; `classes` itself means no class. */
  labels?: Labels | undefined
  /** What else is known, a row for each or one for all, for a network that takes a context. */
  context?: Tensor | undefined
  /** Rows denoised at once, which bounds memory. @default 64 */
  batchSize?: number
  /** Stops with an error `aborted`. */
  signal?: AbortSignal | undefined
}

/** Deterministic sampling draws nothing. */
const unused: Key = key(0)

/** Numbers in one code. */
export function latentSizeOf(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}

/** The codes of data, `[batch, latentSize]`; see `Diffusion.encode`. */
export async function encodeData(model: SampleModel, x: Tensor, options: InversionOptions): Promise<Tensor2D> {
  const noise = await invertModel(model, x, options)
  const codes: Tensor2D = reshape(noise, [noise.shape[0] ?? 0, latentSizeOf(model.network.shape)])
  noise.dispose()
  return codes
}

/** The data of codes; see `Diffusion.decode`. */
export async function decodeCodes(
  model: SampleModel,
  z: Tensor2D,
  { steps = 20, ...options }: DecodeOptions,
): Promise<Tensor> {
  const where = 'diffusion.decode'
  const { shape } = model.network
  assertShape(where, 'z', z, [null, latentSizeOf(shape)])
  requireLabels(where, options.labels, { rows: z.shape[0], classes: model.classes })
  const sampler = ddim({ steps })
  const noise = reshape(z, [z.shape[0], ...shape])
  try {
    return await sampleModel(model, { ...options, count: z.shape[0], noise, sampler, key: unused })
  } finally {
    noise.dispose()
  }
}
