/** Flows on the command line: real processes of the built `gen`, on the cpu backend and small data. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, normalArray } from '@gen/backend'
import { afterAll, describe, expect, it } from 'vitest'
import { genIn } from './gen.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-cli-flow-'))
const gen = genIn(home)
const train = ['train', 'flow', '--batch', '32', '--backend', 'cpu', '--sample-count', '20']
const moons = [...train, '--data', 'moons', '--hidden', '12,12', '--layers', '2', '--bins', '4']
const weights = (run: string) => readFileSync(join(home, run, 'model', 'model.safetensors'))
const losses = (run: string) =>
  readFileSync(join(home, run, 'log.jsonl'), 'utf8')
    .split('\n')
    .flatMap((line) => (line.includes('"loss"') ? [(JSON.parse(line) as { loss: number }).loss] : []))
const pngSize = (file: string) => {
  const bytes = readFileSync(join(home, file))
  expect(bytes.subarray(1, 4).toString()).toBe('PNG')
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
}

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('gen train flow', () => {
  it('trains a spline flow, counts in nats, samples and draws its density', async () => {
    const { code, text } = await gen([...moons, '--steps', '40', '--out', 'moons'])
    expect(text).toContain('done after step 40')
    expect(code).toBe(0)
    expect(readFileSync(join(home, 'moons', 'loss.svg'), 'utf8')).toContain('flow on moons: nats')
    // Standardized from data before the first step: two independent normals of the moons' deviations have 3.4 nats.
    const [first = 0] = losses('moons')
    expect(first).toBeLessThan(3.8)
    expect(losses('moons').at(-1)).toBeLessThan(first)
    for (const name of ['a.npy', 'b.npy']) {
      await gen(['sample', 'moons', '--count', '8', '--backend', 'cpu', '--out', name])
    }
    expect(readFileSync(join(home, 'a.npy'))).toEqual(readFileSync(join(home, 'b.npy')))
    const drawn = await gen([
      'density',
      'moons',
      '--backend',
      'cpu',
      '--resolution',
      '20',
      '--scale',
      '2',
      '--lines',
      '5',
    ])
    expect(drawn.text).toContain('density.png')
    const [width = 0, height = 0] = pngSize('density.png')
    // Two panels of 40 pixels with axes, a color bar and words.
    expect(width).toBeGreaterThan(2 * 40 + 100)
    expect(height).toBeGreaterThan(40 + 60)
  }, 60_000)

  it('saves and ends on Ctrl-C, and goes on to the weights of a run that never stopped', async () => {
    const options = [...moons, '--preset', 'real-nvp', '--steps', '60', '--checkpoint-every', '25']
    await gen([...options, '--out', 'whole'])
    let asked = false
    const stopped = await gen([...options, '--out', 'cut'], (text, child) => {
      if (asked || !/step \d+\/60/.test(text)) return
      asked = true
      child.kill('SIGINT')
    })
    expect(stopped.text).toMatch(/stopped after step \d+/)
    const resumed = await gen(['train', 'flow', '--resume', 'cut'])
    expect(resumed.text).toContain('done after step 60')
    expect(weights('cut').equals(weights('whole'))).toBe(true)
  }, 90_000)

  it('learns classes, and draws the density of one', async () => {
    const { text } = await gen([...moons, '--preset', 'maf', '--conditional', '--steps', '3', '--out', 'classes'])
    expect(text).toContain('done after step 3')
    const sampled = await gen([
      'sample',
      'classes',
      '--labels',
      '1',
      '--count',
      '4',
      '--backend',
      'cpu',
      '--out',
      'one.npy',
    ])
    expect(sampled.text).toContain('one.npy')
    const options = ['--label', '1', '--backend', 'cpu', '--resolution', '10', '--lines', '3', '--out', 'one.png']
    expect((await gen(['density', 'classes', ...options])).code).toBe(0)
    pngSize('one.png')
  }, 60_000)

  it('takes images, with learned noise, and counts in bits', async () => {
    const pixels = Uint8Array.from({ length: 40 * 16 }, (_, i) => (i * 37) % 256)
    writeFileSync(join(home, 'images.npy'), npy('|u1', '(40, 4, 4)', pixels))
    const options = ['--data', 'images.npy', '--width', '8', '--steps-per-level', '1', '--noise', 'variational']
    const { text } = await gen([...train, ...options, '--steps', '2', '--out', 'images'])
    expect(text).toContain('done after step 2')
    expect(readFileSync(join(home, 'images', 'loss.svg'), 'utf8')).toContain('bits per dimension')
    const sampled = await gen(['sample', 'images', '--count', '4', '--backend', 'cpu', '--out', 'images.png'])
    expect(sampled.code).toBe(0)
    expect(pngSize('images.png')).toEqual([14, 14])
    const drawn = await gen(['density', 'images', '--backend', 'cpu'])
    expect(drawn.text).toContain('expected a flow of points in the plane')
  }, 60_000)

  it('takes tables', async () => {
    const table = normalArray(key(0), 60, 5)
    writeFileSync(join(home, 'table.npy'), npy('<f4', '(60, 5)', new Uint8Array(table.buffer)))
    const { text } = await gen([...train, '--data', 'table.npy', '--preset', 'maf', '--steps', '2', '--out', 'table'])
    expect(text).toContain('done after step 2')
  }, 60_000)

  it.each([
    [['--data', 'moons', '--preset', 'glow'], 'expected images for --preset glow, got points'],
    [['--preset', 'maf'], 'expected points for --preset maf, got images [28, 28, 1]; pass --preset glow'],
    [['--preset', 'planar'], 'expected --preset to be one of'],
  ])(
    'refuses %j',
    async (words, message) => {
      const { code, text } = await gen([...train, ...words, '--dry-run'])
      expect(code).toBe(1)
      expect(text).toContain(message)
    },
    30_000,
  )
})

/** A file of NumPy's format 1.0. */
function npy(descr: string, shape: string, data: Uint8Array): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`
  const padded = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11).concat('\n')
  const prefix = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, padded.length & 255, padded.length >> 8])
  return Buffer.concat([prefix, Buffer.from(padded, 'latin1'), data])
}
