/** Every preset of every family has a module, a script that trains it, and a way back. */
import { key, useBackend } from '@gen/backend'
import { diffusion, pointDenoiser } from '@gen/diffusion'
import * as flows from '@gen/flows'
import * as gans from '@gen/gan'
import { gaussianLikelihood } from '@gen/losses'
import { ardm, gpt, mdlm } from '@gen/tokens'
import { unet } from '@gen/unet'
import * as vaes from '@gen/vae'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelFromPytorch, modelToPytorch, type PytorchWritable } from '../index.ts'

beforeAll(async () => {
  await useBackend('cpu')
})

type Model = PytorchWritable & { dispose(): void }
const shapes = { image: [8, 8, 3] as [number, number, number], point: [3] }
const widths = [8, 8]

/** VAEs, of images by convolutions and of points by perceptrons. */
function vaeCases(name: keyof typeof shapes): Record<string, () => Model> {
  const network = name === 'image' ? vaes.convNetworks({ widths: [8] }) : vaes.mlpNetworks({ widths: [8] })
  const options = { shape: shapes[name], latentSize: 8, key: key(0), network }
  const { standardVae, autoencoder, betaVae, computedGamma, iwae, rae, vampVae, wae } = vaes
  const plain = { standardVae, autoencoder, betaVae, computedGamma, iwae, rae, vampVae, wae, vqVae: vaes.vqVae }
  const deviations = ['learned', 'computed', 'perPixel'] as const
  return {
    ...Object.fromEntries(Object.entries(plain).map(([preset, make]) => [preset, () => make(options)])),
    ...(name === 'image' && { splitVae: () => vaes.splitVae(options) }),
    raeGradient: () => rae({ ...options, penalty: 'gradient' }),
    betaTcVae: () => vaes.betaTcVae({ ...options, datasetSize: 100 }),
    conditionalVae: () => vaes.conditionalVae({ ...options, classes: 3 }),
    ...Object.fromEntries(
      deviations.map((deviation) => [
        `gaussian ${deviation}`,
        () => standardVae({ ...options, likelihood: gaussianLikelihood({ deviation }) }),
      ]),
    ),
  }
}

function ganCases(name: keyof typeof shapes): Record<string, () => Model> {
  const options = { shape: shapes[name], latentSize: 4, key: key(0), widths }
  const { dcgan, dragan, lsgan, r1Gan, r3gan, sngan, standardGan, wganGp } = gans
  const presets = Object.entries({ dcgan, dragan, lsgan, r1Gan, r3gan, sngan, standardGan, wganGp })
  return {
    ...Object.fromEntries(presets.map(([preset, make]) => [preset, () => make(options)])),
    ...Object.fromEntries(
      presets.map(([preset, make]) => [`${preset} of classes`, () => make({ ...options, classes: 3 })]),
    ),
    projectionGan: () => gans.projectionGan({ ...options, classes: 3 }),
    pacgan: () => gans.pacgan(options),
    saturating: () => standardGan({ ...options, saturating: true }),
  }
}

function flowCases(): Record<string, () => Model> {
  const { nice, realNvp, maf, iaf, nsf, nsfAutoregressive, cnf } = flows
  const presets = Object.entries({ nice, realNvp, maf, iaf, nsf, nsfAutoregressive, cnf })
  const small = { key: key(0), levels: 2, steps: 1, network: flows.convNetwork({ width: 8, blocks: 1 }) }
  return {
    ...Object.fromEntries(presets.map(([preset, make]) => [preset, () => make(3, { key: key(0) })])),
    ...Object.fromEntries(
      presets.map(([preset, make]) => [`${preset} of one`, () => make(1, { key: key(0), classes: 2 })]),
    ),
    glow: () => flows.glow([8, 8, 1], small),
    'glow of classes': () => flows.glow([8, 8, 1], { ...small, classes: 3 }),
    imageFlow: () => flows.imageFlow({ flow: flows.glow([8, 8, 1], small) }),
  }
}

const network = () => unet({ shape: [8, 8, 1], widths, depth: 1 })
const sizes = { vocabulary: 7, length: 6, width: 8, depth: 1, heads: 2, key: key(0) }

const trained: Record<string, Record<string, () => Model>> = {
  'VAE of images': vaeCases('image'),
  'VAE of points': vaeCases('point'),
  'GAN of images': ganCases('image'),
  'GAN of points': ganCases('point'),
  flow: flowCases(),
  diffusion: {
    unet: () => diffusion({ network: network() }),
    pointDenoiser: () => diffusion({ network: pointDenoiser({ size: 2, hidden: [8], key: key(0) }) }),
  },
}

describe.each(Object.entries(trained))('%s', (_, cases) => {
  it.each(Object.entries(cases))('%s', async (_name, make) => {
    const model = make()
    const files = await modelToPytorch(model)
    expect(Object.keys(files).sort()).toEqual(['config.json', 'model.py', 'model.safetensors', 'train.py'])
    expect(new TextDecoder().decode(files['train.py'])).toMatch(/^"""Goes on training/)
    expect(Object.keys(await modelFromPytorch(files))).toEqual(['config.json', 'model.safetensors'])
    model.dispose()
  })
})

it.each(Object.entries({ ardm, gpt, mdlm }))(
  'tokens: %s has a module and a way back, and no script yet',
  async (_name, make) => {
    const model = make(sizes)
    const files = await modelToPytorch(model)
    expect(Object.keys(files).sort()).toEqual(['config.json', 'model.py', 'model.safetensors'])
    expect(Object.keys(await modelFromPytorch(files))).toEqual(['config.json', 'model.safetensors'])
    model.dispose()
  },
)
