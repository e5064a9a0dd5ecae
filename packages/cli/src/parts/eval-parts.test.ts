/** `gen eval` of parts gives the numbers of the whole, from the samples and from sums that each machine has made. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeNpz, encodeNpz } from '@gen/io'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { evalCommand } from '../commands/eval.ts'
import { drawParts, drawWhole, freeingWeights, storeModel } from './testing.ts'

let home = ''
const at = (...names: string[]) => join(home, ...names)
const parts = 4

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'gen-eval-parts-'))
  vi.spyOn(console, 'log').mockImplementation(() => {})
  await storeModel(at('digits'), 'vae', { shape: [28, 28, 1] }, { widths: '8' })
  await storeModel(at('points'), 'flow', { shape: [2] }, {})
  await drawParts(at('digits'), at('digits-parts'), parts, ['--count', '200', '--batch', '32'])
  await drawWhole(at('digits'), at('digits.npy'), ['--count', '200', '--batch', '32'])
  await drawParts(at('points'), at('points-parts'), parts, ['--count', '300', '--batch', '16'])
  await drawWhole(at('points'), at('points.npy'), ['--count', '300', '--batch', '16'])
})

afterAll(() => {
  vi.restoreAllMocks()
  rmSync(home, { recursive: true, force: true })
})

interface Found {
  metric: string
  value: number
  samples: { real: number; fake: number }
}

function run(subject: string, data: string, ...words: string[]): Promise<void> {
  const common = ['--data', data, '--backend', 'simd', '--real-count', '250']
  return freeingWeights(() => evalCommand.run([at(subject), ...common, ...words]))
}

async function evaluated(subject: string, data: string, ...words: string[]): Promise<Found[]> {
  await run(subject, data, '--out', at('found.json'), ...words)
  return JSON.parse(readFileSync(at('found.json'), 'utf8')).results
}

async function sums(name: string, data: string): Promise<void> {
  for (let i = 0; i < parts; i++) {
    await run(`${name}-parts/part-${i}.npz`, data, '--statistics', at(`${name}-sums`, `${i}.npz`))
  }
}

describe.each([
  ['digits', 'mnist'],
  ['points', 'gaussianRing'],
])('of %s', (name, data) => {
  it('from a folder of parts is that of the whole, all metrics', async () => {
    const whole = await evaluated(`${name}.npy`, data)
    expect(whole.length).toBeGreaterThan(5)
    expect(await evaluated(`${name}-parts`, data)).toEqual(whole)
  }, 60_000)

  it('from sums of all parts has the FID of the whole to 1e-10, and the KID of all pairs', async () => {
    await sums(name, data)
    const [fid, kid, ...others] = await evaluated(`${name}-sums`, data)
    expect(others).toEqual([])
    const [whole, subsets] = await evaluated(`${name}.npy`, data, '--metrics', 'fid,kid')
    expect(fid!.samples).toEqual(whole!.samples)
    expect(Math.abs(fid!.value - whole!.value)).toBeLessThan(1e-10 * Math.max(1, whole!.value))
    expect(kid!.samples).toEqual(whole!.samples)
    expect(kid!.value / subsets!.value).toBeGreaterThan(0.8)
    expect(kid!.value / subsets!.value).toBeLessThan(1.25)
  }, 60_000)
})

describe('sums', () => {
  it('that are lost are named, and so are broken ones', async () => {
    const file = at('points-sums', '2.npz')
    const good = readFileSync(file)
    rmSync(file)
    await expect(evaluated('points-sums', 'gaussianRing')).rejects.toThrow(/expected all 4 shards .* none of 2\/4/)
    const { mean, ...rest } = decodeNpz(good)
    writeFileSync(file, encodeNpz(rest))
    await expect(evaluated('points-sums', 'gaussianRing')).rejects.toThrow('expected 2 finite numbers of mean in')
    writeFileSync(file, encodeNpz({ ...rest, mean: { ...mean!, data: mean!.data.map(() => 255) } }))
    await expect(evaluated('points-sums', 'gaussianRing')).rejects.toThrow('expected 2 finite numbers of mean in')
    writeFileSync(file, good)
  })

  it('know FID and KID alone, and are made of one part', async () => {
    await expect(evaluated('points-sums', 'gaussianRing', '--metrics', 'prdc')).rejects.toThrow(
      'gen eval: expected samples for prdc, got statistics; leave it out',
    )
    for (const subject of ['points-parts', 'points.npy', 'points-sums']) {
      await expect(run(subject, 'gaussianRing', '--statistics', at('x.npz'))).rejects.toThrow(
        'gen eval: expected one part, an .npz file, for --statistics',
      )
    }
    await expect(evaluated('points-parts', 'mnist')).rejects.toThrow('expected samples of [28, 28, 1] as the data')
  })
})
