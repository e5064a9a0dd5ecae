/** What worker and page agree on. @module */

/** Pixels along each side of a face. */
export const pixels = 32
/** Faces to choose from. */
export const gallery = 12
/** Amounts that each slider shows small faces of, in latent units. */
export const amounts: readonly number[] = [-3, -1.5, 0, 1.5, 3]
/** Where sliders end. */
export const reach = 3
