/** Results as text. @module */
import { ours, peer } from './engines/all.ts'
import type { Measurement } from './measure.ts'
import type { RowResult } from './results.ts'

/** What 128-bit SIMD in V8 can do on one core, in GFLOP/s: measured, see DESIGN section 8. */
export const limitPerCore = 57

/** What the columns mean. */
export const legend: string = [
  'ms: median of all runs; least: the shortest, what it takes when nobody else uses the machine. ×torch, ×ours: the time over that of PyTorch eager and of ours, both on 2 threads (below 1: faster).',
  'GF/s: operations of the direct algorithms over the time, so Winograd shows more than it computes.',
  `limit: share of ${limitPerCore} GF/s a core, which is what 128-bit SIMD reaches in V8.`,
  'diff: largest difference from PyTorch over the largest value, on a sample of each output.',
  'torch-cl: PyTorch with channels-last images and fused AdamW. tfjs-wasm+gen: with the kernels that useBackend adds.',
].join('\n')

const headings = ['', 'ms', 'least', '×torch', '×ours', 'GF/s', 'limit', 'diff']
const widths = [16, 11, 11, 9, 9, 9, 8, 10]

/** A row's table. */
export function table({ name, flops, measurements }: RowResult): string {
  const medians = new Map(measurements.map(({ engine, median }) => [engine, median]))
  const [byPeer, byOurs] = [medians.get(peer), medians.get(ours)]
  const lines = measurements.map((one) => line(one, { flops, byPeer, byOurs }))
  return [name, columns(headings), ...lines, ''].join('\n')
}

interface Scale {
  flops: number
  byPeer: number | undefined
  byOurs: number | undefined
}

function line(measurement: Measurement, { flops, byPeer, byOurs }: Scale): string {
  const { engine, threads, median, milliseconds = [], difference, leftOut, failure } = measurement
  const differenceText = difference === undefined ? '' : difference.toExponential(1)
  if (failure !== undefined) return `${engine.padEnd(widths[0]!)} FAILS: ${failure}`
  if (median === undefined) return `${engine.padEnd(widths[0]!)} – ${leftOut ?? 'not measured'}`
  const rate = flops / median / 1e6
  return columns([
    engine,
    text(median),
    text(Math.min(...milliseconds)),
    byPeer === undefined ? '–' : (median / byPeer).toFixed(2),
    byOurs === undefined ? '–' : (median / byOurs).toFixed(2),
    flops === 0 ? '–' : rate.toFixed(1),
    flops === 0 ? '–' : `${Math.round((100 * rate) / (limitPerCore * threads))} %`,
    differenceText,
  ])
}

function text(milliseconds: number): string {
  return milliseconds.toFixed(milliseconds < 10 ? 2 : 1)
}

function columns(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('')
}
