/** What part of the plane a picture shows. @module */

/** A rectangle of the plane on a canvas, y upwards. */
export interface Camera {
  /** Size of the canvas in CSS pixels. */
  readonly width: number
  readonly height: number
  readonly x: readonly [from: number, to: number]
  readonly y: readonly [from: number, to: number]
}

/** What marks draw on: a canvas context, or what a test puts in its place. */
export type Surface = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D

/** The square [−bound, bound]² on a square canvas. */
export function squareCamera(size: number, bound: number): Camera {
  return { width: size, height: size, x: [-bound, bound], y: [-bound, bound] }
}

/** Where a place of the plane lies on the canvas. */
export function toCanvas({ width, height, x, y }: Camera, px: number, py: number): readonly [number, number] {
  return [((px - x[0]) / (x[1] - x[0])) * width, height - ((py - y[0]) / (y[1] - y[0])) * height]
}

/** Which place of the plane a point of the canvas shows. */
export function fromCanvas({ width, height, x, y }: Camera, cx: number, cy: number): readonly [number, number] {
  return [x[0] + (cx / width) * (x[1] - x[0]), y[0] + (1 - cy / height) * (y[1] - y[0])]
}
