/** A stranger with a model of their own: `@gen/latent-tools` packed and installed with nothing else of ours asked for. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closure, install, pack, run } from './packed.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-latent-'))

/** A tfjs model is written to disk and read from there; the other model is a pair of plain functions. */
const script = `
import { readFileSync, writeFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { layers, loadLayersModel, sequential } from '@tensorflow/tfjs-layers'
import { compareSpaces, fitLinearMap, locate, picture, supportSet } from '@gen/latent-tools'

const made = sequential({ layers: [
  layers.dense({ units: 16, inputShape: [6] }),
  layers.reshape({ targetShape: [4, 4, 1] }),
] })
await made.save({ save: async ({ modelTopology, weightSpecs, weightData }) => {
  writeFileSync('model.json', JSON.stringify({ modelTopology, weightSpecs }))
  writeFileSync('weights.bin', new Uint8Array(weightData))
  return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } }
} })
const network = await loadLayersModel({ load: async () => {
  const bytes = readFileSync('weights.bin')
  return { ...JSON.parse(readFileSync('model.json', 'utf8')), weightData: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) }
} })
const theirs = { latentSize: 6, decode: (z) => network.apply(z) }

// The same images with other codes: a plain pair of functions, whose code is the whole image doubled.
const plain = {
  latentSize: 16,
  decode: (z) => tf.reshape(tf.mul(z, 0.5), [-1, 4, 4, 1]),
  encode: (x) => tf.mul(tf.reshape(x, [-1, 16]), 2),
}
const key = { hi: 0, lo: 7 }
const support = await supportSet(theirs, plain, { size: 64, key })
const map = fitLinearMap(support, { method: 'affine' })
const z = tf.randomNormal([5, 6], 0, 1, 'float32', 3)
const apart = tf.max(tf.abs(tf.sub(plain.decode(map.apply(z)), theirs.decode(z)))).dataSync()[0]
const { error } = await locate(theirs, theirs.decode(z), { starts: 2, steps: 150, key })
const images = theirs.decode(tf.randomNormal([40, 6], 0, 1, 'float32', 4))
const found = await compareSpaces({ ...theirs, encode: async (x) => (await locate(theirs, x, { starts: 1, steps: 150, key })).z }, plain, images, { support: 20, fit: { method: 'affine' }, sizes: [], key })
const png = await picture(plain, support.b.data.length ? tf.tensor2d([...support.b.data], [64, 16]) : z)
console.log(JSON.stringify({ apart, error: Math.max(...error.dataSync()), r2: found.latent.r2, png: [...png.subarray(1, 4)] }))
`

describe('@gen/latent-tools, packed and installed alone', () => {
  beforeAll(() => {
    const tfjs = ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-layers@4.22.0']
    install(home, [...tfjs, ...pack('latent-tools', join(home, 'tarballs'))])
    writeFileSync(join(home, 'align.mjs'), script)
  }, 180_000)

  afterAll(() => rmSync(home, { recursive: true, force: true }))

  it('brings no family', () => {
    expect(new Set(readdirSync(join(home, 'node_modules', '@gen')))).toEqual(closure('latent-tools'))
    expect([...closure('latent-tools')]).not.toContain('vae')
  })

  it('maps a tfjs model read from disk onto a plain pair of functions, in plain Node', () => {
    const { apart, error, r2, png } = JSON.parse(run(process.execPath, ['align.mjs'], home).trim().split('\n').at(-1)!)
    expect(apart).toBeLessThan(1e-4)
    expect(error).toBeLessThan(1e-3)
    expect(r2).toBeGreaterThan(0.99)
    expect(String.fromCharCode(...png)).toBe('PNG')
  }, 60_000)
})
