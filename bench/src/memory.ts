/** Peak memory of the U-Net step, each engine in a process of its own. @module */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { memory, tidy } from '@tensorflow/tfjs-core'
import { simd, tfjsCpu } from './engines/tfjs.ts'
import { startTorch } from './engines/torch-process.ts'
import { unetStep } from './steps/unet.ts'

/** In bytes. */
export interface PeakMemory {
  readonly engine: string
  /** Most memory that the process ever had resident. */
  readonly process: number
  /** Of that, before there was a model. */
  readonly before: number
  /** Most that tensors ever took, where it is known. */
  readonly tensors?: number
}

/** Steps before the reading: the first sets the peak, the others would show a leak. */
const steps = 3

/** Ours and PyTorch's on 2 threads; PyTorch is left out where there is none. */
export async function peakMemory(withTorch: boolean): Promise<PeakMemory[]> {
  const [program = '', script = ''] = process.argv
  const { stdout } = await promisify(execFile)(program, [...process.execArgv, script, 'memory-of-ours'])
  const found = [JSON.parse(stdout) as PeakMemory]
  if (withTorch) found.push(await memoryOfTorch('eager'), await memoryOfTorch('channels-last'))
  return found
}

/** Runs in its own process: prints ours as JSON. */
export async function printMemoryOfOurs(): Promise<void> {
  const engine = simd(2)
  await engine.available()
  const before = residentPeak()
  const work = unetStep.tfjs()
  for (let i = 0; i < steps; i++) {
    tidy(() => {
      work.run()
    })
  }
  const { peakBytes } = memory() as { peakBytes?: number }
  const found: PeakMemory = { engine: engine.name, process: residentPeak(), before, tensors: peakBytes ?? 0 }
  console.log(JSON.stringify(found))
}

/** As a line of text. */
export function memoryText({ engine, process, before, tensors }: PeakMemory): string {
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`
  const ofTensors = tensors === undefined ? '' : `; tensors at most ${mebibytes(tensors)}`
  return `${engine.padEnd(16)} process ${mebibytes(process)}, ${mebibytes(before)} of it before the model${ofTensors}`
}

async function memoryOfTorch(variant: string): Promise<PeakMemory> {
  const peer = startTorch(2)
  try {
    await peer.ask({ command: 'info' })
    // Where our model tells its parameters.
    await tfjsCpu.available()
    const before = await peer.ask<number>({ command: 'memory' })
    await peer.ask({ command: 'open', session: 0, variant, ...unetStep.peer() })
    await peer.ask({ command: 'time', session: 0, count: steps })
    const process = await peer.ask<number>({ command: 'memory' })
    return { engine: variant === 'eager' ? 'torch-2' : 'torch-cl-2', process, before }
  } finally {
    peer.end()
  }
}

function residentPeak(): number {
  return process.resourceUsage().maxRSS * 1024
}
