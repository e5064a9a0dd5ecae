/** Pages as users make them: bundled by Vite, training in a worker; and without a bundler, from another origin. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build as bundle } from 'esbuild'
import { type Browser, chromium } from 'playwright'
import { build, createServer, preview } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PageReport } from '../pages/page.ts'
import { chromiumPath, isolation, report } from './chromium.fixture.ts'
import { serve } from './serve.fixture.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const home = mkdtempSync(join(tmpdir(), 'gen-pages-'))
const servers: Server[] = []
let browser: Browser

/** Serves a folder until all tests are done; gives its address. */
async function served(folder: string, headers: Record<string, string>): Promise<string> {
  const { server, address } = await serve(folder, headers)
  servers.push(server)
  return address
}

/** tfjs as a CDN would serve it: a module each, the cpu backend's over the same core. */
async function tfjsModules(): Promise<string> {
  const folder = join(home, 'vendor')
  for (const [name, external] of Object.entries({ core: [], 'backend-cpu': ['@tensorflow/tfjs-core'] })) {
    const stdin = {
      contents: `export * from '@tensorflow/tfjs-${name}'`,
      resolveDir: join(root, 'packages', 'backend-simd'),
    }
    const outfile = join(folder, `${name}.js`)
    await bundle({ stdin, external, outfile, bundle: true, format: 'esm', logLevel: 'error' })
  }
  return folder
}

const cdnPage = (imports: Record<string, string>) => `<!doctype html>
<script type="importmap">${JSON.stringify({ imports })}</script>
<script type="module">
  import { getThreads, registerSimdBackend } from '@gen/backend-simd'
  import { matMul, setBackend } from '@tensorflow/tfjs-core'
  async function compute() {
    registerSimdBackend({ threads: 2 })
    if (!(await setBackend('simd'))) throw new Error('the backend simd did not start')
    return { values: [...(await matMul([[1, 2], [3, 4]], [[5, 6], [7, 8]]).data())], threads: getThreads() }
  }
  globalThis.report = compute()
</script>`

describe.skipIf(!existsSync(chromiumPath))('pages in Chromium', () => {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
  }, 60_000)

  afterAll(async () => {
    await browser.close()
    for (const server of servers) server.close()
    rmSync(home, { recursive: true, force: true })
  })

  describe('a U-Net that trains in a worker, bundled by Vite', () => {
    const outDir = join(home, 'vite')

    beforeAll(
      () =>
        build({
          root: join(root, 'tests', 'pages'),
          logLevel: 'error',
          base: './',
          worker: { format: 'es' },
          build: { outDir },
        }),
      120_000,
    )

    it.each([
      { headers: isolation, threads: 2 },
      { headers: {}, threads: 1 },
    ])(
      'leaves the page responsive on the preview server, with $threads thread(s)',
      async ({ headers, threads }) => {
        const server = await preview({
          root: join(root, 'tests', 'pages'),
          logLevel: 'error',
          base: './',
          build: { outDir },
          preview: { headers, host: '127.0.0.1', port: 0 },
        })
        const seen = await report<PageReport>(browser, server.resolvedUrls!.local[0]!).finally(() => server.close())
        expect(seen).toMatchObject({ backend: 'simd', isolated: threads > 1 })
        if (threads > 1) expect(seen.threads).toBeGreaterThan(1)
        else expect(seen.threads).toBe(1)
        expect(seen.losses).toHaveLength(20)
        expect(seen.losses.at(-1)).toBeLessThan(seen.losses[0]!)
        // Were the training on the page's thread, the page would have about one turn a step.
        expect(seen.turns).toBeGreaterThan(60)
      },
      120_000,
    )
  })

  it('a U-Net trains in a worker with two threads on the server of Vite that one works with', async () => {
    const server = await createServer({
      root: join(root, 'tests', 'pages'),
      logLevel: 'error',
      cacheDir: join(home, 'vite-dev'),
      worker: { format: 'es' },
      server: { headers: isolation, host: '127.0.0.1', port: 0 },
      // Found while the worker starts, they would reload the page.
      optimizeDeps: { entries: ['train.ts'] },
    })
    await server.listen()
    try {
      const seen = await report<PageReport>(browser, server.resolvedUrls!.local[0]!)
      expect(seen).toMatchObject({ backend: 'simd', isolated: true })
      expect(seen.threads).toBeGreaterThan(1)
      expect(seen.losses.at(-1)).toBeLessThan(seen.losses[0]!)
    } finally {
      await server.close()
    }
  }, 120_000)

  describe('a page bundled by esbuild, which leaves the wasm behind', () => {
    it('computes on simd with wasmUrl', async () => {
      const contents = `import { useBackend } from '@gen/backend'
globalThis.report = useBackend('simd', { wasmUrl: './wasm' }).then(({ name }) => name)`
      const folder = join(home, 'esbuild')
      const external = ['node:*', '@tensorflow/tfjs-backend-w*', '@tensorflow/tfjs-node*', 'webgpu']
      const stdin = { contents, resolveDir: join(root, 'tests') }
      await bundle({
        stdin,
        outfile: join(folder, 'page.js'),
        bundle: true,
        format: 'esm',
        external,
        logLevel: 'error',
      })
      cpSync(join(root, 'packages', 'backend-simd', 'wasm'), join(folder, 'wasm'), { recursive: true })
      writeFileSync(join(folder, 'index.html'), '<!doctype html><script type="module" src="./page.js"></script>')
      expect(await report(browser, await served(folder, {}))).toBe('simd')
    }, 60_000)
  })

  describe('the simd backend without a bundler, from another origin', () => {
    it.each([
      { headers: isolation, threads: 2 },
      { headers: {}, threads: 1 },
    ])(
      'finds its program and computes, with $threads thread(s)',
      async ({ headers, threads }) => {
        const cdn = await served(join(root, 'packages', 'backend-simd'), {
          'Access-Control-Allow-Origin': '*',
          'Cross-Origin-Resource-Policy': 'cross-origin',
        })
        const vendor = await served(await tfjsModules(), { 'Access-Control-Allow-Origin': '*' })
        const page = join(home, `page-${threads}`)
        const imports = {
          '@gen/backend-simd': `${cdn}dist/index.js`,
          '@tensorflow/tfjs-core': `${vendor}core.js`,
          '@tensorflow/tfjs-backend-cpu': `${vendor}backend-cpu.js`,
        }
        mkdirSync(page)
        writeFileSync(join(page, 'index.html'), cdnPage(imports))
        const seen = await report<{ values: number[]; threads: number }>(browser, await served(page, headers))
        expect(seen).toEqual({ values: [19, 22, 43, 50], threads })
      },
      60_000,
    )
  })
})
