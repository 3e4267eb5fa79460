export const rule = { intercept: -1, weights: { amount_z: 0.5, channel_place: 2, channel_risk: 3 } }
