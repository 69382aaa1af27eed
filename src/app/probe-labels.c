/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/probe-labels.h"

/**
 * probe_labels_step_class:
 * @step: a step
 *
 * Returns: (transfer none): the style class of its badge
 */
const char *
probe_labels_step_class (SmtpStep *step)
{
  switch (smtp_step_get_verdict (step))
    {
    case SMTP_VERDICT_ACCEPTED:
    case SMTP_VERDICT_WANTS_MORE:
      if (smtp_step_get_tls (step) != NULL)
        return smtp_step_get_tls (step)->faults->len > 0 ? "later" : "good";
      return smtp_step_get_reply (step) != NULL ? "good" : "plain";
    case SMTP_VERDICT_DEFERRED:
      return "later";
    case SMTP_VERDICT_REFUSED:
    case SMTP_VERDICT_BROKEN:
    case SMTP_VERDICT_LOST:
    case SMTP_VERDICT_TIMED_OUT:
      return "bad";
    case SMTP_VERDICT_CANCELLED:
    case SMTP_VERDICT_PENDING:
    default:
      return "plain";
    }
}

/**
 * probe_labels_outcome_class:
 * @outcome: an outcome
 *
 * Returns: (transfer none): the style class of the verdict
 */
const char *
probe_labels_outcome_class (SmtpOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_OUTCOME_WORKS:
      return "good";
    case SMTP_OUTCOME_LATER:
      return "later";
    case SMTP_OUTCOME_PARTIAL:
    case SMTP_OUTCOME_REFUSED:
    case SMTP_OUTCOME_UNREACHABLE:
    case SMTP_OUTCOME_BROKEN:
      return "bad";
    case SMTP_OUTCOME_NOT_TESTABLE:
    default:
      return "plain";
    }
}

/**
 * probe_labels_outcome_icon:
 * @outcome: an outcome
 *
 * Returns: (transfer none): the name of a symbolic icon of the base set
 */
const char *
probe_labels_outcome_icon (SmtpOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_OUTCOME_WORKS:
      return "emblem-ok-symbolic";
    case SMTP_OUTCOME_LATER:
      return "document-open-recent-symbolic";
    case SMTP_OUTCOME_PARTIAL:
    case SMTP_OUTCOME_BROKEN:
      return "dialog-warning-symbolic";
    case SMTP_OUTCOME_REFUSED:
      return "action-unavailable-symbolic";
    case SMTP_OUTCOME_UNREACHABLE:
      return "network-offline-symbolic";
    case SMTP_OUTCOME_NOT_TESTABLE:
    default:
      return "media-playback-stop-symbolic";
    }
}

/**
 * probe_labels_recipient_class:
 * @outcome: what became of a recipient
 *
 * Returns: (transfer none): the style class of its badge
 */
const char *
probe_labels_recipient_class (SmtpRecipientOutcome outcome)
{
  switch (outcome)
    {
    case SMTP_RECIPIENT_WORKS:
      return "good";
    case SMTP_RECIPIENT_LATER:
      return "later";
    case SMTP_RECIPIENT_REFUSED:
      return "bad";
    case SMTP_RECIPIENT_NOT_ASKED:
    default:
      return "plain";
    }
}

/**
 * probe_labels_grade_class:
 * @grade: what something is worth
 *
 * Returns: (transfer none) (nullable): the style class of its badge; %NULL: it has none
 */
const char *
probe_labels_grade_class (SmtpGrade grade)
{
  static const char *const classes[SMTP_N_GRADES] = { NULL, "good", "later", "bad" };

  g_return_val_if_fail (grade < SMTP_N_GRADES, NULL);

  return classes[grade];
}
