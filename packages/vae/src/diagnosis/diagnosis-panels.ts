/** What to look at in a model of images: reconstructions, samples, latent space, traversals. @module */
import { assertInteger, type Key, refusal } from '@gen/backend'
import type { Batch, ImplicitDistribution, Items } from '@gen/model'
import { dispose, type Tensor, type Tensor2D, type Tensor4D, tensor2d, tidy } from '@tensorflow/tfjs-core'
import { encodeData } from '../codes/codes.ts'
import type { Vae } from '../vae.ts'
import { columnMoments } from './moments.ts'

/** Options of {@link diagnosisPanels}. */
export interface DiagnosisPanelsOptions {
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
  sampler?: ImplicitDistribution | undefined
}

/** Images and codes to look at, with what they are. */
export interface DiagnosisPanels {
  /** Images in a row. */
  readonly columns: number
  /** The first items. */
  readonly items: Tensor4D
  /** Of the same items, through their mean codes. */
  readonly reconstructions: Tensor4D
  readonly samples: Tensor4D
  /** The first item's code, moved along one variable in each row. */
  readonly traversals: {
    readonly images: Tensor4D
    /** Of the rows. */
    readonly variables: readonly number[]
    /** Of the columns: how far from the item's code, in deviations of the variable over the data. */
    readonly amounts: readonly number[]
  }
  /** Of each latent variable over the data. */
  readonly deviations: readonly number[]
  /** Mean codes of the data in the two variables in most use (twice the same where there is one): `x₀, y₀, x₁, y₁, …`. */
  readonly codes: { readonly variables: readonly [x: number, y: number]; readonly points: Float32Array }
  /** Frees the images. */
  dispose(): void
}

/** Traversals go to ± so many deviations. */
const reach = 2.5

/**
 * Makes what {@link diagnosisSheet} draws, with the numbers that say what it is: items and their reconstructions; samples; a
 * row for each of the variables in most use, along which the first item's code goes from μ − 2.5 s to μ + 2.5 s (s: the
 * variable's deviation over the data); the codes of the data in the two variables in most use.
 *
 * @returns Tensors that are the caller's until `dispose`.
 * @throws GenError `shape` for a model of what is no image.
 * @example
 * const panels = await diagnosisPanels(model, digits, { key: key(0), columns: 6 })
 * panels.dispose()
 */
export async function diagnosisPanels(
  model: Vae,
  data: Items,
  { key, columns = 12, rows = 3, traversals = 6, count = Math.min(2000, data.size), sampler }: DiagnosisPanelsOptions,
): Promise<DiagnosisPanels> {
  const where = 'vae.diagnosisPanels'
  if (model.shape.length !== 3) {
    const got = `[${model.shape.join(', ')}]`
    throw refusal('shape', where, { expected: 'a model of images [h, w, c]', got, remedy: 'see diagnose for numbers' })
  }
  for (const [name, value] of Object.entries({ columns, rows, traversals, count })) {
    assertInteger(where, name, value, { min: 1 })
  }
  const codes = await codesInUse(model, data, count)
  const first = data.take(Array.from({ length: Math.min(columns, data.size) }, (_, i) => i))
  const kept: Tensor[] = []
  try {
    const panels = await drawn(model, codes, first, kept, { key, columns, rows, traversals, sampler })
    return { ...panels, items: first.x as Tensor4D, dispose: () => dispose([first.x, ...kept]) }
  } catch (error) {
    dispose([first.x, ...kept])
    throw error
  } finally {
    first.labels?.dispose()
  }
}

type Drawn = Omit<DiagnosisPanels, 'items' | 'dispose'>

/** All but the items; its tensors go into `kept` as they come, so that nothing is left of them where the rest fails. */
async function drawn(
  model: Vae,
  codes: Codes,
  { x, labels: classes }: Batch,
  kept: Tensor[],
  {
    key,
    columns,
    rows,
    traversals,
    sampler,
  }: Required<Omit<DiagnosisPanelsOptions, 'count' | 'sampler'>> & Pick<DiagnosisPanelsOptions, 'sampler'>,
): Promise<Drawn> {
  const keep = (images: Tensor): Tensor4D => {
    kept.push(images)
    return images as Tensor4D
  }
  const labels = model.config.classes > 0 ? [...((await classes?.data<'int32'>()) ?? [])] : undefined
  const sampled = Array.from({ length: rows * columns }, (_, i) => labels?.[i % labels.length] ?? 0)
  const variables = codes.order.slice(0, traversals)
  const amounts = Array.from({ length: columns }, (_, i) => reach * (columns > 1 ? (2 * i) / (columns - 1) - 1 : 0))
  const moved = () => model.decode(traversal(codes, variables, amounts), labels ? { labels: labels[0] } : {})
  return {
    columns,
    reconstructions: keep(model.reconstruct(x, labels ? { labels } : {})),
    samples: keep(await model.sample({ count: sampled.length, key, sampler, ...(labels && { labels: sampled }) })),
    traversals: { images: keep(tidy(moved)), variables, amounts },
    deviations: codes.deviations,
    codes: inPlane(codes),
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
  dispose([q.mean, q.logVariance, ...Object.values({ ...batch })])
  const deviations = spread.variances().map(Math.sqrt)
  const use = noise.means().map((variance, i) => deviations[i]! ** 2 / (variance + deviations[i]! ** 2 + 1e-12))
  const order = use.map((_, i) => i).sort((a, b) => use[b]! - use[a]! || deviations[b]! - deviations[a]!)
  return { points, size, deviations, order }
}

/** Codes of the first item, one variable moved in each row. */
function traversal(
  { points, size, deviations }: Codes,
  variables: readonly number[],
  amounts: readonly number[],
): Tensor2D {
  const codes = variables.flatMap((variable) =>
    amounts.map((amount) => {
      const code = [...points.subarray(0, size)]
      code[variable]! += deviations[variable]! * amount
      return code
    }),
  )
  return tensor2d(codes, [codes.length, size])
}

/** Codes in the two variables in most use. */
function inPlane({ points, size, order: [across = 0, up = across] }: Codes): DiagnosisPanels['codes'] {
  const plane = Float32Array.from({ length: (2 * points.length) / size }, (_, i) => {
    return points[Math.floor(i / 2) * size + (i % 2 === 0 ? across : up)]!
  })
  return { variables: [across, up], points: plane }
}
