/** Command-line flags: one table per command gives the parser its arguments, the help its defaults and the code its types. */
import { GenError } from '@gen/backend'
import type { ArgsDef } from 'citty'
import * as v from 'valibot'

/** A flag: its default, what it does, and how its text becomes a value. */
export interface Flag<T> {
  readonly initial: T
  readonly description: string
  readonly hint?: string
  readonly alias?: string
  /** Takes no value: present, absent, or `--no-name`. */
  readonly toggle?: boolean
  readonly schema: v.GenericSchema<unknown, T>
}

export type Flags = Record<string, Flag<unknown>>
export type FlagValues<F extends Flags> = { [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never }

interface Range {
  min?: number
  max?: number
}

const asNumber = v.pipe(v.unknown(), v.transform(Number), v.number('a number'))

function ranged({
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
}: Range): v.GenericSchema<unknown, number> {
  return v.pipe(asNumber, v.minValue(min, `at least ${min}`), v.maxValue(max, `at most ${max}`))
}

/** A real number in a range. */
export function number(initial: number, description: string, range: Range = {}): Flag<number> {
  return { initial, description, hint: 'number', schema: ranged(range) }
}

/** A whole number in a range. */
export function integer(initial: number, description: string, range: Range = {}): Flag<number> {
  return { initial, description, hint: 'integer', schema: v.pipe(ranged(range), v.integer('a whole number')) }
}

/** Whole numbers separated by commas. */
export function integers(initial: number[], description: string, range: Range = {}): Flag<number[]> {
  const item = v.pipe(ranged(range), v.integer('whole numbers separated by commas'))
  const parts = v.transform((text: unknown) => (Array.isArray(text) ? text : String(text).split(',').filter(Boolean)))
  return { initial, description, hint: 'n,n,…', schema: v.pipe(v.unknown(), parts, v.array(item)) }
}

/** One of a few words. */
export function choice<const T extends string>(initial: T, options: readonly T[], description: string): Flag<T> {
  return { initial, description, hint: options.join('|'), schema: v.picklist(options, `one of ${options.join(', ')}`) }
}

/** Several of a few words, separated by commas. */
export function choices<const T extends string>(
  initial: readonly T[],
  options: readonly T[],
  description: string,
): Flag<readonly T[]> {
  const parts = v.transform((text: unknown) => (Array.isArray(text) ? text : String(text).split(',').filter(Boolean)))
  const item = v.picklist(options, `some of ${options.join(', ')}`)
  return { initial, description, hint: 'word,word,…', schema: v.pipe(v.unknown(), parts, v.array(item)) }
}

/** Any text. */
export function text(initial: string, description: string, hint = 'text', alias?: string): Flag<string> {
  return { initial, description, hint, schema: v.string('a text'), ...(alias ? { alias } : {}) }
}

/** On or off. */
export function toggle(initial: boolean, description: string): Flag<boolean> {
  return { initial, description, toggle: true, schema: v.boolean() }
}

/** The word on the command line that sets the option `name`. */
export const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** The flags as the argument definitions of citty; the help shows the defaults. */
export function argumentsOf(flags: Flags): ArgsDef {
  const entries = Object.entries(flags).map(([name, { initial, description, hint = '', alias, toggle: bare }]) => [
    kebab(name),
    bare
      ? { type: 'boolean' as const, description, default: initial as boolean }
      : {
          type: 'string' as const,
          description,
          valueHint: hint,
          ...(String(initial) === '' ? {} : { default: String(initial) }),
          ...(alias ? { alias } : {}),
        },
  ])
  return Object.fromEntries(entries) as ArgsDef
}

/** Throws for words on the command line that no flag declares, naming the nearest one. */
function rejectUnknown(command: string, flags: Flags, words: readonly string[]): void {
  const known = new Set(
    Object.entries(flags).flatMap(([name, { alias }]) => [kebab(name), name, ...(alias ? [alias] : [])]),
  )
  for (const word of words) {
    const name = /^--?(?:no-)?([A-Za-z][\w-]*)/.exec(word)?.[1]
    if (name === undefined || known.has(name)) continue
    const similar = [...known].filter((candidate) => candidate.startsWith(name.slice(0, 3)))
    const remedy = similar.length > 0 ? `did you mean --${similar.join(', --')}?` : `see ${command} --help`
    throw new GenError('config', `${command}: expected a known flag, got --${name}; ${remedy}`, {
      details: { flag: name },
    })
  }
}

/**
 * The values of the flags.
 *
 * @throws GenError 'config' naming the flag, what was expected and what came, for unknown flags and bad values.
 */
export function valuesOf<F extends Flags>(
  command: string,
  flags: F,
  parsed: Record<string, unknown>,
  words: readonly string[],
): FlagValues<F> {
  rejectUnknown(command, flags, words)
  const entries = Object.entries(flags).map(([name, flag]) => {
    const given = parsed[kebab(name)]
    if (given === undefined) return [name, flag.initial]
    const result = v.safeParse(flag.schema, given)
    if (result.success) return [name, result.output]
    const expected = result.issues[0]?.message ?? flag.hint ?? 'a value'
    throw new GenError(
      'config',
      `${command}: expected --${kebab(name)} to be ${expected}, got '${String(given)}'; see ${command} --help`,
      {
        details: { flag: name, value: given },
      },
    )
  })
  return Object.fromEntries(entries) as FlagValues<F>
}
