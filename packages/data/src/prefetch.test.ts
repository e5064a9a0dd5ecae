import type { Batches } from '@gen/model'
import { memory, scalar, type Tensor, tidy } from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { prefetch } from './prefetch.ts'

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5))

function source(fail: readonly number[] = []): { batches: Batches<{ x: Tensor }>; asked: number[] } {
  const asked: number[] = []
  const at = async (index: number): Promise<{ x: Tensor }> => {
    asked.push(index)
    await Promise.resolve()
    if (fail.includes(index)) throw new Error(`no batch ${index}`)
    return { x: scalar(index) }
  }
  return { batches: { at }, asked }
}

async function value(batch: Promise<{ x: Tensor }>): Promise<number | undefined> {
  const { x } = await batch
  const [number] = await x.data()
  x.dispose()
  return number
}

describe('prefetch', () => {
  it('gives each index its batch and asks for each once, ahead by no more than told', async () => {
    const { batches, asked } = source()
    const ready = prefetch(batches, { ahead: 2 })
    for (let i = 0; i < 5; i++) {
      expect(await value(ready.at(i))).toBe(i)
      await settle()
      expect(asked).toEqual(Array.from({ length: i + 3 }, (_, j) => j))
    }
    ready.dispose()
    await settle()
  })

  it('keeps what the batches say of themselves', () => {
    const source = { at: () => ({}), config: { size: 3 } }
    expect(prefetch(source).config).toEqual({ size: 3 })
    expect('config' in prefetch({ at: () => ({}) })).toBe(false)
  })

  it('gives batches that are asked for at once', async () => {
    const { batches, asked } = source()
    const ready = prefetch(batches)
    expect(await Promise.all([0, 1, 2].map((i) => value(ready.at(i))))).toEqual([0, 1, 2])
    expect(asked.sort()).toEqual([0, 1, 2, 3])
    ready.dispose()
    await settle()
  })

  it('gives the right batch after a jump and lets go of what it had prepared', async () => {
    const { batches } = source()
    const ready = prefetch(batches, { ahead: 3 })
    const before = memory().numTensors
    await value(ready.at(0))
    expect(await value(ready.at(10))).toBe(10)
    expect(await value(ready.at(2))).toBe(2)
    await settle()
    expect(memory().numTensors).toBe(before + 3)
    ready.dispose()
    await settle()
    expect(memory().numTensors).toBe(before)
  })

  it('holds no more than told after a step back', async () => {
    const { batches } = source()
    const ready = prefetch(batches, { ahead: 2 })
    const before = memory().numTensors
    for (const index of [10, 9, 8, 4, 5]) {
      expect(await value(ready.at(index))).toBe(index)
      await settle()
      expect(memory().numTensors - before).toBe(2)
    }
    ready.dispose()
    await settle()
    expect(memory().numTensors).toBe(before)
  })

  it('fails only for the batch that fails', async () => {
    const { batches } = source([1])
    const ready = prefetch(batches)
    expect(await value(ready.at(0))).toBe(0)
    await expect(ready.at(1)).rejects.toThrow('no batch 1')
    expect(await value(ready.at(2))).toBe(2)
    ready.dispose()
    await settle()
  })

  it('keeps what it prepares out of the tidy of whoever asks', async () => {
    const ready = prefetch({ at: (index) => ({ x: scalar(index) }) })
    const first = tidy(() => {
      const batch = ready.at(0)
      return { batch } as unknown as Tensor
    }) as unknown as { batch: Promise<unknown> }
    await first.batch
    expect(await value(ready.at(1))).toBe(1)
    ready.dispose()
    await settle()
  })

  it('refuses to be ahead by nothing', () => {
    expect(() => prefetch(source().batches, { ahead: 0 })).toThrow(/data.prefetch: expected ahead/)
  })
})
