/** Blocks of a scan: sequential, and the four kinds of progressive ones. @module */
import type { BitReader } from './bit-reader.ts'
import type { Component } from './frame.ts'
import type { HuffmanCode } from './huffman.ts'
import { zigzag } from './zigzag.ts'

/** Reads the coefficients of the block that begins at a place of the component's. */
export type DecodeBlock = (component: Component, at: number) => void

/** Reads the blocks of one scan, and begins anew at restart markers. */
export interface BlockDecoder {
  readonly decode: DecodeBlock
  restart(): void
}

/** What progressive blocks need to know of their scan. */
export interface Band {
  readonly first: number
  readonly last: number
  readonly high: number
  readonly low: number
}

/** Blocks of sequential files hold all coefficients at once. */
export function sequentialBlocks(reader: BitReader): BlockDecoder {
  const { next, restart } = meanValues(reader)
  const decode = (component: Component, at: number): void => {
    const { coefficients } = component
    coefficients[at] = next(component)
    const code = tableOf(component.ac)
    for (let k = 1; k < 64; k++) {
      const symbol = reader.symbol(code)
      const size = symbol & 15
      const zeros = symbol >> 4
      if (size === 0 && zeros < 15) return
      k += zeros
      if (k > 63) throw new Error('a block with too many coefficients')
      if (size > 0) coefficients[at + (zigzag[k] as number)] = reader.difference(size)
    }
  }
  return { decode, restart }
}

/** @see ITU-T T.81 (1992), annex G https://www.w3.org/Graphics/JPEG/itu-t81.pdf */
export function progressiveBlocks(reader: BitReader, band: Band): BlockDecoder {
  if (band.first === 0) return band.high === 0 ? firstMeans(reader, band) : refinedMeans(reader, band)
  return band.high === 0 ? firstBand(reader, band) : refinedBand(reader, band)
}

function firstMeans(reader: BitReader, { low }: Band): BlockDecoder {
  const { next, restart } = meanValues(reader)
  const decode = (component: Component, at: number): void => {
    component.coefficients[at] = next(component) * 2 ** low
  }
  return { decode, restart }
}

function refinedMeans(reader: BitReader, { low }: Band): BlockDecoder {
  const decode = ({ coefficients }: Component, at: number): void => {
    if (reader.bits(1)) coefficients[at] = (coefficients[at] as number) | (1 << low)
  }
  return { decode, restart: () => {} }
}

function firstBand(reader: BitReader, { first, last, low }: Band): BlockDecoder {
  // Blocks still to come without a coefficient.
  let empty = 0
  const decode = (component: Component, at: number): void => {
    if (empty > 0) {
      empty--
      return
    }
    const code = tableOf(component.ac)
    for (let k = first; k <= last; k++) {
      const symbol = reader.symbol(code)
      const size = symbol & 15
      const zeros = symbol >> 4
      if (size === 0 && zeros < 15) {
        empty = 2 ** zeros - 1 + reader.bits(zeros)
        return
      }
      k += zeros
      if (k > last) throw new Error('a block with too many coefficients')
      if (size > 0) component.coefficients[at + (zigzag[k] as number)] = reader.difference(size) * 2 ** low
    }
  }
  return {
    decode,
    restart: () => {
      empty = 0
    },
  }
}

function refinedBand(reader: BitReader, { first, last, low }: Band): BlockDecoder {
  const bit = 1 << low
  let empty = 0
  /** Refines coefficients from number k on until `zeros` that are still zero are passed; gives the place of the next. */
  const refine = (coefficients: Int16Array, at: number, from: number, zeros: number): number => {
    let left = zeros
    let k = from
    for (; k <= last; k++) {
      const place = at + (zigzag[k] as number)
      const value = coefficients[place] as number
      if (value === 0) {
        if (left-- === 0) break
      } else if (reader.bits(1) && !(value & bit)) coefficients[place] = value + (value > 0 ? bit : -bit)
    }
    return k
  }
  const decode = (component: Component, at: number): void => {
    const { coefficients } = component
    let k = first
    for (; empty === 0 && k <= last; k++) {
      const symbol = reader.symbol(tableOf(component.ac))
      const size = symbol & 15
      const zeros = symbol >> 4
      if (size > 1) throw new Error('a refinement of more than one bit')
      if (size === 0 && zeros < 15) {
        empty = 2 ** zeros + reader.bits(zeros)
        break
      }
      const value = size === 0 ? 0 : reader.bits(1) ? bit : -bit
      k = refine(coefficients, at, k, zeros)
      if (value === 0) continue
      if (k > last) throw new Error('a block with too many coefficients')
      coefficients[at + (zigzag[k] as number)] = value
    }
    if (empty > 0) {
      refine(coefficients, at, k, 64)
      empty--
    }
  }
  return {
    decode,
    restart: () => {
      empty = 0
    },
  }
}

/** Mean values are stored as differences from the component's block before. */
function meanValues(reader: BitReader): { next(component: Component): number; restart(): void } {
  const last = new Map<Component, number>()
  return {
    next: (component) => {
      const size = reader.symbol(tableOf(component.dc))
      if (size > 15) throw new Error('a difference of too many bits')
      const value = (last.get(component) ?? 0) + reader.difference(size)
      last.set(component, value)
      return value
    },
    restart: () => last.clear(),
  }
}

function tableOf(code: HuffmanCode | undefined): HuffmanCode {
  if (code) return code
  throw new Error('a scan without its Huffman table')
}
