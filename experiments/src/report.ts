/** All results as tables that people read: `results/README.md`. @module */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Experiment, Row } from './experiment.ts'

const folder = join(fileURLToPath(import.meta.url), '..', '..', 'results')

interface Results {
  readonly command: string
  readonly rows: Readonly<Record<string, Row>>
  readonly summary?: Row
}

/** Writes the tables of all experiments that have results. */
export function writeReport(experiments: readonly Experiment[]): void {
  const known = experiments.filter(({ name }) => existsSync(fileOf(name)))
  const parts = known.map((experiment) =>
    section(experiment, JSON.parse(readFileSync(fileOf(experiment.name), 'utf8'))),
  )
  const head =
    '# Results\n\nMade by `npm run experiment`; everything that was measured is in the JSON files, pictures are in the folders.'
  writeFileSync(join(folder, 'README.md'), `${[head, ...parts].join('\n\n')}\n`)
}

function fileOf(name: string): string {
  return join(folder, `${name}.json`)
}

function section({ name, description, columns }: Experiment, { command, rows, summary }: Results): string {
  const entries = Object.entries(rows)
  const cells = entries.map(([row, values]) => ({ row, ...(columns ? columns(values, row) : numbersOf(values)) }))
  const names = [...new Set(cells.flatMap((cell) => Object.keys(cell)))]
  const lines = cells.map((cell) => names.map((column) => text((cell as Row)[column])))
  const [{ machine, cores } = {}] = Object.values(rows)
  return [
    `## ${name}`,
    `${description[0]!.toUpperCase()}${description.slice(1)}. \`${command}\`, on ${machine}, ${cores} cores.`,
    [names, names.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n'),
    ...(summary
      ? [
          Object.entries(summary)
            .map(([claim, value]) => `- ${claim}: ${text(value)}`)
            .join('\n'),
        ]
      : []),
  ].join('\n\n')
}

/** Columns of an experiment that names none. */
function numbersOf(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => typeof value === 'number' && !['cores', 'threads'].includes(name)),
  )
}

function text(value: unknown): string {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)))
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.map(text).join(', ')
  if (typeof value !== 'object') return String(value)
  const parts = Object.entries(value).map(([name, inner]) => `${name} ${text(inner)}`)
  return parts.join(', ')
}
