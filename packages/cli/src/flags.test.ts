import { GenError } from '@gen/backend'
import { describe, expect, it } from 'vitest'
import { choice, choices, integer, integers, number, optionalNumber, text, toggle, valuesOf } from './flags.ts'
import { sortWords } from './words.ts'

const flags = {
  steps: integer(100, 'steps', { min: 1, max: 1000 }),
  learningRate: number(1e-3, 'rate', { min: -1, max: 1 }),
  low: optionalNumber('low', { min: -10, max: 10 }, 'where samples lie'),
  widths: integers([32, 64], 'widths', { min: 1, max: 512 }),
  loss: choice('l1', ['l1', 'l2'], 'loss'),
  metrics: choices([], ['fid', 'kid'], 'metrics'),
  out: text('', 'folder', 'path'),
  dryRun: toggle(false, 'only show'),
  color: toggle(true, 'in color'),
}

const read = (...words: string[]) => valuesOf('demo', flags, sortWords('demo', flags, words).given)

const refusal = (...words: string[]): string => {
  try {
    read(...words)
  } catch (error) {
    expect(GenError.is(error)).toBe(true)
    return (error as Error).message
  }
  throw new Error(`'${words.join(' ')}' was accepted`)
}

describe('valuesOf', () => {
  it('has the defaults when nothing is given', () => {
    expect(read()).toEqual({
      ...{ steps: 100, learningRate: 1e-3, low: undefined, widths: [32, 64], loss: 'l1', metrics: [], out: '' },
      ...{ dryRun: false, color: true },
    })
  })

  it('reads every kind of flag', () => {
    const words = ['--steps', '7', '--learning-rate=3e-4', '--low', '-.5', '--widths', '8,16', '--loss', 'l2']
    expect(read(...words, '--metrics', 'kid,fid', '--out', 'a/b', '--dry-run', '--no-color')).toEqual({
      ...{ steps: 7, learningRate: 3e-4, low: -0.5, widths: [8, 16], loss: 'l2', metrics: ['kid', 'fid'], out: 'a/b' },
      ...{ dryRun: true, color: false },
    })
  })

  it('takes the last of a flag that is given twice, and values of stored runs', () => {
    for (const words of [
      ['--steps', '7', '--steps=8'],
      ['--steps=7', '--steps', '8'],
      ['--steps', '7', '--steps', '8'],
    ]) {
      expect(read(...words).steps).toBe(8)
    }
    const stored = { steps: 3, widths: [4, 5], 'dry-run': true, loss: 'l2' }
    expect(valuesOf('demo', flags, stored)).toMatchObject({ steps: 3, widths: [4, 5], dryRun: true, loss: 'l2' })
  })

  it.each([
    ['--dry-run=yes', true],
    ['--dry-run=true', true],
    ['--dry-run=on', true],
    ['--dry-run=off', false],
    ['--dry-run=no', false],
    ['--dry-run=false', false],
    ['--no-dry-run', false],
  ])('takes %s for %s', (word, value) => {
    expect(read(word).dryRun).toBe(value)
  })

  it.each([
    [['--unlike', '7'], 'demo: expected a known flag, got --unlike; see demo --help'],
    [['--setps', '7'], 'got --setps; did you mean --steps'],
    [['--lear', '7'], 'did you mean --learning-rate'],
    [['-o', 'x'], 'expected a known flag, got -o'],
    [['--no-steps'], 'got --no-steps'],
    [['--constructor', '1'], 'got --constructor'],
    [['--toString'], 'got --toString'],
    [['--steps', 'many'], "expected --steps to be a number, got 'many'"],
    [['--steps='], "expected --steps to be a number, got ''"],
    [['--learning-rate='], "expected --learning-rate to be a number, got ''"],
    [['--learning-rate', ' '], "expected --learning-rate to be a number, got ' '"],
    [['--learning-rate', '0x10'], 'expected --learning-rate to be a number'],
    [['--learning-rate', 'NaN'], 'expected --learning-rate to be a number'],
    [['--learning-rate', 'Infinity'], 'expected --learning-rate to be at most 1'],
    [['--learning-rate', '-Infinity'], 'expected --learning-rate to be at least -1'],
    [['--steps'], 'expected a value behind --steps, got none'],
    [['--steps', '--dry-run'], 'expected a value behind --steps, got none'],
    [['--steps', '0'], "expected --steps to be at least 1, got '0'"],
    [['--steps', '1e9'], "expected --steps to be at most 1000, got '1e9'"],
    [['--steps', '1.5'], "expected --steps to be a whole number, got '1.5'"],
    [['--widths', '8,x'], "expected --widths to be a number, got '8,x'"],
    [['--widths', '8,,16'], "expected --widths to be a number, got '8,,16'"],
    [['--widths', '8,1e9'], "expected --widths to be at most 512, got '8,1e9'"],
    [['--widths='], "expected --widths to be a number, got ''"],
    [['--loss', 'l3'], "expected --loss to be one of l1, l2, got 'l3'"],
    [['--metrics', 'fid,fog'], "expected --metrics to be some of fid, kid, got 'fid,fog'"],
    [['--out='], "expected --out to be a text, got ''"],
    [['--dry-run=maybe'], "expected --dry-run to be yes or no, got 'maybe'"],
    [['--dry-run='], "expected --dry-run to be yes or no, got ''"],
  ])('refuses %j and says what it wants', (words, message) => {
    expect(refusal(...words)).toContain(message)
  })
})

describe('sortWords', () => {
  it('leaves the words that belong to no flag, behind -- all', () => {
    expect(sortWords('demo', flags, ['a', '--steps', '3', '-1', '--', '--out', 'b'])).toEqual({
      rest: ['a', '-1', '--out', 'b'],
      given: { steps: '3' },
    })
    expect(sortWords('demo', flags, ['--learningRate', '-1e-3']).given).toEqual({ 'learning-rate': '-1e-3' })
  })
})
