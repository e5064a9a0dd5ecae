/** Pages with the packed packages that no other bundler made: a module script of a folder, and a Next app that trains in a worker. */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chromiumPath, report } from './chromium.fixture.ts'
import { install, pack, root, run } from './packed.fixture.ts'
import { serve } from './serve.fixture.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-packed-pages-'))
let tarballs: string[]
let browser: Browser

beforeAll(async () => {
  if (!existsSync(chromiumPath)) return
  tarballs = pack('diffusion', join(home, 'tarballs'))
  browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] })
}, 180_000)

afterAll(async () => {
  await browser?.close()
  rmSync(home, { recursive: true, force: true })
})

describe.skipIf(!existsSync(chromiumPath))('a folder that any server serves', () => {
  const folder = join(home, 'folder')
  const page = join(folder, 'page')
  const [commands = '', html = ''] = ['sh', 'html'].map(
    (language) =>
      new RegExp(`^## A page without a bundler[^#]*^\`\`\`${language}\n([^\`]*)\`\`\``, 'm').exec(
        readFileSync(join(root, 'docs', 'bundlers.md'), 'utf8'),
      )?.[1],
  )
  let server: Server

  afterAll(() => void server?.close())

  it('trains in a module script, by the lines of docs/bundlers.md', async () => {
    install(folder, ['esbuild@0.27', '@tensorflow/tfjs-core@4.22.0', ...tarballs])
    run('sh', ['-e', '-c', commands], folder)
    mkdirSync(page, { recursive: true })
    const told = 'globalThis.report = { name, threads, shape: samples.shape }'
    writeFileSync(join(page, 'index.html'), html.replace(/(?=<\/script>\s*<\/html>)/, told))
    const served = await serve(page)
    server = served.server
    expect(await report(browser, served.address)).toEqual({ name: 'simd', threads: 1, shape: [500, 2] })
  }, 180_000)
})

describe.skipIf(!existsSync(chromiumPath))('an app of Next', () => {
  const folder = join(home, 'next')
  const program = join(folder, 'node_modules', 'next', 'dist', 'bin', 'next')
  let next: ChildProcess | undefined

  /** Starts the server that was built; gives its address. */
  async function start(): Promise<string> {
    const child = spawn(process.execPath, [program, 'start', '-p', '0', '-H', '127.0.0.1'], { cwd: folder })
    next = child
    return new Promise((resolve, reject) => {
      let text = ''
      const read = (data: Buffer) => {
        text += data.toString()
        const address = /Local:\s+(http:\S+)/.exec(text)?.[1]
        if (address && /Ready/.test(text)) resolve(address)
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', () => reject(new Error(`next start ended: ${text}`)))
    })
  }

  afterAll(() => void next?.kill())

  it('trains in a worker with threads', async () => {
    process.env.NEXT_TELEMETRY_DISABLED = '1'
    install(folder, ['next@16.4.6', 'react@19', 'react-dom@19', '@tensorflow/tfjs-core@4.22.0', ...tarballs])
    cpSync(join(root, 'tests', 'next'), folder, { recursive: true })
    run(process.execPath, [program, 'build'], folder)
    const seen = await report<{ threads: number }>(browser, await start())
    expect(seen).toMatchObject({ name: 'simd', shape: [3, 2], finite: true })
    expect(seen.threads).toBeGreaterThan(1)
  }, 600_000)
})
