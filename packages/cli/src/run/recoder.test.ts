/** The encoder of a model that has none: trained once, kept, and made anew where the model has changed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GenError, type Key, key, normal, useBackend } from '@gen/backend'
import { dcgan } from '@gen/gan'
import { writeModelFolder } from '@gen/io/node'
import { adam, fit, last, variablesOf } from '@gen/train'
import {
  dispose,
  reshape,
  type Scalar,
  scalar,
  square,
  type Tensor2D,
  tensor2d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { ganFamily } from '../families/gan.ts'
import { withEncoder } from './latent-model.ts'
import { openModel } from './open-model.ts'
import { openRecoder } from './recoder.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-recoder-'))
const folder = join(home, 'run')
const log = vi.spyOn(console, 'log').mockImplementation(() => {})

afterAll(() => {
  log.mockRestore()
  rmSync(home, { recursive: true, force: true })
})
beforeAll(async () => {
  await useBackend('simd')
})
beforeEach(() => void log.mockClear())

/** An untrained GAN of points, in a folder of a run. */
async function write(seed: number): Promise<void> {
  const gan = dcgan({ shape: [2], latentSize: 2, widths: [8], design: 'mlp', key: key(seed) })
  const tensors = variablesOf(gan)
  await writeModelFolder(join(folder, 'model'), {
    ...{ config: { family: 'gan', model: gan.config, data: 'moons' }, tensors },
    card: { name: 'test', data: 'moons', seed },
  })
  gan.dispose()
}

/** Codes of fixed points by the recoder of the folder, and whether it was trained for them. */
async function codes(steps = 4): Promise<{ values: number[]; trained: boolean; warned: boolean }> {
  log.mockClear()
  const { model } = await openModel('gen test', folder)
  const recoder = (await openRecoder('gen test', folder, model, { steps }))!
  const x = normal(key(9), [5, 2]) as Tensor2D
  const z = recoder.encode(x)
  const values = [...(await z.data())]
  dispose([x, z, ...Object.values(variablesOf(model.trainable))])
  recoder.dispose()
  const said = log.mock.calls.flat().join('\n')
  return { values, trained: said.includes('has no encoder'), warned: said.includes('warning: the encoder is not kept') }
}

describe('openRecoder', () => {
  it('trains at first use, says so and how to do without, and takes what was kept from then on', async () => {
    await write(0)
    const first = await codes()
    expect(first.trained).toBe(true)
    await write(0)
    const second = await codes()
    expect(second).toEqual({ ...first, trained: false })
    rmSync(join(folder, 'recoder'), { recursive: true })
    expect(await codes()).toEqual(first)
  })

  it('is trained anew for other weights, another number of steps, and where the kept one is damaged', async () => {
    await write(0)
    const first = await codes()
    await write(1)
    expect((await codes()).trained).toBe(true)
    await write(0)
    expect(await codes()).toEqual({ ...first, trained: true })
    expect((await codes(5)).trained).toBe(true)
    truncateSync(join(folder, 'recoder', 'model.safetensors'), 60)
    expect((await codes(5)).trained).toBe(true)
    writeFileSync(join(folder, 'recoder', 'config.json'), '{"kind":"constructor"}')
    expect((await codes(5)).trained).toBe(true)
    expect((await codes(5)).trained).toBe(false)
  })

  it('serves once where the folder cannot keep it, and says so', async () => {
    await write(0)
    rmSync(join(folder, 'recoder'), { recursive: true, force: true })
    writeFileSync(join(folder, 'recoder'), 'in the way')
    expect(await codes()).toMatchObject({ trained: true, warned: true })
    expect(readFileSync(join(folder, 'recoder'), 'utf8')).toBe('in the way')
    rmSync(join(folder, 'recoder'))
  })

  it('goes on where it was interrupted, to the same encoder', async () => {
    await write(0)
    rmSync(join(folder, 'recoder'), { recursive: true, force: true })
    const whole = await codes(6)
    rmSync(join(folder, 'recoder'), { recursive: true })
    let trained = 0
    const interruptedAt = async (at: number): Promise<void> => {
      const { model } = await openModel('gen test', folder)
      const recoder = (k: Key) => {
        const made = model.recoder!(k)
        const [player] = made.trainable.players
        const loss = (batch: object, draws: Key) => {
          if (++trained === at) process.emit('SIGINT')
          return player!.loss(batch, draws)
        }
        return { ...made, trainable: { players: [{ ...player!, loss }] } }
      }
      const before = process.exitCode
      const opened = await openRecoder('gen test', folder, { ...model, recoder }, { steps: 6 }).catch((error) => error)
      process.exitCode = before
      dispose(Object.values(variablesOf(model.trainable)))
      if (GenError.is(opened)) throw opened
      opened.dispose()
    }
    await expect(interruptedAt(2)).rejects.toThrow(
      'got interrupted at step 2 of 6; start again, and it goes on from there',
    )
    await expect(interruptedAt(4)).rejects.toMatchObject({ code: 'aborted' })
    await interruptedAt(Number.POSITIVE_INFINITY)
    expect(trained).toBe(6)
    expect(await codes(6)).toEqual({ ...whole, trained: false })
    expect(existsSync(join(folder, 'recoder', 'unfinished'))).toBe(false)

    // A damaged one is none.
    rmSync(join(folder, 'recoder'), { recursive: true })
    trained = 0
    await expect(interruptedAt(3)).rejects.toMatchObject({ code: 'aborted' })
    const files = readdirSync(join(folder, 'recoder'), { recursive: true, encoding: 'utf8' })
    for (const file of files) if (file.endsWith('.safetensors')) truncateSync(join(folder, 'recoder', file), 60)
    expect(await codes(6)).toEqual(whole)
  })

  it('learns the codes of what the model makes', async () => {
    await write(0)
    const { model } = await openModel('gen test', folder)
    const recoder = (await openRecoder('gen test', folder, model, { steps: 150 }))!
    const z = normal(key(3), [200, 2]) as Tensor2D
    const x = (await model.latent!.decode(z)) as Tensor2D
    const found = recoder.encode(x)
    const [wanted, got] = [await z.data<'float32'>(), await found.data<'float32'>()]
    const error = wanted.reduce((sum, value, i) => sum + (value - got[i]!) ** 2, 0) / wanted.length
    // 1 for an encoder that knows nothing.
    expect(error).toBeLessThan(0.3)
    dispose([z, x, found, ...Object.values(variablesOf(model.trainable))])
    recoder.dispose()
  }, 60_000)

  it('draws its weights and its training by different keys', async () => {
    await write(0)
    const start = scalar(1)
    const gone = variable(start)
    const used: Key[] = []
    let weights: Key | undefined
    const loss = (_: object, k: Key) => {
      used.push(k)
      return { total: tidy(() => reshape(square(gone), []) as Scalar) }
    }
    const trainable = { players: [{ name: 'stub', variables: () => [gone], loss }] }
    const stub = (k: Key) => {
      weights = k
      return { trainable, encode: () => tensor2d([[0]]), dispose: () => {} }
    }
    const { model } = await openModel('gen test', folder)
    rmSync(join(folder, 'recoder'), { recursive: true, force: true })
    await openRecoder('gen test', folder, { ...model, recoder: stub }, { steps: 3 })
    const training = used.splice(0).map(({ hi, lo }) => `${hi} ${lo}`)
    await last(fit(trainable, { at: () => ({}) }, { steps: 3, optimizer: adam(), key: weights! }))
    const ofWeights = used.map(({ hi, lo }) => `${hi} ${lo}`)
    expect(training).toHaveLength(3)
    expect(training.filter((k) => ofWeights.includes(k))).toEqual([])
    dispose([start, gone, ...Object.values(variablesOf(model.trainable))])
  })

  it('is not for models that encode, nor where a search is asked for', async () => {
    const gan = ganFamily.create(
      Object.fromEntries(Object.entries(ganFamily.flags).map(([name, { initial }]) => [name, initial])) as never,
      { shape: [2] },
      key(0),
    )
    const open = { model: gan, family: 'gan', sampleSteps: 1, sampler: 'unipc' as const, guidance: 1 }
    expect((await withEncoder('gen test', folder, open, 'optimize')).method).toBe('optimize')
    const encoding = {
      ...open,
      model: { ...gan, latent: { ...gan.latent!, encode: () => normal(key(0), [1, 2]) as Tensor2D } },
    }
    expect((await withEncoder('gen test', folder, encoding, 'auto')).method).toBe('encode')
    expect((await withEncoder('gen test', folder, encoding, 'hybrid')).method).toBe('hybrid')
    expect(log).not.toHaveBeenCalled()
    dispose(Object.values(variablesOf(gan.trainable)))
  })
})
