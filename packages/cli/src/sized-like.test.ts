import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { sizedLike } from './sized-like.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-sized-'))
const photos = join(home, 'photos')
const array = join(home, 'x.npy')
mkdirSync(photos)
writeFileSync(array, '')

afterAll(() => rmSync(home, { recursive: true, force: true }))

it('reads a folder in the size of the model, unless it says another', async () => {
  expect(await sizedLike(photos, [32, 32, 3])).toBe(`${photos}?size=32`)
  expect(await sizedLike(`${photos}?leave-out=yes`, [32, 32, 3])).toBe(`${photos}?size=32&leave-out=yes`)
  expect(await sizedLike(`${photos}?size=64&fit=pad`, [32, 32, 3])).toBe(`${photos}?size=64&fit=pad`)
})

it('leaves all other data as they are', async () => {
  for (const name of ['mnist', array, join(home, 'gone')]) expect(await sizedLike(name, [32, 32, 3])).toBe(name)
  expect(await sizedLike(photos, [32, 24, 3])).toBe(photos)
  expect(await sizedLike(photos, [2])).toBe(photos)
})
