import { toArray } from '@gen/io'
import { expect, it } from 'vitest'
import { halfBits, halved } from './half.ts'

const bitsOf = (value: number): number => new Uint32Array(Float32Array.of(value).buffer)[0]!
const raw = (values: Float32Array) =>
  ({ dtype: 'F32', shape: [values.length], data: new Uint8Array(values.buffer) }) as const

/** Every 16-bit float that is finite. */
const all = toArray({
  dtype: 'F16',
  shape: [65_536],
  data: new Uint8Array(Uint16Array.from({ length: 65_536 }, (_, i) => i).buffer),
}) as Float32Array

it('gives every 16-bit float itself', () => {
  for (const [pattern, value] of all.entries())
    if (Number.isFinite(value)) expect(halfBits(bitsOf(value))).toBe(pattern)
})

it('rounds to the nearest, and between two to the even one', () => {
  for (let pattern = 0; pattern < 0x7bff; pattern += 97) {
    const [low, high] = [all[pattern]!, all[pattern + 1]!]
    expect(halfBits(bitsOf(low + 0.4 * (high - low)))).toBe(pattern)
    expect(halfBits(bitsOf(low + 0.6 * (high - low)))).toBe(pattern + 1)
    expect(halfBits(bitsOf((low + high) / 2))).toBe(pattern + (pattern % 2))
    expect(halfBits(bitsOf(-(low + 0.6 * (high - low))))).toBe(0x8000 | (pattern + 1))
  }
})

it('refuses what has no 16-bit float', () => {
  expect(() => halved(raw(Float32Array.of(7e4)))).toThrow(/65,504/)
  expect(() => halved(raw(Float32Array.of(Number.NaN)))).toThrow(/65,504/)
})
