/**
 * The public surface of a package as text in git: `packages/<name>/api/<entry>.api.md`, so that a change of it shows in a diff.
 *
 * `node ../../scripts/api-report.mjs` in a package's folder fails where a report is out of date; with `--update` it writes it.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor'

const folder = process.cwd()
const update = process.argv.includes('--update')
const manifestPath = join(folder, 'package.json')
const manifest = JSON.parse(readFileSync(manifestPath, 'utf8'))
const temporary = mkdtempSync(join(tmpdir(), 'gen-api-'))
const silent = { default: { logLevel: 'none' } }

/** Name and declarations of each entry point: `.` is `index`, `./node` is `node`. */
function entries() {
  return Object.entries(manifest.exports)
    .filter(([, conditions]) => typeof conditions.types === 'string')
    .map(([path, { types }]) => ({ name: path === '.' ? 'index' : basename(path), types: join(folder, types) }))
}

/** Whether the report of an entry point is what git holds (or was written). */
function report({ name, types }) {
  mkdirSync(join(folder, 'api'), { recursive: true })
  const config = ExtractorConfig.prepare({
    configObjectFullPath: join(folder, 'api-extractor.json'),
    packageJsonFullPath: manifestPath,
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions: compilerOptions() } },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(folder, 'api'),
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: silent,
        extractorMessageReporting: silent,
        tsdocMessageReporting: silent,
      },
    },
  })
  const { apiReportChanged } = Extractor.invoke(config, { localBuild: update, messageCallback: quiet })
  if (apiReportChanged && !update) {
    console.error(
      `${manifest.name}: the public surface differs from api/${name}.api.md; look at what changed, then npm run api`,
    )
  }
  return update || !apiReportChanged
}

/** Whether no report is left of an entry point that is gone (or it was removed). */
function withoutStrays(names) {
  const strays = readdirSync(join(folder, 'api')).filter((file) => !names.includes(file.replace(/\.api\.md$/, '')))
  for (const file of strays) {
    if (update) rmSync(join(folder, 'api', file))
    else console.error(`${manifest.name}: api/${file} is of no entry point; npm run api`)
  }
  return update || strays.length === 0
}

/** The declarations alone: sources of other packages are seen through theirs. */
function compilerOptions() {
  const { customConditions, allowImportingTsExtensions, isolatedDeclarations, ...rest } = JSON.parse(
    readFileSync(new URL('../tsconfig.base.json', import.meta.url), 'utf8'),
  ).compilerOptions
  return rest
}

function quiet(message) {
  message.handled = true
  if (message.logLevel === 'error') console.error(message.text)
}

try {
  const all = entries()
  const missing = all.find(({ types }) => !existsSync(types))
  if (missing) throw new Error(`${manifest.name}: ${missing.types} is not built; npm run build`)
  const fresh = [...all.map(report), withoutStrays(all.map(({ name }) => name))]
  process.exitCode = fresh.every(Boolean) ? 0 : 1
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  rmSync(temporary, { recursive: true, force: true })
}
