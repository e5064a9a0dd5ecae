/** Where a run was when the page was left: a reload goes on from there. @module */

/** A moment of a run. */
export interface Moment {
  readonly step: number
  readonly playing: boolean
}

const name = (page: string) => `gen-playground/${page}`

/** Keeps the moment of a run, by its link; a browser that stores nothing keeps nothing. */
export function remember(page: string, link: string, moment: Moment): void {
  try {
    sessionStorage.setItem(name(page), JSON.stringify({ link, ...moment }))
  } catch {
    // Full, or forbidden: then a reload begins anew.
  }
}

/** The moment of a run, if it is the last that was kept of its page. */
export function recall(page: string, query: string): Moment | undefined {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(name(page)) ?? 'null')
    if (!isMoment(kept) || kept.link !== `#/${page}${query}`) return undefined
    return { step: kept.step, playing: kept.playing }
  } catch {
    return undefined
  }
}

function isMoment(value: unknown): value is Moment & { link: string } {
  if (typeof value !== 'object' || value === null) return false
  const { link, step, playing } = value as Record<string, unknown>
  return typeof link === 'string' && Number.isInteger(step) && (step as number) >= 0 && typeof playing === 'boolean'
}
