/** Whatever a folder holds, its weights come back or there is an error that names what is wrong. */
import { GenError, key, useBackend } from '@gen/backend'
import { type DenoisingNetwork, diffusion, discreteSchedule, importanceTimes, pointDenoiser } from '@gen/diffusion'
import { affineAutoregressive, flow, nice, realNvp } from '@gen/flows'
import { decodeSafetensors, encodeSafetensors } from '@gen/io'
import { beforeAll, describe, expect, it } from 'vitest'
import { modelFromPytorch, modelToPytorch, unet2D } from '../index.ts'
import { broken, largestAllocation } from '../testing/broken.ts'

let files: Record<string, Uint8Array> = {}
beforeAll(async () => {
  await useBackend('cpu')
  const model = diffusion({ network: pointDenoiser({ size: 2, hidden: [4], key: key(0) }) })
  files = await modelToPytorch(model)
  model.dispose()
})

const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))

/** The folder with one place of its weights changed. */
function withPlace(change: object): Record<string, Uint8Array> {
  const config = JSON.parse(new TextDecoder().decode(files['config.json']))
  Object.assign(config.pytorch.weights['denoiser/0'], change)
  return { ...files, 'config.json': json(config) }
}

describe('refused', () => {
  it.each<[string, () => Record<string, Uint8Array>, RegExp]>([
    ['no config', () => ({}), /config.json of a PyTorch module of ours, got no such file/],
    ['another config', () => ({ ...files, 'config.json': json({ family: 'vae' }) }), /one without pytorch.weights/],
    ['no weights', () => ({ 'config.json': files['config.json']! }), /model.safetensors, got no such file/],
    ['another shape', () => withPlace({ shape: [2 ** 40, 4] }), /expected layers.0.weight as floating-point numbers/],
    ['a shape of other axes', () => withPlace({ shape: [4] }), /layers.0.weight of 2 axes, as linear, got \[4\]/],
    ['another name', () => withPlace({ name: '__proto__' }), /a weight __proto__ .* got none/],
    ['a layout that is none', () => withPlace({ layout: 'constructor' }), /one without pytorch.weights/],
    ['a size that is none', () => withPlace({ shape: [-1, 4] }), /one without pytorch.weights/],
  ])('%s', async (_, make, message) => {
    const error = await modelFromPytorch(make()).catch((reason: Error) => reason)
    expect(GenError.is(error)).toBe(true)
    expect((error as Error).message).toMatch(message)
  })

  it('numbers that are none', async () => {
    const { tensors } = decodeSafetensors(files['model.safetensors']!)
    const name = 'layers.0.bias'
    const broken = { ...tensors[name]!, data: new Uint8Array(new Float32Array(4).fill(Number.NaN).buffer) }
    const given = { ...files, 'model.safetensors': encodeSafetensors({ ...tensors, [name]: broken }) }
    await expect(modelFromPytorch(given)).rejects.toThrow(/layers.0.bias to be finite, got NaN at 0/)
  })

  it('to go on with what train.py has no line for: it says so when it is called', async () => {
    const network = () => pointDenoiser({ size: 2, hidden: [4], key: key(0) })
    const runs = [
      [{ schedule: discreteSchedule() }, 'train.py: expected schedule of kind cosine, squaredCosine'],
      [
        { times: importanceTimes({ profile: [1, 2] }) },
        'train.py: expected times of kind uniform, stratified, logitNormal, logNormal, got',
      ],
    ] as const
    for (const [options, message] of runs) {
      const model = diffusion({ network: network(), ...options })
      const script = new TextDecoder().decode((await modelToPytorch(model))['train.py'])
      expect(script.startsWith(`raise SystemExit("${message}`)).toBe(true)
      expect(script).toContain('write a loop of your own around load() and save()')
      model.dispose()
    }
  })

  it('models that no module is written of, with what to do', async () => {
    const network: DenoisingNetwork = { shape: [2], denoise: (x) => x.clone(), variables: () => [] }
    const types = { down_block_types: ['DownBlock2D'], up_block_types: ['UpBlock2D'] }
    const foreign = unet2D({ ...types, sample_size: 4, block_out_channels: [8], norm_num_groups: 4 })
    const adjacency = [
      [0, 0],
      [1, 0],
    ]
    const byGraph = affineAutoregressive(2, { key: key(0), hidden: [4], adjacency })
    const models = [
      [flow({ transforms: [byGraph] }), /autoregressive of .*another order; .*modelToOnnx/],
      [
        realNvp(2, { key: key(1), base: nice(2, { key: key(2) }) }),
        /from the standard normal distribution, got one from flow/,
      ],
      [diffusion({ network }), /a network made of layers, got a function; .*modelToOnnx/],
      [diffusion({ network: foreign }), /got one of diffusers; write it with diffusionToDiffusers/],
    ] as const
    for (const [model, message] of models) {
      await expect(modelToPytorch(model as never)).rejects.toThrow(message)
      model.dispose()
    }
    foreign.dispose()
  })
})

it('1,000 broken folders: the weights or a clear error, and nothing larger than the files', async () => {
  const names = ['config.json', 'model.safetensors'] as const
  let errors = 0
  const attempt = async (i: number): Promise<void> => {
    const name = names[i % 2]!
    const error = await modelFromPytorch({ ...files, [name]: broken(files[name]!, i) }).catch((reason) => reason)
    if (!(error instanceof Error)) return
    if (!GenError.is(error)) throw error
    expect(error.message).toMatch(/^[\w-]+(\.\w+)+: expected /)
    errors += 1
  }
  const largest = await largestAllocation(async () => {
    for (let i = 0; i < 1000; i++) await attempt(i)
  })
  expect(errors).toBeGreaterThan(500)
  expect(largest).toBeLessThan(2 * (files['config.json']!.length + files['model.safetensors']!.length))
})
