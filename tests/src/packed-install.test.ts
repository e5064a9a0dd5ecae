/** What a stranger gets of `@gen/metrics` and `@gen/open`: packed and installed alone, in Node and bundled by Vite. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build as bundle, type Logger } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { install, pack, root, run } from './packed.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-packed-'))
const tensorFlow = ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-layers@4.22.0']

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('@gen/metrics, packed and installed alone', () => {
  const metrics = join(home, 'metrics')
  const lines = `import { key, uniform, useBackend } from '@gen/backend'
import { loadDigitModel } from '@gen/metrics/digits'

await useBackend('cpu')
const { classify } = await loadDigitModel()
console.log(classify(uniform(key(0), [2, 28, 28, 1])).shape.join())
`

  beforeAll(() => {
    install(metrics, [...tensorFlow, ...pack('metrics', join(home, 'tarballs-metrics'))])
    writeFileSync(join(metrics, 'digits.mjs'), lines)
  }, 180_000)

  it('loads the weights that it ships, in plain Node', () => {
    expect(run(process.execPath, ['digits.mjs'], metrics).trim()).toBe('2,10')
  }, 60_000)

  it('has its weights carried along by Vite', async () => {
    const output = await bundle({
      root: metrics,
      configFile: false,
      logLevel: 'silent',
      build: { target: 'es2022', write: false, minify: false, rollupOptions: { input: join(metrics, 'digits.mjs') } },
    })
    const [{ output: files = [] } = {}] = [output].flat() as { output?: { fileName: string }[] }[]
    expect(files.map(({ fileName }) => fileName)).toContainEqual(expect.stringMatching(/digits-.*\.safetensors$/))
  }, 120_000)
})

describe('@gen/open, packed and installed alone', () => {
  const folder = join(home, 'open')
  const trained = `import { writeModelFolder } from '@gen/io/node'
import { variablesOf } from '@gen/train'
import { mlpNetworks, standardVae } from '@gen/vae'
import { key, useBackend } from '@gen/open'

await useBackend('cpu')
const model = standardVae({ shape: [2], latentSize: 2, network: mlpNetworks({ widths: [4] }), key: key(0) })
const config = { family: 'vae', model: model.config, data: 'moons' }
await writeModelFolder('runs/digits/model', { config, tensors: variablesOf(model), card: 'x' })
`
  /** The README's first example. */
  const opened = `import { key, openModel, useBackend } from '@gen/open'

await useBackend()
const { model, family, classes } = await openModel('runs/digits')
const pictures = await model.sample({ count: 16, key: key(0) })
console.log(family, classes, pictures.shape)
`

  beforeAll(() => {
    install(folder, [...tensorFlow, ...pack('open', join(home, 'tarballs-open'))])
    writeFileSync(join(folder, 'train.mjs'), trained)
    writeFileSync(join(folder, 'open.mjs'), opened)
  }, 180_000)

  it('opens a run and samples it, in plain Node, by the lines of its README', () => {
    expect(readFileSync(join(root, 'packages', 'open', 'README.md'), 'utf8')).toContain(opened)
    run(process.execPath, ['train.mjs'], folder)
    expect(run(process.execPath, ['open.mjs'], folder).trim()).toBe('vae 0 [ 16, 2 ]')
  }, 60_000)

  it('is split by Vite into a page without families, and a chunk for each', async () => {
    const warnings: string[] = []
    const output = await bundle({
      root: folder,
      configFile: false,
      customLogger: {
        ...quiet,
        warn: (text) => void warnings.push(text),
        warnOnce: (text) => void warnings.push(text),
      },
      build: { target: 'es2022', write: false, minify: false, rollupOptions: { input: join(folder, 'open.mjs') } },
    })
    expect(warnings.filter((text) => text.includes('node:'))).toEqual([])
    const [{ output: files = [] } = {}] = [output].flat() as { output?: Chunk[] }[]
    const chunks = files.filter(({ type }) => type === 'chunk')
    const withFamily = (family: string) =>
      chunks.filter(({ moduleIds }) => moduleIds.some((id) => id.includes(`/@gen/${family}/`)))
    const first = atOnce(chunks)
    for (const family of ['vae', 'gan', 'flows', 'diffusion', 'unet']) {
      expect(withFamily(family).length, family).toBeGreaterThan(0)
      expect(
        withFamily(family).filter((chunk) => first.has(chunk.fileName)),
        family,
      ).toEqual([])
    }
  }, 120_000)
})

interface Chunk {
  readonly type: 'chunk' | 'asset'
  readonly fileName: string
  readonly isEntry: boolean
  /** The chunks that it imports statically. */
  readonly imports: readonly string[]
  readonly moduleIds: readonly string[]
}

const quiet: Logger = {
  ...{ info: () => {}, warn: () => {}, warnOnce: () => {}, error: () => {}, clearScreen: () => {} },
  hasErrorLogged: () => false,
  hasWarned: false,
}

/** The chunks that a page loads before anything is asked for. */
function atOnce(chunks: readonly Chunk[]): Set<string> {
  const loaded = new Set<string>()
  const open = chunks.filter(({ isEntry }) => isEntry)
  for (let next = open.pop(); next; next = open.pop()) {
    if (loaded.has(next.fileName)) continue
    loaded.add(next.fileName)
    const { imports } = next
    open.push(...chunks.filter(({ fileName }) => imports.includes(fileName)))
  }
  return loaded
}
