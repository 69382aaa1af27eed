/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What one connection of a TLS survey says about what it offered. */

#pragma once

#include "dialogue/smtp-survey-row.h"
#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

/**
 * SmtpSurveyAnswer:
 * @verdict: accepted, refused or not testable
 * @reason: why, unless it was accepted
 * @detail: (nullable): what goes with @reason
 * @reached: whether it got as far as to ask
 * @tls: (nullable): what the handshake showed, if it came to its end
 * @stop: why no further connection may be made, or %SMTP_SURVEY_REASON_NONE
 * @stop_detail: (nullable): what goes with @stop
 */
typedef struct
{
  SmtpSurveyVerdict  verdict;
  SmtpSurveyReason   reason;
  char              *detail;
  gboolean           reached;
  SmtpTlsInfo       *tls;
  SmtpSurveyReason   stop;
  char              *stop_detail;
} SmtpSurveyAnswer;

void smtp_survey_answer_read       (SmtpSurveyAnswer  *self,
                                    SmtpTranscript    *transcript);
void smtp_survey_answer_read_clear (SmtpTranscript    *transcript,
                                    SmtpVerb           verb,
                                    SmtpSurveyAnswer  *self);
void smtp_survey_answer_clear      (SmtpSurveyAnswer  *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SmtpSurveyAnswer, smtp_survey_answer_clear)

G_END_DECLS
