/** What a stranger gets: the packed packages, installed by npm in an empty folder, train and sample in ten lines. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { build as bundle, type Logger } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import webpack from 'webpack'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const home = mkdtempSync(join(tmpdir(), 'gen-packed-'))

/** The README's ten lines. */
const [, lines = ''] =
  /^```ts\n([^`]*@gen\/diffusion[^`]*)```/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
/** The same, telling all numbers. */
const script = lines.replace('await samples.array()', 'JSON.stringify([...(await samples.data())])')
/** For `require`. */
const commonJs = `${script.replace(/^import (.*) from (.*)$/gm, 'const $1 = require($2)').replace('await useBackend', ';(async () => {\nawait useBackend')}})()\n`

interface Manifest {
  name: string
  dependencies?: Record<string, string>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))

/** A package of ours with all of ours that it depends on. */
function closure(folder: string, found = new Set<string>()): Set<string> {
  found.add(folder)
  for (const name of Object.keys(manifestOf(folder).dependencies ?? {})) {
    const other = name.startsWith('@gen/') ? name.slice(5) : undefined
    if (other && !found.has(other)) closure(other, found)
  }
  return found
}

function run(command: string, args: string[], cwd: string): string {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 })
}

/** Whether a program is on the path; where it is not, its test is skipped in sight. */
function isThere(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0
}

/** Backends that a project may add, which bundlers look for. */
const optional = ['webgl', 'webgpu', 'wasm'].map((name) => `@tensorflow/tfjs-backend-${name}`).sort()

async function bundledByWebpack(entry: string, path: string): Promise<{ errors: string[]; warnings: string[] }> {
  const compiler = webpack({ mode: 'development', devtool: false, target: 'web', entry, output: { path } })
  const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
    compiler.run((error, found) => (error ? reject(error) : resolve(found))),
  )
  const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {}
  return { errors: errors.map(({ message }) => message), warnings: warnings.map(({ message }) => message) }
}

/** pnpm as the set-up installed it, or the one on the path. */
function pnpm(args: string[], cwd: string): void {
  const local = readdirSync(join(root, '.tools'), { withFileTypes: true }).find(({ name }) => name.startsWith('pnpm-'))
  const entry = local && join(root, '.tools', local.name, 'node_modules', 'pnpm', 'bin', 'pnpm.cjs')
  if (entry) run(process.execPath, [entry, ...args], cwd)
  else run('pnpm', args, cwd)
}

/** Packs a package of ours with all that it depends on, and installs them with npm in an empty folder. */
function install(folder: string, target: string, peers: string[]): void {
  mkdirSync(join(root, '.tools'), { recursive: true })
  const tarballs = join(target, 'tarballs')
  mkdirSync(tarballs, { recursive: true })
  for (const name of closure(folder)) pnpm(['pack', '--pack-destination', tarballs], join(root, 'packages', name))
  writeFileSync(join(target, 'package.json'), '{ "type": "module", "private": true }')
  const files = readdirSync(tarballs).map((name) => join(tarballs, name))
  run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...peers, ...files], target)
}

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('@gen/diffusion, packed and installed alone', () => {
  const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

  beforeAll(() => {
    install('diffusion', home, ['@tensorflow/tfjs-core@4.22.0'])
    for (const name of ['train.ts', 'train.mjs']) writeFileSync(join(home, name), script)
  }, 180_000)

  it('brings no other package of TensorFlow.js than core and cpu, and nothing of ours beyond its closure', () => {
    const installed = readdirSync(join(home, 'node_modules', '@tensorflow')).sort()
    expect(installed).toEqual(['tfjs-backend-cpu', 'tfjs-core'])
    expect(new Set(readdirSync(join(home, 'node_modules', '@gen')))).toEqual(closure('diffusion'))
  })

  it('type-checks in strict mode', () => {
    const config = {
      strict: true,
      target: 'es2022',
      module: 'nodenext',
      noEmit: true,
      skipLibCheck: true,
      types: [],
      lib: ['es2023', 'dom'],
    }
    writeFileSync(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions: config, files: ['train.ts'] }))
    expect(run(process.execPath, [typescript, '-p', home], home)).toBe('')
  }, 60_000)

  it('trains on points and samples them, in plain Node, by the lines as they stand', () => {
    const points = JSON.parse(run(process.execPath, ['train.mjs'], home)) as number[]
    expect(points).toHaveLength(1000)
    // The data lie on the line x = 1 + 3s, y = s with s standard normal.
    const apart = points.flatMap((x, i) => (i % 2 === 0 ? [Math.abs(x - 1 - 3 * (points[i + 1] as number))] : []))
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length
    expect(mean).toBeLessThan(0.5)
    expect(Math.max(...points)).toBeGreaterThan(3)
  }, 120_000)

  it('is required by CommonJS, with the same numbers', () => {
    writeFileSync(join(home, 'train.cjs'), commonJs)
    expect(run(process.execPath, ['train.cjs'], home)).toBe(run(process.execPath, ['train.mjs'], home))
  }, 120_000)

  it.skipIf(!isThere('deno'))(
    'trains in Deno, with the same numbers',
    () => {
      expect(run('deno', ['run', '-A', 'train.mjs'], home)).toBe(run(process.execPath, ['train.mjs'], home))
    },
    120_000,
  )

  it.skipIf(!isThere('bun'))(
    'trains in Bun, with the same numbers but for rounding',
    () => {
      // The same build in another engine: measured, the last bits are others.
      const [bun, node] = [run('bun', ['train.mjs'], home), run(process.execPath, ['train.mjs'], home)]
      expect(JSON.parse(bun)).toBeAllClose(JSON.parse(node), { rtol: 1e-4, atol: 1e-4 })
    },
    120_000,
  )

  it('is bundled by webpack, which warns of nothing but backends that are not installed', async () => {
    const { errors, warnings } = await bundledByWebpack(join(home, 'train.mjs'), join(home, 'webpack'))
    expect(errors).toEqual([])
    const named = warnings.map((text) => /Can't resolve '([^']+)'/.exec(text)?.[1] ?? text)
    expect([...new Set(named)].sort()).toEqual(optional)
    expect(readdirSync(join(home, 'webpack')).filter((name) => name.endsWith('.wasm')).length).toBeGreaterThan(0)
  }, 300_000)

  it('bundles for the browser, and says how large that is', async () => {
    const { outputFiles, warnings } = await build({
      entryPoints: [join(home, 'train.ts')],
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      external: ['node:*', '@tensorflow/tfjs-backend-w*', '@tensorflow/tfjs-node*', 'webgpu'],
      outdir: join(home, 'bundle'),
    })
    expect(warnings).toEqual([])
    const [bundle] = outputFiles
    const kilobytes = Math.round(gzipSync(bundle!.contents).length / 1000)
    console.log(`@gen/diffusion with tfjs-core and tfjs-backend-cpu for the browser: ${kilobytes} kB gzipped`)
    expect(bundle!.text).not.toMatch(/@gen\/source/)
    expect(kilobytes).toBeLessThan(250)
  }, 60_000)
})

describe('@gen/metrics, packed and installed alone', () => {
  const metrics = join(home, 'metrics')
  const lines = `import { key, uniform, useBackend } from '@gen/backend'
import { loadDigitModel } from '@gen/metrics/digits'

await useBackend('cpu')
const { classify } = await loadDigitModel()
console.log(classify(uniform(key(0), [2, 28, 28, 1])).shape.join())
`

  beforeAll(() => {
    install('metrics', metrics, ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-layers@4.22.0'])
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
    install('open', folder, ['@tensorflow/tfjs-core@4.22.0', '@tensorflow/tfjs-layers@4.22.0'])
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
