/**
 * ONNX Runtime tells its maker about models and machines, unless the environment says otherwise when the library is
 * loaded: here it tells nobody. Threads share what the main thread has set.
 */
process.env['ORT_DISABLE_TELEMETRY'] ??= '1'
