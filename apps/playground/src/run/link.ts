/** Runs as links: only what differs from a page's defaults, and back, whatever was typed. @module */
import { type Fields, initialSettings, parseValue, type Settings } from './fields.ts'
import type { Edit, Run } from './run.ts'

/** What a link says. */
export interface Link {
  readonly run: Run
  /** The step to show. */
  readonly at?: number
  /** The fingerprint that the weights had there. */
  readonly bits?: string
  /** The backend to compute on, where it is not for the page to choose. */
  readonly backend?: string
  /** Parts of the page that are left out, for slides. */
  readonly hide?: readonly string[]
}

/** A link read: what could not be read is told in words. */
export interface ReadLink extends Link {
  readonly notices: readonly string[]
}

const largestSeed = 2 ** 32 - 1
const largestStep = 1e7

/** Writes what follows `#/page`: `?seed=7&data=moons&tape=400:k.5`, or nothing. */
export function writeLink(fields: Fields, { run, at, bits, backend, hide }: Link): string {
  const initial = initialSettings(fields)
  const parts = Object.entries(run.settings)
    .filter(([name, value]) => value !== initial[name])
    .map(([name, value]) => `${name}=${value}`)
  if (run.seed !== 0) parts.unshift(`seed=${run.seed}`)
  const tape = run.tape.flatMap(({ step, set }) =>
    Object.entries(set).map(([name, value]) => `${step}:${name}.${value}`),
  )
  if (tape.length > 0) parts.push(`tape=${tape.join(',')}`)
  if (backend !== undefined) parts.push(`backend=${backend}`)
  if (hide !== undefined && hide.length > 0) parts.push(`hide=${hide.join(',')}`)
  if (at !== undefined) parts.push(`at=${at}`)
  if (bits !== undefined) parts.push(`bits=${bits}`)
  return parts.length > 0 ? `?${parts.join('&')}` : ''
}

/** Reads what {@link writeLink} wrote; what is unknown or broken becomes a notice, and the default stays. */
export function readLink(fields: Fields, query: string): ReadLink {
  const notices: string[] = []
  const entries = [...new URLSearchParams(query.replace(/\+/g, '%2B'))]
  const settings: Record<string, number | string> = { ...initialSettings(fields) }
  const found: { -readonly [N in keyof ReadLink]?: ReadLink[N] } = {}
  let [seed, tape]: [number, Edit[]] = [0, []]
  for (const [name, text] of entries) {
    if (name === 'seed') seed = whole(name, text, largestSeed, notices) ?? 0
    else if (name === 'tape') tape = readTape(fields, text, notices)
    else if (name === 'at') optional(found, 'at', whole(name, text, largestStep, notices))
    else if (name === 'bits') optional(found, 'bits', /^[0-9a-f]{4,16}$/.test(text) ? text : undefined)
    else if (name === 'backend') optional(found, 'backend', /^\w+$/.test(text) ? text : undefined)
    else if (name === 'hide') found.hide = text.split(',').filter((part) => /^\w+$/.test(part))
    else Object.assign(settings, readSetting(fields, name, text, notices))
  }
  return { ...found, run: { seed, settings, tape }, notices }
}

function optional<K extends keyof Link>(
  link: { -readonly [N in keyof Link]?: Link[N] },
  name: K,
  value: Link[K] | undefined,
): void {
  if (value !== undefined) link[name] = value
}

function whole(name: string, text: string, most: number, notices: string[]): number | undefined {
  const value = Number(text)
  if (text !== '' && Number.isInteger(value) && value >= 0 && value <= most) return value
  notices.push(`${name}: expected a whole number from 0 to ${most}, got ${text || 'nothing'}`)
  return undefined
}

function readSetting(fields: Fields, name: string, text: string, notices: string[]): Settings {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (!field) {
    notices.push(`${name}: this page has no such setting`)
    return {}
  }
  const parsed = parseValue(field, text)
  if ('value' in parsed) return { [name]: parsed.value }
  notices.push(`${name}: ${parsed.reason}`)
  return {}
}

function readTape(fields: Fields, text: string, notices: string[]): Edit[] {
  const edits = new Map<number, Settings>()
  for (const part of text.split(',')) {
    const [, at = '', name = '', value = ''] = /^(\d+):(\w+)\.(.*)$/.exec(part) ?? []
    const step = whole('tape', at, largestStep, notices)
    if (step === undefined) continue
    const set = readSetting(fields, name, value, notices)
    if (Object.keys(set).length > 0) edits.set(step, { ...edits.get(step), ...set })
  }
  return [...edits].sort(([a], [b]) => a - b).map(([step, set]) => ({ step, set }))
}
