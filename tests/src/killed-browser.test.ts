/** A browser that is killed while a page trains: checkpoints in its storage stay whole, and the run goes on bit by bit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, uniformArray } from '@gen/backend'
import { build as bundle } from 'esbuild'
import { chromium } from 'playwright'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredRuns } from '../pages/stores.ts'
import { serve } from './serve.fixture.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'
const home = mkdtempSync(join(tmpdir(), 'gen-killed-browser-'))
let server: Server
let address = ''

/** A browser over the profile of the one before. */
async function launch(): Promise<{ process: ChildProcess; endpoint: string }> {
  const profile = [`--user-data-dir=${join(home, 'profile')}`, '--no-first-run', '--disable-background-networking']
  const args = ['--headless=new', '--no-sandbox', '--remote-debugging-port=0', ...profile]
  const process = spawn(executablePath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const endpoint = await new Promise<string>((resolve, reject) => {
    let text = ''
    process.stderr?.on('data', (data: Buffer) => {
      text += data.toString()
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1]
      if (found) resolve(found)
    })
    process.once('exit', () => reject(new Error(`the browser ended: ${text}`)))
  })
  return { process, endpoint }
}

/** Trains in a browser of its own; `watch` sees each line of the page and may kill it. */
async function train(
  names: string[],
  watch: (line: string, kill: () => void) => unknown = () => {},
): Promise<StoredRuns | 'killed'> {
  const { process, endpoint } = await launch()
  const ended = new Promise((resolve) => process.once('exit', resolve))
  let killed = false
  try {
    const browser = await chromium.connectOverCDP(endpoint)
    const page = await browser.contexts()[0]!.newPage()
    page.on('console', (message) => {
      watch(message.text(), () => {
        killed = true
        process.kill('SIGKILL')
      })
    })
    await page.goto(address)
    return await page.evaluate((all) => globalThis.trainAll(all), names)
  } catch (error) {
    if (killed) return 'killed'
    throw error
  } finally {
    process.kill('SIGKILL')
    await ended
  }
}

describe.skipIf(!existsSync(executablePath))('in Chromium', () => {
  beforeAll(async () => {
    const outfile = join(home, 'stores.js')
    await bundle({
      entryPoints: [join(import.meta.dirname, '..', 'pages', 'stores.ts')],
      outfile,
      bundle: true,
      format: 'esm',
      conditions: ['@gen/source'],
      external: ['node:*', '@tensorflow/tfjs-backend-w*', '@tensorflow/tfjs-node*', 'webgpu'],
      logLevel: 'error',
    })
    writeFileSync(join(home, 'index.html'), '<!doctype html><script type="module" src="stores.js"></script>')
    // One port for all browsers: storage belongs to an origin.
    ;({ server, address } = await serve(home))
  }, 60_000)

  afterAll(() => {
    server.close()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })

  it('killed within its writes, a run has the weights and checkpoints of one that never was', async () => {
    const kinds = ['opfs', 'indexedDb']
    const delays = uniformArray(key(11), 4, 1).map((u) => 60 * u)
    for (const [round, delay] of delays.entries()) {
      const kind = kinds[round % 2]!
      const hunted = `writing ${kind} ${round < 2 ? 60 : 120}`
      expect(await train([kind], (line, kill) => line === hunted && setTimeout(kill, delay))).toBe('killed')
    }
    const ended = await train([...kinds, 'memory'])
    if (ended === 'killed') throw new Error('no one killed this one')
    const [opfs, indexedDb, { from, ...calm } = { from: 0 }] = ended.runs
    expect(opfs).toEqual({ ...calm, from: expect.toSatisfy((step: number) => step >= 110) })
    expect(indexedDb).toEqual({ ...calm, from: expect.toSatisfy((step: number) => step >= 110) })
    expect(from).toBe(0)
    expect(ended.folder.toSorted()).toEqual(['step-00000230.safetensors', 'step-00000240.safetensors'])
  }, 120_000)
})
