import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeNpz, encodePng } from '@gen/io'
import { dispose, fill, tensor1d } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { addressOf, parseAddress } from './data-address.ts'
import { openDataset, openSplit } from './dataset.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-address-'))
const at = (name: string) => join(home, name)

beforeAll(() => {
  const [wide, tall] = [fill([4, 8, 3], 0), fill([6, 6, 3], 0)]
  writeFileSync(at('wide.png'), encodePng(wide as never))
  writeFileSync(at('square.png'), encodePng(tall as never))
  const arrays = { train: fill([5, 2], 2), classes: tensor1d([0, 1, 2, 0, 1], 'int32') }
  writeFileSync(at('points.npz'), encodeNpz(arrays))
  dispose([wide, tall, ...Object.values(arrays)])
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('names of data with options', () => {
  it('say what flags say, and are read again', () => {
    const npz = addressOf('a b.npz', { x: 'x_train', labels: 'y&t', size: 0, fit: 'crop' })
    expect(npz).toBe('a b.npz?x=x_train&labels=y%26t')
    expect(parseAddress(npz)).toEqual({ path: 'a b.npz', options: { x: 'x_train', labels: 'y&t' } })
    expect(parseAddress(addressOf('photos', { size: 64, fit: 'pad' })).options).toEqual({ size: 64, fit: 'pad' })
    const photos = addressOf('photos', { size: 64, leaveOut: true })
    expect(photos).toBe('photos?size=64&leave-out=yes')
    expect(parseAddress(photos).options).toEqual({ size: 64, fit: 'crop', leaveOut: true })
    expect(addressOf(photos, { leaveOut: false })).toBe('photos?size=64&fit=crop&leave-out=yes')
    expect(addressOf(npz, {})).toBe(npz)
    expect(addressOf('mnist', { x: '', labels: '', size: 0, fit: 'crop' })).toBe('mnist')
    expect(parseAddress('what?.npy')).toEqual({ path: 'what?.npy', options: {} })
  })

  it('open an .npz file by the names of its arrays', async () => {
    const { size, shape, classes } = await openDataset(`${at('points.npz')}?x=train&labels=classes`)
    expect({ size, shape, classes }).toEqual({ size: 5, shape: [2], classes: 3 })
    await expect(openDataset(at('points.npz'))).rejects.toThrow(/expected .*x/)
  })

  it('open a folder of mixed images, cut or filled up', async () => {
    await expect(openDataset(home)).rejects.toThrow('pass --size')
    const means = async (fit: string): Promise<number> => {
      const data = await openDataset(`${home}?size=4&fit=${fit}`)
      expect(data.shape).toEqual([4, 4, 3])
      const { x } = data.take([0, 1])
      const sum = x.dataSync<'float32'>().reduce((total, value) => total + value, 0)
      x.dispose()
      return sum / (2 * 4 * 4 * 3)
    }
    expect(await means('crop')).toBe(0)
    // Half of the wide one is background, white.
    expect(await means('pad')).toBe(0.25)
  })

  it('leave out what cannot be read, and say what', async () => {
    const mixed = at('mixed')
    mkdirSync(mixed)
    const image = fill([4, 4, 3], 1)
    writeFileSync(join(mixed, 'a.png'), encodePng(image as never))
    image.dispose()
    for (const name of ['b.webp', 'c.jpg', 'd.png']) writeFileSync(join(mixed, name), 'x')
    const quoted = `'${mixed}?leave-out=yes'`
    await expect(openDataset(mixed)).rejects.toThrow(/b.webp; convert it, move it away, or pass --leave-out$/)
    await expect(openSplit(mixed, 'test')).rejects.toThrow(`or pass --data ${quoted}`)
    rmSync(join(mixed, 'b.webp'))
    await expect(openDataset(mixed)).rejects.toThrow(/2 of 3 .*; mend them, move them away, or pass --leave-out$/s)
    const warn = vi.spyOn(console, 'error').mockImplementation(() => {})
    expect((await openDataset(`${mixed}?leave-out=yes`)).size).toBe(1)
    expect(warn.mock.calls).toEqual([[`warning  left out 2 files of ${mixed}: c.jpg, d.png`]])
    warn.mockRestore()
    rmSync(mixed, { recursive: true })
  })

  it('say how mixed sizes are read, as flags or in the name of the data', async () => {
    await expect(openDataset(home)).rejects.toThrow(/pass --size 64$/)
    await expect(openSplit(home, 'test')).rejects.toThrow(`pass --data '${home}?size=64'`)
  })

  it('refuse options of other data', async () => {
    await expect(openDataset('mnist?size=8')).rejects.toThrow('expected --size for a folder of images')
    await expect(openDataset(`${at('points.npz')}?size=8`)).rejects.toThrow('expected --size for a folder of images')
    await expect(openDataset(`${home}?x=train`)).rejects.toThrow('expected --x for an .npz file')
    await expect(openDataset('moons?leave-out=yes')).rejects.toThrow('expected --leave-out for a folder of images')
    expect(() => parseAddress('photos?leave-out=no')).toThrow('expected leave-out yes')
    expect(() => parseAddress('photos?size=0')).toThrow('expected a size')
    expect(() => parseAddress('photos?size=8&fit=stretch')).toThrow('expected fit crop or pad')
  })
})
