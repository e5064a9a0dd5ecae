/** What worker and page agree on. @module */

/** Pixels along each side of a picture. */
export const pixels = 32
/** Pictures of the data that are shown, in so many columns. */
export const shown = 32
export const shownColumns = 16
/** Pictures that the model draws, in so many columns. */
export const drawn = 16
export const drawnColumns = 8
/** Pictures that a model can learn from. */
export const fewest = 8
export const most = 4096
