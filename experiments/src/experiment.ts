/** What an experiment is: a table that a command fills row by row. @module */

/** Numbers and words of one row, as plain JSON. */
export type Row = Readonly<Record<string, unknown>>

/** What a row's work is given. */
export interface RowContext {
  /** Of the whole experiment; rows fold it with their own numbers. */
  readonly seed: number
  /** Wished length of one training, in minutes. */
  readonly minutes: number
  /** Where pictures go; they are kept beside the results. */
  readonly pictures: string
  /** Where large things go (weights, samples); not kept. */
  readonly scratch: string
  /** Shows where the work is, on one line. */
  progress(text: string): void
}

/** `npm run experiment -- <name>`. */
export interface Experiment {
  readonly name: string
  readonly description: string
  /** Minutes of one training, unless told. */
  readonly minutes: number
  /** Names of the rows, in order, each with its work. Finished rows are not done again. */
  readonly rows: Readonly<Record<string, (context: RowContext) => Promise<Row>>>
  /** Cells of a row in the report, by column. @default the row's numbers */
  columns?(row: Row, name: string): Row
  /** Pictures, or a verdict, over all rows. */
  finish?(rows: Readonly<Record<string, Row>>, context: RowContext): Promise<Row | undefined>
}
