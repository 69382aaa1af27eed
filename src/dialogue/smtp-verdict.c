/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-verdict.h"

static const char *const ids[] = {
  "pending", "accepted", "wants-more", "deferred", "refused", "broken", "lost", "timed-out", "cancelled",
  "skipped",
};

/**
 * smtp_verdict_weigh:
 * @verb: what was sent
 * @reply: what came back
 *
 * Classes a reply by its first digit and by whether what was sent asks for more (RFC 5321 sections 4.2.1
 * and 4.3.2). A 2yz to DATA is as broken as a 3yz to anything else: going on would be guessing.
 *
 * Returns: what it means for the step
 */
SmtpVerdict
smtp_verdict_weigh (SmtpVerb   verb,
                    SmtpReply *reply)
{
  switch (smtp_reply_get_class (reply))
    {
    case SMTP_REPLY_CLASS_SUCCESS:
      return verb == SMTP_VERB_DATA ? SMTP_VERDICT_BROKEN : SMTP_VERDICT_ACCEPTED;

    case SMTP_REPLY_CLASS_CONTINUE:
      return verb == SMTP_VERB_DATA || verb == SMTP_VERB_OTHER ? SMTP_VERDICT_WANTS_MORE : SMTP_VERDICT_BROKEN;

    case SMTP_REPLY_CLASS_TEMPORARY:
      return SMTP_VERDICT_DEFERRED;

    case SMTP_REPLY_CLASS_PERMANENT:
      return SMTP_VERDICT_REFUSED;

    case SMTP_REPLY_CLASS_INVALID:
    default:
      return SMTP_VERDICT_BROKEN;
    }
}

/**
 * smtp_verdict_to_id:
 * @verdict: a verdict
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_verdict_to_id (SmtpVerdict verdict)
{
  g_return_val_if_fail (verdict < G_N_ELEMENTS (ids), NULL);

  return ids[verdict];
}

/**
 * smtp_verdict_is_good:
 * @verdict: a verdict
 *
 * Returns: whether the step did what it was meant to do
 */
gboolean
smtp_verdict_is_good (SmtpVerdict verdict)
{
  return verdict == SMTP_VERDICT_ACCEPTED || verdict == SMTP_VERDICT_WANTS_MORE;
}
