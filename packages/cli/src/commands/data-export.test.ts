/** `gen data export`: data as NumPy reads them. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
import { mnist } from '@gen/data'
import { decodeNpy, toArray } from '@gen/io'
import { beforeAll, expect, it, vi } from 'vitest'
import { openSplit } from '../dataset.ts'
import { dataExportCommand } from './data-export.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

type NpyEntry = ReturnType<typeof decodeNpy>

async function exported(...words: string[]): Promise<{ x: NpyEntry; labels?: NpyEntry; context?: NpyEntry }> {
  const log = vi.spyOn(console, 'log').mockReturnValue()
  const folder = mkdtempSync(join(tmpdir(), 'gen-export-'))
  try {
    await dataExportCommand.run([...words, '--out', folder])
    const [labels, context] = ['labels.npy', 'context.npy'].map((name) => join(folder, name)) as [string, string]
    return {
      x: decodeNpy(readFileSync(join(folder, 'x.npy'))),
      ...(existsSync(labels) && { labels: decodeNpy(readFileSync(labels)) }),
      ...(existsSync(context) && { context: decodeNpy(readFileSync(context)) }),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    log.mockRestore()
  }
}

it('images of whole levels are bytes, with their classes, over several reads', async () => {
  const { x, labels } = await exported('mnist', '--count', '501')
  expect([x.dtype, x.shape, labels?.dtype, labels?.shape]).toEqual(['U8', [501, 28, 28, 1], 'I32', [501]])
  const digits = await mnist()
  const last = digits.take([500])
  expect([...x.data.slice(500 * 784)].map((level) => Math.fround(level / 255))).toEqual([...last.x.dataSync()])
  expect(toArray(labels!)[500]).toBe(last.labels!.dataSync()[0])
  for (const tensor of [last.x, last.labels!]) tensor.dispose()
})

it('points are float32, of the part that is asked for', async () => {
  const { x, labels } = await exported('moons', '--count', '3', '--split', 'test')
  expect([x.dtype, x.shape, labels === undefined]).toEqual([
    'F32',
    [3, 2],
    (await openSplit('moons', 'test')).dataset.classes === undefined,
  ])
  const { dataset } = await openSplit('moons', 'test')
  const first = dataset.take([0, 1, 2])
  expect([...toArray(x)]).toEqual([...first.x.dataSync()])
  first.x.dispose()
  first.labels?.dispose()
})

it('writes what a model is told of each picture, over several reads', async () => {
  const { x, context } = await exported('mnist', '--count', '501', '--told', 'small')
  expect([context!.dtype, context!.shape]).toEqual(['F32', [501, 7, 7, 1]])
  const corner = (row: number, column: number) => x.data[500 * 784 + 28 * (12 + row) + 12 + column]! / 255
  const mean = Array.from({ length: 16 }, (_, i) => corner(i >> 2, i % 4)).reduce((sum, level) => sum + level / 16, 0)
  expect(toArray(context!)[500 * 49 + 7 * 3 + 3]).toBeCloseTo(mean, 5)
  await expect(exported('moons', '--told', 'gray')).rejects.toThrow('gen data export: expected pictures with colors')
})
