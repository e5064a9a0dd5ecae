/** What `gen eval` prints. @module */
import type { Result } from './metrics.ts'

const head = ['metric', 'value', '± s.e.', 'samples', 'data', 'features', 'resizer']

/** The results as a table; what gives reason to doubt them stands below. */
export function evalTable(results: readonly Result[]): string {
  const rows = [head, ...results.map(cells)]
  const widths = head.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)))
  const lines = rows.map((row) =>
    row
      .map((cell, column) => align(cell, widths[column] ?? 0, column))
      .join('  ')
      .trimEnd(),
  )
  const details = results.flatMap(detailsOf)
  const warnings = results.flatMap(({ metric, warnings }) => warnings.map((warning) => `! ${metric}: ${warning}`))
  return [...lines, ...details, ...new Set(warnings)].join('\n')
}

function cells({ metric, value, standardError, samples, features }: Result): string[] {
  const { fake, real } = samples
  const error = standardError === undefined ? '' : standardError.toPrecision(2)
  const count = (n: number | undefined): string => n?.toLocaleString('en') ?? ''
  return [
    metric,
    shown(value),
    error,
    count(fake),
    count(real),
    `${features.name} [${features.size}]`,
    features.resizer,
  ]
}

const shown = (value: number): string => (Number.isInteger(value) ? String(value) : value.toPrecision(5))

/** Words to the left, numbers to the right. */
const align = (cell: string, width: number, column: number): string =>
  column >= 1 && column <= 4 ? cell.padStart(width) : cell.padEnd(width)

/** What a mode coverage knows beyond its number. */
function detailsOf(result: Result): string[] {
  if (!('counts' in result) || !('modes' in result)) return []
  const { modes, counts, highQuality, reverseKl } = result as Result & {
    modes: number
    counts: readonly number[]
    highQuality: number
    reverseKl: number
  }
  const each = counts.length <= 25 ? `, samples in each: ${counts.join(' ')}` : ''
  const near = `${(100 * highQuality).toFixed(1)} % near a mode`
  return [`modes: ${result.value} of ${modes}, ${near}, reverse KL ${reverseKl.toPrecision(3)} nats${each}`]
}
