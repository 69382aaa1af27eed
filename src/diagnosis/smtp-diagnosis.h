/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The outcome of a run: one of seven, with a stable reason, a verdict in one sentence, what to do next,
 * and what became of each recipient. Made from plan and transcript at any moment, also in the middle of
 * a run; it holds no reference to them afterwards. */

#pragma once

#include <glib-object.h>

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_OUTCOME_WORKS,
  SMTP_OUTCOME_PARTIAL,
  SMTP_OUTCOME_LATER,
  SMTP_OUTCOME_REFUSED,
  SMTP_OUTCOME_UNREACHABLE,
  SMTP_OUTCOME_BROKEN,
  SMTP_OUTCOME_NOT_TESTABLE,
} SmtpOutcome;

typedef enum
{
  SMTP_RECIPIENT_NOT_ASKED,
  SMTP_RECIPIENT_WORKS,
  SMTP_RECIPIENT_LATER,
  SMTP_RECIPIENT_REFUSED,
} SmtpRecipientOutcome;

typedef struct _SmtpDiagnosis SmtpDiagnosis;

SmtpDiagnosis        *smtp_diagnosis_new               (SmtpPlan       *plan,
                                                        SmtpTranscript *transcript);
void                  smtp_diagnosis_free              (SmtpDiagnosis  *self);

SmtpOutcome           smtp_diagnosis_get_outcome       (SmtpDiagnosis  *self);
const char           *smtp_diagnosis_get_reason        (SmtpDiagnosis  *self);
const char           *smtp_diagnosis_get_headline      (SmtpDiagnosis  *self);
const char           *smtp_diagnosis_get_verdict       (SmtpDiagnosis  *self);
const char           *smtp_diagnosis_get_next          (SmtpDiagnosis  *self);
gboolean              smtp_diagnosis_get_message_sent  (SmtpDiagnosis  *self);
gboolean              smtp_diagnosis_is_timeout        (SmtpDiagnosis  *self);
int                   smtp_diagnosis_get_decisive_step (SmtpDiagnosis  *self);
guint                 smtp_diagnosis_count             (SmtpDiagnosis  *self,
                                                        SmtpVerdict     verdict);
SmtpRecipientOutcome  smtp_diagnosis_get_recipient     (SmtpDiagnosis  *self,
                                                        guint           index);
SmtpStep             *smtp_diagnosis_get_recipient_step (SmtpDiagnosis *self,
                                                        guint           index);
int                   smtp_diagnosis_get_exit_status   (SmtpDiagnosis  *self);

const char           *smtp_outcome_to_id               (SmtpOutcome     outcome);
const char           *smtp_recipient_outcome_to_id     (SmtpRecipientOutcome outcome);
const char           *smtp_recipient_outcome_to_words  (SmtpRecipientOutcome outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpDiagnosis, smtp_diagnosis_free)

G_END_DECLS
