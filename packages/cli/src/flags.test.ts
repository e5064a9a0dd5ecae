import { GenError } from '@gen/backend'
import { parseArgs } from 'citty'
import { describe, expect, it } from 'vitest'
import { argumentsOf, choice, integer, integers, number, text, toggle, valuesOf } from './flags.ts'

const flags = {
  steps: integer(100, 'steps', { min: 1 }),
  learningRate: number(1e-3, 'rate', { min: 0 }),
  widths: integers([32, 64], 'widths', { min: 1 }),
  loss: choice('l1', ['l1', 'l2'], 'loss'),
  out: text('', 'folder', 'path'),
  dryRun: toggle(false, 'only show'),
}

const read = (...words: string[]) => valuesOf('demo', flags, parseArgs(words, argumentsOf(flags)), words)

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
    expect(read()).toEqual({ steps: 100, learningRate: 1e-3, widths: [32, 64], loss: 'l1', out: '', dryRun: false })
  })

  it('reads every kind of flag', () => {
    expect(
      read('--steps', '7', '--learning-rate=3e-4', '--widths', '8,16', '--loss', 'l2', '--out', 'a/b', '--dry-run'),
    ).toEqual({
      steps: 7,
      learningRate: 3e-4,
      widths: [8, 16],
      loss: 'l2',
      out: 'a/b',
      dryRun: true,
    })
  })

  it.each([
    [['--setps', '7'], 'demo: expected a known flag, got --setps; see demo --help'],
    [['--lear', '7'], 'did you mean --learning-rate'],
    [['--steps', 'many'], "expected --steps to be a number, got 'many'"],
    [['--steps', '0'], "expected --steps to be at least 1, got '0'"],
    [['--steps', '1.5'], "expected --steps to be a whole number, got '1.5'"],
    [['--widths', '8,x'], "expected --widths to be a number, got '8,x'"],
    [['--loss', 'l3'], "expected --loss to be one of l1, l2, got 'l3'"],
  ])('refuses %j and says what it wants', (words, message) => {
    expect(refusal(...words)).toContain(message)
  })
})
