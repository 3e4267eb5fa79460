/** Whether the brokers refuse what was asked of them, whatever the moment; as the errors of kafkajs tell. */
export function isRefusal(error: unknown): boolean {
  const { type, cause } = error as { readonly type?: string; readonly cause?: unknown }
  if (type !== undefined && /AUTHORIZATION|AUTHENTICATION|^INVALID_|^UNSUPPORTED_/.test(type)) return true
  return cause instanceof Error && isRefusal(cause)
}
