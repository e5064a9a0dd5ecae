/** Runs examples on the cpu backend, with nothing but public names and their stage, in a temporary folder. @module */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
import { fit } from '@gen/train'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { transform } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'
import { claim, withClaims } from './claims.ts'
import { collectEntries, type Example } from './collect.ts'

const publicNames: Record<string, object> = {}

/** Loads all packages and works in a temporary folder while the tests of a file run. */
export function openExamples(): void {
  const home = mkdtempSync(join(tmpdir(), 'gen-examples-'))
  const start = process.cwd()
  beforeAll(async () => {
    await useBackend('cpu')
    for (const { folder, entry } of collectEntries()) {
      publicNames[folder] = { ...publicNames[folder], ...(await import(entry).catch(() => ({}))) }
    }
    process.chdir(home)
  }, 120_000)
  afterAll(() => {
    process.chdir(start)
    rmSync(home, { recursive: true, force: true })
  })
}

/** Trainings end after two steps: what an example shows is that it runs. */
const briefly: typeof fit = (model, batches, { until: _, steps = 2, ...options }) =>
  fit(model, batches, { ...options, steps: Math.min(steps, 2) })

/** Runs the code as the body of a function; free names are looked up on the stage, in the package, then everywhere. */
export async function runExample({ folder, code }: Example, stage: Record<string, unknown>): Promise<void> {
  const standing = new Set(Object.values(core.engine().registeredVariables))
  const everywhere = Object.assign({}, core, layers, ...Object.values(publicNames))
  core.engine().startScope()
  try {
    const names = { ...everywhere, ...publicNames[folder], fit: briefly, claim, ...stage }
    const { code: body } = withClaims(code.replace(/^import .*$/gm, ''))
    const { code: script } = await transform(`async function example() {${body}\n}`, { loader: 'ts' })
    await new Function('names', `with (names) { ${script}; return example() }`)(names)
  } finally {
    core.engine().endScope()
    for (const made of Object.values(core.engine().registeredVariables)) if (!standing.has(made)) made.dispose()
    // An example may have chosen another one.
    await core.setBackend('cpu')
  }
}
