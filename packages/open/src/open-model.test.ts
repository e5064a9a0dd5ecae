/** Whatever files hold, there is a model or an error, and an error leaves nothing. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fold, GenError, key, uniformArray, useBackend } from '@gen/backend'
import { encodeSafetensors, type RawTensor } from '@gen/io'
import { readWeights } from '@gen/train'
import { engine, memory } from '@tensorflow/tfjs-core'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openModel } from './index.ts'
import { makers } from './testing/makers.ts'

interface Stored {
  family: string
  model: unknown
  weights: Record<string, RawTensor>
}
const stored: Record<string, Stored> = {}

beforeAll(async () => {
  await useBackend('cpu')
  for (const [name, { family, make }] of Object.entries(makers)) {
    const model = make()
    stored[name] = { family, model: JSON.parse(JSON.stringify(model.config)), weights: await readWeights(model) }
    model.dispose()
  }
})

type Files = Record<string, Uint8Array>
let files: Files = {}

const home = mkdtempSync(join(tmpdir(), 'gen-open-'))
afterEach(() => {
  files = {}
  rmSync(home, { recursive: true, force: true })
})

const jsonOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value) ?? '')

function writeConfig(config: unknown): void {
  files['config.json'] = jsonOf(config)
}

function write({ family, model, weights }: Stored, more: object = {}): void {
  files = { 'config.json': jsonOf({ family, model, ...more }), 'model.safetensors': encodeSafetensors(weights) }
}

/** The same files on the disk; gives their folder. */
function onDisk(path = join(home, 'model')): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true })
    writeFileSync(join(path, name), bytes)
  }
  return path
}

/** The weights of what is opened, which is disposed again; what is refused must leave nothing. */
async function attempt(source: Parameters<typeof openModel>[0] = files): Promise<unknown> {
  const [before, variables] = [memory().numTensors, Object.keys(engine().state.registeredVariables).length]
  const outcome = await openModel(source).catch((error: Error) => error)
  const weights = outcome instanceof Error ? outcome : await readWeights(outcome.model)
  if (!(outcome instanceof Error)) outcome.model.dispose()
  expect(memory().numTensors).toBe(before)
  expect(Object.keys(engine().state.registeredVariables)).toHaveLength(variables)
  return weights
}

async function refusal(message: RegExp, source?: Parameters<typeof openModel>[0]): Promise<void> {
  const error = await attempt(source)
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

describe.each(Object.keys(makers))('%s', (name) => {
  it('opens as it was', async () => {
    const model = stored[name]!
    write(model)
    expect(await attempt()).toEqual(model.weights)
    expect(await attempt(onDisk())).toEqual(model.weights)
  })

  it('with any field replaced gives an error or a model, soon, and an error leaves nothing', async () => {
    const model = stored[name]!
    write(model)
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
      const model = stored[name as string]!
      write({ ...model, model: changed(model.model, place as string[], value) })
      const start = performance.now()
      await refusal(message as RegExp)
      expect(performance.now() - start).toBeLessThan(2000)
    },
  )

  it('that are near are compared weight by weight', async () => {
    const model = stored['diffusion of points']!
    write({ ...model, model: changed(model.model, ['network', 'hidden'], [4, 7]) })
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
      write(weightsWith((weights) => Object.values(weights)[1]!.data.set(number(value), 4)))
      await refusal(new RegExp(`finite weights, got ${value} at element 1 of vae/1; train anew`))
    },
  )

  it.each([0, 1, 7, 8, 9, 100, 500])(
    'that are cut off after %i bytes are called truncated, not missing',
    async (length) => {
      write(stored.vae!)
      // As a run lays it out.
      const [config, weights] = [files['config.json']!, files['model.safetensors']!.slice(0, length)]
      files = {
        'config.json': jsonOf({ command: 'train' }),
        'model/config.json': config,
        'model/model.safetensors': weights,
      }
      await refusal(/; the file is truncated$/)
      await refusal(/; the file is truncated$/, onDisk(join(home, 'run')))
    },
  )

  it('that are missing, left over or of another type are refused', async () => {
    write(weightsWith((weights) => delete weights['vae/0']))
    await refusal(/got no vae\/0/)
    write(weightsWith((weights) => Object.assign(weights, { more: weights['vae/0'] })))
    await refusal(/got also more/)
    write(weightsWith((weights) => Object.assign(weights['vae/0']!, { dtype: 'I32' })))
    expect(GenError.is(await attempt())).toBe(true)
  })

  it('with any damage give an error or a model', async () => {
    const model = stored.vae!
    write(model)
    const file = encodeSafetensors(model.weights)
    for (let i = 0; i < 100; i++) {
      const draws = uniformArray(fold(key(0), i), 1, 4)
      // Most files whole with two wrong bytes, some cut off.
      const broken = file.slice(0, i % 3 === 0 ? Math.floor(draws[0]! * file.length) : file.length)
      for (const at of [draws[1]!, draws[2]!]) broken[Math.floor(at * 300)] = Math.floor(draws[3]! * 256)
      files['model.safetensors'] = broken
      const outcome = await attempt()
      if (outcome instanceof Error) expect(GenError.is(outcome), outcome.message).toBe(true)
    }
  })
})

describe('a folder', () => {
  it.each(['constructor', '__proto__', 'toString', '', 'unet', 7, null, ['vae']])(
    'of family %j is refused',
    async (family) => {
      write(stored.vae!)
      writeConfig({ family, model: stored.vae!.model })
      await refusal(/config.json of a diffusion or flow or gan or tokens or vae model/)
    },
  )

  it.each([
    { sampleSteps: 1e9 },
    { sampleSteps: 0 },
    { sampleSteps: 'x' },
    { guidance: null },
    { guidance: { weight: 2 } },
  ])('with %j is refused', async (more) => {
    write(stored.vae!)
    writeConfig({ family: 'vae', model: stored.vae!.model, ...more })
    await refusal(/config.json without a fitting (sampleSteps|guidance|sampler)/)
  })

  it.each([
    ['brackets', `{"family":"flow","model":${'['.repeat(50_000)}${']'.repeat(50_000)}}`],
    [
      'inverses',
      `{"family":"flow","model":{"flow":{"kind":"flow","base":{"kind":"standardNormal"},"transforms":[${'{"kind":"inverse","transform":'.repeat(50_000)}{"kind":"tanh","shape":[2]}${'}'.repeat(50_000)}]},"noise":null,"classes":0}}`,
    ],
  ])('whose config nests %s deeply is refused', async (_, text) => {
    write(stored['flow of points']!)
    files['config.json'] = new TextEncoder().encode(text)
    expect(GenError.is(await attempt())).toBe(true)
  })
})
