/** The pieces of a model, checked against each other, and the passes through them. @module */
import { assertInteger, assertShape, GenError, type JsonObject, refusal } from '@gen/backend'
import { bernoulliLikelihood, gaussianLikelihood, type Likelihood } from '@gen/losses'
import type { ApplyOptions, DiagonalNormal, Distribution, Network } from '@gen/model'
import { adaptNetwork } from '@gen/nn'
import { standardNormal } from '@gen/priors'
import { clipByValue, reshape, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import type { Divergence } from './divergences/divergence.ts'
import { klDivergence } from './divergences/kl-divergence.ts'
import { type Head, linearHead, sigmoidHead } from './head.ts'
import { normalPosterior, type PosteriorKind } from './posteriors/posterior-kind.ts'

/** A prior that needs the model's encoder, as a VampPrior does. */
export type PriorMaker = (encode: (x: Tensor) => DiagonalNormal) => Distribution

/** What a model is composed of; all but the networks and sizes have defaults. */
export interface VaeOptions {
  /** Shape of one item: `[h, w, c]` for images in [0, 1], `[n]` for points. */
  shape: readonly number[]
  /** Numbers in one code. */
  latentSize: number
  /** x → what the posterior reads. Inputs of another rank than the data's are reshaped. */
  encoder: Network | LayersModel
  /** z → what the head and then the likelihood read. */
  decoder: Network | LayersModel
  /** How the networks were made, for `config`. @default { kind: 'custom' } */
  network?: JsonObject
  /** p(z): any object with `size`, `sample` and `logProb`, a flow for instance. @default standardNormal(latentSize) */
  prior?: Distribution | PriorMaker
  /** How codes come from the encoder. @default normalPosterior() */
  posterior?: PosteriorKind
  /** p(x | z). @default bernoulliLikelihood() for images, gaussianLikelihood() for points */
  likelihood?: Likelihood
  /** Between decoder and likelihood. @default sigmoidHead() for images with a Gaussian likelihood, else linearHead() */
  head?: Head
  /** How codes are held to the prior. @default klDivergence() */
  divergence?: Divergence
  /** Classes that both networks are told; 0 for none. @default 0 */
  classes?: number
  /** Shape of what else both networks are told; undefined for nothing. @default none */
  context?: readonly number[] | undefined
}

/** The pieces of a model. */
export interface VaeParts {
  readonly shape: readonly number[]
  readonly latentSize: number
  readonly classes: number
  readonly context: readonly number[] | undefined
  readonly encoder: Network
  readonly decoder: Network
  readonly network: JsonObject
  readonly prior: Distribution
  readonly posterior: PosteriorKind
  readonly likelihood: Likelihood
  readonly head: Head
  readonly divergence: Divergence
}

const where = 'vae.vae'

/** DiagonalNormal, likelihood, head and divergence, where they are not chosen. */
export function piecesOf({
  shape,
  posterior = normalPosterior(),
  likelihood = shape.length === 3 ? bernoulliLikelihood() : gaussianLikelihood(),
  head = shape.length === 3 && likelihood.config.kind === 'gaussian' ? sigmoidHead() : linearHead(),
  divergence = klDivergence(),
}: Pick<VaeOptions, 'shape' | 'posterior' | 'likelihood' | 'head' | 'divergence'>): Pick<
  VaeParts,
  'posterior' | 'likelihood' | 'head' | 'divergence'
> {
  return { posterior, likelihood, head, divergence }
}

/** Fills in defaults and checks that the pieces fit. */
export function partsOf(options: VaeOptions): VaeParts {
  const { shape, latentSize, network = { kind: 'custom' }, classes = 0, context, prior } = options
  assertInteger(where, 'latentSize', latentSize, { min: 1 })
  assertInteger(where, 'classes', classes, { min: 0 })
  for (const n of context ?? []) assertInteger(where, 'context', n, { min: 1 })
  assertPrior(prior, { classes, context })
  for (const n of shape) assertInteger(where, 'shape', n, { min: 1 })
  const [encoder, decoder] = [adaptNetwork('vae', options.encoder), adaptNetwork('vae', options.decoder)]
  const pieces = { shape, latentSize, classes, context, encoder, decoder, network, ...piecesOf(options) }
  assertPieces(pieces)
  const made = typeof prior === 'function' ? prior((x) => readPosterior(pieces, x)) : prior
  const parts = { ...pieces, prior: made ?? standardNormal(latentSize) }
  assertSize('prior.size', parts.prior.size, latentSize, 'give the prior the size of the codes')
  return parts
}

/**
 * Refuses a prior that is made of the encoder where the encoder is told a class or a context, which such a prior has none of.
 *
 * @throws GenError `config`.
 */
export function assertPrior(
  prior: VaeOptions['prior'],
  { classes, context }: { readonly classes: number; readonly context: readonly number[] | undefined },
): void {
  if (typeof prior !== 'function' || (classes === 0 && !context)) return
  const what = classes > 0 ? 'classes' : 'context'
  throw refusal('config', where, {
    expected: `no ${what} with a prior that is made of the encoder, such as a VampPrior`,
    got: classes > 0 ? `classes: ${classes}` : `context: [${context?.join(', ')}]`,
    remedy: `leave ${what} out, or pass another prior`,
  })
}

/** The encoder's output. */
export function encoderOutput({ encoder }: Pick<VaeParts, 'encoder'>, x: Tensor, options: ApplyOptions): Tensor2D {
  return encoder.apply(reshape(x, [x.shape[0], ...encoder.inputShape]), options) as Tensor2D
}

/** q(z | x). */
export function readPosterior(
  parts: Pick<VaeParts, 'encoder' | 'posterior'>,
  x: Tensor,
  options: ApplyOptions = {},
): DiagonalNormal {
  return tidy(() => ({ ...parts.posterior.read(encoderOutput(parts, x, options)) }))
}

/** What the likelihood reads, for codes. */
export function decoderOutput(parts: VaeParts, z: Tensor2D, options: ApplyOptions): Tensor {
  const { decoder, head, likelihood, shape } = parts
  const rows = z.shape[0]
  const raw = decoder.apply(reshape(z, [rows, ...decoder.inputShape]), options)
  const channels = (shape.at(-1) ?? 1) * likelihood.channels * head.channels
  return head.apply(reshape(raw, [rows, ...shape.slice(0, -1), channels]))
}

/** The decoder's mean for codes; images are kept in [0, 1]. */
export function decodeMean(parts: VaeParts, z: Tensor2D, told: ApplyOptions = {}): Tensor {
  return tidy(() => {
    const mean = parts.likelihood.mean(decoderOutput(parts, z, told))
    return parts.shape.length === 3 ? clipByValue(mean, 0, 1) : mean
  })
}

/** Throws a GenError `shape` unless x is a batch of items of this model. */
export function assertItems(at: string, { shape }: Pick<VaeParts, 'shape'>, x: Tensor): void {
  assertShape(at, 'x', x, [null, ...shape], `the model is made for [batch, ${shape.join(', ')}]: resize the data`)
}

/** Throws a GenError `shape` unless z is a batch of codes of this model. */
export function assertCodes(at: string, { latentSize }: Pick<VaeParts, 'latentSize'>, z: Tensor): void {
  assertShape(at, 'z', z, [null, latentSize], `the model has codes of ${latentSize} numbers`)
}

function assertPieces(pieces: Omit<VaeParts, 'prior'>): void {
  const { shape, latentSize, classes, context, encoder, decoder, posterior, likelihood, head, divergence } = pieces
  const size = product(shape)
  const outputs = posterior.outputs(latentSize)
  const channels = likelihood.channels * head.channels
  assertSize('inputs of the encoder', product(encoder.inputShape), size, `data have the shape [${shape.join(', ')}]`)
  const kind = `codes of ${latentSize} (${String(posterior.config.kind)}) take ${outputs} outputs`
  assertSize('outputs of the encoder', product(encoder.outputShape), outputs, kind)
  assertSize('inputs of the decoder', product(decoder.inputShape), latentSize, 'give it the latent size')
  const decoded = `likelihood and head take ${channels} channel(s) for each of the data's`
  assertSize('outputs of the decoder', product(decoder.outputShape), size * channels, decoded)
  for (const [name, { context: takes }] of Object.entries({ encoder, decoder })) {
    if (takes?.join() === context?.join()) continue
    const [wanted, got] = [context, takes].map((row) => (row ? `[${row.join(', ')}]` : 'none'))
    throw refusal('config', where, {
      expected: `an ${name} to fit the context ${wanted}`,
      got: `one that takes ${got}`,
    })
  }
  for (const [name, { labels = false }] of Object.entries({ encoder, decoder })) {
    if (labels === classes > 0) continue
    const takes = labels ? 'takes labels' : 'takes none'
    throw new GenError('config', `${where}: expected an ${name} to fit classes: ${classes}, got one that ${takes}`)
  }
  if (divergence.density && !posterior.density) {
    const got = `${String(posterior.config.kind)} codes`
    const remedy = 'take normalPosterior(), or mmdDivergence, regularized or noDivergence'
    const wanted = String(divergence.config.kind)
    throw new GenError(
      'config',
      `${where}: expected codes with a density for the divergence ${wanted}, got ${got}; ${remedy}`,
    )
  }
}

function assertSize(name: string, got: number, expected: number, remedy: string): void {
  if (got === expected) return
  throw new GenError('shape', `${where}: expected ${name} ${expected}, got ${got}; ${remedy}`, {
    details: { name, expected, got },
  })
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}
