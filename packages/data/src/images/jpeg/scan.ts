/** Scans of a JPEG file: coefficients from bits. @module */
import { bitReader } from './bit-reader.ts'
import { type DecodeBlock, progressiveBlocks, sequentialBlocks } from './blocks.ts'
import type { Component, Frame } from './frame.ts'

/** What a scan holds. */
export interface Scan {
  readonly components: readonly Component[]
  /** First and last coefficient in stored order. */
  readonly first: number
  readonly last: number
  /** Bit that the scan before held, 0 for none, and the lowest bit that this one holds. */
  readonly high: number
  readonly low: number
  /** Units between restart markers; 0 for none. */
  readonly restart: number
}

/** Reads a scan's coefficients into its components; gives the place after its bytes. */
export function readScan(frame: Frame, scan: Scan, bytes: Uint8Array, start: number): number {
  const reader = bitReader(bytes, start)
  const blocks = frame.progressive ? progressiveBlocks(reader, scan) : sequentialBlocks(reader)
  const { total, readUnit } = unitsOf(frame, scan.components, blocks.decode)
  for (let unit = 0; unit < total; unit++) {
    if (scan.restart > 0 && unit > 0 && unit % scan.restart === 0) {
      reader.restart((unit / scan.restart - 1) % 8)
      blocks.restart()
    }
    readUnit(unit)
  }
  return reader.end()
}

interface Units {
  readonly total: number
  readUnit(unit: number): void
}

/** A component alone has its own blocks in order, without padding. */
function unitsOf(frame: Frame, components: readonly Component[], decode: DecodeBlock): Units {
  const [only, ...others] = components as [Component, ...Component[]]
  if (others.length > 0) {
    return { total: frame.units[0] * frame.units[1], readUnit: interleaved(frame, components, decode) }
  }
  const { columns, rows, stride } = only
  const readUnit = (unit: number): void => {
    const row = Math.floor(unit / columns)
    decode(only, 64 * (row * stride + (unit % columns)))
  }
  return { total: columns * rows, readUnit }
}

/** Several components take turns: a few blocks of each in every unit. */
function interleaved(frame: Frame, components: readonly Component[], decode: DecodeBlock): (unit: number) => void {
  const [across] = frame.units
  return (unit) => {
    const [x, y] = [unit % across, Math.floor(unit / across)]
    for (const component of components) {
      for (let v = 0; v < component.down; v++) {
        const row = (y * component.down + v) * component.stride + x * component.across
        for (let h = 0; h < component.across; h++) decode(component, 64 * (row + h))
      }
    }
  }
}
