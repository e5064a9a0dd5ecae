/** The segments of a JPEG file: its tables, frame and scans, in the order they come. @module */
import { exifOrientation } from '@gen/io'
import { nextMarker } from './bit-reader.ts'
import type { ColorHints } from './color.ts'
import { type Component, type Frame, type FrameLimits, MissingSize, parseFrame } from './frame.ts'
import { type HuffmanCode, huffmanCode } from './huffman.ts'
import { readScan, type Scan } from './scan.ts'
import { zigzag } from './zigzag.ts'

/** A file whose coefficients have been read. */
export interface JpegContent {
  readonly frame: Frame
  readonly hints: ColorHints
  /** How the picture is turned to be seen: 1 … 8 as in EXIF. */
  readonly orientation: number
}

interface State {
  frame?: Frame
  orientation?: number
  adobe?: number
  jfif: boolean
  restart: number
  scans: number
  /** By number: steps of quantization, codes of mean values and of the others. */
  readonly steps: Uint16Array[]
  readonly dc: HuffmanCode[]
  readonly ac: HuffmanCode[]
}

/** More than any encoder writes; each may cost a walk over the whole image for a few bytes. */
const maxScans = 256
const endOfImage = 0xd9
const startOfScan = 0xda

/** Reads a file up to its end marker. @throws Error that says what is wrong with it. */
export function readSegments(bytes: Uint8Array, limits: FrameLimits): JpegContent {
  const state: State = { jfif: false, restart: 0, scans: 0, steps: [], dc: [], ac: [] }
  for (let at = nextMarker(bytes, 2); at + 4 <= bytes.length; ) {
    const marker = bytes[at + 1] as number
    if (marker === endOfImage) break
    // Restart markers and two others stand alone.
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at = nextMarker(bytes, at + 2)
      continue
    }
    const end = at + 2 + wordAt(bytes, at + 2)
    if (end < at + 4 || end > bytes.length) throw new Error('a segment beyond the end; the file is truncated')
    const data = bytes.subarray(at + 4, end)
    if (marker === startOfScan) at = nextMarker(bytes, readScan(frameOf(state), beginScan(state, data), bytes, end))
    else {
      readSegment(state, marker, data, limits)
      at = nextMarker(bytes, end)
    }
  }
  const frame = frameOf(state)
  if (frame.components.some(({ steps }) => !steps)) throw new Error('a component without a scan; the file is truncated')
  const ids = frame.components.map(({ id }) => id)
  return { frame, hints: { jfif: state.jfif, adobe: state.adobe, ids }, orientation: state.orientation ?? 1 }
}

function readSegment(state: State, marker: number, data: Uint8Array, limits: FrameLimits): void {
  if (marker === 0xdb) readSteps(state, data)
  else if (marker === 0xc4) readCodes(state, data)
  else if (marker === 0xdd) state.restart = wordAt(data, 0)
  else if (marker === 0xe0 && startsWith(data, 'JFIF\0')) state.jfif = true
  else if (marker === 0xe1 && startsWith(data, 'Exif\0\0')) state.orientation ??= exifOrientation(data.subarray(6))
  else if (marker === 0xee && startsWith(data, 'Adobe') && data.length >= 12) state.adobe = data[11] as number
  else if (marker >= 0xc0 && marker <= 0xc2) {
    if (state.frame) throw new Error('two frames')
    state.frame = parseFrame(data, marker === 0xc2, limits)
  } else if (marker > 0xc2 && marker <= 0xcf && marker !== 0xc8) {
    throw new Error(marker < 0xc8 ? 'lossless or hierarchical coding' : 'arithmetic coding')
  }
}

function readSteps(state: State, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) {
    const kind = data[at] as number
    const isWide = kind >> 4 === 1
    const bytes = isWide ? 128 : 64
    if (kind >> 4 > 1 || (kind & 15) > 3 || at + 1 + bytes > data.length) throw new Error('a broken quantization table')
    const steps = new Uint16Array(64)
    for (let k = 0; k < 64; k++) {
      steps[zigzag[k] as number] = isWide ? wordAt(data, at + 1 + 2 * k) : (data[at + 1 + k] as number)
    }
    state.steps[kind & 15] = steps
    at += 1 + bytes
  }
}

function readCodes(state: State, data: Uint8Array): void {
  for (let at = 0; at < data.length; ) {
    const kind = data[at] as number
    const counts = data.subarray(at + 1, at + 17)
    const total = counts.reduce((sum, count) => sum + count, 0)
    const end = at + 17 + total
    if (kind >> 4 > 1 || (kind & 15) > 3 || total > 256 || end > data.length) throw new Error('a broken Huffman table')
    const codes = kind >> 4 === 0 ? state.dc : state.ac
    codes[kind & 15] = huffmanCode(counts, data.subarray(at + 17, end))
    at = end
  }
}

function beginScan(state: State, data: Uint8Array): Scan {
  const count = data[0] ?? 0
  if (++state.scans > maxScans) throw new Error(`more than ${maxScans} scans`)
  if (count < 1 || count > 4 || data.length < 4 + 2 * count) throw new Error('a broken scan header')
  const components = Array.from({ length: count }, (_, i) => {
    const [id, tables] = [data[1 + 2 * i] as number, data[2 + 2 * i] as number]
    return useTables(state, id, tables)
  })
  if (new Set(components).size < count) throw new Error('a scan with a component twice')
  const [first, last, bits] = [
    data[1 + 2 * count] as number,
    data[2 + 2 * count] as number,
    data[3 + 2 * count] as number,
  ]
  const scan: Scan = { components, first, last, high: bits >> 4, low: bits & 15, restart: state.restart }
  if (frameOf(state).progressive) assertBand(scan)
  return scan
}

function useTables(state: State, id: number, tables: number): Component {
  const component = frameOf(state).components.find((other) => other.id === id)
  if (!component) throw new Error(`a scan of a component ${id} that the frame lacks`)
  const [dc, ac] = [state.dc[tables >> 4], state.ac[tables & 15]]
  // A component keeps the steps of its first scan; later tables of that number are for others.
  const steps = component.steps ?? state.steps[component.table]
  if (!steps) throw new Error('a scan without its quantization table')
  component.steps = steps
  if (dc) component.dc = dc
  if (ac) component.ac = ac
  return component
}

function assertBand({ components, first, last, high, low }: Scan): void {
  const isMeans = first === 0 && last === 0
  const isBand = first > 0 && first <= last && last < 64 && components.length === 1
  if ((isMeans || isBand) && low < 14 && (high === 0 || high === low + 1)) return
  throw new Error('a scan of an impossible band')
}

function frameOf({ frame }: State): Frame {
  if (frame) return frame
  throw new MissingSize()
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function startsWith(data: Uint8Array, text: string): boolean {
  return [...text].every((character, i) => data[i] === character.charCodeAt(0))
}
