/** Arithmetic of a row, counted from the kernels that tfjs runs. @module */
import { tidy } from '@tensorflow/tfjs-core'
import { type KernelCall, kernelCalls } from './kernel-calls.ts'
import type { Row } from './row.ts'
import { sizeOf } from './spec.ts'

/** What a row costs. */
export interface Cost {
  /** Multiplications and additions of its contractions, by the direct algorithms. */
  readonly flops: number
  /** A guess of how long tfjs-backend-cpu takes. */
  readonly secondsOnCpu: number
}

/** Of the contraction that a kernel does, 0 for the others: two operations per product of two numbers. */
export function flopsOf({ name, inputShapes, outputShapes }: KernelCall): number {
  const [first, second] = inputShapes as [readonly number[], readonly number[]]
  const output = outputShapes[0] ?? []
  switch (name) {
    case 'BatchMatMul':
    case '_FusedMatMul':
      return 2 * sizeOf(output) * sharedSize(first, output)
    case 'Conv2D':
    case 'FusedConv2D':
      return 2 * sizeOf(output) * sizeOf(second.slice(0, 3))
    case 'Conv2DBackpropInput':
      return 2 * sizeOf(first) * sizeOf(second.slice(0, 3))
    case 'Conv2DBackpropFilter':
      return 2 * sizeOf(second) * sizeOf(output.slice(0, 3))
    case 'GenAttention':
      return 4 * sizeOf(first) * second.at(-2)!
    case 'GenAttentionGrad':
      return 10 * sizeOf(first) * inputShapes[2]!.at(-2)!
    default:
      return 0
  }
}

/** Counts one run of a row on the running backend, which must be able to run it. */
export function costOf(row: Row): Cost {
  const work = row.tfjs()
  const calls = kernelCalls(() => {
    tidy(() => {
      work.run()
    })
  })
  work.dispose()
  const seconds = calls.map((call) => flopsOf(call) / (cpuRates[call.name] ?? cpuRate))
  return { flops: sum(calls.map(flopsOf)), secondsOnCpu: sum(seconds) }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

/** Operations a second of tfjs-backend-cpu, roughly; its gradient kernels read and write element by element. */
const cpuRate = 1.2e9
const cpuRates: Readonly<Record<string, number>> = { Conv2DBackpropFilter: 2e7, Conv2DBackpropInput: 3e8 }

/** The axis of length k that `[…, m, k]` (or, transposed, `[…, k, m]`) shares with the other factor of `[…, m, n]`. */
function sharedSize(first: readonly number[], output: readonly number[]): number {
  const rows = output.at(-2)!
  return (first.at(-1)! * first.at(-2)!) / rows
}
