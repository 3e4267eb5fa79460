/** What the path of a model's route names. */
export interface ModelParams {
  readonly name: string
  readonly version?: string
}
