/** A run of the benchmark: rows on engines, tables as they come, a file after each. @module */
import type { Engine } from './engine.ts'
import { engines } from './engines/all.ts'
import { simd } from './engines/tfjs.ts'
import { type Cost, costOf } from './flops.ts'
import { type MeasureOptions, measure } from './measure.ts'
import { memoryText, type PeakMemory, peakMemory } from './memory.ts'
import { machineText, writeReport } from './report.ts'
import type { RowResult } from './results.ts'
import type { Row } from './row.ts'
import { legend, table } from './table.ts'

/** Options of {@link benchmark}. */
export interface BenchmarkOptions extends MeasureOptions {
  /** Names of engines. @default all that can be had */
  only?: readonly string[]
  /** Of the file; without it none is written. */
  name?: string
}

/** Returns whether all that ran computed the same. */
export async function benchmark(rows: readonly Row[], { only, name, ...options }: BenchmarkOptions): Promise<boolean> {
  const { found, missing } = await findEngines(only)
  console.log(`${machineText()}\n${legend}\n`)
  const results: RowResult[] = []
  for (const row of rows) {
    const result = await runRow(row, found, options)
    console.log(table(result))
    results.push(result)
    // A run that is cut short keeps what it has.
    if (name !== undefined) writeReport(name, { rows: results, missing })
  }
  const hasTorch = found.some((engine) => engine.name.startsWith('torch'))
  const memory = rows.some(({ id }) => id === 'unet') ? await memoryOfUnet(hasTorch) : undefined
  for (const engine of found) await engine.close()
  if (name !== undefined)
    console.log(`wrote ${writeReport(name, { rows: results, missing, ...(memory && { memory }) })}`)
  return results.every(({ measurements }) => measurements.every(({ failure }) => failure === undefined))
}

async function findEngines(only: readonly string[] | undefined): Promise<{
  found: Engine[]
  missing: Record<string, string>
}> {
  const found: Engine[] = []
  const missing: Record<string, string> = {}
  for (const engine of engines.filter(({ name }) => only === undefined || only.includes(name))) {
    const reason = await engine.available()
    if (reason === undefined) found.push(engine)
    else missing[engine.name] = reason
  }
  for (const [name, reason] of Object.entries(missing)) console.log(`without ${name}: ${reason}`)
  return { found, missing }
}

async function runRow(row: Row, found: readonly Engine[], options: MeasureOptions): Promise<RowResult> {
  await simd(2).available()
  const cost = knownCost(row)
  const measurements = await measure(row, found, cost, options)
  return { id: row.id, name: row.name, flops: cost.flops, measurements }
}

/** Where ours cannot run the row, the measurement will tell why; then its cost is unknown. */
function knownCost(row: Row): Cost {
  try {
    return costOf(row)
  } catch {
    return { flops: 0, secondsOnCpu: 0 }
  }
}

async function memoryOfUnet(withTorch: boolean): Promise<PeakMemory[]> {
  const memory = await peakMemory(withTorch)
  console.log(`Peak memory of the U-Net step\n${memory.map(memoryText).join('\n')}\n`)
  return memory
}
