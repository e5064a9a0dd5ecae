import { GenError } from '@gen/backend'
import { dispose, tensor4d, zeros } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { encodeGif } from './gif.ts'

/** Frames, delays and the loop of a film, read block by block (GIF89a). */
function read(film: Uint8Array): { delays: number[]; loops: boolean; size: [number, number] } {
  const view = new DataView(film.buffer, film.byteOffset, film.byteLength)
  const delays: number[] = []
  let loops = false
  const tableOf = (flags: number) => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let at = 13 + tableOf(film[10]!)
  const skip = () => {
    while (film[at] !== 0) at += film[at]! + 1
    at++
  }
  while (film[at] !== 0x3b) {
    if (film[at] === 0x2c) {
      at += 10 + tableOf(film[at + 9]!) + 1
    } else {
      if (film[at + 1] === 0xf9) delays.push(view.getUint16(at + 4, true))
      if (film[at + 1] === 0xff) loops = true
      at += 2
    }
    skip()
  }
  return { delays, loops, size: [view.getUint16(6, true), view.getUint16(8, true)] }
}

describe('encodeGif', () => {
  it('has a frame for each image, with the delay and the size asked for', async () => {
    const frames = tensor4d([0, 0.5, 1, 0, 1, 1, -3, 7, 0, 0, 0, 0], [2, 2, 3, 1])
    const film = await encodeGif(frames, { framesPerSecond: 20 })
    expect(new TextDecoder().decode(film.subarray(0, 6))).toBe('GIF89a')
    expect(read(film)).toEqual({ delays: [5, 5], loops: true, size: [3, 2] })
    expect(read(await encodeGif(frames, { loop: false })).loops).toBe(false)
    frames.dispose()
  })

  it('refuses what is no film', async () => {
    const [flat, four] = [zeros([2, 2]), zeros([1, 2, 2, 4])]
    for (const wrong of [flat, four, undefined]) {
      const error = await encodeGif(wrong as never).catch((caught: unknown) => caught)
      expect(GenError.is(error) && error.code).toBe('shape')
    }
    const frame = tensor4d([1], [1, 1, 1, 1])
    await expect(encodeGif(frame, { framesPerSecond: 0 })).rejects.toThrow('io.encodeGif: expected framesPerSecond')
    dispose([flat, four, frame])
  })
})
