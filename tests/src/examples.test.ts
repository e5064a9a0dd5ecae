/** Every example in our documentation comments runs, on the cpu backend, with nothing but public names and its stage. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { useBackend } from '@gen/backend'
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
})
afterAll(() => {
  process.chdir(start)
  rmSync(home, { recursive: true, force: true })
})

/** Runs the code as the body of a function; free names are looked up on the stage, in the package, then everywhere. */
async function run({ folder, code }: Example): Promise<void> {
  const everywhere = Object.assign({}, core, layers, ...Object.values(publicNames))
  core.engine().startScope()
  try {
    const names = { ...everywhere, ...publicNames[folder], ...(await stages[folder]?.()) }
    const body = code.replace(/^import .*$/gm, '')
    const { code: script } = await transform(`async function example() {${body}\n}`, { loader: 'ts' })
    await new Function('names', `with (names) { ${script}; return example() }`)(names)
  } finally {
    core.engine().endScope()
    core.disposeVariables()
    // An example may have chosen another one.
    await core.setBackend('cpu')
  }
}

const examples = collectExamples()
const finished = examples.filter(({ folder }) => folder in stages)
const inTheMaking = examples.filter(({ folder }) => !(folder in stages))

describe.each(Object.keys(stages))('the examples of %s', (folder) => {
  for (const example of finished.filter((one) => one.folder === folder)) {
    const title = `${example.name} (${example.place})`
    if (example.runs) it(title, () => run(example), 20_000)
    else it.skip(`${title}: marked no-run`, () => {})
  }
})

it('almost all examples run', () => {
  const marked = finished.filter(({ runs }) => !runs)
  console.log(`${finished.length} examples, ${marked.length} of them marked no-run`)
  expect(marked.length / finished.length).toBeLessThan(0.1)
})

// Packages in the making: each needs a stage, then its examples run.
for (const folder of new Set(inTheMaking.map((one) => one.folder))) {
  it.todo(`the ${inTheMaking.filter((one) => one.folder === folder).length} examples of ${folder}: no stage yet`)
}
