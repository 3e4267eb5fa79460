/** Where a schema registry is, and who asks it. */
export interface RegistryAddress {
  /** Without credentials. */
  readonly url: string
  readonly login?: { readonly username: string; readonly password: string }
}

/** Parts `https://user:password@host/path` into the address and the login, percent-decoded. */
export function registryAddress(address: string): RegistryAddress {
  const url = new URL(address)
  const [username, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)]
  url.username = ''
  url.password = ''
  const bare = url.href.replace(/\/$/, '')
  return username === '' ? { url: bare } : { url: bare, login: { username, password } }
}

/** The headers that a request to a registry brings. */
export function loginHeaders({ login }: RegistryAddress): Readonly<Record<string, string>> {
  if (login === undefined) return {}
  const credentials = Buffer.from(`${login.username}:${login.password}`).toString('base64')
  return { authorization: `Basic ${credentials}` }
}
