/** Tables of the times that `bench/results` keeps. @module */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './places.ts'

interface Measurement {
  readonly engine: string
  readonly median?: number
}

interface Results {
  readonly date: string
  readonly machine: { readonly cpu: string; readonly cores: number }
  readonly versions: Record<string, string>
  readonly rows: readonly { readonly name: string; readonly measurements: readonly Measurement[] }[]
}

/** A page of one kept run: rows by engines, medians in milliseconds. */
export function benchmarkPage(name: string, { date, machine, versions, rows }: Results): string {
  const engines = [...new Set(rows.flatMap((row) => row.measurements.map(({ engine }) => engine)))]
  const lines = rows.map((row) => {
    const times = new Map(row.measurements.map(({ engine, median }) => [engine, median]))
    return [row.name, ...engines.map((engine) => time(times.get(engine)))]
  })
  const made = Object.entries(versions).map(([program, version]) => `${program} ${version}`)
  return `# ${name}

Milliseconds, medians, of ${machine.cpu}, ${machine.cores} cores, on ${date.slice(0, 10)}: ${made.join(', ')}. The number behind an
engine's name is its threads; [what the engines are, and how they are compared](/benchmarks/).

${table(['', ...engines], lines)}
`
}

/** Pages by name, newest first. */
export function benchmarkPages(): Map<string, string> {
  const folder = join(root, 'bench', 'results')
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  const kept = files.map((file) => [file.slice(0, -5), JSON.parse(readFileSync(join(folder, file), 'utf8'))] as const)
  const whole = kept.filter(([, results]) => 'rows' in results && 'date' in results).toSorted()
  return new Map(whole.toReversed().map(([name, results]) => [name, benchmarkPage(name, results)]))
}

function time(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return ''
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3)
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  const rule = row(head.map((_, i) => (i === 0 ? '---' : '---:')))
  return [row(head), rule, ...lines.map(row)].join('\n')
}
