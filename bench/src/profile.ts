/** Where the time of a training step goes on our backend. @module */
import { tidy } from '@tensorflow/tfjs-core'
import { now } from './clock.ts'
import { simd } from './engines/tfjs.ts'
import { flopsOf } from './flops.ts'
import { type KernelCall, kernelCalls } from './kernel-calls.ts'
import { medianOf } from './measure.ts'
import type { Row } from './row.ts'

interface Line {
  kernel: string
  calls: number
  milliseconds: number
  flops: number
  /** Calls that ran tfjs-backend-cpu's code. */
  cold: number
}

const steps = 5

/** Prints the share of each kernel in a step on that many threads; what is left is JavaScript. */
export async function printProfile(row: Row, threads: number): Promise<void> {
  await simd(threads).available()
  const work = row.tfjs()
  const run = () => {
    tidy(() => {
      work.run()
    })
  }
  for (let i = 0; i < row.warmUps; i++) run()
  const plain = medianOf(Array.from({ length: steps }, () => timeOf(run)))
  let whole = 0
  const calls = kernelCalls(() => {
    whole = timeOf(() => {
      for (let i = 0; i < steps; i++) run()
    })
  })
  work.dispose()
  console.log(`${row.name}, ${threads} threads: ${plain.toFixed(1)} ms a step (${(whole / steps).toFixed(1)} watched)`)
  console.log(text(linesOf(calls), whole / steps))
}

function timeOf(run: () => void): number {
  const start = now()
  run()
  return now() - start
}

function linesOf(calls: readonly KernelCall[]): Line[] {
  const lines = new Map<string, Line>()
  for (const call of calls) {
    const line = lines.get(call.name) ?? { kernel: call.name, calls: 0, milliseconds: 0, flops: 0, cold: 0 }
    line.calls++
    line.milliseconds += call.milliseconds
    line.flops += flopsOf(call)
    line.cold += Number(call.cold)
    lines.set(call.name, line)
  }
  return [...lines.values()].sort((a, b) => b.milliseconds - a.milliseconds)
}

function text(lines: readonly Line[], whole: number): string {
  const inKernels = lines.reduce((total, { milliseconds }) => total + milliseconds, 0) / steps
  const share = (milliseconds: number) => `${((100 * milliseconds) / whole).toFixed(1)} %`.padStart(8)
  const rows = lines.map(({ kernel, calls, milliseconds, flops, cold }) => {
    const perStep = milliseconds / steps
    const rate = flops > 0 ? `${(flops / milliseconds / 1e6).toFixed(0)} GF/s` : ''
    const temperature = cold > 0 ? `${Math.round(cold / steps)} of tfjs-backend-cpu` : ''
    const numbers = `${perStep.toFixed(2).padStart(10)} ms ${share(perStep)} ${String(calls / steps).padStart(5)} calls`
    return `${kernel.padEnd(28)}${numbers}  ${rate.padStart(9)}  ${temperature}`
  })
  const rest = whole - inKernels
  const last = `${'(JavaScript around kernels)'.padEnd(28)}${rest.toFixed(2).padStart(10)} ms ${share(rest)}`
  return [...rows, last, ''].join('\n')
}
