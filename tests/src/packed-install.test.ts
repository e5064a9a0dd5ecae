/** What a stranger gets: the packed packages, installed by npm in an empty folder, train and sample in ten lines. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { build as bundle } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const home = mkdtempSync(join(tmpdir(), 'gen-packed-'))

/** The README's first example: ten lines from nothing to samples. */
const script = `import { adamW, diffusion, fit, key, last, normal, pointDenoiser, useBackend } from '@gen/diffusion'
import { add, mul, type Tensor } from '@tensorflow/tfjs-core'

await useBackend()
const line = { at: (i: number): { x: Tensor } => ({ x: add(mul(normal(key(i), [256, 1]), [[3, 1]]), [[1, 0]]) }) }
const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
await last(fit(model, line, { steps: 150, optimizer: adamW({ learningRate: 3e-3 }), ema: 0.98, key: key(1) }))
const samples = await model.sample({ count: 500, key: key(2) })
console.log(JSON.stringify([...(await samples.data())]))
`

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
    writeFileSync(join(home, 'train.ts'), script)
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

  it('trains on points and samples them, in plain Node', async () => {
    await build({
      entryPoints: [join(home, 'train.ts')],
      outfile: join(home, 'train.mjs'),
      format: 'esm',
      packages: 'external',
    })
    const points = JSON.parse(run(process.execPath, [join(home, 'train.mjs')], home)) as number[]
    expect(points).toHaveLength(1000)
    // The data lie on the line x = 1 + 3s, y = s with s standard normal.
    const apart = points.flatMap((x, i) => (i % 2 === 0 ? [Math.abs(x - 1 - 3 * (points[i + 1] as number))] : []))
    const mean = apart.reduce((sum, value) => sum + value, 0) / apart.length
    expect(mean).toBeLessThan(0.5)
    expect(Math.max(...points)).toBeGreaterThan(3)
  }, 120_000)

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
