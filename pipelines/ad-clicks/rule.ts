/**
 * The first model, before there is anything to learn from: 1 / (1 + e^−z), z = intercept + Σ weight × input.
 * Nobody trained it.
 */
export const rule = {
  intercept: -3,
  weights: {
    scroll_depth: 1,
    device_phone: 0.4,
    user_click_share_7d: 3,
    campaign_click_share_yesterday: 2,
    site_click_share_7d: 2,
    user_session_impressions: -0.1,
  },
}
