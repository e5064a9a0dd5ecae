/** The amounts of an edit are what the picture and the help say. */
import { reshape, tensor2d, tensor4d } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { decodedImages, editAmounts, movedCodes, spreadAlong, withExamples } from './edit-codes.ts'

const direction = { normal: Float64Array.of(0.6, 0.8), offset: 0 }

describe('edits', () => {
  it('go from −reach to reach in equal steps', () => {
    expect(editAmounts(7, 3)).toEqual([-3, -2, -1, 0, 1, 2, 3])
    expect(editAmounts(2, 0.5)).toEqual([-0.5, 0.5])
  })

  it('are counted in deviations of the codes along the direction', async () => {
    const z = tensor2d([0.6, 0.8, -0.6, -0.8, 8, -6, -8, 6], [4, 2])
    // Along the direction 1, −1, 0, 0.
    expect(await spreadAlong(z, direction)).toBeCloseTo(Math.SQRT1_2, 6)
    z.dispose()
  })

  it('move each code by each length along the unit normal', async () => {
    const z = tensor2d([1, 2, 3, 4], [2, 2])
    const moved = movedCodes(z, direction, [-1, 0, 2])
    const expected = [0.4, 1.2, 1, 2, 2.2, 3.6, 2.4, 3.2, 3, 4, 4.2, 5.6]
    for (const [i, value] of (await moved.data()).entries()) expect(value).toBeCloseTo(expected[i]!, 5)
    z.dispose()
    moved.dispose()
  })

  it('stand behind the example that they are of', async () => {
    const examples = tensor4d([1, 2], [2, 1, 1, 1])
    const edits = tensor4d([10, 11, 20, 21], [4, 1, 1, 1])
    const all = withExamples(examples, edits)
    expect([...(await all.data())]).toEqual([1, 10, 11, 2, 20, 21])
    for (const tensor of [examples, edits, all]) tensor.dispose()
  })

  it('are decoded in blocks of 64, all of them in order', async () => {
    const codes = tensor2d(
      Array.from({ length: 130 }, (_, i) => i),
      [130, 1],
    )
    const blocks: number[] = []
    const decode = (z: typeof codes) => {
      blocks.push(z.shape[0])
      return reshape(z, [z.shape[0], 1, 1, 1])
    }
    const images = await decodedImages({ latentSize: 1, decode }, codes)
    expect(blocks).toEqual([64, 64, 2])
    expect([...(await images.data())]).toEqual(Array.from({ length: 130 }, (_, i) => i))
    images.dispose()
    await expect(decodedImages({ latentSize: 1, decode: (z) => z.clone() }, codes)).rejects.toThrow(
      'expected a model of images',
    )
    codes.dispose()
  })
})
