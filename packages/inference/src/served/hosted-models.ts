import { MillraceError } from '@millrace/core'
import type { HostedModel, VersionAtWork } from './model-host.ts'
import { servedModel } from './served-model.ts'
import type { ServedModel, ServedModels } from './served-models.ts'

/** The models of hosts, for callers of every protocol. */
export function hostedModels(hosts: Iterable<HostedModel>): ServedModels {
  const byName = new Map([...hosts].map(host => [host.name, host]))
  const views = new WeakMap<VersionAtWork, ServedModel>()
  const hostOf = (name: string): HostedModel => {
    const host = byName.get(name)
    if (host !== undefined) return host
    throw notFound(`The model is unknown: this server has ${quoted(byName.keys())}.`)
  }
  /** One object for each version, since it is asked for with every request. */
  const viewOf = (host: HostedModel, at: VersionAtWork): ServedModel => {
    const known = views.get(at)
    if (known !== undefined) return known
    const view = servedModel(at.identity, at.model, () => host.versions)
    views.set(at, view)
    return view
  }
  return {
    names: () => [...byName.keys()].toSorted(),
    find(name, version) {
      const host = hostOf(name)
      return viewOf(host, version === undefined ? host.answering : host.version(version))
    },
    findByAlias(name, alias) {
      const host = hostOf(name)
      const at = host.roleOf(alias)
      if (at !== undefined) return viewOf(host, at)
      throw notFound(`No version of the model "${name}" is served by that alias.`)
    },
    index: () => [...byName.values()].flatMap(host => host.index()),
    load: async name => hostOf(name).reload(),
    unload: async name => hostOf(name).unload(),
  }
}

function quoted(names: Iterable<string>): string {
  return [...names].map(name => `"${name}"`).join(', ') || 'none'
}

function notFound(message: string): MillraceError {
  return new MillraceError('NOT_FOUND', message)
}
