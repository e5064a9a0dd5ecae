import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classOf, roundToClass } from './block-lists.ts'
import { heap } from './memory.ts'

const pages = (count: number, maximum: number) => new WebAssembly.Memory({ initial: count, maximum })
const steps = fc.array(fc.record({ bytes: fc.nat(300_000), drop: fc.nat(999), keep: fc.boolean() }), {
  minLength: 1000,
  maxLength: 1000,
})

describe('heap', () => {
  it('never overlaps, aligns to 128 bytes, and returns to nothing after 1000 random calls', () => {
    fc.assert(
      fc.property(steps, (calls) => {
        const memory = heap(pages(1, 4096), { base: 20_000, maximumPages: 4096 })
        const live: { pointer: number; bytes: number }[] = []
        for (const { bytes, drop, keep } of calls) {
          if (keep || live.length === 0) live.push({ pointer: memory.alloc(bytes), bytes })
          else memory.free(live.splice(drop % live.length, 1)[0]!.pointer)
        }
        const sorted = live.toSorted((a, b) => a.pointer - b.pointer)
        for (const [i, { pointer, bytes }] of sorted.entries()) {
          expect(pointer % 128).toBe(0)
          expect(pointer).toBeGreaterThanOrEqual(20_000)
          expect(pointer + bytes).toBeLessThanOrEqual(sorted[i + 1]?.pointer ?? memory.stats().reservedBytes)
        }
        for (const { pointer } of live) memory.free(pointer)
        expect(memory.stats()).toMatchObject({ bytesInUse: 0, blocks: 0 })
        // Everything has grown together again: the whole memory is one block.
        const before = memory.stats().reservedBytes
        memory.free(memory.alloc(Math.floor((before - 20_096) / 1.07)))
        expect(memory.stats().reservedBytes).toBe(before)
      }),
      { numRuns: 20, seed: 7 },
    )
  })

  it('gives views that see what was written before a growth', () => {
    const memory = heap(pages(1, 1024), { base: 1024, maximumPages: 1024 })
    const pointer = memory.alloc(16)
    memory.views().f32[pointer / 4] = 7
    memory.alloc(30 * 2 ** 20)
    expect(memory.views().f32[pointer / 4]).toBe(7)
  })

  it('reuses the blocks of a step exactly: memory after 100 steps is that after 2', () => {
    const memory = heap(pages(1, 4096), { base: 1024, maximumPages: 4096 })
    const sizes = Array.from({ length: 200 }, (_, i) => ((i * 7919) % 400_000) + 1)
    const step = () => {
      const pointers = sizes.map((bytes) => memory.alloc(bytes))
      for (const pointer of pointers) memory.free(pointer)
    }
    step()
    step()
    const { reservedBytes, peakBytes } = memory.stats()
    for (let i = 0; i < 98; i++) step()
    expect(memory.stats()).toMatchObject({ reservedBytes, peakBytes })
  })

  it('says what is wrong when memory is full, and goes on', () => {
    const memory = heap(pages(1, 320), { base: 1024, maximumPages: 320 })
    const pointer = memory.alloc(2 ** 20)
    expect(() => memory.alloc(21 * 2 ** 20)).toThrow(/expected room for 21 MiB, but 1 MiB of at most 20 MiB/)
    expect(() => memory.alloc(2 ** 40)).toThrow(/backend-simd.alloc/)
    memory.alloc(17 * 2 ** 20)
    memory.free(pointer)
    expect(() => memory.free(pointer)).toThrow(/not allocated/)
  })

  it('rounds to a class boundary with at most 1/16 of waste', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 25 }), (size) => {
        const rounded = roundToClass(size)
        expect(rounded).toBeGreaterThanOrEqual(size)
        expect(rounded - size).toBeLessThanOrEqual(size / 16)
        expect(roundToClass(rounded)).toBe(rounded)
        expect(classOf(rounded) - classOf(size)).toBeLessThanOrEqual(1)
      }),
      { seed: 7 },
    )
  })
})
