/** Command-line flags: one table per command gives the parser its words, the help its defaults and the code its types. @module */
import { GenError } from '@gen/backend'
import * as v from 'valibot'
import { kebab } from './kebab.ts'

/** A flag: its default, what it does, and how its text becomes a value. */
export interface Flag<T> {
  readonly initial: T
  readonly description: string
  /** What stands behind the flag, in the help; none behind a toggle. */
  readonly hint?: string
  /** What happens without the flag, where that is no value that could be written there. */
  readonly otherwise?: string
  /** Takes no value: present, absent, or `--no-name`. */
  readonly toggle?: boolean
  /** Bounds of a number, and of each number of a list. */
  readonly range?: Range
  readonly schema: v.GenericSchema<unknown, T>
}

/** Two numbers, the first no larger than the second. */
export type Interval = readonly [least: number, largest: number]

export type Flags = Record<string, Flag<unknown>>
export type FlagValues<F extends Flags> = { [Name in keyof F]: F[Name] extends Flag<infer T> ? T : never }

/** Every number has both bounds: what is too large would otherwise hang before anyone can say so. */
export interface Range {
  readonly min: number
  readonly max: number
}

const numeral = /^[+-]?(\d+\.?\d*|\.\d+|Infinity)(e[+-]?\d+)?$/i
/** Numbers in a list, at most. */
const longest = 10_000

const isNumeral = (given: unknown): boolean =>
  typeof given === 'number' || (typeof given === 'string' && numeral.test(given.trim()))

const asNumber = v.pipe(v.unknown(), v.check(isNumeral, 'a number'), v.transform(Number), v.number('a number'))

function ranged({ min, max }: Range): v.GenericSchema<unknown, number> {
  return v.pipe(asNumber, v.minValue(min, `at least ${min}`), v.maxValue(max, `at most ${max}`))
}

/** A real number in a range. */
export function number(initial: number, description: string, range: Range): Flag<number> {
  return { initial, description, hint: 'number', range, schema: ranged(range) }
}

/** A real number in a range, or nothing; `otherwise` says what happens then. */
export function optionalNumber(description: string, range: Range, otherwise: string): Flag<number | undefined> {
  return { initial: undefined, description, hint: 'number', range, otherwise, schema: ranged(range) }
}

/** A whole number in a range. */
export function integer(initial: number, description: string, range: Range): Flag<number> {
  return { initial, description, hint: 'integer', range, schema: v.pipe(ranged(range), v.integer('a whole number')) }
}

const listed = v.pipe(
  v.unknown(),
  v.transform((given: unknown) => (Array.isArray(given) ? given : String(given).split(','))),
)

/** A whole number in a range, or nothing; `otherwise` says what happens then. */
export function optionalInteger(description: string, range: Range, otherwise: string): Flag<number | undefined> {
  const schema = v.pipe(ranged(range), v.integer('a whole number'))
  return { initial: undefined, description, hint: 'integer', range, otherwise, schema }
}

/** Whole numbers separated by commas. */
export function integers(initial: number[], description: string, range: Range, otherwise = ''): Flag<number[]> {
  const item = v.pipe(ranged(range), v.integer('whole numbers separated by commas'))
  const schema = v.pipe(listed, v.maxLength(longest, `at most ${longest} numbers`), v.array(item))
  return { initial, description, hint: 'n,n,…', range, otherwise, schema }
}

/** Two numbers in a range, the first no larger than the second, or nothing. */
export function optionalInterval(description: string, range: Range, otherwise: string): Flag<Interval | undefined> {
  const expected = 'two numbers separated by a comma, the least and the largest'
  const pair = v.strictTuple([ranged(range), ranged(range)], expected)
  const schema = v.pipe(
    listed,
    pair,
    v.check(([least, largest]) => least <= largest, expected),
  )
  return { initial: undefined, description, hint: 'least,largest', range, otherwise, schema }
}

/** One of a few words. */
export function choice<const T extends string>(initial: T, options: readonly T[], description: string): Flag<T> {
  return { initial, description, hint: options.join('|'), schema: v.picklist(options, `one of ${options.join(', ')}`) }
}

/** One of a few words, or nothing; `otherwise` says what happens then. */
export function optionalChoice<const T extends string>(
  options: readonly T[],
  description: string,
  otherwise: string,
): Flag<T | undefined> {
  const schema = v.picklist(options, `one of ${options.join(', ')}`)
  return { initial: undefined, description, hint: 'word', otherwise, schema }
}

/** Several of a few words, separated by commas. */
export function choices<const T extends string>(
  initial: readonly T[],
  options: readonly T[],
  description: string,
  otherwise = '',
): Flag<readonly T[]> {
  const item = v.picklist(options, `some of ${options.join(', ')}`)
  return { initial, description, hint: 'word,word,…', otherwise, schema: v.pipe(listed, v.array(item)) }
}

/** Any text but an empty one; an empty default is in effect what `otherwise` says. */
export function text(initial: string, description: string, hint = 'text', otherwise = ''): Flag<string> {
  return { initial, description, hint, otherwise, schema: v.string('a text') }
}

const switched: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}
const isSwitch = (given: unknown): boolean => Object.hasOwn(switched, String(given))

/** On or off. */
export function toggle(initial: boolean, description: string): Flag<boolean> {
  const schema = v.pipe(
    v.unknown(),
    v.check(isSwitch, 'yes or no'),
    v.transform((given: unknown) => switched[String(given)] as boolean),
  )
  return { initial, description, toggle: true, schema }
}

/**
 * The values of the flags; those not given have their defaults.
 *
 * @param given - What stands behind each flag, by its kebab-case name: words of a command line, or values of a stored run.
 * @throws GenError 'config' naming the flag, what was expected and what came.
 */
export function valuesOf<F extends Flags>(
  command: string,
  flags: F,
  given: Readonly<Record<string, unknown>>,
): FlagValues<F> {
  const entries = Object.entries(flags).map(([name, flag]) => {
    const value = Object.hasOwn(given, kebab(name)) ? given[kebab(name)] : undefined
    if (value === undefined) return [name, flag.initial]
    const result = v.safeParse(flag.schema, value)
    if (result.success && value !== '') return [name, result.output]
    const expected = result.issues?.[0].message ?? 'a text'
    throw refused(command, kebab(name), expected, String(value))
  })
  return Object.fromEntries(entries) as FlagValues<F>
}

function refused(command: string, flag: string, expected: string, got: string): GenError {
  return new GenError(
    'config',
    `${command}: expected --${flag} to be ${expected}, got '${got}'; see ${command} --help`,
    {
      details: { flag, value: got },
    },
  )
}
