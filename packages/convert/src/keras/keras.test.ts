/** Models of Keras say here what they say there; what does not fit is named, and broken files leave nothing. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { GenError, useBackend } from '@gen/backend'
import { decodeZip } from '@gen/io'
import { engine, type io, type Tensor, tensor } from '@tensorflow/tfjs-core'
import { type LayersModel, layers, sequential } from '@tensorflow/tfjs-layers'
import { zipSync } from 'fflate'
import { beforeAll, describe, expect, it } from 'vitest'
import { broken, largestAllocation } from '../testing/broken.ts'
import { networkFromKeras } from './network-from-keras.ts'
import { networkFromTfjs } from './network-from-tfjs.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(fileURLToPath(new URL(`../../../../fixtures/keras/${name}`, import.meta.url))))

interface Said {
  shape: number[]
  x: number[]
  y: number[]
}
const expected: Record<string, Said> = JSON.parse(new TextDecoder().decode(fixture('expected.json')))

/** What a model says, and is gone. */
function answer(model: LayersModel, { shape, x: values }: Said): { shape: number[]; y: number[] } {
  const x = tensor(values, [shape[0]!, ...(model.inputs[0]!.shape.slice(1) as number[])])
  const y = model.predict(x) as Tensor
  const said = { shape: y.shape, y: [...y.dataSync()] }
  for (const { dispose } of [x, y, model].map((one) => ({ dispose: () => one.dispose() }))) dispose()
  return said
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe('networkFromKeras', () => {
  it.each(['encoder', 'decoder'])('says what the %s says in Keras', async (name) => {
    const said = answer(await networkFromKeras(fixture(`${name}.keras`)), expected[name]!)
    expect(said.shape).toEqual(expected[name]!.shape)
    expect(said.y).toBeAllClose(expected[name]!.y, { rtol: 1e-5, atol: 1e-6 })
  })

  it('takes a config and .weights.h5', async () => {
    const { 'config.json': bytes } = decodeZip(fixture('encoder.keras'))
    const config = new TextDecoder().decode(bytes)
    const said = answer(await networkFromKeras({ config, weights: fixture('encoder.weights.h5') }), expected.encoder!)
    expect(said.y).toBeAllClose(expected.encoder!.y, { rtol: 1e-5, atol: 1e-6 })
  })

  it.each<[string, (config: string) => string, string]>([
    ['another layer', (config) => config.replaceAll('"Flatten"', '"Lambda"'), 'got Lambda (flatten)'],
    ['other sizes', (config) => config.replace('"units": 6', '"units": 7'), 'expected weights [4,7] [7] of dense, got'],
    ['huge sizes', (config) => config.replace('"units": 6', '"units": 9000000'), 'expected weights [4,9000000]'],
    ['groups', (config) => config.replace('"groups": 1', '"groups": 2'), 'a config of conv2d that is supported'],
    ['channels first', (config) => config.replaceAll('channels_last', 'channels_first'), 'data_format'],
    ['no input', (config) => config.replace('"InputLayer"', '"Flatten"'), 'expected a model of one input, got 0'],
    ['another kind', (config) => config.replace('"Sequential"', '"MyModel"'), 'a Sequential or Functional model'],
    ['no JSON', () => '{', 'expected a config as JSON'],
  ])('refuses %s', async (_, change, message) => {
    const { 'config.json': bytes, 'model.weights.h5': weights } = decodeZip(fixture('encoder.keras'))
    const config = change(new TextDecoder().decode(bytes))
    await expect(networkFromKeras({ config, weights: weights! })).rejects.toThrow(message)
  })
})

async function saved(): Promise<{ files: Record<string, Uint8Array>; said: Said }> {
  const model = sequential({
    layers: [
      layers.conv2d({ filters: 3, kernelSize: 3, inputShape: [6, 6, 1], activation: 'relu' }),
      layers.batchNormalization({}),
      layers.flatten(),
      layers.dense({ units: 4, activation: 'tanh' }),
    ],
  })
  const x = tensor(
    Array.from({ length: 72 }, (_, i) => Math.sin(i)),
    [2, 6, 6, 1],
  )
  const y = model.predict(x) as Tensor
  const said = { shape: y.shape, x: [...x.dataSync()], y: [...y.dataSync()] }
  let written: io.ModelArtifacts | undefined
  const handler = {
    save: async (artifacts: io.ModelArtifacts) => {
      written = artifacts
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const } }
    },
  }
  await model.save(handler)
  for (const one of [x, y]) one.dispose()
  model.dispose()
  const { modelTopology, weightSpecs, weightData } = written!
  const weightsManifest = [{ paths: ['group1.bin'], weights: weightSpecs }]
  const json = new TextEncoder().encode(JSON.stringify({ modelTopology, weightsManifest }))
  return { files: { 'model.json': json, 'group1.bin': new Uint8Array(weightData as ArrayBuffer) }, said }
}

describe('networkFromTfjs', () => {
  it('says what the saved model says, bit by bit', async () => {
    const { files, said } = await saved()
    expect(answer(await networkFromTfjs(files), said).y).toEqual(said.y)
  })

  it('refuses files that are missing, short or elsewhere', async () => {
    const { files } = await saved()
    const short = { ...files, 'group1.bin': files['group1.bin']!.slice(0, 40) }
    await expect(networkFromTfjs({ 'model.json': files['model.json']! })).rejects.toThrow(
      'a file group1.bin of weights',
    )
    await expect(networkFromTfjs(short)).rejects.toThrow('bytes of')
    const json = new TextDecoder().decode(files['model.json']!).replace('group1.bin', '../group1.bin')
    const away = { ...files, 'model.json': new TextEncoder().encode(json), '../group1.bin': files['group1.bin']! }
    await expect(networkFromTfjs(away)).rejects.toThrow('expected a file ../group1.bin of weights, got none')
    await expect(networkFromTfjs({})).rejects.toThrow('expected model.json of a layers model')
  })
})

it('2,000 broken files: a network or a clear error, and nothing left', async () => {
  const { files } = await saved()
  const { 'config.json': config, 'model.weights.h5': weights } = decodeZip(fixture('decoder.keras'))
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const opened = [
    (seed: number) => networkFromKeras(broken(fixture('encoder.keras'), seed)),
    (seed: number) => networkFromKeras({ config: text(config!), weights: broken(weights!, seed) }),
    (seed: number) => networkFromKeras({ config: text(broken(config!, seed)), weights: weights! }),
    (seed: number) => networkFromTfjs({ ...files, 'model.json': broken(files['model.json']!, seed) }),
    (seed: number) => networkFromTfjs({ ...files, 'group1.bin': broken(files['group1.bin']!, seed) }),
  ]
  const before = engine().state.numTensors
  let errors = 0
  const attempt = async (i: number): Promise<void> => {
    try {
      const model = await opened[i % opened.length]!(i)
      model.dispose()
    } catch (error) {
      if (!GenError.is(error)) throw error
      expect(error.message).toMatch(/^[\w-]+(\.\w+)+( \(.*\))?: expected /)
      errors += 1
    }
    expect(engine().state.numTensors, `file ${i}`).toBe(before)
  }
  const largest = await largestAllocation(async () => {
    for (let i = 0; i < 2000; i++) await attempt(i)
  })
  expect(errors).toBeGreaterThan(500)
  expect(largest).toBeLessThan(2 * fixture('encoder.keras').length)
}, 120_000)

describe('a .keras file that is a trap', () => {
  it('unpacks to no more than weights that are not packed, and a config', async () => {
    const bomb = zipSync({ 'config.json': new Uint8Array(2 ** 25), 'model.weights.h5': new Uint8Array(10) })
    expect(bomb.length).toBeLessThan(2 ** 16)
    const opened = async () =>
      void (await networkFromKeras(bomb).catch((error) => expect(GenError.is(error)).toBe(true)))
    expect(await largestAllocation(opened)).toBeLessThan(2 ** 20)
    await expect(networkFromKeras(bomb)).rejects.toThrow(/io.decodeZip: expected at most \d+ bytes, got 33554442/)
  })

  it('has no way out: names are names, and nothing is written', async () => {
    const outside = zipSync({ '../config.json': new Uint8Array(2), '/model.weights.h5': new Uint8Array(10) })
    await expect(networkFromKeras(outside)).rejects.toThrow(/expected config.json and model.weights.h5 in the file/)
  })
})
