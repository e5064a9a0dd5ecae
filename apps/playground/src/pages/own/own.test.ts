/** One's own pictures: what is taken and what is refused, and runs that outlive their page. */
import { GenError, key, useBackend } from '@gen/backend'
import { setThreads } from '@gen/backend-simd'
import { decodeNpz, encodeNpz, encodePng, encodeZip } from '@gen/io'
import type { CheckpointStore } from '@gen/model'
import { openModel } from '@gen/open'
import { memoryStore } from '@gen/train'
import { engine, fill } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { initialSettings } from '../../run/fields.ts'
import type { Run } from '../../run/run.ts'
import { localFetch, localSite } from '../../testing/local-site.ts'
import { kept } from '../../trainer/kept.ts'
import { timeline } from '../../trainer/timeline.ts'
import { findAlbum } from './album.ts'
import { bring } from './bring.ts'
import { lesson } from './lesson.ts'
import { fields } from './settings.ts'

beforeAll(async () => {
  vi.stubGlobal('fetch', localFetch)
  await useBackend('simd')
  await setThreads(1)
})
afterAll(() => vi.unstubAllGlobals())

const file = (name: string, bytes: Uint8Array): File => new File([bytes as Uint8Array<ArrayBuffer>], name)

/** A picture all of one gray. */
function picture(name: string, gray: number, [height, width] = [40, 60]): File {
  const pixels = fill([height!, width!, 3], gray)
  const bytes = encodePng(pixels as Parameters<typeof encodePng>[0])
  pixels.dispose()
  return file(name, bytes)
}

const ten = (): File[] => Array.from({ length: 10 }, (_, i) => picture(`${i}.png`, i / 10))
const arrays = (shape: number[]): Uint8Array =>
  encodeNpz({ x: { dtype: 'U8', shape, data: new Uint8Array(shape.reduce((a, b) => a * b)).fill(9) } })

describe('what a visitor brings', () => {
  it('is fitted and named by its bits: the same pictures, the same name, in every browser', async () => {
    const { settings, told } = await bring(ten(), 'crop')
    expect(settings.pictures).toMatch(/^[0-9a-f]{16}$/)
    expect((await bring(ten(), 'crop')).settings).toEqual(settings)
    expect((await bring(ten().slice(1), 'crop')).settings).not.toEqual(settings)
    expect((await bring(ten(), 'pad')).settings).not.toEqual(settings)
    expect(decodeNpz((await findAlbum(String(settings.pictures)))!).x!.shape).toEqual([10, 32, 32, 3])
    // Node has no storage of a browser's.
    expect(told).toEqual([expect.stringMatching(/^This browser does not keep the pictures, so a reload forgets them:/)])
  })

  it('may hold broken files, which are left out and told', async () => {
    const broken = file('broken.png', new Uint8Array(await ten()[0]!.arrayBuffer()).slice(0, 50))
    const { settings, told } = await bring([broken, ...ten(), file('notes.txt', Uint8Array.of(1))], 'crop')
    expect(told[0]).toBe('1 of 11 could not be read and were left out: broken.png.')
    expect(settings).toEqual((await bring(ten(), 'crop')).settings)
  })

  it('may be an npz file of any size, gray or in color, under any usual name', async () => {
    const { settings } = await bring([file('a.npz', arrays([12, 28, 28]))], 'crop')
    expect(decodeNpz((await findAlbum(String(settings.pictures)))!).x!.shape).toEqual([12, 32, 32, 1])
    const named = encodeNpz({ images: { dtype: 'U8', shape: [8, 8, 8, 3], data: new Uint8Array(8 * 8 * 8 * 3) } })
    expect((await bring([file('b.npz', named)], 'crop')).settings.pictures).toMatch(/^\w{16}$/)
    const { told } = await bring([file('c.npz', arrays([4100, 2, 2]))], 'crop')
    expect(told[0]).toMatch(/^4100 pictures are more than fit here; 4096, evenly over the file, are taken/)
  })

  it.each([
    ['nothing of use', () => [file('a.txt', Uint8Array.of(1))], /expected pictures, got 1 files of other kinds/],
    [
      'mixed kinds',
      () => [...ten(), file('a.npz', arrays([8, 2, 2]))],
      /expected pictures alone, .* got 10 pictures, 1 .npz/,
    ],
    ['too few', () => ten().slice(7), /expected at least 8 pictures, got 3; add some/],
    ['broken pictures alone', () => [file('a.png', Uint8Array.of(1))], /a PNG or JPEG file, got 1 bytes/],
    ['a torn npz', () => [file('a.npz', arrays([8, 2, 2]).slice(0, 90))], /truncated/],
    ['numbers that are no pictures', () => [file('a.npz', arrays([50]))], /bytes \[n, h, w, c\]/],
    [
      'a zip of something else',
      () => [file('a.zip', encodeZip({ a: Uint8Array.of(1) }))],
      /a run that this page saved/,
    ],
  ])('is refused in words: %s', async (_, files, words) => {
    const before = engine().state.numTensors
    const error: unknown = await bring(files(), 'crop').catch((reason) => reason)
    expect(GenError.is(error) && error.message).toMatch(words)
    expect(engine().state.numTensors).toBe(before)
  })

  it('is asked for by its name where a link needs it', async () => {
    const run: Run = { seed: 0, settings: { ...initialSettings(fields), pictures: '0123456789abcdef' }, tape: [] }
    await expect(timeline(general, run, localSite)).rejects.toThrow(
      'expected the pictures 01234567, which no link can hold, got none in this browser; bring the same pictures',
    )
  })
})

const general = lesson as unknown as Parameters<typeof timeline>[0]

describe('a run that outlives its page', () => {
  const run: Run = { seed: 3, settings: { ...initialSettings(fields), family: 'vae', width: 8, batch: 4 }, tape: [] }
  const go = async (line: Awaited<ReturnType<typeof timeline>>, to: number) => {
    while (line.step < to) await line.advance()
  }

  it('goes on to the same weights from what the browser kept, and from its file, which is a model too', async () => {
    const [store, told] = [memoryStore(), [] as unknown[]]
    const keep = () => kept(store, (error) => told.push(error))
    const first = await timeline(general, run, localSite, keep())
    await go(first, 60)
    await first.edit({ rate: 0.01 })
    await go(first, 110)
    const bits = await first.bits()
    const files = await first.pack()
    expect(await first.bits()).toBe(bits)
    const after = first.run
    await go(first, 120)
    const end = await first.bits()
    await first.dispose()
    expect(await store.list()).toEqual([110])

    const second = await timeline(general, after, localSite, keep())
    await second.toward(120)
    expect([second.step, await second.bits()]).toEqual([110, bits])
    await go(second, 120)
    expect(await second.bits()).toBe(end)
    await second.dispose()

    // Without the edit it is another run, to which none of this belongs.
    const other = await timeline(general, run, localSite, keep())
    await other.toward(120)
    expect(other.step).toBe(0)
    await other.dispose()

    const { model, family } = await openModel(files)
    const samples = await model.sample({ count: 2, key: key(0) })
    expect([family, samples.shape]).toEqual(['vae', [2, 32, 32, 3]])
    samples.dispose()
    model.dispose()
    const text = (words: string) => new TextEncoder().encode(words)
    const link = '#/own?seed=3&family=vae'
    const zip = encodeZip({ ...files, 'run/link.txt': text(link), 'run/name.txt': text('own?seed=3') })
    const brought = await bring([file('own.zip', zip)], 'crop')
    expect(brought.run).toMatchObject({ link, name: 'own?seed=3', step: 110 })
    const third = memoryStore()
    await third.save(110, { ...brought.run!.files })
    const opened = await timeline(
      general,
      after,
      localSite,
      kept(third, (error) => told.push(error)),
    )
    await opened.toward(120)
    await go(opened, 120)
    expect(await opened.bits()).toBe(end)
    await opened.dispose()
    expect(told).toEqual([])
  })

  it('goes on where the storage is full, and says so once', async () => {
    const full: CheckpointStore = {
      ...memoryStore(),
      save: () => Promise.reject(new GenError('file', 'io.opfsStore.save: expected room, got a full disk')),
    }
    const told: unknown[] = []
    const line = await timeline(
      general,
      run,
      localSite,
      kept(full, (error) => told.push(error)),
    )
    await go(line, 102)
    expect(told.map(String)).toEqual([expect.stringMatching(/full disk/)])
    await line.dispose()
  })
})
