/**
 * Ours beside its peers, in one run, on the same numbers.
 *
 *     npm run bench                    operations and training steps
 *     npm run bench -- unet matmul     rows whose id contains a word
 *     npm run bench -- profile         where the time of the U-Net step goes (or: profile dcgan)
 *     npm run bench -- scaling         what a second thread gains (U-Net; or: scaling dcgan), beside what it can gain
 *     npm run bench -- memory          peak memory of the U-Net step
 *
 * GEN_BENCH_PYTHON names a Python with torch. Results go to bench/results/<name>.json.
 */
import { parseArgs } from 'node:util'
import { benchmark } from './benchmark.ts'
import { withoutRelaxedSimd, withoutWideSimd } from './engines/tfjs.ts'
import { memoryText, peakMemory, printMemoryOfOurs } from './memory.ts'
import { printProfile } from './profile.ts'
import { chooseRows } from './rows/all.ts'
import { printScaling } from './scaling.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** How often the engines take turns. */
    rounds: { type: 'string', default: '3' },
    /** Milliseconds an engine may take in its turn, on top of one run. */
    budget: { type: 'string', default: '700' },
    /** Also what takes minutes. */
    slow: { type: 'boolean', default: false },
    /** Only these, with commas. */
    engines: { type: 'string' },
    /** Of the results' file; none is written without a name when rows or engines are chosen. */
    name: { type: 'string' },
    /** Ours without relaxed SIMD. */
    plain: { type: 'boolean', default: false },
    /** Ours with 128 bits, where Node 24 would have 256. */
    narrow: { type: 'boolean', default: false },
    /** Of a profile. */
    threads: { type: 'string', default: '2' },
  },
})

if (values.plain) withoutRelaxedSimd()
if (values.narrow) withoutWideSimd()
try {
  process.exitCode = await main(positionals)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
// Idle workers and peers do not keep it open.
process.exit()

/** Returns the exit code. */
async function main([command, ...words]: string[]): Promise<number> {
  const chosen = words.length > 0 ? words : ['unet']
  if (command === 'memory-of-ours') {
    await printMemoryOfOurs()
  } else if (command === 'memory') {
    for (const one of await peakMemory(true)) console.log(memoryText(one))
  } else if (command === 'profile') {
    for (const row of chooseRows(chosen)) await printProfile(row, Number(values.threads))
  } else if (command === 'scaling') {
    const { rounds, name } = values
    const options = { rounds: Number(rounds), ...(name !== undefined && { name }) }
    for (const row of chooseRows(chosen)) await printScaling(row, options)
  } else {
    return (await compareAll()) ? 0 : 1
  }
  return 0
}

function compareAll(): Promise<boolean> {
  const isWhole = positionals.length === 0 && values.engines === undefined
  const name = values.name ?? (isWhole ? 'bench' : undefined)
  return benchmark(chooseRows(positionals), {
    rounds: Number(values.rounds),
    budget: Number(values.budget),
    slow: values.slow,
    ...(values.engines !== undefined && { only: values.engines.split(',') }),
    ...(name !== undefined && { name }),
  })
}
