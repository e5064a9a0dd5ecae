/** Mixing colors so that equal steps look equal. @module */
import { channels } from './roles.ts'

type Triple = readonly [number, number, number]

/**
 * The color that lies a share of the way from one to the other in OKLab, as bytes.
 *
 * @see A perceptual color space for image processing (Ottosson, 2020) https://bottosson.github.io/posts/oklab/
 */
export function mix(from: string, to: string, share: number): Triple {
  const [a, b] = [toLab(channels(from)), toLab(channels(to))]
  return fromLab(a.map((value, i) => value + share * (b[i]! - value)) as unknown as Triple)
}

/** A table of 256 mixtures, as red, green, blue, alpha. */
export function ramp(from: string, to: string, most = 1): Uint8ClampedArray {
  const table = new Uint8ClampedArray(1024)
  for (let i = 0; i < 256; i++) table.set([...mix(from, to, (most * i) / 255), 255], 4 * i)
  return table
}

function toLab(color: Triple): Triple {
  const [r, g, b] = color.map(linear) as unknown as Triple
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ]
}

function fromLab([lightness, a, b]: Triple): Triple {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ]
}

/** sRGB byte → light, and back. */
function linear(byte: number): number {
  const c = byte / 255
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
}

function gamma(light: number): number {
  const c = light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055
  return Math.round(255 * Math.min(1, Math.max(0, c)))
}
