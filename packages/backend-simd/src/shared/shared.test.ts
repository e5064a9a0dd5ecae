import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { gemmWords, type LeftFactor } from '../kernels/gemm-product.ts'
import { passWords } from '../kernels/winograd-pass.ts'
import * as attention from './attention-words.ts'
import * as depthwise from './depthwise-words.ts'
import * as gemm from './gemm-words.ts'
import * as winogradFilter from './winograd-filter-words.ts'
import * as winogradTaps from './winograd-taps-words.ts'
import * as winograd from './winograd-words.ts'

const folder = new URL('../../assembly/', import.meta.url)
const sources = readdirSync(folder).filter((name) => name.endsWith('.ts'))
const textOf = (name: string) => readFileSync(new URL(name, folder), 'utf8')

/** Offsets by name, without what is not an offset. */
function offsets(words: Record<string, number>, others: string[]): [string, number][] {
  return Object.entries(words).filter(([name]) => !others.includes(name))
}
const gemmOffsets = offsets(gemm, ['DIRECT', 'PACKED', 'DOTS', 'STRIP', 'EDGE'])
const forwardOnly = ['U', 'BIAS', 'Y', 'OUT_STEP', 'Y_HEIGHT', 'Y_WIDTH', 'Y_TOP', 'Y_LEFT']
const gradientOnly = ['DY', 'SUMS', 'ALL_X', 'ALL_Y']
const notOffsets = ['BETWEEN', 'TAPS_BETWEEN']

it.each([
  ['gemm', gemmOffsets],
  ['attention', offsets(attention, ['QUERY_BLOCK', 'KEY_BLOCK', 'GRADIENT_BLOCK'])],
  ['depthwise', offsets(depthwise, [])],
  ['winograd, forward', offsets(winograd, [...notOffsets, ...gradientOnly])],
  ['winograd, gradient', offsets(winograd, [...notOffsets, ...forwardOnly])],
  ['winograd, filter', offsets(winogradFilter, [])],
  ['winograd, taps', offsets(winogradTaps, [])],
])('%s: every word has a place, without gaps', (_, words) => {
  const places = words.map(([, at]) => at).sort((a, b) => a - b)
  expect(places).toEqual(places.map((_, i) => 4 * i))
})

it('a product writes each word where its name says', () => {
  // Distinct numbers, so that two words in each other's place are seen.
  const left: LeftFactor = {
    pointer: 101,
    size: [3, 5],
    pixelStride: 7,
    images: 11,
    grid: [13, 17],
    stride: [19, 23],
    origin: [29, 31],
    taps: [37, 41],
    tapStep: [43, 47],
    depth: 53,
  }
  const right = { pointer: 103, rowStride: 59, columnStride: 61, tapStride: [67, 71] } as const
  const result = { pointer: 107, imageStride: 73, rowStride: 79, pixelStride: 83, columnStride: 89 }
  const epilogue = { bias: 109, activation: 6, alpha: 113, alphaStep: 4 }
  const dimensions = [{ extent: 2, strideA: 1, strideB: 0 }]
  const batch = { size: 2, left: 127, right: 131, result: 137, dimensions }
  const blocks = {
    rows: 139,
    columns: 149,
    rowBlocks: 151,
    columnBlocks: 157,
    splits: 163,
    packTaps: 167,
    packDepth: 173,
  }
  const room = { mode: 2, scratch: 179, stride: 181, panels: 191 }
  const list = gemmWords({ left, right, result, columns: 193, epilogue, batch }, blocks, room)
  const named = Object.fromEntries(gemmOffsets.map(([name, at]) => [name, list[at / 4]]))
  expect(named).toEqual({
    ...{ X: 101, HEIGHT: 3, WIDTH: 5, PIXEL_STRIDE: 28, ROW_STRIDE: 140, IMAGE_STRIDE: 420, GRID_HEIGHT: 13 },
    ...{ GRID_WIDTH: 17, STRIDE_Y: 19, STRIDE_X: 23, ORIGIN_Y: 29, ORIGIN_X: 31, TAPS_Y: 37, TAPS_X: 41 },
    ...{ TAP_STEP_Y: 43, TAP_STEP_X: 47, DEPTH: 53, W: 103, W_ROW: 236, W_COLUMN: 244, W_TAP_Y: 268, W_TAP_X: 284 },
    ...{ Y: 107, Y_IMAGE: 292, Y_ROW: 316, Y_PIXEL: 332, Y_COLUMN: 356, POSITIONS: 2431, COLUMNS: 193 },
    ...{ BLOCK_ROWS: 139, BLOCK_COLUMNS: 149, ROW_BLOCKS: 151, COLUMN_BLOCKS: 157, SPLITS: 163, PACK_TAPS: 167 },
    ...{ PACK_DEPTH: 173, SCRATCH: 179, SCRATCH_STRIDE: 181, MODE: 2, BIAS: 109, ACTIVATION: 6, ALPHA: 113 },
    ...{ ALPHA_STEP: 4, PANELS: 191, BATCH_X: 508, BATCH_W: 524, BATCH_Y: 548, BATCH_RANK: 1, BATCH_DIMENSIONS: 2 },
  })
  expect(list.slice(gemm.BATCH_DIMENSIONS / 4)).toEqual([2, 1, 0])
})

it('a pass of Winograd writes each word where its name says', () => {
  const pass = {
    ...{ batch: 2, height: 9, width: 10, channels: 16, outHeight: 7, outWidth: 8, outChannels: 24 },
    ...{ padTop: 3, padLeft: 1, step: 2, side: 5, oddTaps: 1 },
  }
  const list = passWords(101, pass, { scratch: 103, stride: 107, block: 12 })
  const shared = offsets(winograd, [...notOffsets, ...forwardOnly, ...gradientOnly])
  expect(Object.fromEntries(shared.map(([name, at]) => [name, list[at / 4]]))).toEqual({
    ...{ X: 101, HEIGHT: 9, WIDTH: 10, CHANNELS: 16, OUT_HEIGHT: 7, OUT_WIDTH: 8, PAD_TOP: 3, PAD_LEFT: 1, STEP: 2 },
    ...{ SIDE: 5, SCRATCH: 103, SCRATCH_STRIDE: 107, TILES: 8, BLOCK: 12, Y_CHANNELS: 24, ODD_TAPS: 1 },
    ...{ PLANE_X: 12 * 64 * 4 + 64, PLANE_Y: 12 * 24 * 4 + 64, PLANE_U: 64 * 24 * 4 + 64 },
  })
})

it.each(sources.filter((name) => /^(gemm-(rows|depth|grid)|winograd|depthwise|attention)/.test(name)))(
  '%s reads its arguments by their names alone',
  (name) => {
    // Two small sums at the end of their files have arguments of their own.
    const own = textOf(name).split('export function sumParts')[0]!
    expect(own.match(/load<\w+>\(args(, *\d+)?\)/g)).toBe(null)
  },
)
