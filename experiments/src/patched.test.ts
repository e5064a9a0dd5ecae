import { key, uniform, useBackend } from '@gen/backend'
import { tidy } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { joined, parted, patchedShape } from './patched.ts'

it('puts patches together again, bit by bit', async () => {
  await useBackend()
  tidy(() => {
    const x = uniform(key(0), [2, 4, 6, 3])
    const patches = parted(x, 2)
    expect(patches.shape).toEqual([2, ...patchedShape([4, 6, 3], 2)])
    expect([...joined(patches, 2).dataSync()]).toEqual([...x.dataSync()])
    const [first, pixels] = [patches.arraySync(), x.arraySync()] as [number[][][][], number[][][][]]
    // The third pixel of the first patch is the one below the first.
    expect(first[0]![0]![0]!.slice(6, 9)).toEqual(pixels[0]![1]![0])
  })
})
