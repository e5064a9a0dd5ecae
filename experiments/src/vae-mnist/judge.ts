/** What is measured of a trained model. @module */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fold, type Key, key } from '@gen/backend'
import { encodePng, grid } from '@gen/io'
import { countFlops, extractFeatures, fid } from '@gen/metrics'
import type { ImplicitDistribution, Network } from '@gen/model'
import type { AdaptedNetwork } from '@gen/nn'
import type { Vae } from '@gen/vae'
import { diagnose, diagnosisSheet } from '@gen/vae/diagnosis'
import { dispose, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core'
import type { Row, RowContext } from '../experiment.ts'
import type { Trained } from '../flows/train-for.ts'
import { type Digits, imagesOf, type Pixels } from './digits.ts'

/** Where samples come from: the prior, where there is no sampler. */
export interface SamplerRow {
  readonly name: string
  readonly sampler?: ImplicitDistribution
  /** How it was trained, where it was. */
  readonly training?: Trained
  dispose?(): void
}

/** Options of {@link judge}. */
export interface JudgeOptions {
  readonly name: string
  readonly pixels: Pixels
  readonly samplers: readonly SamplerRow[]
  readonly context: RowContext
}

/** Images compared by FID. */
const compared = 10_000

/**
 * Digits in the likelihood's mean, and codes drawn for each: all test digits where others publish it, on binary pixels;
 * fewer for a density of gray ones, which nobody compares.
 */
const scores = { binary: { scored: 10_000, draws: 200 }, gray: { scored: 2000, draws: 200 } }

/** Likelihood, FID and the four problems of a model, with pictures. */
export async function judge(model: Vae, digits: Digits, options: JudgeOptions): Promise<Row> {
  const { name, pixels, samplers, context } = options
  const seed = fold(key(context.seed), 100)
  const test = digits.items(pixels, digits.test)
  context.progress('reconstructing')
  const fids: Record<string, number> = { reconstructions: await fidOf(digits, reconstructions(model, test)) }
  for (const { name: from, sampler } of samplers) {
    context.progress(`sampling from ${from}`)
    const given = sampler ? { sampler } : {}
    fids[from] = await fidOf(digits, samples(model, fold(seed, 0), given))
    const drawn = (await model.sample({ count: 100, key: fold(seed, 1), ...given })) as Tensor4D
    const sheet = grid(drawn, { columns: 10 })
    writeFileSync(join(context.pictures, `${name}-${from}.png`), encodePng(sheet))
    dispose([drawn, sheet])
  }
  context.progress('diagnosing')
  const diagnosis = await diagnose(model, test, { key: fold(seed, 2), count: 5000 })
  const last = samplers.at(-1)?.sampler
  const sheet = await diagnosisSheet(model, test, { key: fold(seed, 3), ...(last && { sampler: last }) })
  writeFileSync(join(context.pictures, `${name}-sheet.png`), sheet)
  const { balance, collapse, mismatch, blur } = diagnosis
  return {
    ...(await likelihood(model, test, { ...scores[pixels], key: fold(seed, 4), context })),
    fid: fids,
    latentSize: model.latentSize,
    activeUnits: collapse.activeUnits,
    rate: balance.rate,
    distortion: balance.distortion,
    varianceLaw: mismatch.varianceLaw,
    mmd: mismatch.mmd,
    meanSquaredError: blur.meanSquaredError,
    lostVariance: blur.lostVariance,
    parameters: model.variables().reduce((sum, { size }) => sum + size, 0),
    flops: { encoder: flopsOf(model.parts.encoder), decoder: flopsOf(model.parts.decoder) },
    samplers: Object.fromEntries(samplers.map(({ name: from, training }) => [from, training ?? null])),
  }
}

async function fidOf(digits: Digits, images: AsyncIterable<Tensor4D>): Promise<number> {
  return fid(await digits.real(), await extractFeatures(images, digits.features)).value
}

async function* reconstructions(model: Vae, test: Parameters<typeof imagesOf>[0]): AsyncGenerator<Tensor4D> {
  for await (const images of imagesOf(test)) {
    const decoded = model.reconstruct(images) as Tensor4D
    yield decoded
    decoded.dispose()
  }
}

async function* samples(model: Vae, k: Key, given: { sampler?: ImplicitDistribution }): AsyncGenerator<Tensor4D> {
  const size = 500
  for (let start = 0; start < compared; start += size) {
    const drawn = (await model.sample({ count: size, key: fold(k, start), ...given })) as Tensor4D
    yield drawn
    drawn.dispose()
  }
}

/** Mean NLL in nats by importance sampling; a density's, so it may be negative, where pixels are gray. */
async function likelihood(
  model: Vae,
  test: Parameters<typeof imagesOf>[0],
  { scored, draws, key: k, context }: { scored: number; draws: number; key: Key; context: RowContext },
): Promise<Row> {
  if (!model.parts.posterior.density) return { nll: null }
  const values: number[] = []
  const size = 50
  for (let start = 0; start < scored; start += size) {
    context.progress(`likelihood of ${start} of ${scored} digits`)
    const batch = test.take(Array.from({ length: size }, (_, i) => start + i))
    const { value } = await model.logMarginal(batch.x, { samples: draws, key: fold(k, start) })
    values.push(...value)
    dispose(batch as unknown as Tensor[])
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
  return { nll: -mean, nllStandardError: Math.sqrt(variance / values.length), nllDigits: scored, nllDraws: draws }
}

/** Operations of one pass forward. */
function flopsOf({ model }: Network & Partial<AdaptedNetwork>): number | null {
  return model ? countFlops(model).forward : null
}
