/** A variable of the environment that must be there. */
export function wanted(name: string): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set`)
  return value
}
