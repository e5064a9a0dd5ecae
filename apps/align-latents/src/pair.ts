/** One model mapped onto another: errors against baselines, curves, pictures. @module */
import { fold, key } from '@gen/backend'
import {
  type Comparison,
  chooseRidge,
  compareLocated,
  fitLinearMap,
  fitMlpMap,
  type LatentModel,
  latentErrors,
  type Matrix,
  mapCodes,
  type SupportCurvePoint,
  supportCurve,
} from '@gen/latent-tools'
import { mean, slice, square, sub, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import type { AlignContext } from './align-context.ts'

/** Two models and the shared images in both. */
export interface Pair {
  readonly names: readonly [string, string]
  readonly models: readonly [LatentModel, LatentModel]
  readonly codes: readonly [Matrix, Matrix]
  readonly images: Tensor4D
  /** 0 or 1 for each image, by name. */
  readonly attributes: Readonly<Record<string, readonly number[]>>
  readonly context: AlignContext
}

const mostSupport = 512
const curveSizes = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
/** Spaces of more dimensions take minutes to fit: fewer repeats, and a shorter curve. */
const large = 512

/** Images to take support sets from: the largest size of the curve that leaves some to test on. */
function poolOf(images: number): number {
  return Math.max(...curveSizes.filter((size) => size < images - 8))
}

/** What is measured of a pair. */
export interface PairNumbers extends Pick<Comparison, 'latent' | 'images' | 'similarity' | 'probes'> {
  /** λ of the map, by cross-validation. */
  readonly ridge: number
  /** R² of other maps on the same points; none where spaces are wide. */
  readonly methods: Readonly<Record<string, number>>
  readonly curve: readonly SupportCurvePoint[]
  /** M against the size of the support set. */
  readonly mappedCurve: readonly { size: number; error: number }[]
}

/** A pair's numbers, and for the eye. */
export interface AlignedPair extends Pick<Comparison, 'report' | 'picture'> {
  readonly numbers: PairNumbers
}

/** Chooses λ, fits the map and measures it. */
export async function alignPair(pair: Pair): Promise<AlignedPair> {
  const { names, models, codes, images, attributes, context } = pair
  const test = images.shape[0] - poolOf(images.shape[0])
  const support = Math.min(mostSupport, images.shape[0] - test)
  const count = Math.min(images.shape[0], support + test)
  const [a, b] = codes.map((x) => firstRows(x, count)) as [Matrix, Matrix]
  const wide = Math.max(a.columns, b.columns) > large
  context.progress(`choosing λ, ${a.columns} → ${b.columns}`)
  const train = { a: firstRows(a, support), b: firstRows(b, support) }
  const ridges = wide ? [1, 100, 1e4] : [0.01, 0.1, 1, 10, 100, 1000]
  const { ridge } = chooseRidge(train, { ridges, folds: wide ? 2 : 4, key: fold(key(context.seed), 20) })
  context.progress('measuring')
  const shown = tidy(() => slice(images, 0, count))
  const found = await compareLocated(
    models[0],
    models[1],
    { a, b, images: shown },
    {
      support,
      fit: { method: 'ridge', ridge },
      names,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, known]) => [name, known.slice(0, count)])),
      sizes: [],
      similaritySamples: 400,
      key: fold(key(context.seed), 21),
    },
  )
  shown.dispose()
  const { latent, images: errors, similarity, probes, report, picture } = found
  const methods = wide ? {} : await otherMaps(train, { a: rowsFrom(a, support), b: rowsFrom(b, support) }, context)
  const numbers = { ridge, latent, images: errors, similarity, probes, methods, ...(await curves(pair, ridge, wide)) }
  return { numbers, report, picture }
}

/** R² of other ways to a map, on the same points. */
async function otherMaps(
  train: { a: Matrix; b: Matrix },
  test: { a: Matrix; b: Matrix },
  context: AlignContext,
): Promise<Record<string, number>> {
  const r2: Record<string, number> = {}
  for (const method of ['affine', 'orthogonal', 'lortho', 'pls', 'sgd'] as const) {
    context.progress(method)
    r2[method] = latentErrors(mapCodes(fitLinearMap(train, { method }), test.a), test.b).r2
  }
  context.progress('the non-linear control')
  const control = await fitMlpMap(train, { hidden: 128, steps: 300, penalty: 1e-3, key: fold(key(context.seed), 22) })
  const z = tensor2d(Float32Array.from(test.a.data), [test.a.rows, test.a.columns])
  const mapped = control.apply(z)
  r2.mlp = latentErrors(mapped, test.b).r2
  z.dispose()
  mapped.dispose()
  return r2
}

/** 1 − R² with confidence bands, and M once for each size, against the size of the support set. */
async function curves(
  { codes, images, models, context }: Pair,
  ridge: number,
  wide: boolean,
): Promise<Pick<PairNumbers, 'curve' | 'mappedCurve'>> {
  const most = wide ? 2048 : Number.POSITIVE_INFINITY
  const all = images.shape[0]
  const pool = poolOf(all)
  const sizes = curveSizes.filter((size) => size <= Math.min(pool, most))
  const points = { a: firstRows(codes[0], pool), b: firstRows(codes[1], pool) }
  const test = { a: rowsFrom(codes[0], pool), b: rowsFrom(codes[1], pool) }
  context.progress('the curve')
  const repeats = wide ? 2 : 5
  const curve = await supportCurve(points, test, { sizes, repeats, ridge, key: fold(key(context.seed), 23) })
  const mapped: { size: number; error: number }[] = []
  const shown = tidy(() => slice(images, pool, Math.min(128, all - pool)))
  for (const size of sizes) {
    const map = fitLinearMap({ a: firstRows(points.a, size), b: firstRows(points.b, size) }, { ridge })
    mapped.push({ size, error: await mappedError(models[1], mapCodes(map, firstRows(test.a, shown.shape[0])), shown) })
  }
  shown.dispose()
  return { curve, mappedCurve: mapped }
}

/** Squared error per pixel of what the model makes of codes. */
export async function mappedError(model: LatentModel, codes: Matrix, images: Tensor4D): Promise<number> {
  const z = tensor2d(Float32Array.from(codes.data), [codes.rows, codes.columns])
  const made = await model.decode(z)
  const error = tidy(() => mean(square(sub(made, images))))
  const [value = Number.NaN] = await error.data()
  for (const tensor of [z, made, error]) tensor.dispose()
  return value
}

/** The first rows, copied. */
export function firstRows({ rows, columns, data }: Matrix, count: number): Matrix {
  const kept = Math.min(rows, count)
  return { rows: kept, columns, data: data.slice(0, kept * columns) }
}

/** The rows from one on, copied. */
export function rowsFrom({ rows, columns, data }: Matrix, start: number): Matrix {
  return { rows: rows - start, columns, data: data.slice(start * columns) }
}
