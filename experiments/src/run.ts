/** Runs an experiment row by row, and keeps what is finished. @module */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { backendName } from '@gen/backend'
import { getThreads } from '@gen/backend-simd'
import type { Experiment, Row, RowContext } from './experiment.ts'

const root = join(fileURLToPath(import.meta.url), '..', '..')

/** What the command line says. */
export interface RunOptions {
  readonly minutes: number
  readonly seed: number
  /** Rows whose name contains one of these words; all, if there are none. */
  readonly only: readonly string[]
  /** Does finished rows again. */
  readonly again: boolean
}

/** Fills the table, a row at a time, and writes `results/<name>.json` after each; rows of the same command that are in it stay. */
export async function run(experiment: Experiment, { minutes, seed, only, again }: RunOptions): Promise<void> {
  const { name } = experiment
  const settings = `${minutes}-minutes-seed-${seed}`
  const scratch = folder('runs', name, settings)
  const context: RowContext = { seed, minutes, scratch, pictures: folder('results', name), progress }
  const command = `npm run experiment -- ${name} --minutes ${minutes} --seed ${seed}`
  const wanted = (row: string) => only.length === 0 || only.some((word) => row.includes(word))
  const kept = (row: string) => join(scratch, `${row}.json`)
  for (const [row, result] of Object.entries(rowsOf(name, command))) {
    if (!existsSync(kept(row))) write(kept(row), result)
  }
  await summarize()
  for (const [row, work] of Object.entries(experiment.rows)) {
    if (!wanted(row) || (existsSync(kept(row)) && !again)) continue
    const start = performance.now()
    const result = await work({ ...context, progress: (text) => progress(`${row}: ${text}`) })
    write(kept(row), { ...result, seconds: Math.round((performance.now() - start) / 1000), ...environment() })
    progress('')
    console.log(`${row} ${JSON.stringify(result)}`)
    await summarize()
  }

  async function summarize(): Promise<void> {
    const names = Object.keys(experiment.rows)
    const finished = names.filter((row) => existsSync(kept(row)))
    const rows = Object.fromEntries(finished.map((row) => [row, JSON.parse(readFileSync(kept(row), 'utf8')) as Row]))
    const summary = finished.length === names.length ? await experiment.finish?.(rows, context) : undefined
    write(join(root, 'results', `${name}.json`), { command, rows, ...(summary ? { summary } : {}) })
  }
}

/** What the results file holds of this command: rows that another checkout has finished. */
function rowsOf(name: string, command: string): Readonly<Record<string, Row>> {
  const path = join(root, 'results', `${name}.json`)
  if (!existsSync(path)) return {}
  const results = JSON.parse(readFileSync(path, 'utf8')) as { command: string; rows: Record<string, Row> }
  return results.command === command ? results.rows : {}
}

/** Of each row, for rows may come from several days and machines. */
function environment(): Row {
  const { model = 'unknown' } = cpus()[0] ?? {}
  const cores = availableParallelism()
  const backend = backendName()
  const threads = backend === 'simd' ? getThreads() : 1
  return { machine: model.trim(), cores, threads, node: process.version, backend, date: new Date().toISOString() }
}

function folder(...parts: string[]): string {
  const path = join(root, ...parts)
  mkdirSync(path, { recursive: true })
  return path
}

function write(path: string, value: unknown): void {
  writeFileSync(`${path}.new`, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(`${path}.new`, path)
}

/** One line on a terminal; a log gets a line at most every ten seconds. */
function progress(text: string): void {
  if (process.stdout.isTTY) {
    process.stdout.write(`\r\x1b[K${text}`)
    return
  }
  if (text === '' || performance.now() - lastLine < 10_000) return
  lastLine = performance.now()
  console.log(text)
}

let lastLine = Number.NEGATIVE_INFINITY
