/** The job files of docs/jobs, as batch systems run them: a real Slurm where it is installed, and the pods' own command line. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { genIn } from './gen.fixture.ts'
import { type Slurm, slurmLacks, startSlurm } from './slurm.fixture.ts'

const root = join(import.meta.dirname, '..', '..')
const home = mkdtempSync(join(tmpdir(), 'gen-jobs-'))
const bin = join(home, 'bin')
const gen = genIn(home)
const lacks = slurmLacks()

beforeAll(async () => {
  mkdirSync(bin)
  writeFileSync(
    join(bin, 'gen'),
    `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'packages/cli/bin/gen.js')}' "$@"\n`,
  )
  chmodSync(join(bin, 'gen'), 0o755)
  const small = ['--widths', '16', '--steps', '10', '--sample-count', '4', '--out', 'digits']
  const { code, text } = await gen(['train', 'vae', '--data', 'mnist', ...small])
  expect(code, text).toBe(0)
}, 120_000)

afterAll(() => rmSync(home, { recursive: true, force: true }))

const bytes = (name: string) => readFileSync(join(home, name))

/** The samples that one process draws. */
async function whole(count: number): Promise<Buffer> {
  const { code, text } = await gen(['sample', 'digits', '--count', String(count), '--out', 'whole.npy'])
  expect(code, text).toBe(0)
  return bytes('whole.npy')
}

const told = lacks ? `needs ${lacks}` : 'with a real Slurm'
describe.skipIf(lacks)(`docs/jobs/sample.sbatch ${told}`, () => {
  let slurm: Slurm | undefined
  beforeAll(async () => {
    copyFileSync(join(root, 'docs', 'jobs', 'sample.sbatch'), join(home, 'sample.sbatch'))
    slurm = await startSlurm(home, bin)
  }, 60_000)
  afterAll(() => slurm?.stop())

  const submit = (array: string): string => {
    const job = ['--parsable', '--cpus-per-task=1', `--array=${array}`, 'sample.sbatch', 'digits', '4', '400', 'parts']
    return slurm!.run('sbatch', job).trim()
  }

  async function until(job: string, done: (states: Map<number, string>) => boolean): Promise<void> {
    while (!done(slurm!.states(job))) await new Promise((resolve) => setTimeout(resolve, 50))
  }

  it('draws 400 digits in 4 tasks, of which one is killed and run again: bit by bit what one process draws', async () => {
    const job = submit('0-3')
    await until(job, (states) => states.get(2) === 'RUNNING')
    slurm!.run('scancel', ['--signal=KILL', '--full', `${job}_2`])
    await until(job, (states) => states.size === 0)
    const lost = await gen(['merge', 'parts'])
    expect(lost.code).toBe(1)
    expect(lost.text).toContain(
      'expected all 4 shards in parts, got none of 2/4; run gen sample again with --shard 2/4',
    )
    const again = submit('2')
    await until(again, (states) => states.size === 0)
    expect((await gen(['merge', 'parts', '--out', 'merged.npy'])).text).toContain('merged.npy: 400 samples of 4 parts')
    expect(bytes('merged.npy').equals(await whole(400))).toBe(true)
  }, 600_000)
})

describe('docs/jobs/sample-job.yaml', () => {
  const text = readFileSync(join(root, 'docs', 'jobs', 'sample-job.yaml'), 'utf8')

  it('has as many pods as shards', () => {
    const [, completions] = /completions: (\d+)/.exec(text) ?? []
    expect(text).toContain(`{ name: SHARDS, value: '${completions}' }`)
    expect(text).toContain('completionMode: Indexed')
  })

  it('runs a command that draws its shard', async () => {
    const [, script = ''] = /args:\n +- (gen sample .*)/.exec(text) ?? []
    for (const index of ['0', '1']) {
      const own = { MODEL: 'digits', COUNT: '100', SHARDS: '2', PARTS: 'pods', JOB_COMPLETION_INDEX: index }
      const env = { ...process.env, ...own, PATH: `${bin}:${process.env.PATH}` }
      execFileSync('sh', ['-ec', script], { cwd: home, env, stdio: 'pipe' })
    }
    expect((await gen(['merge', 'pods', '--out', 'pods.npy'])).code).toBe(0)
    expect(bytes('pods.npy').equals(await whole(100))).toBe(true)
  }, 120_000)

  it.skipIf(spawnSync('kubernetes-validate', ['--version']).error)(
    'is valid (needs pip install kubernetes-validate)',
    () => {
      const { status, stdout, stderr } = spawnSync('kubernetes-validate', ['--strict', 'docs/jobs/sample-job.yaml'], {
        cwd: root,
        encoding: 'utf8',
      })
      expect(status, `${stdout}${stderr}`).toBe(0)
    },
  )
})
