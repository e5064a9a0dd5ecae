/** Results as a file. @module */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { version_core } from '@tensorflow/tfjs-core'
import { torchVersion } from './engines/torch.ts'
import { resultsFolder } from './folders.ts'
import type { Results, Scaling } from './results.ts'
import { limitPerCore } from './table.ts'

/** Writes `results/<name>.json` with machine, versions and date; returns the path. */
export function writeReport(name: string, results: Results | { scaling: readonly Scaling[] }): string {
  mkdirSync(resultsFolder, { recursive: true })
  const path = join(resultsFolder, `${name}.json`)
  const report = { date: new Date().toISOString(), machine: machine(), versions: versions(), ...results }
  writeFileSync(path, `${JSON.stringify({ limitPerCore, ...report }, null, 1)}\n`)
  return path
}

/** In one line. */
export function machineText(): string {
  const { cpu, cores } = machine()
  const names = Object.entries(versions()).map(([name, version]) => `${name} ${version}`)
  return `${cpu}, ${cores} cores; ${names.join(', ')}`
}

function machine() {
  return { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), memoryBytes: totalmem() }
}

function versions() {
  return {
    node: process.versions.node,
    '@gen/backend-simd': packageVersion('@gen/backend-simd'),
    tfjs: version_core,
    'jax-js': packageVersion('@jax-js/jax'),
    torch: torchVersion() ?? 'not found',
  }
}

function packageVersion(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name)
  const manifest = join(dirname(entry), '..', 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
