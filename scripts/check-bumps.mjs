/**
 * A public surface that changed since its release needs a changeset that says so: `node scripts/check-bumps.mjs`.
 *
 * `packages/<name>/api` is compared with the same files at the tag `@gen/<name>@<version>`. A line that is gone breaks users: it
 * needs a minor bump below 1.0.0, where that is what leaves `^`'s range, and a major one from there on. New lines need any bump
 * below 1.0.0, a minor one after. A package without its tag was never released, or its release is under way: nothing to compare.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './setup.mjs'

const ranks = { none: 0, patch: 1, minor: 2, major: 3 }
const tags = new Set(git(['tag', '--list', '@gen/*'])?.split('\n'))

function git(args) {
  const { status, stdout } = spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 26 })
  return status === 0 ? stdout : undefined
}

/** The largest bump that pending changesets give each package. */
function pendingBumps() {
  const folder = join(root, '.changeset')
  const bumps = {}
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.md'))) {
    const [, frontMatter = ''] = /^---\n([\s\S]*?)\n---/.exec(readFileSync(join(folder, file), 'utf8')) ?? []
    for (const [, name, bump] of frontMatter.matchAll(/^['"]?([^'":]+)['"]?: *(patch|minor|major)$/gm)) {
      if (ranks[bump] > ranks[bumps[name] ?? 'none']) bumps[name] = bump
    }
  }
  return bumps
}

/** The lines of a report that declare something. */
function declarations(text) {
  return (text ?? '').split('\n').filter((line) => line.trim() !== '' && !/^(\s*\/\/|```|#)/.test(line))
}

/** The lines of `these` that `those` lacks, each as often as it is missing. */
function missing(these, those) {
  const left = new Map()
  for (const line of those) left.set(line, (left.get(line) ?? 0) + 1)
  return these.filter((line) => {
    const count = left.get(line) ?? 0
    left.set(line, count - 1)
    return count <= 0
  })
}

/** What a package lost and gained since its release. */
function changes(folder, tag) {
  const api = `packages/${folder}/api`
  const before = (git(['ls-tree', '--name-only', tag, `${api}/`]) ?? '').split('\n').filter(Boolean)
  const here = existsSync(join(root, api)) ? readdirSync(join(root, api)).map((name) => `${api}/${name}`) : []
  const result = { gone: [], added: [] }
  for (const path of new Set([...before, ...here])) {
    const old = before.includes(path) ? declarations(git(['show', `${tag}:${path}`])) : []
    const now = here.includes(path) ? declarations(readFileSync(join(root, path), 'utf8')) : []
    result.gone.push(...missing(old, now))
    result.added.push(...missing(now, old))
  }
  return result
}

/** The bump that the changes ask for. */
function needed({ gone, added }, version) {
  const early = version.startsWith('0.')
  if (gone.length > 0) return early ? 'minor' : 'major'
  if (added.length > 0) return early ? 'patch' : 'minor'
  return 'none'
}

/** Whether every change of a surface has its bump; says which have not. */
export function checkBumps() {
  const bumps = pendingBumps()
  let holds = true
  for (const folder of readdirSync(join(root, 'packages'))) {
    const { name, version } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8'))
    const tag = `${name}@${version}`
    if (!tags.has(tag)) continue
    const changed = changes(folder, tag)
    const [wanted, given] = [needed(changed, version), bumps[name] ?? 'none']
    if (ranks[given] >= ranks[wanted]) continue
    holds = false
    const [line = ''] = [...changed.gone, ...changed.added]
    const what = changed.gone.length > 0 ? `lost or changed "${line.trim()}"` : `gained "${line.trim()}"`
    console.error(
      `${name}: since ${version} its public surface ${what}: expected a changeset with a ${wanted} bump, got ${given}; run npx changeset`,
    )
  }
  return holds
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = checkBumps() ? 0 : 1
