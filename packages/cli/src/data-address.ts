/** Names of data with options: `digits.npz?x=x_train&labels=y_train`, `photos?size=64&fit=pad`. @module */
import { refusal } from '@gen/backend'

/** How files are read. */
export interface DataOptions {
  /** Array of items in an .npz file. */
  readonly x?: string
  /** Array of labels in an .npz file. */
  readonly labels?: string
  /** Height and width of the images of a folder. */
  readonly size?: number
  /** What happens to proportions: the middle is cut out, or the background fills up. */
  readonly fit?: 'crop' | 'pad'
  /** Whether files of a folder that cannot be read are left out. */
  readonly leaveOut?: boolean
}

/** A path, and how what lies there is read. */
export interface DataAddress {
  readonly path: string
  readonly options: DataOptions
}

const known = /^(x|labels|size|fit|leave-out)=/

/** The name of data with options, which a model keeps: whatever opens its data again reads them alike. */
export function addressOf(data: string, { x, labels, size, fit, leaveOut }: Readonly<Record<string, unknown>>): string {
  const { path, options } = parseAddress(data)
  const { leaveOut: left, ...others } = options
  const given = {
    ...others,
    ...(x ? { x } : {}),
    ...(labels ? { labels } : {}),
    ...(size ? { size, ...(fit === 'pad' && { fit }) } : {}),
    ...((leaveOut === true || left) && { 'leave-out': 'yes' }),
  }
  const words = Object.entries(given).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return words.length === 0 ? path : `${path}?${words.join('&')}`
}

/**
 * Reads a name; a question mark without options behind it belongs to the path.
 *
 * @throws GenError 'config' for an option that cannot be.
 */
export function parseAddress(name: string): DataAddress {
  const at = name.lastIndexOf('?')
  const words = name.slice(at + 1).split('&')
  if (at < 0 || !words.every((word) => known.test(word))) return { path: name, options: {} }
  const options = Object.fromEntries(
    words.map((word) => [word.split('=', 1)[0], decodeURIComponent(word.replace(known, ''))]),
  )
  const { size, fit = 'crop', 'leave-out': leaveOut, ...names } = options
  if (size !== undefined && !/^[1-9]\d{0,3}$/.test(size)) throw refused('a size of 1 to 9999 pixels', `'${size}'`)
  if (fit !== 'crop' && fit !== 'pad') throw refused('fit crop or pad', `'${fit}'`)
  if (leaveOut !== undefined && leaveOut !== 'yes') throw refused('leave-out yes', `'${leaveOut}'`)
  const sized = size !== undefined && { size: Number(size), fit }
  return { path: name.slice(0, at), options: { ...names, ...sized, ...(leaveOut && { leaveOut: true }) } }
}

const refused = (expected: string, got: string) => refusal('config', 'gen --data', { expected, got })
