/** What `gen eval` asks a model itself, not its samples: how likely data are to it, and how well it gives them back. @module */
import { fold, type Key, refusal } from '@gen/backend'
import type { Dataset } from '@gen/data'
import { bitsPerDimension, psnr, type SampleMeasurement, ssim } from '@gen/metrics'
import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core'
import type { FamilyModel } from '../families/family.ts'
import type { Result } from './metrics.ts'

/** Metrics of a model, which samples alone have not. */
export const modelMetricNames = ['likelihood', 'reconstruction'] as const
export type ModelMetricName = (typeof modelMetricNames)[number]

/** What is measured, and on what. */
export interface ModelMetricOptions {
  /** What the model knows is measured where none is named. */
  readonly metrics: readonly ModelMetricName[]
  /** Items of the data, at most. */
  readonly count: number
  readonly key: Key
}

const blockSize = 100
/** The window of SSIM. */
const smallestForSsim = 11

/**
 * Measures a model on data that it has not seen.
 *
 * @throws GenError 'config' for a metric that the model does not know; 'shape' for data of another shape.
 */
export async function measureModel(
  model: FamilyModel,
  data: Dataset,
  { metrics, count, key }: ModelMetricOptions,
): Promise<Result[]> {
  const asked = metrics.length > 0
  const unknown = metrics.find((name) => !model[name])
  if (unknown !== undefined) {
    const got = `a model without ${unknown === 'likelihood' ? 'a likelihood' : 'reconstructions'}`
    throw refusal('config', 'gen eval', { expected: `a model that knows ${unknown}`, got, remedy: 'leave it out' })
  }
  if (model.shape.join() !== data.shape.join()) {
    if (!asked) return []
    const [expected, got] = [model.shape, data.shape].map((shape) => `[${shape.join(', ')}]`) as [string, string]
    throw refusal('shape', 'gen eval', { expected: `data of ${expected} as the model`, got })
  }
  const wanted = (name: ModelMetricName): boolean => {
    if (asked) return metrics.includes(name)
    return model[name] !== undefined && !(name === 'likelihood' && model.likelihood?.slow)
  }
  const blocks = blocksOf(data, Math.min(count, data.size))
  return [
    ...(wanted('likelihood') ? await likelihood(model, blocks, key) : []),
    ...(wanted('reconstruction') && model.shape.length === 3 ? reconstruction(model, blocks) : []),
  ]
}

type Blocks = Iterable<{ x: Tensor; labels?: Tensor1D | undefined; index: number }>

/** Each block is gone when the next is asked for. */
function blocksOf(data: Dataset, count: number): Blocks {
  return {
    *[Symbol.iterator]() {
      for (let start = 0; start < count; start += blockSize) {
        const rows = Math.min(blockSize, count - start)
        const batch = data.take(Array.from({ length: rows }, (_, i) => start + i))
        yield { ...batch, index: start / blockSize }
        batch.x.dispose()
        batch.labels?.dispose()
      }
    },
  }
}

async function likelihood({ likelihood, shape }: FamilyModel, blocks: Blocks, key: Key): Promise<Result[]> {
  const { logProb, kind, discrete } = likelihood!
  const nats: number[] = []
  for (const { x, labels, index } of blocks) {
    const logs = await logProb(x, { key: fold(key, index), labels })
    nats.push(...Array.from(logs.dataSync<'float32'>(), (value) => -value))
    logs.dispose()
  }
  const size = shape.reduce((product, n) => product * n, 1)
  // In one dimension a bit is ln 2 nats.
  const { value, standardError = Number.NaN, ...rest } = bitsPerDimension(nats, { dimensions: 1 })
  const inNats = { ...rest, metric: 'nll, nats', value: value * Math.LN2, standardError: standardError * Math.LN2 }
  const all = discrete ? [inNats, { ...bitsPerDimension(nats, { dimensions: size }), metric: 'bits/dim' }] : [inNats]
  return all.map((measured) => ofModel(measured, kind, size))
}

function reconstruction({ reconstruction, shape }: FamilyModel, blocks: Blocks): Result[] {
  const found = new Map<string, SampleMeasurement[]>()
  const measures = Math.min(shape[0]!, shape[1]!) < smallestForSsim ? { psnr } : { psnr, ssim }
  for (const { x, labels } of blocks) {
    const again = reconstruction!(x, labels) as Tensor4D
    for (const [name, measure] of Object.entries(measures)) {
      found.set(name, [...(found.get(name) ?? []), measure(again, x as Tensor4D)])
    }
    again.dispose()
  }
  const size = shape.reduce((product, n) => product * n, 1)
  return [...found.values()].map((parts) => ofModel(joined(parts), 'reconstructions', size))
}

/** Mean and standard error over the images of all blocks. */
function joined(parts: readonly SampleMeasurement[]): SampleMeasurement {
  const perSample = parts.flatMap((part) => part.perSample)
  const { length: count } = perSample
  const value = perSample.reduce((sum, each) => sum + each, 0) / count
  const variance = perSample.reduce((sum, each) => sum + (each - value) ** 2, 0) / (count - 1)
  const warnings = [...new Set(parts.flatMap((part) => part.warnings))]
  return {
    ...parts[0]!,
    value,
    standardError: Math.sqrt(variance / count),
    perSample,
    samples: { real: count },
    warnings,
  }
}

/** Without the value of each item: the results are stored. */
function ofModel({ perSample: _, ...measured }: SampleMeasurement, name: string, size: number): Result {
  const { real, fake } = measured.samples
  const { standardError, ...rest } = measured
  const samples = { real: real ?? fake ?? 0 }
  return {
    ...rest,
    ...(standardError !== undefined && Number.isFinite(standardError) && { standardError }),
    samples,
    features: { name, size, resizer: 'none' },
  }
}
