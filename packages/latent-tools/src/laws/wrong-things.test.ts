/** Wrong things, whatever they are, end in a `GenError` that names the function, before any work and without a leak. */
import { GenError, key, useBackend } from '@gen/backend'
import type { LatentModel } from '@gen/model'
import { engine, ones, reshape, type Tensor, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import * as tools from '../index.ts'
import { bells, build } from '../testing.ts'

type Call = { readonly call: (...given: never[]) => unknown; readonly make: () => unknown[] }

const k = key(0)
const a = bells(1, 16, 3)
const b = bells(2, 16, 2)
const labels = Array.from({ length: 16 }, (_, i) => i % 2)
const factors = build(16, 2, (i, j) => (j === 0 ? i % 2 : (i >> 1) % 2))
const direction = { normal: Float64Array.of(0, 0.6, 0.8), offset: 0.1 }
const map = tools.fitLinearMap({ a, b })
const decode = (z: Tensor2D): Tensor => tidy(() => reshape(z, [-1, 3, 1, 1]))
const encode = (x: Tensor): Tensor2D => tidy(() => reshape(x, [-1, 3]))
const model: LatentModel = { latentSize: 3, decode, encode }
const z = (): Tensor2D => ones([16, 3])
const measure = (x: Tensor): Tensor2D => tidy(() => reshape(x, [-1, 3]))
const few = { votes: 4, testVotes: 4, groupSize: 4, key: k }
const code = () => tensor1d([1, 2, 3])

const calls: Readonly<Record<string, Call>> = {
  fitLinearMap: {
    call: tools.fitLinearMap,
    make: () => [
      { a, b },
      { method: 'ridge', scaling: 'none', ridge: 1 },
    ],
  },
  fitMlpMap: {
    call: tools.fitMlpMap,
    make: () => [
      { a, b },
      { steps: 1, hidden: 2, key: k },
    ],
  },
  chooseRidge: {
    call: tools.chooseRidge,
    make: () => [
      { a, b },
      { ridges: [1], folds: 2, key: k },
    ],
  },
  choosePoints: { call: tools.choosePoints, make: () => [a, { size: 4, method: 'greedy', target: b, key: k }] },
  relativeCodes: { call: tools.relativeCodes, make: () => [a, a, { similarity: 'cosine' }] },
  mapCodes: { call: tools.mapCodes, make: () => [map, a] },
  linearMap: { call: tools.linearMap, make: () => [{ matrix: map.matrix, bias: map.bias }] },
  linearMapToJson: { call: tools.linearMapToJson, make: () => [map] },
  linearMapFromJson: { call: tools.linearMapFromJson, make: () => [tools.linearMapToJson(map)] },
  composeMaps: { call: tools.composeMaps, make: () => [map, tools.fitLinearMap({ a: b, b: a })] },
  'map.apply': { call: map.apply, make: () => [z()] },
  supportSet: {
    call: tools.supportSet,
    make: () => [model, model, { images: decode(z()), size: 4, method: 'random', key: k }],
  },
  locate: { call: tools.locate, make: () => [model, decode(z()), { method: 'encode', starts: 1, key: k }] },
  gaussianPrior: { call: tools.gaussianPrior, make: () => [a, { floor: 1e-3 }] },
  attributeDirection: {
    call: tools.attributeDirection,
    make: () => [a, labels, { method: 'lda', regularization: 1, heldOut: 0.3, key: k }],
  },
  labelsFromScores: { call: tools.labelsFromScores, make: () => [labels, { fraction: 0.2 }] },
  principalDirections: { call: tools.principalDirections, make: () => [a, { count: 2 }] },
  activationDirections: { call: tools.activationDirections, make: () => [a, b, { count: 2 }] },
  sefa: { call: tools.sefa, make: () => [a, { count: 2 }] },
  sparseDirections: { call: tools.sparseDirections, make: () => [a, { nonzero: 2, count: 2 }] },
  directionFrom: { call: tools.directionFrom, make: () => [map.matrix, 0] },
  projectDirection: { call: tools.projectDirection, make: () => [direction, [{ normal: [1, 0, 0], offset: 0 }]] },
  distanceTo: { call: tools.distanceTo, make: () => [z(), direction] },
  moveBy: { call: tools.moveBy, make: () => [z(), direction, 1] },
  moveTo: { call: tools.moveTo, make: () => [z(), direction, 1] },
  moveLayers: { call: tools.moveLayers, make: () => [z(), direction, { layerSize: 3, layers: [0], amount: 1 }] },
  entanglement: { call: tools.entanglement, make: () => [model, z(), [direction], measure, { amount: 1 }] },
  summarizeEntanglement: { call: tools.summarizeEntanglement, make: () => [build(2, 2, (i, j) => i + j)] },
  identityKept: { call: tools.identityKept, make: () => [model, z(), z(), { batchSize: 4 }] },
  mutualInformationGap: { call: tools.mutualInformationGap, make: () => [a, factors, { bins: 4 }] },
  modularity: { call: tools.modularity, make: () => [a, factors, { bins: 4 }] },
  sap: { call: tools.sap, make: () => [a, factors] },
  dci: { call: tools.dci, make: () => [a, factors, { penalty: 0.1, heldOut: 0.3, key: k }] },
  factorVaeScore: { call: tools.factorVaeScore, make: () => [a, factors, few] },
  betaVaeScore: { call: tools.betaVaeScore, make: () => [a, factors, few] },
  cka: { call: tools.cka, make: () => [a, b, { kernel: 'rbf', width: 1 }] },
  svcca: { call: tools.svcca, make: () => [a, b, { keep: 0.9 }] },
  canonicalCorrelations: { call: tools.canonicalCorrelations, make: () => [a, b] },
  distanceCorrelation: { call: tools.distanceCorrelation, make: () => [a, b] },
  mutualNeighbors: { call: tools.mutualNeighbors, make: () => [a, b, { neighbors: 2 }] },
  latentErrors: { call: tools.latentErrors, make: () => [a, a] },
  probeAgreement: {
    call: tools.probeAgreement,
    make: () => [map, { support: { b }, test: { a, b }, supportLabels: labels, testLabels: labels, key: k }],
  },
  supportCurve: {
    call: tools.supportCurve,
    make: () => [
      { a, b },
      { a, b },
      { sizes: [8], repeats: 1, key: k },
    ],
  },
  compareSpaces: {
    call: tools.compareSpaces,
    make: () => [model, model, decode(z()), { support: 8, sizes: [], attributes: { x: labels }, key: k }],
  },
  compareLocated: {
    call: tools.compareLocated,
    make: () => [model, model, { a, b: a, images: decode(z()) }, { support: 8, sizes: [], shown: 2, key: k }],
  },
  lerp: { call: tools.lerp, make: () => [code(), code(), 3] },
  slerp: { call: tools.slerp, make: () => [code(), code(), 3] },
  normCorrected: { call: tools.normCorrected, make: () => [code(), code(), 3] },
  interpolate: { call: tools.interpolate, make: () => [z(), { steps: 2, path: tools.lerp }] },
  latentGrid: { call: tools.latentGrid, make: () => [ones([4, 3]), { rows: 2, columns: 2, path: tools.lerp }] },
  traversal: { call: tools.traversal, make: () => [code(), { dimensions: [0], values: [1] }] },
  randomWalk: { call: tools.randomWalk, make: () => [{ size: 3, steps: 2, speed: 1, momentum: 0.5, key: k }] },
  geodesic: { call: tools.geodesic, make: () => [model, code(), code(), { points: 3, steps: 1, start: tools.lerp }] },
  pathLength: { call: tools.pathLength, make: () => [model, z()] },
  picture: { call: tools.picture, make: () => [model, z(), { batchSize: 4 }] },
  animation: { call: tools.animation, make: () => [model, z(), { enlarge: 1 }] },
}

const layersModel = { layers: [], predict: (x: unknown) => x, inputs: [] }
const wrong: readonly unknown[] = [
  undefined,
  null,
  3,
  -1,
  Number.NaN,
  'x',
  true,
  {},
  [],
  [[1]],
  [null],
  () => 1,
  layersModel,
  k,
]

/** What comes of a call, awaited. */
async function outcomeOf({ call }: Call, given: unknown[]): Promise<unknown> {
  try {
    return await Reflect.apply(call, undefined, given)
  } catch (error) {
    return error
  }
}

/** Each argument, and each member of options, replaced by every wrong thing. */
function* variants(make: Call['make']): Generator<{ what: string; given: unknown[] }> {
  const places = make()
  for (const thing of wrong) {
    for (let at = 0; at < places.length; at++) {
      const given = make()
      given[at] = thing
      yield { what: `argument ${at} = ${JSON.stringify(thing)}`, given }
      const place = places[at]
      if (typeof place !== 'object' || place === null || Array.isArray(place) || 'dataId' in place) continue
      for (const member of Object.keys(place)) {
        const replaced = make()
        replaced[at] = { ...(replaced[at] as object), [member]: thing }
        yield { what: `argument ${at}.${member} = ${JSON.stringify(thing)}`, given: replaced }
      }
    }
  }
}

beforeAll(async () => {
  await useBackend('cpu')
})

describe('every public function', () => {
  it('is in the table', () => {
    const functions = Object.entries(tools).filter(([, value]) => typeof value === 'function')
    expect(Object.keys(calls)).toEqual(expect.arrayContaining(functions.map(([name]) => name)))
  })

  it.each(Object.entries(calls))('%s works as it is called here', async (_, entry) => {
    engine().startScope()
    const outcome = await outcomeOf(entry, entry.make())
    engine().endScope()
    // Sixteen equal codes are refused by what they are, not by what is wrong with the call.
    if (GenError.is(outcome)) expect(outcome.message).toMatch(/got 16 times the same|equal|same/)
    else expect(outcome).not.toBeInstanceOf(Error)
  })

  it.each(Object.entries(calls))('%s refuses wrong things by name', async (name, entry) => {
    engine().startScope()
    const made = [...variants(entry.make)]
    for (const { what, given } of made) {
      const before = engine().state.numTensors
      const outcome = await outcomeOf(entry, given)
      if (!(outcome instanceof Error)) continue
      expect(engine().state.numTensors, `${name}, ${what} leaves tensors behind`).toBe(before)
      expect(GenError.is(outcome), `${name}, ${what}: ${outcome.stack}`).toBe(true)
      expect(outcome.message, `${name}, ${what}`).toMatch(/^(latentTools|backend|io)\.\w+(\.\w+)?: expected /)
    }
    engine().endScope()
  })
})

describe('the names in errors', () => {
  it('tell of a missing key, a model without decode, and a raw LayersModel', async () => {
    const images = tidy(() => decode(z()))
    const options = { images, size: 4 }
    const call = (...given: unknown[]) => outcomeOf(calls.supportSet!, given)
    expect(await call(model, model, options)).toMatchObject({
      message: 'latentTools.supportSet: expected key a key, got undefined; pass key(0)',
    })
    expect(await call({ latentSize: 3 }, model, { ...options, key: k })).toMatchObject({
      message:
        'latentTools.supportSet: expected the first model with decode, got one without; wrap a network as { latentSize: 64, decode: (z) => network.predict(z) }',
    })
    expect(await call(model, layersModel, { ...options, key: k })).toMatchObject({
      message:
        'latentTools.supportSet: expected the second model with decode, got a tf.LayersModel without; wrap a network as { latentSize: 64, decode: (z) => network.predict(z) }',
    })
    expect(await call(model, { decode }, { ...options, key: k })).toMatchObject({
      message: expect.stringMatching('expected the second model with latentSize, the numbers in a code, got undefined'),
    })
    const keys: readonly unknown[] = [
      3,
      { hi: 0, lo: 1.5 },
      { hi: 0, lo: 2 ** 32 },
      { hi: -1, lo: 0 },
      { hi: 0 },
      'key',
    ]
    for (const wrongKey of keys) {
      expect(await call(model, model, { ...options, key: wrongKey })).toMatchObject({
        message: expect.stringMatching(/^latentTools\.supportSet: expected key a key, got .*; pass key\(\d\)$/),
      })
    }
    images.dispose()
  })
})
