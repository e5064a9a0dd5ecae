/** Pieces from plain JSON, by their kind. @module */
import * as v from 'valibot'
import { refusal } from '../errors/refusal.ts'

/** Makes a piece of what its config holds besides its kind. */
export type RegistryEntry<T, Given = void> = (where: string, options: unknown, given: Given) => T

/** Makes the piece that a config describes; `given` is what a config cannot hold, such as a key. */
export type Registry<T, Given = void> = (config: unknown, given: Given) => T

/** What configs are made of: numbers are those that float32 holds, for weights are float32. */
export const configFields: {
  /** A whole number from 0 on. */
  readonly count: v.GenericSchema<unknown, number>
  /** A whole number from 1 on. */
  readonly size: v.GenericSchema<unknown, number>
  readonly finite: v.GenericSchema<unknown, number>
  readonly numbers: v.GenericSchema<unknown, number[]>
  readonly matrix: v.GenericSchema<unknown, number[][]>
} = fields()

function fields(): typeof configFields {
  const finite = v.pipe(v.number(), v.minValue(-(2 ** 127)), v.maxValue(2 ** 127))
  return {
    count: v.pipe(v.number(), v.integer(), v.minValue(0)),
    size: v.pipe(v.number(), v.integer(), v.minValue(1)),
    finite,
    numbers: v.array(finite),
    matrix: v.array(v.array(finite)),
  }
}

/**
 * Parses a config strictly.
 *
 * @param expected - What it should be, for the error.
 * @throws GenError `config`, naming the first member that does not fit.
 * @example
 * const size = parseConfig('demo.f', 'a size', configFields.size, JSON.parse('16'))
 */
export function parseConfig<S extends v.GenericSchema>(
  where: string,
  expected: string,
  schema: S,
  config: unknown,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, config)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw refusal('config', where, { expected, got: `${v.getDotPath(issue) ?? 'it'}: ${issue.message}` })
}

/**
 * An entry of a {@link registry}: the members of a config besides its kind, no other ones, and who takes them.
 *
 * @example
 * const entry = registryEntry({ size: configFields.size }, ({ size }) => standardNormal(size))
 */
export function registryEntry<T, F extends v.ObjectEntries, Given = void>(
  entries: F,
  make: (options: v.InferOutput<v.StrictObjectSchema<F, undefined>>, given: Given) => T,
): RegistryEntry<T, Given> {
  const schema = v.strictObject(entries)
  return (where, options, given) => make(parseConfig(where, 'the members of such a config', schema, options), given)
}

/**
 * Reads configs `{ kind, … }` of one sort of pieces. Names that any object has, such as `constructor`, are no kinds.
 *
 * @param where - The function that the reader is, for errors.
 * @param noun - What it reads, with its article.
 * @throws GenError from the reader, `config` for an unknown kind or members that do not fit it; and whatever the makers throw.
 * @example
 * const headFromConfig: Registry<Head> = registry('vae.headFromConfig', 'a head', { linear: registryEntry({}, linearHead) })
 */
export function registry<T, Given = void>(
  where: string,
  noun: string,
  entries: Readonly<Record<string, RegistryEntry<T, Given>>>,
): Registry<T, Given> {
  const kinded = v.looseObject({ kind: v.string() })
  return (config, given) => {
    const { kind, ...options } = parseConfig(where, `${noun} with a kind`, kinded, config)
    if (Object.hasOwn(entries, kind)) return entries[kind]!(where, options, given)
    const kinds = Object.keys(entries).join(', ')
    throw refusal('config', where, {
      expected: `${noun} of ${kinds}`,
      got: kind,
      remedy: 'pass a piece of your own itself',
    })
  }
}
