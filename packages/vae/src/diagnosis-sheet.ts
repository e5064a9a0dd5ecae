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
  tile,
} from '@tensorflow/tfjs-core'
import { encodeData, type Items } from './codes.ts'
import { columnMoments } from './moments.ts'
import type { Sampler, Vae } from './vae.ts'

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
  for (const [name, value] of Object.entries({ columns, rows, traversals, count })) {
    assertInteger(where, name, value, { min: 1 })
  }
  const codes = await codesInUse(model, data, count)
  const first = data.take(Array.from({ length: Math.min(columns, data.size) }, (_, i) => i))
  const labels = model.config.classes > 0 ? [...((await first.labels?.data<'int32'>()) ?? [])] : undefined
  const sheet = tidy(() => {
    const condition = labels ? { labels } : {}
    const sampled = Array.from({ length: rows * columns }, (_, i) => labels?.[i % labels.length] ?? 0)
    const chosen = { ...(labels && { labels: sampled }), ...(sampler && { sampler }) }
    const path = traversal(codes, { traversals, columns })
    const images = [
      first.x,
      model.reconstruct(first.x, condition),
      model.sample(sampled.length, key, chosen),
      model.decode(path, labels ? { labels: labels[0] } : {}),
    ].map((panel) => grid(panel as Tensor4D, { columns, value: 0.5 }))
    const width = Math.max(...images.map((image) => image.shape[1]))
    const scatter = scatterOf(codes, { side: Math.min(width, 320), channels: model.shape[2]! })
    return concat([...images, scatter].map((image) => widened(image, width)))
  })
  try {
    return encodePng(sheet)
  } finally {
    dispose([sheet, ...Object.values(first as unknown as Record<string, Tensor>)])
  }
}

/** Codes of the data, and which of their variables are in use. */
interface Codes {
  /** Row by row. */
  readonly points: Float32Array
  readonly size: number
  /** Of each variable over the data. */
  readonly deviations: readonly number[]
  /** Variables by falling use: the share of their spread that tells of the data. */
  readonly order: readonly number[]
}

async function codesInUse(model: Vae, data: Items, count: number): Promise<Codes> {
  const size = model.latentSize
  const codes = await encodeData(model, data, { count })
  const points = Float32Array.from(await codes.data<'float32'>())
  codes.dispose()
  const [spread, noise] = [columnMoments(size), columnMoments(size)]
  spread.add(points)
  const batch = data.take(Array.from({ length: Math.min(count, 250) }, (_, i) => i))
  const q = model.posterior(batch.x, model.config.classes > 0 ? { labels: batch.labels } : {})
  noise.add(Float32Array.from(await q.logVariance.data<'float32'>(), Math.exp))
  dispose([q.mean, q.logVariance, ...Object.values(batch as unknown as Record<string, Tensor>)])
  const deviations = spread.variances().map(Math.sqrt)
  const use = noise.means().map((variance, i) => deviations[i]! ** 2 / (variance + deviations[i]! ** 2 + 1e-12))
  const order = use.map((_, i) => i).sort((a, b) => use[b]! - use[a]! || deviations[b]! - deviations[a]!)
  return { points, size, deviations, order }
}

/** Codes of the first item, one variable moved in each row. */
function traversal(
  { points, size, deviations, order }: Codes,
  { traversals, columns }: { traversals: number; columns: number },
): Tensor2D {
  const codes = order.slice(0, traversals).flatMap((variable) =>
    Array.from({ length: columns }, (_, i) => {
      const code = [...points.subarray(0, size)]
      code[variable]! += deviations[variable]! * reach * (columns > 1 ? (2 * i) / (columns - 1) - 1 : 0)
      return code
    }),
  )
  return tensor2d(codes, [codes.length, size])
}

/** Codes in the two variables in most use, from −m to m, m being the largest number among them; bright where many are. */
function scatterOf({ points, size, order }: Codes, { side, channels }: { side: number; channels: number }): Tensor3D {
  const [across = 0, up = across] = order
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
  return tile(tensor3d(pixels, [side, side, 1]), [1, 1, channels])
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
