/** What configs hold, kind by kind. @module */
import { GenError, type Key, key } from '@gen/backend'
import {
  draganPenalty,
  gradientPenalty,
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  type Objective,
  type Penalty,
  r1,
  r2,
  relativistic,
  wasserstein,
} from '@gen/losses'
import { activations } from '@gen/nn'
import * as v from 'valibot'
import type { Network } from './network.ts'
import { dcganDiscriminator, dcganGenerator } from './networks/dcgan.ts'
import { mlpDiscriminator, mlpGenerator } from './networks/mlp.ts'
import { r3Discriminator, r3Generator } from './networks/r3.ts'
import { residualDiscriminator, residualGenerator } from './networks/residual.ts'

/** Makes what a config, without its kind, describes. */
type Entry<T> = (options: unknown, k: Key) => T

const part = v.looseObject({ kind: v.string() })
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const size = v.pipe(v.number(), v.integer(), v.minValue(1))
/** What float32 holds. */
const finite = v.pipe(v.number(), v.minValue(-(2 ** 127)), v.maxValue(2 ** 127))
const activation = v.picklist(activations)
/** Blocks cost layers, each of which costs time to make. */
const few = v.pipe(size, v.maxValue(256))
const spectral = v.boolean()

const sizes = v.array(size)
/** Networks of images have at least one size. */
const some = v.pipe(sizes, v.minLength(1))
const judges = { shape: some, classes: count }
const makes = { ...judges, latentSize: size }
const waves = { widths: sizes, activation, frequencies: count, bandwidth: finite }
const r3 = { widths: some, blocks: few, expansion: few, groups: size }

const networks: Record<string, Entry<Network>> = {
  dcganDiscriminator: entry({ ...judges, widths: some, spectral, groupSize: count }, (o, k) =>
    dcganDiscriminator({ ...o, key: k }),
  ),
  dcganGenerator: entry({ ...makes, widths: some }, (o, k) => dcganGenerator({ ...o, key: k })),
  mlpDiscriminator: entry({ ...judges, ...waves, spectral }, (o, k) => mlpDiscriminator({ ...o, key: k })),
  mlpGenerator: entry({ ...makes, ...waves }, (o, k) => mlpGenerator({ ...o, key: k })),
  r3Discriminator: entry({ ...judges, ...r3 }, (o, k) => r3Discriminator({ ...o, key: k })),
  r3Generator: entry({ ...makes, ...r3 }, (o, k) => r3Generator({ ...o, key: k })),
  residualDiscriminator: entry({ ...judges, widths: some, spectral }, (o, k) =>
    residualDiscriminator({ ...o, key: k }),
  ),
  residualGenerator: entry({ ...makes, widths: some }, (o, k) => residualGenerator({ ...o, key: k })),
}

const penalties: Record<string, Entry<Penalty>> = {
  dragan: entry({ weight: finite, target: finite, deviation: finite }, draganPenalty),
  gradientPenalty: entry({ weight: finite, target: finite, oneSided: v.boolean() }, gradientPenalty),
  r1: entry({ weight: finite }, r1),
  r2: entry({ weight: finite }, r2),
}

const objectives: Record<string, () => Objective> = {
  hinge,
  leastSquares,
  minimax,
  nonSaturating,
  relativistic,
  wasserstein,
}

/** Makes a network by its config. */
export function networkOf(config: unknown, k: Key): Network {
  return make('network', networks, config, k)
}

/** Makes a penalty by its config. */
export function penaltyOf(config: unknown): Penalty {
  return make('penalty', penalties, config)
}

/** Makes an objective by its name. */
export function objectiveOf(name: string): Objective {
  if (Object.hasOwn(objectives, name)) return objectives[name]!()
  return fail(`an objective of ${Object.keys(objectives).join(', ')}`, name)
}

/**
 * Parses a config.
 *
 * @throws GenError `config`.
 */
export function parse<S extends v.GenericSchema>(noun: string, schema: S, config: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, config)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  return fail(noun, `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
}

export function fail(expected: string, got: string): never {
  throw new GenError('config', `gan.ganFromConfig: expected ${expected}, got ${got}`)
}

function entry<T, F extends v.ObjectEntries>(
  fields: F,
  maker: (options: v.InferOutput<v.StrictObjectSchema<F, undefined>>, k: Key) => T,
): Entry<T> {
  const schema = v.strictObject(fields)
  return (options, k) => maker(parse('options of one that a GAN gives', schema, options), k)
}

function make<T>(noun: string, entries: Record<string, Entry<T>>, config: unknown, k: Key = key(0)): T {
  const { kind, ...options } = parse(`a ${noun} with a kind`, part, config)
  if (Object.hasOwn(entries, kind)) return entries[kind]!(options, k)
  return fail(`a ${noun} of ${Object.keys(entries).join(', ')}`, kind)
}
