import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fold, GenError, key, uniformArray } from '@gen/backend'
import { encodeSafetensors, type RawTensor } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { readWeights } from '@gen/train'
import { engine, memory } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FamilyModel } from '../families/family.ts'
import { families } from '../families/index.ts'
import { openModel } from './open-model.ts'

/** What a family's own flags are when none is given, but for sizes, which are kept small. */
const small = { widths: [4, 6], hidden: [4, 6], layers: 2, latent: 2, bins: 4, width: 4, levels: 1, stepsPerLevel: 1 }
const kinds: [name: string, family: string, shape: number[], flags: object][] = [
  ['diffusion of points', 'diffusion', [2], {}],
  ['diffusion of images', 'diffusion', [8, 8, 1], {}],
  ['flow of points', 'flow', [2], {}],
  ['flow of images', 'flow', [4, 4, 1], { noise: 'variational' }],
  ['gan', 'gan', [2], { network: 'mlp' }],
  ['vae', 'vae', [2], { network: 'mlp' }],
  ['vae with pseudo-inputs', 'vae', [2], { network: 'mlp', preset: 'vamp', components: 3 }],
]

interface Stored {
  family: string
  model: unknown
  weights: Record<string, RawTensor>
}
const stored: Record<string, Stored> = {}

function inNewVariables<T>(build: () => T): { value: T; clean(): void } {
  const before = new Set(Object.keys(engine().state.registeredVariables))
  const value = build()
  const clean = (): void => {
    for (const [name, variable] of Object.entries(engine().state.registeredVariables)) {
      if (!before.has(name)) variable.dispose()
    }
  }
  return { value, clean }
}

beforeAll(async () => {
  for (const [name, family, shape, flags] of kinds) {
    const known = families[family]!
    const initial = Object.fromEntries(Object.entries(known.flags).map(([flag, { initial: value }]) => [flag, value]))
    const fitting = Object.fromEntries(Object.entries(small).filter(([flag]) => flag in initial))
    const { value, clean } = inNewVariables(() =>
      known.create({ ...initial, ...fitting, ...flags } as never, { shape }, key(0)),
    )
    stored[name] = {
      family,
      model: JSON.parse(JSON.stringify(value.config)),
      weights: await readWeights(value.trainable),
    }
    clean()
  }
})

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'gen-open-'))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const writeConfig = (config: unknown): void => writeFileSync(join(path, 'config.json'), JSON.stringify(config) ?? '')
async function write({ family, model, weights }: Stored): Promise<void> {
  await writeModelFolder(path, { config: { family, model }, tensors: weights, card: 'x' })
}

/** Opens the folder; what is opened is disposed again, what is refused must leave nothing. */
async function attempt(): Promise<unknown> {
  const [before, variables] = [memory().numTensors, new Set(Object.keys(engine().state.registeredVariables))]
  const outcome: { model: FamilyModel } | Error = await openModel('gen test', path).catch((error: Error) => error)
  if (outcome instanceof Error) {
    expect(memory().numTensors).toBe(before)
    return outcome
  }
  const weights = await readWeights(outcome.model.trainable)
  for (const [name, variable] of Object.entries(engine().state.registeredVariables)) {
    if (!variables.has(name)) variable.dispose()
  }
  return weights
}

async function refusal(message: RegExp): Promise<void> {
  const error = await attempt()
  expect(error).toBeInstanceOf(Error)
  expect((error as Error).message).toMatch(message)
  expect(GenError.is(error) && error.code).toBe('file')
}

/** Every place in a config: the path of keys that leads there. */
function placesIn(config: unknown, path: string[] = []): string[][] {
  if (typeof config !== 'object' || config === null) return [path]
  return [path, ...Object.entries(config).flatMap(([name, child]) => placesIn(child, [...path, name]))]
}

/** A copy in which one place holds something else; without `value` the place is left out. */
function changed(config: unknown, [name, ...rest]: readonly string[], value?: unknown): unknown {
  if (name === undefined) return value
  const copy = structuredClone(config) as Record<string, unknown>
  if (rest.length === 0 && value === undefined) delete copy[name]
  else copy[name] = changed(copy[name], rest, value)
  return copy
}

describe.each(kinds.map(([name]) => name))('%s', (name) => {
  it('opens as it was', async () => {
    const model = stored[name]!
    await write(model)
    expect(await attempt()).toEqual(model.weights)
  })

  it('with any field replaced gives an error or a model, soon, and an error leaves nothing', async () => {
    const model = stored[name]!
    await write(model)
    const junk = [undefined, null, 7, -1, 1e9, 'constructor', [], {}, [null], true]
    const whole = { family: model.family, model: model.model }
    for (const [i, place] of placesIn(whole).entries()) {
      // Three of them at each place, others at the next.
      for (let j = 0; j < 3; j++) {
        const value = junk[(3 * i + j) % junk.length]
        writeConfig(changed(whole, place, value))
        const start = performance.now()
        const outcome = await attempt()
        if (outcome instanceof Error) {
          expect(GenError.is(outcome), `${place.join('.')} = ${JSON.stringify(value)}: ${outcome.message}`).toBe(true)
          expect(outcome.message.length).toBeLessThan(1000)
        }
        expect(performance.now() - start, place.join('.')).toBeLessThan(10_000)
      }
    }
  }, 120_000)
})

describe('sizes', () => {
  it.each([
    ['diffusion of points', ['network', 'hidden'], [1e6, 6], /model.network.hidden, which takes 6000000 numbers where/],
    ['diffusion of points', ['network', 'hidden'], [1e6], /hidden, which takes 1000000 numbers/],
    ['diffusion of images', ['network', 'widths'], [4, 1e6], /network.widths, which takes 4000000 numbers/],
    ['diffusion of images', ['network', 'depth'], 1e6, /depth, which takes 1000000 tensors/],
    ['vae', ['latentSize'], 1e6, /latentSize, which takes 1000000 numbers/],
  ])(
    'of a %s, %j = %j, are compared with the weights before anything is built',
    async (name, place, value, message) => {
      const model = stored[name]!
      await write({ ...model, model: changed(model.model, place, value) })
      const start = performance.now()
      await refusal(message)
      expect(performance.now() - start).toBeLessThan(2000)
    },
  )

  it('that are near are compared weight by weight', async () => {
    const model = stored['diffusion of points']!
    await write({ ...model, model: changed(model.model, ['network', 'hidden'], [4, 7]) })
    const error = await attempt()
    expect(GenError.is(error) && error.message).toMatch(/expected denoiser\/\d+ float32 of shape .* got F32/)
  })
})

describe('weights', () => {
  const weightsWith = (change: (weights: Record<string, RawTensor>) => void): Stored => {
    const model = structuredClone(stored.vae!)
    change(model.weights)
    return model
  }
  const number = (value: number): Uint8Array => new Uint8Array(new Float32Array([value]).buffer)

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'of %s are refused by name',
    async (value) => {
      await write(weightsWith((weights) => Object.values(weights)[1]!.data.set(number(value), 4)))
      await refusal(new RegExp(`finite weights, got ${value} at element 1 of vae/1; train anew`))
    },
  )

  it.each([0, 1, 7, 8, 9, 100, 500])(
    'that are cut off after %i bytes are called truncated, not missing',
    async (length) => {
      const model = stored.vae!
      // As a run lays it out.
      mkdirSync(join(path, 'model'))
      const { family, weights } = model
      await writeModelFolder(join(path, 'model'), {
        config: { family, model: model.model },
        tensors: weights,
        card: 'x',
      })
      writeConfig({ command: 'train' })
      truncateSync(join(path, 'model', 'model.safetensors'), length)
      const error = await attempt()
      expect(GenError.is(error) && error.code).toBe('file')
      expect((error as Error).message).toMatch(/; the file is truncated$/)
    },
  )

  it('that are missing, left over or of another type are refused', async () => {
    await write(weightsWith((weights) => delete weights['vae/0']))
    await refusal(/got no vae\/0/)
    await write(weightsWith((weights) => Object.assign(weights, { more: weights['vae/0'] })))
    await refusal(/got also more/)
    await write(weightsWith((weights) => Object.assign(weights['vae/0']!, { dtype: 'I32' })))
    expect(GenError.is(await attempt())).toBe(true)
  })

  it('with any damage give an error or a model', async () => {
    const model = stored.vae!
    await write(model)
    const file = encodeSafetensors(model.weights)
    for (let i = 0; i < 100; i++) {
      const draws = uniformArray(fold(key(0), i), 1, 4)
      // Most files whole with two wrong bytes, some cut off.
      const broken = file.slice(0, i % 3 === 0 ? Math.floor(draws[0]! * file.length) : file.length)
      for (const at of [draws[1]!, draws[2]!]) broken[Math.floor(at * 300)] = Math.floor(draws[3]! * 256)
      writeFileSync(join(path, 'model.safetensors'), broken)
      const outcome = await attempt()
      if (outcome instanceof Error) expect(GenError.is(outcome), outcome.message).toBe(true)
    }
  })
})

describe('a folder', () => {
  it.each(['constructor', '__proto__', 'toString', '', 'unet', 7, null, ['vae']])(
    'of family %j is refused',
    async (family) => {
      await write(stored.vae!)
      writeConfig({ family, model: stored.vae!.model })
      await refusal(/the folder of a diffusion or flow or gan or vae model/)
    },
  )

  it.each([{ sampleSteps: 1e9 }, { sampleSteps: 0 }, { sampleSteps: 'x' }, { guidance: null }])(
    'with %j is refused',
    async (more) => {
      await write(stored.vae!)
      writeConfig({ family: 'vae', model: stored.vae!.model, ...more })
      await refusal(/the folder of a diffusion/)
    },
  )

  it.each([
    ['brackets', `{"family":"flow","model":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    [
      'inverses',
      `{"family":"flow","model":{"flow":{"kind":"flow","base":{"kind":"standardNormal"},"transforms":[${'{"kind":"inverse","transform":'.repeat(50_000)}{"kind":"tanh","shape":[2]}${'}'.repeat(50_000)}]},"noise":null,"classes":0}}`,
    ],
  ])('whose config nests %s deeply is refused', async (_, text) => {
    await write(stored['flow of points']!)
    writeFileSync(join(path, 'config.json'), text)
    expect(GenError.is(await attempt())).toBe(true)
  })
})
