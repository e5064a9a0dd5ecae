/** The four problems of variational autoencoders, as numbers. @module */
import { assertInteger, checkLabels, fold, type Key, labelTensor } from '@gen/backend'
import { klPerDimension } from '@gen/losses'
import { mmd } from '@gen/metrics'
import type { Batch, Items } from '@gen/model'
import { dispose, neg, reshape, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { divergenceOf } from '../divergences/kl-divergence.ts'
import { assertItems, decoderOutput, readPosterior } from '../parts.ts'
import type { Vae } from '../vae.ts'
import type { Diagnosis } from './diagnosis.ts'
import { findingsOf } from './findings.ts'
import { type ColumnMoments, columnMoments } from './moments.ts'

/** Options of {@link diagnose}. */
export interface DiagnoseOptions {
  /** Draws codes from q(z | x) and from the prior. */
  key: Key
  /** How many items, from the first on; at least 2. @default 2000, or all where there are fewer */
  count?: number
  /** Items looked at at once. @default 250 */
  batchSize?: number
}

/**
 * Measures the four problems that the lecture names, on data of the model's own kind:
 *
 * 1. *balance*: rate and distortion, the KL divergence of each variable;
 * 2. *collapse*: variables with E[σ²] above 0.8 carry nothing;
 * 3. *mismatch*: Var(μ) + E[σ²] is 1 if the aggregate posterior is the prior; MMD sees more than variances;
 * 4. *blur*: reconstructions `x̂ = E[p(x|z)]`, z ~ q(z|x), have less variance than data; the loss is the mean squared error
 *    where the decoder is optimal (law of total variance).
 *
 * @throws GenError `range` for more items than there are, `shape` for data of another shape.
 * @see Variance loss in variational autoencoders (Asperti, 2020) https://arxiv.org/abs/2002.09860
 * @see About generative aspects of variational autoencoders (Asperti, 2019) https://doi.org/10.1007/978-3-030-37599-7_7
 * @example
 * const { collapse, findings } = await diagnose(model, digits, { key: key(0) })
 */
export async function diagnose(model: Vae, data: Items, options: DiagnoseOptions): Promise<Diagnosis> {
  const where = 'vae.diagnose'
  const { key, count = Math.min(2000, data.size), batchSize = 250 } = options
  assertInteger(where, 'count', count, { min: 2, max: data.size })
  assertInteger(where, 'batchSize', batchSize, { min: 1 })
  const sums = freshSums(model)
  for (let start = 0; start < count; start += batchSize) {
    const rows = Math.min(batchSize, count - start)
    const batch = data.take(Array.from({ length: rows }, (_, i) => start + i))
    try {
      assertItems(where, model.parts, batch.x)
      await look(model, batch, fold(key, 1 + start), sums)
    } finally {
      dispose({ ...batch })
    }
  }
  const codes = Float32Array.from(sums.codes.flatMap((part) => [...part]))
  const mismatch = await discrepancy(model, codes, fold(key, 0))
  return diagnosisOf(model, sums, mismatch, count)
}

interface Sums {
  readonly x: ColumnMoments
  readonly decoded: ColumnMoments
  readonly means: ColumnMoments
  readonly variances: ColumnMoments
  readonly kl: ColumnMoments
  readonly codes: Float32Array[]
  readonly scalars: ColumnMoments
}

/** The columns of `Sums.scalars`. */
const scalarNames = ['rate', 'distortion', 'squaredError', 'noise'] as const

function freshSums({ shape, latentSize }: Vae): Sums {
  const size = shape.reduce((product, n) => product * n, 1)
  const [x, decoded] = [columnMoments(size), columnMoments(size)]
  const [means, variances, kl] = [columnMoments(latentSize), columnMoments(latentSize), columnMoments(latentSize)]
  return { x, decoded, means, variances, kl, codes: [], scalars: columnMoments(scalarNames.length) }
}

/** Takes a batch into the sums. */
async function look(model: Vae, { x, labels }: Batch, k: Key, sums: Sums): Promise<void> {
  const { parts } = model
  const { density, draw } = parts.posterior
  if (labels && parts.classes > 0) await checkLabels('vae.diagnose', labels, parts.classes)
  const tensors = tidy(() => {
    const rows = x.shape[0]
    const { classes } = parts
    const label = labelTensor('vae.diagnose', classes > 0 ? labels : undefined, { rows, classes })
    const q = readPosterior(parts, x, { label })
    const z = draw(q, fold(k, 0))
    const output = decoderOutput(parts, z, { label })
    const decoded = parts.likelihood.mean(output)
    return {
      x: reshape(x, [rows, -1]),
      decoded: reshape(decoded, [rows, -1]),
      mean: q.mean,
      logVariance: q.logVariance,
      z,
      distortion: neg(parts.likelihood.logProb(x, output)),
      noise: reshape(parts.likelihood.sample(output, fold(k, 1)), [rows, -1]),
      ...(density && { rate: divergenceOf({ q, z, prior: parts.prior }), kl: klPerDimension(q) }),
    } as Record<string, Tensor>
  })
  try {
    const read = async (name: string) => (await tensors[name]?.data<'float32'>()) ?? new Float32Array()
    const [pixels, decoded, noise] = [await read('x'), await read('decoded'), await read('noise')]
    sums.x.add(pixels)
    sums.decoded.add(decoded)
    sums.means.add(await read('mean'))
    sums.variances.add(Float32Array.from(await read('logVariance'), Math.exp))
    sums.kl.add(await read('kl'))
    sums.codes.push(Float32Array.from(await read('z')))
    const [rate, distortion] = [await read('rate'), await read('distortion')]
    const errors = [meanSquare(pixels, decoded), meanSquare(noise, decoded)] as const
    distortion.forEach((value, i) => {
      sums.scalars.add(Float64Array.of(rate[i] ?? 0, value, ...errors))
    })
  } finally {
    dispose(tensors)
  }
}

function diagnosisOf(
  { parts }: Vae,
  { x, decoded, means, variances, kl, scalars }: Sums,
  mmdValue: number,
  items: number,
): Diagnosis {
  const { density } = parts.posterior
  const [rate, distortion, meanSquaredError, noise] = scalars.means() as [number, number, number, number]
  const meanVariance = variances.means()
  const perVariable = means.variances().map((variance, i) => variance + meanVariance[i]!)
  const [variance, reconstructedVariance] = [average(x.variances()), average(decoded.variances())]
  const isGaussian = parts.likelihood.config.kind === 'gaussian'
  const numbers = {
    items,
    balance: {
      rate: density ? rate : null,
      distortion,
      elbo: density ? -rate - distortion : null,
      klPerDimension: density ? kl.means() : null,
      noiseVariance: isGaussian ? noise : null,
    },
    collapse: { meanVariance, activeUnits: meanVariance.filter((value) => value <= 0.8).length },
    mismatch: { varianceLaw: average(perVariable), variances: perVariable, mmd: mmdValue },
    blur: { meanSquaredError, variance, reconstructedVariance, lostVariance: variance - reconstructedVariance },
  }
  return { ...numbers, findings: findingsOf(numbers) }
}

async function discrepancy({ parts, latentSize }: Vae, codes: Float32Array, k: Key): Promise<number> {
  const rows = codes.length / latentSize
  const drawn = tidy(() => parts.prior.sample(rows, k))
  try {
    const data = await drawn.data<'float32'>()
    return mmd({ rows, columns: latentSize, data: codes }, { rows, columns: latentSize, data }).value
  } finally {
    drawn.dispose()
  }
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
