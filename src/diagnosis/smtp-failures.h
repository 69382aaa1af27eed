/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What it means for a run when a step failed without an answer: the outcome, its stable reason, and the
 * words for it. Data, and how it is looked up. */

#pragma once

#include "diagnosis/smtp-diagnosis.h"

G_BEGIN_DECLS

/**
 * SmtpFailureMeaning:
 * @reason: stable, lower case with dashes
 * @headline: not yet translated
 * @next: (nullable): what to do, not yet translated
 */
typedef struct
{
  SmtpFailure  failure;
  SmtpOutcome  outcome;
  const char  *reason;
  const char  *headline;
  const char  *next;
} SmtpFailureMeaning;

const SmtpFailureMeaning *smtp_failure_get_meaning (SmtpStep *step);
const char               *smtp_failure_get_next    (SmtpStep *step);

G_END_DECLS
