/** The examples in the documentation comments of our packages. @module */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The code under one `@example`. */
export interface Example {
  /** Folder of the package. */
  readonly folder: string
  /** The public name it documents, or that of the file. */
  readonly name: string
  readonly place: string
  readonly code: string
  /** False for code in a fence marked `ts no-run`: it needs the network, a browser, or minutes. */
  readonly runs: boolean
}

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')
const packages = join(root, 'packages')

/** All of them, package by package. */
export function collectExamples(): Example[] {
  return readdirSync(packages).flatMap((folder) =>
    readdirSync(join(packages, folder, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(test|test-d)\.ts$/.test(file))
      .sort()
      .flatMap((file) => examplesOf(folder, join('packages', folder, 'src', file))),
  )
}

/** The source files that packages show to the world: the index, then what has its own subpath. */
export function collectEntries(): { folder: string; entry: string }[] {
  return readdirSync(packages).flatMap((folder) => {
    const { exports } = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as {
      exports: Record<string, string | { '@gen/source'?: string }>
    }
    const sources = Object.values(exports).flatMap((entry) =>
      typeof entry === 'string' ? [] : (entry['@gen/source'] ?? []),
    )
    return sources.map((source) => ({ folder, entry: join(packages, folder, source) }))
  })
}

function examplesOf(folder: string, file: string): Example[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(/^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*?@example[\s\S]*?\*\//gm)].flatMap((comment) => {
    const end = comment.index + comment[0].length
    const name = /^\s*(?:export )?(?:async )?(?:function\*?|const|class|interface|type)\s+(\w+)/.exec(
      text.slice(end),
    )?.[1]
    const firstLine = text.slice(0, comment.index).split('\n').length
    return codesOf(comment[0]).map(({ code, line, runs }) => ({
      ...{ folder, code, runs, name: name ?? file.slice(file.lastIndexOf('/') + 1) },
      place: `${file}:${firstLine + line}`,
    }))
  })
}

function codesOf(comment: string): { code: string; line: number; runs: boolean }[] {
  const lines = comment.split('\n').map((line) => line.replace(/^\s*\/?\*{1,2}\/? ?/, '').replace(/\s*\*\/\s*$/, ''))
  return lines.flatMap((text, line) => {
    if (!text.startsWith('@example')) return []
    const rest = lines.slice(line + 1)
    const end = rest.findIndex((next) => /^@\w+/.test(next))
    const body = [text.slice('@example'.length), ...(end < 0 ? rest : rest.slice(0, end))]
    const fence = body.find((next) => next.startsWith('```')) ?? ''
    const code = body
      .filter((next) => !next.startsWith('```'))
      .join('\n')
      .trim()
    return [{ code, line, runs: !/\bno-run\b/.test(fence) }]
  })
}
