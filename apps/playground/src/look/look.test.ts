/** The palette: roles can be told apart by everybody, and text can be read. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { channels, type Palette, palettes, type Role, type Theme } from './roles.ts'

const roles: readonly Role[] = ['data', 'model', 'latent', 'discriminator', 'noise', 'error']
type Triple = readonly [number, number, number]

const themes = (Object.entries(palettes) as [Theme, Palette][]).map(([theme, palette]) => ({ theme, palette }))

/** Full protanopia, deuteranopia and tritanopia in linear light (Machado et al., 2009, https://doi.org/10.1109/TVCG.2009.113). */
const sights: Readonly<Record<string, readonly Triple[]>> = {
  full: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
}

function linear(color: string): Triple {
  return channels(color).map((byte) => {
    const c = byte / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as unknown as Triple
}

function times(matrix: readonly Triple[], v: Triple): Triple {
  return matrix.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]) as unknown as Triple
}

/** CIELAB under D65. */
function lab(light: Triple): Triple {
  const clipped = light.map((c) => Math.min(1, Math.max(0, c))) as unknown as Triple
  const xyz = times(
    [
      [0.4124564, 0.3575761, 0.1804375],
      [0.2126729, 0.7151522, 0.072175],
      [0.0193339, 0.119192, 0.9503041],
    ],
    clipped,
  )
  const [x, y, z] = [xyz[0] / 0.95047, xyz[1], xyz[2] / 1.08883].map((t) =>
    t > 216 / 24389 ? Math.cbrt(t) : (841 / 108) * t + 4 / 29,
  ) as unknown as Triple
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

/** CIEDE2000 (Sharma et al., 2005, https://doi.org/10.1002/col.20070). */
function difference([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const degrees = Math.PI / 180
  const c = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const g = 0.5 * (1 - Math.sqrt(c ** 7 / (c ** 7 + 25 ** 7)))
  const [p1, p2] = [(1 + g) * a1, (1 + g) * a2]
  const [c1, c2] = [Math.hypot(p1, b1), Math.hypot(p2, b2)]
  const hue = (a: number, b: number) => (Math.atan2(b, a) / degrees + 360) % 360
  const [h1, h2] = [hue(p1, b1), hue(p2, b2)]
  const gray = c1 * c2 === 0
  const turn = gray ? 0 : ((h2 - h1 + 540) % 360) - 180
  const dH = 2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * degrees)
  const h = gray ? h1 + h2 : (h1 + turn / 2 + 360) % 360
  const [l, m] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const cosine = (n: number, from: number) => Math.cos((n * h - from) * degrees)
  const t = 1 - 0.17 * cosine(1, 30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, -6) - 0.2 * cosine(4, 63)
  const sL = 1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2)
  const [sC, sH] = [1 + 0.045 * m, 1 + 0.015 * m * t]
  const rT = -2 * Math.sqrt(m ** 7 / (m ** 7 + 25 ** 7)) * Math.sin(60 * degrees * Math.exp(-(((h - 275) / 25) ** 2)))
  const [x, y, z] = [(l2 - l1) / sL, (c2 - c1) / sC, dH / sH]
  return Math.sqrt(x * x + y * y + z * z + rT * y * z)
}

function contrast(a: string, b: string): number {
  const luminance = (color: string) => times([[0.2126, 0.7152, 0.0722]], linear(color))[0]
  const [low, high] = [luminance(a), luminance(b)].sort((p, q) => p - q) as [number, number]
  return (high + 0.05) / (low + 0.05)
}

it('differences are those of the published pairs', () => {
  expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 3)
  expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 3)
  expect(difference([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 3)
})

describe.each(themes)('$theme', ({ theme, palette }) => {
  it.each(Object.keys(sights))('roles are far apart, seen by %s', (sight) => {
    const seen = roles.map((role) => lab(times(sights[sight]!, linear(palette[role]))))
    for (const [i, a] of seen.entries()) {
      for (const b of seen.slice(i + 1)) expect(difference(a, b)).toBeGreaterThan(15)
    }
  })

  it('text and roles can be read on paper and on panels', () => {
    for (const ground of [palette.paper, palette.panel]) {
      for (const role of roles)
        expect(contrast(palette[role], ground), role).toBeGreaterThan(role === 'noise' ? 3.1 : 4.5)
      expect(contrast(palette.ink, ground)).toBeGreaterThan(12)
      expect(contrast(palette.muted, ground)).toBeGreaterThan(4.5)
    }
  })

  it('is that of the style sheet', () => {
    const css = readFileSync(new URL('./look.css', import.meta.url), 'utf8')
    const block = theme === 'light' ? css.slice(0, css.indexOf('data-theme')) : css.slice(css.indexOf('data-theme'))
    for (const [name, color] of Object.entries(palette)) expect(block).toMatch(new RegExp(`--${name}: ${color};`))
  })
})
