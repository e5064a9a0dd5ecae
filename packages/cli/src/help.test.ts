import { expect, it } from 'vitest'
import { nearest } from './nearest.ts'
import { takesColors } from './terminal.ts'
import { version } from './version.ts'

it('colors go to terminals alone, and not where NO_COLOR is set, whatever else the environment says', () => {
  const pipe = { isTTY: false }
  const terminal = { isTTY: true }
  expect(takesColors(terminal, {})).toBe(true)
  expect(takesColors(terminal, { NO_COLOR: '' })).toBe(true)
  expect(takesColors(terminal, { NO_COLOR: '1' })).toBe(false)
  expect(takesColors(terminal, { TERM: 'dumb' })).toBe(false)
  for (const env of [{}, { CI: 'true' }, { FORCE_COLOR: '1' }]) expect(takesColors(pipe, env)).toBe(false)
})

it('finds what was meant', () => {
  const known = ['steps', 'sample-steps', 'learning-rate', 'label', 'labels']
  expect(nearest('setps', known)).toEqual(['steps'])
  expect(nearest('step', known)).toEqual(['steps'])
  expect(nearest('learningrate', known)).toEqual(['learning-rate'])
  expect(nearest('labels', known)).toEqual(['label', 'labels'])
  expect(nearest('xyz', known)).toEqual([])
  expect(nearest('ab', ['cd'])).toEqual([])
})

it('knows its version', async () => {
  expect(await version()).toMatch(/^\d+\.\d+\.\d+/)
})
