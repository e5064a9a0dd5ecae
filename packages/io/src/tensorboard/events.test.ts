import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'
import { tensorBoardHeader, tensorBoardScalars } from './events.ts'

interface Fixture {
  header: number
  steps: { time: number; step: number; scalars: Record<string, number | 'Infinity'> }[]
  bytes: string
}

/** fixtures/tensorboard/events.py */
const fixture = JSON.parse(
  readFileSync(new URL('../../../../fixtures/tensorboard/events.json', import.meta.url), 'utf8'),
) as Fixture

describe('event files', () => {
  it('are those of TensorBoard’s own writer, byte by byte', () => {
    const steps = fixture.steps.map(({ scalars, ...rest }) => {
      const numbers = Object.fromEntries(Object.entries(scalars).map(([tag, value]) => [tag, Number(value)]))
      return tensorBoardScalars({ ...rest, scalars: numbers })
    })
    const file = Buffer.concat([tensorBoardHeader(fixture.header), ...steps])
    expect(file.toString('hex')).toBe(fixture.bytes)
  })

  it('refuse times and steps that are none', () => {
    expect(() => tensorBoardHeader(Number.NaN)).toThrow('io.tensorBoardHeader: expected time')
    expect(() => tensorBoardScalars({ time: 0, step: 1.5, scalars: {} })).toThrow(
      'io.tensorBoardScalars: expected step',
    )
    expect(() => tensorBoardScalars({ time: -1, step: 1, scalars: {} })).toThrow('io.tensorBoardScalars: expected time')
  })
})

describe('crc32c', () => {
  it('is 0xe3069283 of the digits, as in RFC 3720’s catalog', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283)
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa)
  })
})
