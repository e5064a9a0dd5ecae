/** What a stranger gets: `@gen/diffusion` packed and installed alone trains and samples in ten lines, in every runtime. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import webpack from 'webpack'
import { chromiumPath, report } from './chromium.fixture.ts'
import { closure, install, pack, root, run } from './packed.fixture.ts'
import { type RuntimeName, runtime } from './runtimes.fixture.ts'
import { serve } from './serve.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-packed-'))
const typescript = join(root, 'node_modules', 'typescript', 'bin', 'tsc')

/** The README's ten lines. */
const [, lines = ''] =
  /^```ts\n([^`]*@gen\/diffusion[^`]*)```/m.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? []
/** The same, telling all numbers. */
const script = lines.replace('await samples.array()', 'JSON.stringify([...(await samples.data())])')
/** For a page. */
const page = script.replace('console.log(', 'globalThis.report = Promise.resolve(')
/** For `require`. */
const commonJs = `${script.replace(/^import (.*) from (.*)$/gm, 'const $1 = require($2)').replace('await useBackend', ';(async () => {\nawait useBackend')}})()\n`

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

beforeAll(() => {
  install(home, ['@tensorflow/tfjs-core@4.22.0', ...pack('diffusion', join(home, 'tarballs'))])
  for (const name of ['train.ts', 'train.mjs']) writeFileSync(join(home, name), script)
  writeFileSync(join(home, 'train.cjs'), commonJs)
  writeFileSync(join(home, 'page.mjs'), page)
}, 180_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('@gen/diffusion, packed and installed alone', () => {
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
})

/** The numbers of `train.mjs` here; asked for once. */
let own: string | undefined
function ownNumbers(): string {
  own ??= run(process.execPath, ['train.mjs'], home)
  return own
}

interface Case {
  readonly name: RuntimeName
  readonly files: string[]
  readonly args: string[]
  /** The same build in another engine: measured, Bun's last bits are others. */
  readonly rounds?: boolean
}

const cases: Case[] = [
  { name: 'Node 20', files: ['train.mjs', 'train.cjs'], args: [] },
  { name: 'Node 22', files: ['train.mjs', 'train.cjs', 'train.ts'], args: [] },
  { name: 'Node 24', files: ['train.mjs', 'train.cjs', 'train.ts'], args: [] },
  { name: 'Deno', files: ['train.mjs'], args: ['run', '-A'] },
  { name: 'Bun', files: ['train.mjs', 'train.ts'], args: [], rounds: true },
]

describe.each(cases)('the ten lines in $name', ({ name, files, args, rounds = false }) => {
  let program: string | undefined

  beforeAll(() => {
    program = runtime(name)
  }, 180_000)

  it.for(files)('run as %s, with the same numbers', { timeout: 120_000 }, (file, { skip }) => {
    if (program === undefined) return skip(`neither the path nor npm has ${name} here`)
    const printed = run(program, [...args, file], home)
    if (rounds) expect(JSON.parse(printed)).toBeAllClose(JSON.parse(ownNumbers()), { rtol: 1e-4, atol: 1e-4 })
    else expect(printed).toBe(ownNumbers())
  })
})

describe('the ten lines, bundled', () => {
  it('by webpack, which warns of nothing but backends that are not installed', async () => {
    const { errors, warnings } = await bundledByWebpack(join(home, 'page.mjs'), join(home, 'webpack'))
    expect(errors).toEqual([])
    const named = warnings.map((text) => /Can't resolve '([^']+)'/.exec(text)?.[1] ?? text)
    expect([...new Set(named)].sort()).toEqual(optional)
    expect(readdirSync(join(home, 'webpack')).filter((name) => name.endsWith('.wasm')).length).toBeGreaterThan(0)
  }, 300_000)

  it.skipIf(!existsSync(chromiumPath))('by webpack, and train in a page', { timeout: 120_000 }, async () => {
    writeFileSync(join(home, 'webpack', 'index.html'), '<!doctype html><script src="main.js"></script>')
    const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
    const { server, address } = await serve(join(home, 'webpack'))
    try {
      const points = JSON.parse(await report<string>(browser, address)) as number[]
      expect(points).toHaveLength(1000)
      expect(points.filter((value) => !Number.isFinite(value))).toEqual([])
    } finally {
      server.close()
      await browser.close()
    }
  })

  it('by esbuild, and how large that is', async () => {
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
