/** A model at a glance: reconstructions, samples, latent space, traversals. @module */
import { assertInteger, GenError, type Key } from '@gen/backend'
import { encodePng, grid } from '@gen/io'
import {
  concat,
  dispose,
  pad,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  tensor2d,
  tensor3d,
  tidy,
} from '@tensorflow/tfjs-core'
import { encodeData, type Items } from './codes.ts'
import { columnMoments } from './moments.ts'
import type { Sampler, Vae } from './vae.ts'
import type { VaeBatch } from './vae-player.ts'

/** Options of {@link diagnosisSheet}. */
export interface DiagnosisSheetOptions {
  /** Of samples. */
  key: Key
  /** Images in a row. @default 12 */
  columns?: number
  /** Rows of samples. @default 3 */
  rows?: number
  /** Latent variables to go along, the ones in use first. @default 6 */
  traversals?: number
  /** Items in the scatter plot. @default 2000, or all where there are fewer */
  count?: number
  /** Where samples' codes come from. @default the model's prior */
  sampler?: Sampler
}

/** Traversals go to ± so many deviations. */
const reach = 2.5

/**
 * Draws a sheet of a model of images as PNG, from top to bottom: items and their reconstructions; samples; a row for each of
 * the variables in most use, along which the first item's code goes from μ − 2.5 s to μ + 2.5 s (s: the variable's deviation
 * over the data); the codes of the data in the two variables in most use.
 *
 * @throws GenError `shape` for a model of what is no image.
 * @example
 * await writeFile('sheet.png', await diagnosisSheet(model, digits, { key: key(0) }))
 */
export async function diagnosisSheet(
  model: Vae,
  data: Items,
  { key, columns = 12, rows = 3, traversals = 6, count = Math.min(2000, data.size), sampler }: DiagnosisSheetOptions,
): Promise<Uint8Array> {
  const where = 'vae.diagnosisSheet'
  if (model.shape.length !== 3) {
    const got = `[${model.shape.join(', ')}]`
    throw new GenError('shape', `${where}: expected a model of images [h, w, c], got ${got}; see diagnose for numbers`)
  }
  for (const [name, value] of Object.entries({ columns, rows, traversals, count }))
    assertInteger(where, name, value, { min: 1 })
  const codes = await encodeData(model, data, { count })
  const points = await codes.data<'float32'>()
  codes.dispose()
  const moments = columnMoments(model.latentSize)
  moments.add(points)
  const deviations = moments.variances().map(Math.sqrt)
  const order = await inUse(model, data, deviations, count)
  const first = data.take(Array.from({ length: Math.min(columns, data.size) }, (_, i) => i))
  try {
    return tidy(() => {
      const condition = conditionOf(model, first)
      const labels = condition.labels && { labels: [...condition.labels.dataSync()] }
      const sampled = rows * columns
      const repeated = labels && {
        labels: Array.from({ length: sampled }, (_, i) => labels.labels[i % labels.labels.length]!),
      }
      const chosen = { ...repeated, ...(sampler && { sampler }) }
      const path = traversal(model, points, { order: order.slice(0, traversals), deviations, columns })
      const along = labels && { labels: labels.labels[0]! }
      const panels = [
        first.x,
        model.reconstruct(first.x, condition),
        model.sample(sampled, key, chosen),
        model.decode(path, along),
      ]
      const images = panels.map((panel) => grid(panel as Tensor4D, { columns, value: 0.5 }))
      const width = Math.max(...images.map((image) => image.shape[1]))
      const side = Math.min(width, 320)
      const scatter = scatterOf(points, model.latentSize, order, { side, channels: model.shape[2]! })
      return encodePng(concat([...images, scatter].map((image) => widened(image, width))))
    }) as unknown as Uint8Array
  } finally {
    dispose(first as unknown as Tensor[])
  }
}

function conditionOf({ config }: Vae, { labels }: VaeBatch) {
  return config.classes > 0 ? { labels } : {}
}

/** Variables by falling use: those with the smallest share of their spread in E[σ²] first. */
async function inUse(model: Vae, data: Items, deviations: readonly number[], count: number): Promise<number[]> {
  const batch = data.take(Array.from({ length: Math.min(count, 250) }, (_, i) => i))
  const q = model.posterior(batch.x, conditionOf(model, batch))
  const noise = columnMoments(model.latentSize)
  noise.add(Float32Array.from(await q.logVariance.data<'float32'>(), Math.exp))
  dispose([q.mean, q.logVariance])
  dispose(batch as unknown as Tensor[])
  const use = noise.means().map((variance, i) => deviations[i]! ** 2 / (variance + deviations[i]! ** 2 + 1e-12))
  return use.map((_, i) => i).sort((a, b) => use[b]! - use[a]! || deviations[b]! - deviations[a]!)
}

interface Traversal {
  readonly order: readonly number[]
  readonly deviations: readonly number[]
  readonly columns: number
}

/** Codes of the first item, one variable moved in each row. */
function traversal({ latentSize }: Vae, points: Float32Array, { order, deviations, columns }: Traversal): Tensor2D {
  const codes = order.flatMap((variable) =>
    Array.from({ length: columns }, (_, i) => {
      const code = [...points.subarray(0, latentSize)]
      code[variable]! += deviations[variable]! * reach * (columns > 1 ? (2 * i) / (columns - 1) - 1 : 0)
      return code
    }),
  )
  return tensor2d(codes, [order.length * columns, latentSize])
}

/** Codes in the two first variables of `order`, from −4 to 4 deviations of the wider; bright where many are. */
function scatterOf(
  points: Float32Array,
  size: number,
  [across = 0, up = across]: readonly number[],
  { side, channels }: { side: number; channels: number },
): Tensor3D {
  const pixels = new Float32Array(side * side)
  let reached = 0
  for (let at = 0; at < points.length; at += size) {
    reached = Math.max(reached, Math.abs(points[at + across]!), Math.abs(points[at + up]!))
  }
  const place = (value: number) => Math.round(((value / (reached || 1) + 1) / 2) * (side - 1))
  for (let at = 0; at < points.length; at += size) {
    const pixel = (side - 1 - place(points[at + up]!)) * side + place(points[at + across]!)
    pixels[pixel] = Math.min(1, pixels[pixel]! + 0.5)
  }
  const plane = tensor3d(pixels, [side, side, 1])
  return concat(
    Array.from({ length: channels }, () => plane),
    2,
  ) as Tensor3D
}

function widened(image: Tensor3D, width: number): Tensor3D {
  return pad(
    image,
    [
      [0, 0],
      [0, width - image.shape[1]],
      [0, 0],
    ],
    0.5,
  )
}
