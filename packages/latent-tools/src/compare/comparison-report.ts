/** A comparison in words, tables and pictures. @module */
import { concat, slice, type Tensor, type Tensor4D, tidy } from '@tensorflow/tfjs-core'
import { isImages, sheetPng } from '../walks/picture.ts'
import type { Comparison } from './comparison.ts'
import type { ErrorEstimate } from './image-errors.ts'

/** Rows of images under each other, the first `shown` of each, as PNG; `null` for data that are no images. */
export function comparisonPicture(rows: readonly Tensor[], shown: number): Uint8Array | null {
  if (!rows.every(isImages)) return null
  const count = Math.min(shown, rows[0]!.shape[0])
  const all: Tensor4D = tidy(() => concat(rows.map((row) => slice(row, 0, count))))
  try {
    return sheetPng(all, { columns: count })
  } finally {
    all.dispose()
  }
}

/** Tables in Markdown. */
export function comparisonReport(found: Omit<Comparison, 'report'>): string {
  const { names, points, map, latent, images, similarity } = found
  const [a, b] = names
  const rows: [string, ErrorEstimate][] = [
    [`R: through ${a}`, images.reconstruction],
    [`through ${b} itself`, images.target],
    [`M: through ${a} → ${b}`, images.mapped],
    [`${a} → ${b} against ${a}`, images.between],
    ['baseline: mean image', images.baselines.meanImage],
    ['baseline: nearest support point', images.baselines.nearest],
    ['baseline: shuffled pairs', images.baselines.shuffled],
  ]
  const { r2, mse, cosine } = latent
  return [
    `# ${a} → ${b}`,
    `A ${map.config.method} map from ${map.inputSize} to ${map.outputSize} dimensions, fitted to ${points.support} images and measured on ${points.test} others.`,
    ...[...map.warnings, ...found.warnings].map((warning) => `Warning: ${warning}.`),
    table(
      ['error per pixel', 'mean', '± standard error'],
      rows.map(([name, e]) => [name, number(e.mean), number(e.standardError)]),
    ),
    `Lower is better. R is what the codes of ${a} keep of an image; M, what is left of it after the map, has to come near to ${b} itself and below the baselines.`,
    verdict(found),
    `L, the mapped codes against those that ${b} gives the same images: mean squared error ${number(mse)}, R² ${number(r2)} (1: the same; 0: no better than their mean), cosine ${number(cosine)}.`,
    `How alike the two spaces are without a map, from 0 to 1: CKA ${number(similarity.cka)}, SVCCA ${similarity.svcca === null ? 'undefined (too few test images)' : number(similarity.svcca)}, distance correlation ${number(similarity.distanceCorrelation)}, shared neighbors ${number(similarity.mutualNeighbors)}.`,
    ...probeTable(found.probes),
    ...curveTable(found.curve),
    '',
  ].join('\n\n')
}

/** The table in two sentences: what B knows at all, and where M lies between the mean image, which knows nothing, and B's own encoder. */
function verdict({ names: [a, b], images }: Omit<Comparison, 'report'>): string {
  const ignorance = images.baselines.meanImage.mean
  const known = ignorance - images.target.mean
  if (!(known > 0)) return `${b} itself tells no more of an image than the mean image does, so no map into it can.`
  const share = Math.round((100 * (ignorance - images.mapped.mean)) / known)
  if (share <= 0) return `The map from ${a} tells no more of an image than the mean image does: it is of no use.`
  const told = Math.round((100 * known) / ignorance)
  return `Of the mean image's error ${b} itself takes ${told} % away. Of what it tells beyond the mean image, the map from ${a} brings ${share} %.`
}

function probeTable(probes: Comparison['probes']): string[] {
  const entries = Object.entries(probes)
  if (entries.length === 0) return []
  const rows = entries.map(([name, p]) => [name, number(p.agreement), number(p.accuracy), number(p.mappedAccuracy)])
  return [table(['probe', 'agreement', 'accuracy', 'accuracy after the map'], rows)]
}

function curveTable(curve: Comparison['curve']): string[] {
  if (curve.length === 0) return []
  const rows = curve.map(({ size, mean, low, high }) => [
    String(size),
    number(mean),
    `${number(low)} … ${number(high)}`,
  ])
  return [table(['support points', 'codes missed, 1 − R²', '95 % band'], rows)]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value)
}
