/** Every example in our documentation comments runs, on the cpu backend, with nothing but public names and its stage. */
import * as core from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claim, withClaims } from './examples/claims.ts'
import { collectExamples } from './examples/collect.ts'
import { openExamples, runExample } from './examples/run.ts'
import { stages } from './examples/stage.ts'

openExamples()

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
    if (example.runs) it(title, () => runExample(example, stage), 20_000)
    else it.skip(`${title}: marked no-run`, () => {})
  }
})

it('what examples say of their values is compared', () => {
  const claims = examples.reduce((sum, { code, runs }) => sum + (runs ? withClaims(code).claims : 0), 0)
  expect(claims).toBeGreaterThan(25)
})

it('a claim is held', () => {
  expect(() => claim(0.9024, '0.9025')).toThrow()
  expect(() => claim([1, 2, 4], '[1, …, 3]')).toThrow()
  expect(() => claim('simd', "'cpu'")).toThrow()
  claim([1, 2, 3], '[1, …, 3]')
  claim(4.31e-5, '4.3e-5')
})

it('almost all examples run', () => {
  const marked = examples.filter(({ runs }) => !runs)
  console.log(`${examples.length} examples, ${marked.length} of them marked no-run`)
  expect(marked.length / examples.length).toBeLessThan(0.1)
})
