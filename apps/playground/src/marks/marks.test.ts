import { describe, expect, it } from 'vitest'
import { mix } from '../look/mix.ts'
import { fromCanvas, squareCamera, toCanvas } from './camera.ts'
import { contourPieces } from './contour.ts'
import { fieldBytes } from './field.ts'
import { area, mesh } from './mesh.ts'
import { photoBytes } from './photos.ts'
import { points } from './points.ts'
import { tileBytes } from './tiles.ts'

/** A surface that writes down what is drawn. */
function paper(): { surface: never; calls: string[] } {
  const calls: string[] = []
  const surface = new Proxy({} as Record<string, unknown>, {
    get: (target, name: string) =>
      target[name] ??
      ((...args: unknown[]) =>
        calls.push(`${name} ${args.map((v) => (typeof v === 'number' ? Number(v.toFixed(2)) : v)).join(' ')}`)),
  })
  return { surface: surface as never, calls }
}

describe('a camera', () => {
  it('shows the plane with y upwards, and finds the way back', () => {
    const camera = squareCamera(100, 2)
    expect(toCanvas(camera, -2, -2)).toEqual([0, 100])
    expect(toCanvas(camera, 2, 2)).toEqual([100, 0])
    expect(fromCanvas(camera, ...toCanvas(camera, 0.5, -1.25))).toEqual([0.5, -1.25])
  })
})

describe('a field', () => {
  const style = { paper: '#ffffff', low: '#ff0000', high: '#0000ff', most: 1 }

  it('has its first row at the bottom, paper in the middle, and a role on either side', () => {
    const bytes = fieldBytes([0.5, 1, 0, 0.5], 2, style)
    const pixel = (i: number) => [...bytes.subarray(4 * i, 4 * i + 4)]
    expect(pixel(0)).toEqual([255, 0, 0, 255])
    expect(pixel(1)).toEqual([255, 255, 255, 255])
    expect(pixel(2)).toEqual([255, 255, 255, 255])
    expect(pixel(3)).toEqual([0, 0, 255, 255])
  })

  it('has a contour where a value is crossed', () => {
    // Values rise from left to right: the line x = ½ of the middle between two columns of centers.
    const pieces = contourPieces([0, 1, 0, 1], 2, 0.5)
    expect(pieces).toHaveLength(4)
    expect([pieces[0], pieces[2]]).toEqual([0.5, 0.5])
    expect([pieces[1], pieces[3]].sort()).toEqual([0.25, 0.75])
    expect(contourPieces([0, 0, 0, 0], 2, 0.5)).toEqual([])
  })
})

describe('points', () => {
  it('are drawn where they are, and not where nobody sees them', () => {
    const { surface, calls } = paper()
    points(surface, [0, 0, 50, 50], squareCamera(400, 1), { color: '#000000', shape: 'square', size: 2 })
    expect(calls.filter((call) => call.startsWith('rect'))).toEqual(['rect 198 198 4 4'])
  })

  it('are smaller on a small canvas, and never too small to see', () => {
    const widthOf = (size: number) => {
      const { surface, calls } = paper()
      points(surface, [0, 0], squareCamera(size, 1), { color: '#000000', shape: 'square', size: 2 })
      return Number(calls.find((call) => call.startsWith('rect'))?.split(' ')[3])
    }
    expect([widthOf(320), widthOf(240), widthOf(100)]).toEqual([4, 3, 2.4])
  })
})

describe('a mesh', () => {
  it('is the fuller the denser it is', () => {
    const alphas: number[] = []
    const surface = {
      save() {},
      restore() {},
      beginPath() {},
      lineTo() {},
      moveTo() {},
      fill() {},
      stroke() {},
      setLineDash() {},
      set globalAlpha(value: number) {
        alphas.push(value)
      },
    }
    mesh(
      surface as never,
      [0, 0, 0.1, 0, 1, 0, 0, 1, 0.1, 1, 1, 1, 0, 2, 0.1, 2, 1, 2],
      3,
      squareCamera(400, 4),
      '#000000',
    )
    // Cells of 5 × 50 and 45 × 50 pixels; an average one of 33².
    expect(alphas.slice(0, 2)).toBeAllClose([0.5, 0.5 * Math.sqrt((400 / 12) ** 2 / (45 * 50))], { rtol: 1e-6 })
  })

  it('measures areas', () => {
    expect(
      area([
        [0, 0],
        [2, 0],
        [2, 1],
        [0, 1],
      ]),
    ).toBe(2)
  })
})

describe('tiles', () => {
  it('lie as the plane does: the first row of images at the bottom', () => {
    const bytes = tileBytes([0, 0, 0, 0, 1, 1, 1, 1], 2, 1, ['#000000', '#ffffff'])
    expect([...bytes.subarray(0, 4)]).toEqual([255, 255, 255, 255])
    expect([...bytes.subarray(16, 20)]).toEqual([0, 0, 0, 255])
  })
})

describe('photos', () => {
  it('lie as one reads, in color, and a row that is not full stays empty', () => {
    const [red, green, blue] = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 2],
    ]
    const bytes = photoBytes([...red!, ...green!, ...blue!], 1, 2)
    expect([...bytes]).toEqual([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 0, 0, 0, 0])
  })
})

describe('a mixture of colors', () => {
  it('begins with one and ends with the other', () => {
    expect(mix('#1b3092', '#fba910', 0)).toEqual([0x1b, 0x30, 0x92])
    expect(mix('#1b3092', '#fba910', 1)).toEqual([0xfb, 0xa9, 0x10])
    const middle = mix('#000000', '#ffffff', 0.5)
    // Half the lightness as people see it, not half the light: 99 of 255 in every channel.
    expect(middle).toEqual([99, 99, 99])
  })
})
