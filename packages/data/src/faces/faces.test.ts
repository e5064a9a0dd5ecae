import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenError, key } from '@gen/backend'
import { dispose, type Tensor } from '@tensorflow/tfjs-core'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { type Face, faceAttributes } from './attributes.ts'
import { drawFaces, type Faces, faces } from './faces.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-faces-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const plain: Face = {
  skin: 'tan',
  hair: 'bob',
  hairColor: 'red',
  eyes: 'happy',
  eyebrows: 'calm',
  mouth: 'smile',
  glasses: 'none',
  beard: 'none',
  shirt: 'blue',
  background: 'rose',
}

function read(x: Tensor): Float32Array {
  const values = x.dataSync() as Float32Array
  x.dispose()
  return values
}

const pixelsOf = (people: Faces): Float32Array => read(people.take(Array.from({ length: people.size }, (_, i) => i)).x)

/** The color of one pixel of face i. */
const at = (x: Float32Array, row: number, column: number, size = 32): number[] =>
  [0, 1, 2].map((channel) => Math.round(255 * (x[(row * size + column) * 3 + channel] as number)))

describe('drawFaces', () => {
  it('draws the attributes that it is told, at both sizes', async () => {
    for (const size of [32, 64] as const) {
      const x = read(await drawFaces([{ ...plain, background: 'peach' }], { size }))
      expect(x).toHaveLength(size * size * 3)
      expect(at(x, 0, 0, size)).toEqual([0xff, 0xdf, 0xbf])
      // Between mouth and chin there is only skin.
      expect(at(x, Math.round(size * 0.72), size / 2, size)).toEqual([0xd0, 0x8b, 0x5b])
    }
  })

  it('draws every value of every attribute differently from every other', async () => {
    for (const [name, values] of Object.entries(faceAttributes)) {
      const list = values.map((value) => ({ ...plain, [name]: value }))
      const x = read(await drawFaces(list))
      const seen = list.map((_, i) => x.subarray(i * 3072, (i + 1) * 3072))
      for (let i = 0; i < seen.length; i++) {
        for (let j = 0; j < i; j++) {
          const apart = (seen[i] as Float32Array).reduce((sum, v, p) => sum + Math.abs(v - (seen[j]?.[p] ?? 0)), 0)
          // Eyebrows are the smallest: 5 pixels of another color. One pixel from black to white makes 3.
          expect(apart, `${name}: ${values[i]} and ${values[j]}`).toBeGreaterThan(4.5)
        }
      }
    }
  })

  it('draws the same pixels on every machine', async () => {
    const people = await faces({ count: 24, key: key(0), cache: false })
    const bytes = Uint8Array.from(pixelsOf(people), (value) => Math.round(value * 255))
    // Of @dicebear/core and avataaars 9.4.3 with resvg-wasm 2.6.2.
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      '9917699d63c6f619f5c5263ed3b66997a9617184239fa310de25a78e390dd599',
    )
  })

  it('refuses words that are none', async () => {
    await expect(drawFaces([{ ...plain, glasses: 'monocle' as 'none' }])).rejects.toThrow(
      'data.drawFaces: expected glasses among none, round, square, sunglasses, got "monocle"',
    )
    await expect(drawFaces([])).rejects.toThrow(GenError)
    await expect(drawFaces([plain], { size: 48 as 64 })).rejects.toThrow(/size 32 or 64, got 48/)
  })
})

describe('faces', () => {
  it('are those that their attributes describe', async () => {
    const people = await faces({ count: 20, key: key(3), cache: false })
    expect([people.size, people.shape, people.classes]).toEqual([20, [32, 32, 3], undefined])
    const names = Object.keys(faceAttributes) as (keyof Face)[]
    const words = Array.from({ length: 20 }, (_, i) =>
      Object.fromEntries(names.map((name) => [name, faceAttributes[name][people.attributes[name][i] as number]])),
    )
    expect(pixelsOf(people)).toEqual(read(await drawFaces(words as unknown as Face[])))
  })

  it('depend each on the key and its number only', async () => {
    const few = await faces({ count: 5, key: key(3), cache: false })
    const more = await faces({ count: 12, key: key(3), cache: false })
    const others = await faces({ count: 5, key: key(4), cache: false })
    expect(pixelsOf(few)).toEqual(pixelsOf(more).subarray(0, 5 * 3072))
    expect(few.attributes.hair).toEqual(more.attributes.hair.subarray(0, 5))
    expect(pixelsOf(others)).not.toEqual(pixelsOf(few))
  })

  it('have the attribute as labels that one asks for', async () => {
    const people = await faces({ count: 40, key: key(0), labels: 'glasses', cache: false })
    const mouths = people.labeledBy('mouth')
    expect([people.classes, mouths.classes, mouths.size]).toEqual([4, 5, 40])
    for (const [set, name] of [
      [people, 'glasses'],
      [mouths, 'mouth'],
    ] as const) {
      const { x, labels } = set.take([7, 31])
      expect([...(labels?.dataSync() ?? [])]).toEqual([people.attributes[name][7], people.attributes[name][31]])
      dispose(labels ? [x, labels] : x)
    }
    expect(() => people.labeledBy('hat' as 'hair')).toThrow(/an attribute among skin, hair, .* got hat/)
    await expect(faces({ count: 1, key: key(0), labels: 'hat' as 'hair' })).rejects.toThrow(GenError)
  })

  it('report progress and stop when told', async () => {
    const seen: number[][] = []
    const options = { count: 300, key: key(0), cache: join(home, 'progress') }
    await faces({ ...options, onProgress: (...progress) => seen.push(progress) })
    expect(seen).toEqual([
      [256, 300],
      [300, 300],
    ])
    await expect(faces({ ...options, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  })
})

describe('the cache of faces', () => {
  const folder = join(home, 'cache')
  const draw = (cache: string | false = folder): Promise<Faces> => faces({ count: 8, key: key(9), cache })
  const only = (path: string): string => join(path, ...readdirSync(path))

  it('keeps whole blocks, used again and made anew when damaged', async () => {
    const fresh = pixelsOf(await draw(false))
    expect(pixelsOf(await draw())).toEqual(fresh)
    const file = only(only(folder))
    const whole = readFileSync(file)
    expect(whole).toHaveLength(256 * 3072 + 32)

    const before = statSync(file).mtimeMs
    expect(pixelsOf(await draw())).toEqual(fresh)
    expect(statSync(file).mtimeMs).toBe(before)

    const flipped = Buffer.from(whole)
    flipped[1000] = (flipped[1000] as number) ^ 1
    for (const damage of [() => truncateSync(file, 5000), () => writeFileSync(file, flipped)]) {
      damage()
      expect(pixelsOf(await draw())).toEqual(fresh)
      expect(readFileSync(file).equals(whole)).toBe(true)
    }
  })

  it('that cannot be written is no obstacle', async () => {
    const occupied = join(home, 'a-file')
    writeFileSync(occupied, '')
    // Nor below /proc, where Node's own recursive mkdir does not end.
    for (const path of [occupied, '/proc/gen-nowhere']) {
      expect(pixelsOf(await draw(path))).toEqual(pixelsOf(await draw()))
    }
  })

  it("is the user's when none is named", async () => {
    vi.stubEnv('XDG_CACHE_HOME', join(home, 'user'))
    await faces({ count: 2, key: key(9) }).finally(() => vi.unstubAllEnvs())
    expect(readdirSync(join(home, 'user', 'gen'))).toEqual(['faces'])
  })
})
