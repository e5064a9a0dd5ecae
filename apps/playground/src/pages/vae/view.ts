/** What worker and page agree on. @module */

/** Tiles along each side of a map. */
export const mapSide = 11
/** Pixels along each side of a digit. */
export const pixels = 28
/** Half the side of the VAE's map. */
export const bound = 3
