/**
 * `npm run version` turns the pending changesets into versions and changelogs; `npm run release` publishes what is not yet in
 * the registry, and tags it. Both use the pinned pnpm. What follows `--` goes to changesets:
 *
 * - `npm run version -- --snapshot canary`, then `npm run release -- --tag canary --no-git-tag`: a canary of this commit
 * - `npx changeset pre enter next`, then both as always: prereleases under the tag `next`, until `npx changeset pre exit`
 *
 * `npm run release -- --built` publishes the build that is there, unchecked; tests of the path use it.
 */
import { checkBumps } from './check-bumps.mjs'
import { setup, tool } from './setup.mjs'

const [task, ...rest] = process.argv.slice(2)
const built = rest.includes('--built')
const args = rest.filter((word) => word !== '--built')

function must(done, what) {
  if (!done) throw new Error(`${what} failed; its output is above`)
}

function version() {
  must(tool('changeset', ['version', ...args]), 'changeset version')
}

function release() {
  if (!built) {
    setup()
    must(tool('turbo', ['run', 'check:package', 'check:api', '--output-logs=errors-only']), 'the check of the packages')
    must(checkBumps(), 'the check of the bumps')
  }
  must(tool('changeset', ['publish', ...args]), 'changeset publish')
}

try {
  if (task === 'version') version()
  else if (task === 'publish') release()
  else
    throw new Error(`release: expected version or publish, got ${task ?? 'nothing'}; npm run version, npm run release`)
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
