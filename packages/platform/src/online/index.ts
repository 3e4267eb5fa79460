export { connectOnlineRedis } from '../redis/connect-online.ts'
export { RedisStateReader } from '../redis/state-reader.ts'
export { OnlineFeatures, type OnlineVector, type StateReader, type StateRequest } from './online-features.ts'
