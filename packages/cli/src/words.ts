/** The words of a command line, sorted into flags and the rest. @module */
import { GenError } from '@gen/backend'
import type { Flags } from './flags.ts'
import { kebab } from './kebab.ts'
import { nearest } from './nearest.ts'

/** What stands on a command line. */
export interface Words {
  /** Words that belong to no flag. */
  readonly rest: readonly string[]
  /** What was given to each flag, by its kebab-case name; of a flag given twice, the last. */
  readonly given: Readonly<Record<string, string>>
}

/** A word that looks like a flag; `-3` and `-.5` are numbers. */
const isFlag = (word: string): boolean => /^(--.|-[A-Za-z])/.test(word) && word !== '-Infinity'

/**
 * Sorts words by the flags of a command. `--name value`, `--name=value`; toggles also `--name` and `--no-name`; behind `--`
 * stand no flags.
 *
 * @throws GenError 'config' for an unknown flag, naming the nearest; for a flag without its value.
 * @example
 * sortWords('gen sample', { count: integer(64, 'how many', { min: 1, max: 10 }) }, ['run', '--count', '7'])
 */
export function sortWords(command: string, flags: Flags, words: readonly string[]): Words {
  const toggles = new Map(Object.entries(flags).map(([name, flag]) => [kebab(name), flag.toggle === true]))
  const end = words.includes('--') ? words.indexOf('--') : words.length
  const rest: string[] = []
  const given: Record<string, string> = {}
  for (let i = 0; i < end; i++) {
    const word = words[i]!
    if (!isFlag(word)) {
      rest.push(word)
      continue
    }
    const { name, value, negated } = taken(command, toggles, word)
    if (toggles.get(name)) given[name] = value ?? String(!negated)
    else if (value !== undefined) given[name] = value
    else if (i + 1 < end && !isFlag(words[i + 1]!)) given[name] = words[++i]!
    else throw new GenError('config', `${command}: expected a value behind --${name}, got none; see ${command} --help`)
  }
  return { rest: [...rest, ...words.slice(end + 1)], given }
}

/** The flag that a word names, and the value within the word. */
function taken(command: string, toggles: ReadonlyMap<string, boolean>, word: string) {
  const [, written = '', value] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? []
  const name = kebab(written)
  if (word.startsWith('--') && toggles.has(name)) return { name, value, negated: false }
  const bare = name.replace(/^no-/, '')
  if (bare !== name && toggles.get(bare) && value === undefined) return { name: bare, value, negated: true }
  const similar = nearest(bare, [...toggles.keys()])
  const remedy = similar.length > 0 ? `did you mean --${similar.join(', --')}?` : `see ${command} --help`
  throw new GenError('config', `${command}: expected a known flag, got ${word.split('=')[0]}; ${remedy}`, {
    details: { flag: written },
  })
}
