/** Runs that the browser keeps, of pages whose runs are dear. @module */

import { storeName } from '../trainer/kept.ts'

/** A kept run. */
export interface KeptRun {
  /** The name by which its keyframes are kept. */
  readonly name: string
  /** The link to where it was left. */
  readonly link: string
  readonly step: number
}

const place = 'gen-playground/kept'

/** All of them, the last first; none where the browser keeps nothing. */
export function keptRuns(): readonly KeptRun[] {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(place) ?? '[]')
    return Array.isArray(found) ? found.filter(isKept) : []
  } catch {
    return []
  }
}

/** Notes where a run is. */
export function noteRun(run: KeptRun): void {
  write([run, ...keptRuns().filter(({ name }) => name !== run.name)])
}

/** Forgets a run, and removes its keyframes. */
export async function forgetRun(name: string): Promise<void> {
  write(keptRuns().filter((run) => run.name !== name))
  const { browserStore } = await import('@gen/io/browser')
  const store = browserStore(storeName(name))
  for (const step of await store.list()) await store.remove(step)
}

function write(runs: readonly KeptRun[]): void {
  try {
    localStorage.setItem(place, JSON.stringify(runs))
  } catch {
    // Full, or forbidden: then there is no list.
  }
}

function isKept(value: unknown): value is KeptRun {
  if (typeof value !== 'object' || value === null) return false
  const { name, link, step } = value as Record<string, unknown>
  return typeof name === 'string' && typeof link === 'string' && typeof step === 'number'
}
