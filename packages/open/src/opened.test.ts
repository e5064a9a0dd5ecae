/** What an opened model is, wherever its files were. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fold, GenError, key, normal, useBackend } from '@gen/backend'
import { classifierFree, ddim, uniPc } from '@gen/diffusion'
import { encodeSafetensors } from '@gen/io'
import { writeModelFolder } from '@gen/io/node'
import { readWeights, variablesOf } from '@gen/train'
import { add, dispose, memory, mul, type Tensor, type Tensor2D, tidy } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenedModel, openModel } from './index.ts'
import { makers } from './testing/makers.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-opened-'))
beforeAll(async () => {
  await useBackend('cpu')
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

async function arrived(made: Promise<Tensor>): Promise<number[]> {
  const tensor = await made
  const values = [...tensor.dataSync()]
  tensor.dispose()
  return values
}

/** Moves all weights: much of a fresh network starts at zero, and would hide what it is told. */
function stir(model: Parameters<typeof variablesOf>[0]): void {
  for (const [i, variable] of Object.values(variablesOf(model)).entries())
    tidy(() => variable.assign(add(variable, mul(0.1, normal(fold(key(7), i), variable.shape)))))
}

/** The files of a model by name, and its samples. */
async function stored(
  name: string,
  more: object = {},
): Promise<{ files: Record<string, Uint8Array>; samples: number[] }> {
  const { family, make } = makers[name]!
  const model = make()
  stir(model)
  const config = { family, model: model.config, data: 'moons', ...more }
  const files = {
    'config.json': new TextEncoder().encode(JSON.stringify(config)),
    'model.safetensors': encodeSafetensors(await readWeights(model)),
  }
  const samples = await arrived(model.sample({ count: 3, key: key(1) }))
  model.dispose()
  return { files, samples }
}

async function closed<T>(
  source: Parameters<typeof openModel>[0],
  use: (opened: OpenedModel) => T,
): Promise<Awaited<T>> {
  const opened = await openModel(source)
  try {
    return await use(opened)
  } finally {
    opened.model.dispose()
  }
}

describe.each(Object.keys(makers))('%s', (name) => {
  it('says what it is, samples as it did, and is a space of codes unless codes need a class', async () => {
    const before = memory().numTensors
    const { files, samples } = await stored(name)
    await closed(files, async ({ family, data, classes, model, own, latent, sampling }) => {
      expect({ family, data }).toEqual({ family: makers[name]!.family, data: 'moons' })
      expect(classes).toBe(name.endsWith('with classes') ? 3 : 0)
      expect(sampling).toEqual({ steps: 20, sampler: 'unipc', guidance: 1 })
      expect(own).toBe(model)
      expect(latent).toBe(classes === 0 ? own : undefined)
      // Images of a diffusion model are kept in their range while they are denoised, which no option asked for above.
      if (name !== 'diffusion of images') {
        expect(await arrived(model.sample({ count: 3, key: key(1) }))).toEqual(samples)
      }
      const wrong = model.sample({ count: 3, key: key(1), labels: classes > 0 ? classes + 1 : 0 })
      await expect(wrong).rejects.toMatchObject({ code: classes > 0 ? 'range' : 'config' })
      if (!latent) return
      const z = normal(key(2), [2, latent.latentSize]) as Tensor2D
      const x = await latent.decode(z)
      expect(x.shape).toEqual([2, ...model.shape])
      const codes = await latent.encode?.(x)
      if (codes) expect(codes.shape).toEqual(z.shape)
      expect(codes === undefined).toBe(family === 'gan')
      dispose([z, x, ...(codes ? [codes] : [])])
    })
    expect(memory().numTensors).toBe(before)
  })

  it('is the same from a folder, a run, a function and a promise', async () => {
    const { files } = await stored(name)
    const samplesOf = (source: Parameters<typeof openModel>[0]) =>
      closed(source, ({ model }) => arrived(model.sample({ count: 2, key: key(3), batchSize: 1 })))
    const wanted = await samplesOf(files)
    const asked: string[] = []
    const later = async (file: string) => {
      asked.push(file)
      return files[file]
    }
    expect(await samplesOf(later)).toEqual(wanted)
    expect(asked).toEqual(['config.json', 'model.safetensors'])
    expect(await samplesOf((file) => files[file])).toEqual(wanted)
    const inRun = Object.fromEntries(Object.entries(files).map(([file, bytes]) => [`model/${file}`, bytes]))
    expect(await samplesOf(inRun)).toEqual(wanted)
    const folder = join(home, name)
    const { family, make } = makers[name]!
    const model = make()
    stir(model)
    const written = { config: { family, model: model.config }, tensors: variablesOf(model), card: 'x' }
    await writeModelFolder(folder, written)
    model.dispose()
    expect(await samplesOf(folder)).toEqual(wanted)
    const run = join(home, `run of ${name}`)
    mkdirSync(run)
    renameSync(folder, join(run, 'model'))
    expect(await samplesOf(run)).toEqual(wanted)
  })
})

describe('samples', () => {
  it('are drawn as the folder says, where the options do not', async () => {
    const { files } = await stored('diffusion with classes', { sampleSteps: 3, sampler: 'ddim', guidance: 2.5 })
    await closed(files, async (opened) => {
      if (opened.family !== 'diffusion') throw new Error('another family')
      expect(opened.sampling).toEqual({ steps: 3, sampler: 'ddim', guidance: 2.5 })
      let [steps, calls] = [0, 0]
      const onStep = (step: { steps: number }) => {
        steps = step.steps
        calls++
      }
      const wish = { count: 2, key: key(1), onStep }
      const drawn = await arrived(opened.own.sample(wish))
      expect([steps, calls]).toEqual([3, 3])
      const spelled = { ...wish, sampler: ddim({ steps: 3 }), guidance: 2.5, clip: false }
      expect(await arrived(opened.own.sample(spelled))).toEqual(drawn)
      await arrived(opened.own.sample({ ...wish, sampler: uniPc({ steps: 7 }) }))
      expect(steps).toBe(7)
    })
  })
})

describe('guidance within an interval', () => {
  it('is kept in the folder', async () => {
    const guidance = { weight: 3, interval: [0.3, 5] }
    const { files } = await stored('diffusion with classes', { sampleSteps: 3, guidance })
    await closed(files, async (opened) => {
      if (opened.family !== 'diffusion') throw new Error('another family')
      expect(opened.sampling).toEqual({ steps: 3, sampler: 'unipc', guidance })
      const wish = { count: 2, key: key(1) }
      const drawn = await arrived(opened.own.sample(wish))
      expect(
        await arrived(opened.own.sample({ ...wish, guidance: classifierFree({ weight: 3, interval: [0.3, 5] }) })),
      ).toEqual(drawn)
      expect(await arrived(opened.own.sample({ ...wish, guidance: 3 }))).not.toEqual(drawn)
    })
  })
})

describe('a source', () => {
  const failing = async (source: unknown, options?: object): Promise<GenError> => {
    const before = memory().numTensors
    const error = await openModel(source as string, options).catch((caught: unknown) => caught)
    expect(memory().numTensors).toBe(before)
    if (!GenError.is(error)) throw new Error(`expected a GenError, got ${String(error)}`)
    return error
  }

  it.each([
    [undefined, 'value', 'got undefined; pass'],
    [null, 'value', 'got null'],
    [7, 'value', 'got number'],
    [new Uint8Array(3), 'value', 'got one file'],
    [{}, 'file', 'got config.json missing, model/config.json missing'],
    [[], 'file', 'got config.json missing, model/config.json missing'],
    [{ 'config.json': '{}' }, 'file', 'expected config.json as a Uint8Array, got string'],
    [{ 'config.json': Uint8Array.of(65) }, 'file', 'config.json that is not JSON'],
    [() => Promise.reject(new Error('offline')), 'file', 'expected to read config.json, got offline'],
    [
      'no/such',
      'file',
      `got ${join('no', 'such', 'config.json')} missing, ${join('no', 'such', 'model', 'config.json')} missing`,
    ],
    [join(import.meta.dirname, 'index.ts'), 'file', 'config.json missing'],
  ])('%o is refused', async (source, code, message) => {
    const error = await failing(source)
    expect(error.code).toBe(code)
    expect(error.message).toMatch(/^open\.openModel: expected /)
    expect(error.message).toContain(message)
  })

  it('without weights is refused, and so are files that are too large', async () => {
    const { files } = await stored('vae')
    const { 'config.json': config, 'model.safetensors': weights } = files
    expect((await failing({ 'config.json': config })).message).toContain(
      'expected model.safetensors beside config.json, got none',
    )
    const small = { maxBytes: weights!.length - 1 }
    expect((await failing(files, small)).message).toContain(
      `at most ${weights!.length - 1} bytes, got ${weights!.length}`,
    )
    expect((await failing(files, { maxBytes: 0 })).code).toBe('range')
    const opened = await openModel(files, { maxBytes: weights!.length })
    opened.model.dispose()
  })

  it('whose files lead out of the folder is refused, unless it is trusted', async () => {
    const model = makers.vae!.make()
    const elsewhere = join(home, 'elsewhere')
    const written = { config: { family: 'vae', model: model.config }, tensors: variablesOf(model), card: 'x' }
    await writeModelFolder(elsewhere, written)
    model.dispose()
    const folder = join(home, 'linked')
    mkdirSync(folder)
    for (const file of ['config.json', 'model.safetensors']) symlinkSync(join(elsewhere, file), join(folder, file))
    expect((await failing(folder)).message).toContain('in the folder itself, got a link to')
    const whole = join(home, 'run of links')
    mkdirSync(whole)
    symlinkSync(elsewhere, join(whole, 'model'))
    expect((await failing(whole)).message).toContain('got a link to')
    const opened = await openModel(folder, { followLinks: true })
    opened.model.dispose()
    // A link to the folder is how one names it.
    symlinkSync(elsewhere, join(home, 'name'))
    const named = await openModel(join(home, 'name'))
    named.model.dispose()
  })
})
