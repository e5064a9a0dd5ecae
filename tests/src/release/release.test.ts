/** The path of a release, on a registry of its own: a change and its changeset, versions, publishing, and a stranger who upgrades. */
import { execFile } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cloneForRelease, writeChangeset } from './clone.js'
import { type Registry, startRegistry } from './registry.js'

const home = mkdtempSync(join(tmpdir(), 'gen-release-'))
const clone = join(home, 'clone')
const project = join(home, 'project')
/** Twenty packages take their time on a busy machine. */
const timeout = 900_000

const packages = readdirSync(join(import.meta.dirname, '..', '..', '..', 'packages'))
let registry: Registry

/** What the stranger runs; it prints the loss of the last step, and what the next release of `@gen/train` adds. */
const program = `import { adamW, diffusion, fit, key, last, normal, pointDenoiser, useBackend } from '@gen/diffusion'
import * as train from '@gen/train'

await useBackend()
const model = diffusion({ network: pointDenoiser({ size: 2, key: key(0) }) })
const data = { at: (i) => ({ x: normal(key(i), [64, 2]) }) }
const { losses } = await last(fit(model, data, { steps: 20, optimizer: adamW({ learningRate: 3e-3 }), key: key(1) }))
const { dtype, shape } = await model.sample({ count: 3, key: key(2) })
console.log(JSON.stringify({ finite: Number.isFinite(Object.values(losses)[0].total ?? Object.values(losses)[0]), shape, dtype, added: train.added }))
`

const execute = promisify(execFile)

async function run(command: string, args: string[], cwd: string): Promise<string> {
  return (await execute(command, args, { cwd, env: registry.environment, maxBuffer: 2 ** 26 })).stdout
}

function git(...args: string[]): Promise<string> {
  return run('git', ['-c', 'user.name=gen', '-c', 'user.email=gen@example.org', ...args], clone)
}

/** As the workflow does it: versions, a commit, publishing. */
async function release(): Promise<void> {
  await run('npm', ['run', 'version'], clone)
  await git('add', '-A')
  await git('commit', '-q', '-m', 'Versions')
  await run('npm', ['run', 'release', '--', '--built'], clone)
}

/** What the check of the bumps says; empty where it holds. */
async function refusal(): Promise<string> {
  const checked = execute(process.execPath, [join('scripts', 'check-bumps.mjs')], { cwd: clone })
  return checked.then(
    () => '',
    (error: { stderr: string }) => error.stderr,
  )
}

const installed = (name: string): string =>
  (JSON.parse(readFileSync(join(project, 'node_modules', name, 'package.json'), 'utf8')) as { version: string }).version

beforeAll(async () => {
  cloneForRelease(clone)
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }')
  writeFileSync(join(project, 'train.js'), program)
  registry = await startRegistry(join(home, 'registry'))
  await git('init', '-q', '-b', 'main')
  await git('add', '-A')
  await git('commit', '-q', '-m', 'The repository')
}, timeout)

afterAll(() => {
  registry?.stop()
  rmSync(home, { recursive: true, force: true })
})

describe.sequential('a release', { timeout }, () => {
  it('publishes every package, with versions where the workspace has links', async () => {
    await release()
    const published = await Promise.all(packages.map((folder) => registry.versions(`@gen/${folder}`)))
    expect(published.map((versions) => Object.keys(versions ?? {}))).toEqual(packages.map(() => ['0.1.0']))
    const ranges = published.flatMap((versions) => Object.values(versions?.['0.1.0']?.dependencies ?? {}))
    expect(ranges.filter((range) => /workspace|catalog/.test(range))).toEqual([])
    expect(readFileSync(join(clone, 'packages', 'train', 'CHANGELOG.md'), 'utf8')).toMatch(/^# @gen\/train\n\n## 0.1.0/)
  })

  it('is installed and trains', async () => {
    await run('npm', ['install', '@gen/diffusion', '@gen/train', '@tensorflow/tfjs-core@4.22.0'], project)
    expect(installed('@gen/diffusion')).toBe('0.1.0')
    expect(readdirSync(join(project, 'node_modules', '@gen', 'backend-simd'))).toEqual(
      expect.arrayContaining(['ARCHITECTURE.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'wasm']),
    )
    expect(JSON.parse(await run(process.execPath, ['train.js'], project))).toMatchObject({
      finite: true,
      shape: [3, 2],
    })
  })

  it('is refused where a surface changed and no changeset says so', async () => {
    const report = join(clone, 'packages', 'train', 'api', 'index.api.md')
    const before = readFileSync(report, 'utf8')
    expect(await refusal()).toBe('')
    writeFileSync(report, before.replace(/^export function adamW.*$/m, ''))
    expect(await refusal()).toMatch(
      /^@gen\/train: since 0.1.0 .* "export function adamW.*expected .* minor bump, got none/,
    )
    writeChangeset(clone, 'too-small', { '@gen/train': 'patch' }, 'Says too little.')
    expect(await refusal()).toMatch(/minor bump, got patch/)
    writeChangeset(clone, 'enough', { '@gen/train': 'minor' }, 'Says it.')
    expect(await refusal()).toBe('')
    for (const name of ['too-small', 'enough']) rmSync(join(clone, '.changeset', `${name}.md`))
    writeFileSync(report, `${before}export const added: number;\n`)
    expect(await refusal()).toMatch(/gained "export const added.*patch bump, got none/)
  })

  it('brings what changed to who upgrades, and what depends on it follows', async () => {
    appendFileSync(join(clone, 'packages', 'train', 'dist', 'index.js'), '\nexport const added = 7\n')
    writeChangeset(clone, 'added', { '@gen/train': 'minor' }, 'Something is added.')
    expect(await refusal()).toBe('')
    await release()
    expect(readFileSync(join(clone, 'packages', 'train', 'CHANGELOG.md'), 'utf8')).toMatch(
      /## 0.2.0[^#]+### Minor[^#]+Something is added/,
    )
    expect(await registry.tags('@gen/train')).toEqual({ latest: '0.2.0' })
    expect((await registry.versions('@gen/diffusion'))?.['0.1.1']?.dependencies?.['@gen/train']).toBe('^0.2.0')
    expect(await registry.tags('@gen/priors')).toEqual({ latest: '0.1.0' })
    await run('npm', ['install', '@gen/diffusion@latest', '@gen/train@latest'], project)
    expect([installed('@gen/diffusion'), installed('@gen/train')]).toEqual(['0.1.1', '0.2.0'])
    expect(JSON.parse(await run(process.execPath, ['train.js'], project))).toMatchObject({ finite: true, added: 7 })
  })

  it('can be a canary, which leaves no trace in git and in the tag latest', async () => {
    writeChangeset(clone, 'canary', { '@gen/cli': 'patch' }, 'Tried first.')
    await git('add', '-A')
    await git('commit', '-q', '-m', 'A change')
    const before = await git('tag')
    await run('npm', ['run', 'version', '--', '--snapshot', 'canary'], clone)
    await run('npm', ['run', 'release', '--', '--built', '--tag', 'canary', '--no-git-tag'], clone)
    await git('checkout', '-q', '.')
    expect(await registry.tags('@gen/cli')).toMatchObject({
      latest: '0.1.1',
      canary: expect.stringMatching(/^0.0.0-canary-/),
    })
    expect(await git('tag')).toBe(before)
  })

  it('can be a prerelease under the tag next', async () => {
    await run('npx', ['changeset', 'pre', 'enter', 'next'], clone)
    await release()
    expect(await registry.tags('@gen/cli')).toMatchObject({ latest: '0.1.1', next: '0.1.2-next.0' })
  })
})
