/** Every example in our documentation comments runs, on the cpu backend, with nothing but public names and its stage. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
import { fit } from '@gen/train'
import * as core from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { transform } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collectEntries, collectExamples, type Example } from './examples/collect.ts'
import { stages } from './examples/stage.ts'

const home = mkdtempSync(join(tmpdir(), 'gen-examples-'))
const start = process.cwd()
const publicNames: Record<string, object> = {}

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

/** Trainings end after two steps: what an example shows is that it runs. */
const briefly: typeof fit = (model, batches, { until: _, steps = 2, ...options }) =>
  fit(model, batches, { ...options, steps: Math.min(steps, 2) })

/** Runs the code as the body of a function; free names are looked up on the stage, in the package, then everywhere. */
async function run({ folder, code }: Example, stage: Record<string, unknown>): Promise<void> {
  const standing = new Set(Object.values(core.engine().registeredVariables))
  const everywhere = Object.assign({}, core, layers, ...Object.values(publicNames))
  core.engine().startScope()
  try {
    const names = { ...everywhere, ...publicNames[folder], fit: briefly, ...stage }
    const body = code.replace(/^import .*$/gm, '')
    const { code: script } = await transform(`async function example() {${body}\n}`, { loader: 'ts' })
    await new Function('names', `with (names) { ${script}; return example() }`)(names)
  } finally {
    core.engine().endScope()
    for (const made of Object.values(core.engine().registeredVariables)) if (!standing.has(made)) made.dispose()
    // An example may have chosen another one.
    await core.setBackend('cpu')
  }
}

const examples = collectExamples()

describe.each([...new Set(examples.map(({ folder }) => folder))])('the examples of %s', (folder) => {
  let stage: Record<string, unknown>

  beforeAll(async () => {
    const make = stages[folder]
    if (!make) throw new Error(`no stage for the examples of ${folder}: add one in examples/stage.ts`)
    stage = await make()
  }, 60_000)
  afterAll(() => core.disposeVariables())

  for (const example of examples.filter((one) => one.folder === folder)) {
    const title = `${example.name} (${example.place})`
    if (example.runs) it(title, () => run(example, stage), 20_000)
    else it.skip(`${title}: marked no-run`, () => {})
  }
})

it('almost all examples run', () => {
  const marked = examples.filter(({ runs }) => !runs)
  console.log(`${examples.length} examples, ${marked.length} of them marked no-run`)
  expect(marked.length / examples.length).toBeLessThan(0.1)
})
