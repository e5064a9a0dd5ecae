/** Wherever a key is taken a number is refused. */
import { useBackend } from '@gen/backend'
import * as data from '@gen/data'
import { walkerGrid } from '@gen/data/sequences'
import * as diffusion from '@gen/diffusion'
import * as flows from '@gen/flows'
import * as gan from '@gen/gan'
import { downsample, upsample } from '@gen/nn'
import * as priors from '@gen/priors'
import * as tokens from '@gen/tokens'
import { unet, unetFromConfig } from '@gen/unet'
import * as vae from '@gen/vae'
import * as core from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import * as losses from '../../packages/losses/src/index.ts'
import { collectExamples, type Example } from './examples/collect.ts'
import { keyTakers } from './examples/key-takers.ts'
import { openExamples, runExample } from './examples/run.ts'
import { stages } from './examples/stage.ts'

openExamples()

const refusal = expect.objectContaining({
  code: 'value',
  message: expect.stringMatching(/expected \S+.* a key, got the number 3; pass key\(3\)$/),
})

/** Each key in an example becomes its seed, one at a time. */
function brokenOf(example: Example): { title: string; example: Example }[] {
  return [...example.code.matchAll(/\bkey\([^()]*\)/g)].map(({ index, 0: call }) => {
    const code = `${example.code.slice(0, index)}3${example.code.slice(index + call.length)}`
    const line = example.code.slice(0, index).split('\n').length
    return { title: `${example.name}, ${call} in line ${line} (${example.place})`, example: { ...example, code } }
  })
}

const broken = collectExamples()
  .filter(({ runs }) => runs)
  .flatMap(brokenOf)

describe.each([...new Set(broken.map(({ example }) => example.folder))])('keys in the examples of %s', (folder) => {
  let stage: Record<string, unknown>

  beforeAll(async () => {
    stage = await stages[folder]!()
  }, 60_000)
  afterAll(() => core.disposeVariables())

  it.each(broken.filter(({ example }) => example.folder === folder))(
    '$title',
    async ({ example }) => {
      await expect(runExample(example, stage)).rejects.toThrow(refusal)
    },
    60_000,
  )
})

/** What no example shows with a key, and calls that have no use for the key they take. */
const calls: Record<string, (k: never) => unknown> = {
  'data .sample': (k) => data.moons().sample(2, k),
  'data .draw': (k) => data.moons().draw(2, k),
  'data .dataset': (k) => data.moons().dataset(2, k),
  'data .batches': (k) => data.moons().batches({ size: 2, key: k }),
  'data .batches of a dataset': (k) => tiny().batches({ size: 2, key: k }),
  'data .split': (k) => tiny().split(0.5, k),
  'data .items': (k) => walkerGrid().items(2, k),
  'diffusion diffusionFromConfig': (k) => diffusion.diffusionFromConfig(denoiser().config, { key: k }),
  'unet unetFromConfig': (k) => unetFromConfig({ kind: 'unet', shape: [8, 8, 1], widths: [4] }, k),
  'diffusion .draw': (k) => diffusion.stratifiedTimes().draw(k, 2, diffusion.cosine()),
  'diffusion .lossAt': (k) => denoiser().lossAt({ x: core.zeros([1, 2]) }, core.tensor1d([0.5]), k),
  'diffusion .sample': (k) => denoiser().sample({ count: 2, noise: core.ones([2, 2]), key: k }),
  'flows flowFromConfig': (k) => flows.flowFromConfig(planar().config, { key: k }),
  'flows imageFlowFromConfig': (k) => flows.imageFlowFromConfig({}, { key: k }),
  'flows bijectorFromConfig': (k) => flows.bijectorFromConfig(flows.tanh([2]).config, k),
  'flows elementwise': (k) => flows.elementwise(2, { univariate: flows.affineUnivariate(), key: k }),
  'flows .encode': (k) => planar().encode(core.zeros([1, 2]), { key: k }),
  'flows .decode': (k) => planar().decode(core.zeros([1, 2]), { key: k }),
  'flows permuteFeatures': (k) => flows.permuteFeatures(2, { order: [1, 0], key: k }),
  'flows .forward': (k) => flows.tanh([2]).forward(core.zeros([1, 2]), { key: k }),
  'flows .inverse': (k) => flows.tanh([2]).inverse(core.zeros([1, 2]), { key: k }),
  'flows .initialize': (k) => flows.tanh([2]).initialize(core.zeros([1, 2]), { key: k }),
  'flows .logProb': (k) => planar().logProb(core.zeros([1, 2]), { key: k }),
  'flows .sample': (k) => planar().sample(2, k),
  'flows .sampleWithLogProb': (k) => planar().sampleWithLogProb(2, k),
  'flows .dequantize': (k) => flows.uniformDequantizer().dequantize(core.zeros([1, 2, 2, 1]), 256, k),
  'gan ganFromConfig': (k) => gan.ganFromConfig(game().config, { key: k }),
  'gan .sample': (k) => game().sample({ count: 2, key: k }),
  'gan augment': (k) => gan.augment(core.zeros([1, 2, 2, 1]), [], k),
  'losses .sample': (k) => losses.bernoulliLikelihood().sample(core.zeros([1, 2]), k),
  'losses r1': (k) =>
    losses.r1()((x) => core.sum(x, 1), { real: core.ones([1, 2]), fake: core.ones([1, 2]) } as never, k),
  'nn downsample': (k) => downsample({ method: 'avg', key: k }),
  'nn upsample': (k) => upsample({ method: 'nearest', key: k }),
  'priors .sample': (k) => priors.standardNormal(2).sample(2, k),
  'priors kl': (k) => priors.kl(codes(), priors.standardNormal(2), { key: k }),
  'train .loss': (k) => game().players[0].loss({ x: core.zeros([2, 2]) }, k),
  'tokens tokensFromConfig': (k) => tokens.tokensFromConfig(text().config, { key: k }),
  'tokens .logProb': (k) => text().logProb(core.zeros([1, 4], 'int32'), { key: k }),
  'tokens .loss': (k) => text().players[0]!.loss({ x: core.zeros([1, 4], 'int32') }, k),
  'tokens .orders': (k) => tokens.absorbing().orders({ blanks: [0, 1], rows: 2, offset: 0, key: k }),
  'unet unet': (k) => unet({ shape: [4, 4, 1], widths: [4], depth: 1, key: k }),
  'vae vaeFromConfig': (k) => vae.vaeFromConfig(autoencoder().config, { key: k }),
  'vae .sample': (k) => autoencoder().sample({ count: 2, key: k }),
  'vae .elbo': (k) => autoencoder().elbo(core.zeros([1, 2]), k),
  'vae .logMarginal': (k) => autoencoder().logMarginal(core.zeros([1, 2]), { samples: 2, key: k }),
  'vae .loss': (k) => autoencoder().players[0].loss({ x: core.zeros([2, 2]) }, k),
  'vae .draw': (k) => vae.pointPosterior().draw(codes(), k),
  'vae .learn': (k) =>
    vae.quantizedPosterior({ codes: 2, size: 1, key: { hi: 0, lo: 1 } }).learn!(core.zeros([2, 2]), k),
}

const seed = { hi: 0, lo: 7 }
const tiny = () => data.moons().dataset(4, seed)
const planar = () => flows.realNvp(2, { key: seed })
const denoiser = () => diffusion.diffusion({ network: diffusion.pointDenoiser({ size: 2, key: seed }) })
const text = () => tokens.ardm({ vocabulary: 3, length: 4, width: 4, depth: 1, heads: 1, key: seed })
const game = () => gan.standardGan({ shape: [2], latentSize: 2, key: seed })
const autoencoder = () => vae.standardVae({ shape: [2], latentSize: 2, key: seed })
const codes = (): priors.DiagonalNormal => ({ mean: core.zeros([1, 2]), logVariance: core.zeros([1, 2]) })

/** Not called by a user: types of what a user writes, and what only shares a name with something public. */
const definitions = [
  'diffusion .apply',
  'flows .make',
  'flows parameters',
  'latent-tools .sample',
  'nn .call',
  'nn .weights',
  'vae .make',
]

describe('keys', () => {
  beforeAll(() => useBackend('cpu'))

  it.each(Object.entries(calls))('%s', async (_, call) => {
    core.engine().startScope()
    try {
      // Also what throws at once.
      await expect((async () => call(3 as never))()).rejects.toThrow(refusal)
    } finally {
      core.engine().endScope()
      core.disposeVariables()
    }
  })

  it('whoever takes one stands in an example or in the table', () => {
    const shown = broken.map(({ example }) => `${example.folder} ${example.code}`)
    const missing = keyTakers()
      .filter(({ folder, call }) => {
        const pattern = new RegExp(
          `^${folder} [\\s\\S]*${call.startsWith('.') ? `\\${call}` : `\\b${call}`}(<[^(]*>)?\\(`,
        )
        return !shown.some((code) => pattern.test(code))
      })
      .map(({ folder, call }) => `${folder} ${call}`)
    const known = [...Object.keys(calls), ...definitions]
    expect(missing.filter((name) => !known.includes(name))).toEqual([])
  })
})
