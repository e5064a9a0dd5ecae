import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fields } from '../pages/gan/settings.ts'
import { fields as spaces } from '../pages/spaces/settings.ts'
import { readDrawing, writeDrawing } from './drawing.ts'
import { type Fields, initialSettings, parseValue, type Settings } from './fields.ts'
import { readLink, writeLink } from './link.ts'
import { edited, nextEdit, type Run, settingsAt } from './run.ts'

const table: Fields = { ...fields, pins: spaces.pins }

/** Values that a field may have. */
function anyValue(name: string): fc.Arbitrary<number | string> {
  const field = table[name]!
  if (field.kind === 'choice') return fc.constantFrom(...Object.keys(field.options))
  if (field.kind === 'drawing') return fc.string({ unit: fc.constantFrom(...'Bcd9-_'), maxLength: 60 })
  if (field.kind === 'text') return fc.uniqueArray(fc.nat(47), { maxLength: 48 }).map((pins) => pins.join('.'))
  const [from, to] = field.limits
  return field.step === undefined
    ? fc.double({ min: from, max: to, noNaN: true }).map((value) => value + 0)
    : fc.integer({ min: Math.ceil(from), max: to })
}

const changes: fc.Arbitrary<Settings> = fc
  .uniqueArray(fc.constantFrom(...Object.keys(table)), { minLength: 1, maxLength: 4 })
  .chain((names) =>
    fc.tuple(...names.map(anyValue)).map((values) => Object.fromEntries(names.map((n, i) => [n, values[i]!]))),
  )

const runs: fc.Arbitrary<Run> = fc
  .tuple(
    fc.nat(2 ** 32 - 1),
    changes,
    fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 1e6 }), changes), { selector: ([step]) => step, maxLength: 5 }),
  )
  .map(([seed, settings, edits]) => ({
    seed,
    settings: { ...initialSettings(table), ...settings },
    tape: edits.sort(([a], [b]) => a - b).map(([step, set]) => ({ step, set })),
  }))

describe('a link', () => {
  it('is the run: read(write(run)) = run', () => {
    fc.assert(
      fc.property(runs, fc.option(fc.nat(1e6), { nil: undefined }), (run, at) => {
        const link = { run, ...(at !== undefined && { at, bits: '0123abcd' }) }
        const text = writeLink(table, link)
        expect(readLink(table, text.slice(1))).toEqual({ ...link, notices: [] })
      }),
    )
  })

  it('says nothing of what is as it always is', () => {
    expect(writeLink(table, { run: { seed: 0, settings: initialSettings(table), tape: [] } })).toBe('')
  })

  it('takes whatever is typed, and tells what it could not read', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const { run } = readLink(table, text)
        for (const [name, value] of Object.entries(run.settings)) {
          expect(parseValue(table[name]!, String(value))).toEqual({ value })
        }
      }),
    )
    const { run, notices } = readLink(table, 'k=1.5&seed=-1&tape=10:k.2,x,20:nobody.1,30:data.cats')
    expect(run).toEqual({ seed: 0, settings: initialSettings(table), tape: [{ step: 10, set: { k: 2 } }] })
    expect(notices).toHaveLength(5)
  })
})

describe('a tape', () => {
  const start: Run = { seed: 1, settings: { a: 1, b: 'x' }, tape: [] }

  it('has the settings of the last edit at or before a step', () => {
    const run = edited(edited(start, 10, { a: 2 }), 20, { b: 'y' })
    expect([0, 9, 10, 19, 20, 99].map((step) => settingsAt(run, step))).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'x' },
      { a: 2, b: 'x' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
      { a: 2, b: 'y' },
    ])
    expect([0, 10, 20].map((step) => nextEdit(run, step))).toEqual([10, 20, Number.POSITIVE_INFINITY])
  })

  it('gives up what came later, and leaves out what changes nothing', () => {
    const run = edited(edited(start, 10, { a: 2 }), 20, { b: 'y' })
    expect(edited(run, 15, { a: 3 }).tape).toEqual([
      { step: 10, set: { a: 2 } },
      { step: 15, set: { a: 3 } },
    ])
    expect(edited(run, 20, { b: 'x' }).tape).toEqual([{ step: 10, set: { a: 2 } }])
    expect(edited(run, 0, { a: 9 })).toEqual({ seed: 1, settings: { a: 9, b: 'x' }, tape: [] })
  })
})

describe('a drawing', () => {
  const corner = fc.tuple(fc.double({ min: -4, max: 4, noNaN: true }), fc.double({ min: -4, max: 4, noNaN: true }))

  it('comes back to within a place, and as itself the second time', () => {
    fc.assert(
      fc.property(fc.array(fc.array(corner, { minLength: 2, maxLength: 12 }), { maxLength: 8 }), (strokes) => {
        const text = writeDrawing(strokes)
        const back = readDrawing(text)
        expect(back.length).toBe(strokes.length)
        back.flat().forEach((point, i) => {
          const [x, y] = strokes.flat()[i]!
          expect(Math.hypot(point[0] - x, point[1] - y)).toBeLessThan(0.1)
        })
        expect(writeDrawing(back)).toBe(text)
      }),
    )
  })

  it('of any text is a drawing, perhaps an empty one', () => {
    fc.assert(fc.property(fc.string(), (text) => readDrawing(text).every((stroke) => stroke.length > 1)))
  })
})
