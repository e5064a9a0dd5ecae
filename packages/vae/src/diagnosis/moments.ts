/** Means and variances of columns that come in parts. @module */

/** Running moments of each column, in float64. */
export interface ColumnMoments {
  /** Takes rows in, `[rows · columns]`. */
  add(rows: ArrayLike<number>): void
  means(): number[]
  /** Divided by the number of rows. */
  variances(): number[]
}

/** Moments of nothing yet. Welford's recurrence, for Σ x² − n·mean² would lose digits. */
export function columnMoments(columns: number): ColumnMoments {
  const mean = new Float64Array(columns)
  const squares = new Float64Array(columns)
  let count = 0
  return {
    add: (rows) => {
      for (let start = 0; start < rows.length; start += columns) {
        count++
        for (let i = 0; i < columns; i++) {
          const difference = rows[start + i]! - mean[i]!
          mean[i]! += difference / count
          squares[i]! += difference * (rows[start + i]! - mean[i]!)
        }
      }
    },
    means: () => [...mean],
    variances: () => Array.from(squares, (value) => value / Math.max(1, count)),
  }
}
