import card, { cardFraud } from '@millrace/card-fraud'
import { definePipeline } from '@millrace/core'

/** Card fraud with a rule for when Redis does not answer. */
export default definePipeline({
  ...card,
  model: {
    ...cardFraud,
    fallback: {
      storeUnavailable: 'rule',
      rule: ({ amount }) => ((amount ?? 0) > 50 ? 'review' : 'approve'),
    },
  },
})
