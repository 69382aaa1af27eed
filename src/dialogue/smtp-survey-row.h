/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One line of a TLS survey's table: what was asked for, and whether the server accepts it. Written by the survey
 * plan alone; "verdict" and "versions" tell when they change. What it is worth is in diagnosis. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-survey-catalogue.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_SURVEY_WAITING,       /* not asked yet */
  SMTP_SURVEY_ACCEPTED,
  SMTP_SURVEY_REFUSED,
  SMTP_SURVEY_NOT_TESTABLE,
} SmtpSurveyVerdict;

/**
 * SmtpSurveyReason:
 *
 * Why something is not testable, or how it is known that it is refused.
 */
typedef enum
{
  SMTP_SURVEY_REASON_NONE,
  SMTP_SURVEY_REASON_LIBRARY,     /* the TLS library of this machine cannot offer it */
  SMTP_SURVEY_REASON_POLICY,      /* this machine's policy forbids it */
  SMTP_SURVEY_REASON_NO_VERSION,  /* no version that has it is accepted */
  SMTP_SURVEY_REASON_NOT_USED,    /* nothing that is accepted makes use of such a thing */
  SMTP_SURVEY_REASON_UNCLEAR,     /* the server's answer was to something else; detail: to what */
  SMTP_SURVEY_REASON_BUSY,        /* the server said 421; detail: its words */
  SMTP_SURVEY_REASON_REPLY,       /* the server refused before TLS; detail: its words */
  SMTP_SURVEY_REASON_NO_STARTTLS, /* it offers no encryption */
  SMTP_SURVEY_REASON_CONNECTION,  /* no connection could be made */
  SMTP_SURVEY_REASON_TIMEOUT,
  SMTP_SURVEY_REASON_CUT,         /* the connection was cut */
  SMTP_SURVEY_REASON_ALERT,       /* an alert that says nothing about what was offered; detail: its name */
  SMTP_SURVEY_REASON_TLS,         /* TLS failed at our end; detail: what the library says */
  SMTP_SURVEY_REASON_NOT_TLS,     /* what came was no TLS, or no SMTP */
  SMTP_SURVEY_REASON_CANCELLED,   /* we stopped */
} SmtpSurveyReason;

#define SMTP_SURVEY_N_REASONS (SMTP_SURVEY_REASON_CANCELLED + 1)

#define SMTP_TYPE_SURVEY_ROW (smtp_survey_row_get_type ())
G_DECLARE_FINAL_TYPE (SmtpSurveyRow, smtp_survey_row, SMTP, SURVEY_ROW, GObject)

SmtpSurveyRow     *smtp_survey_row_new          (SmtpSurveyKind     kind,
                                                 const char        *name);
SmtpSurveyKind     smtp_survey_row_get_kind     (SmtpSurveyRow     *self);
const char        *smtp_survey_row_get_name     (SmtpSurveyRow     *self);
SmtpSurveyVerdict  smtp_survey_row_get_verdict  (SmtpSurveyRow     *self);
SmtpSurveyReason   smtp_survey_row_get_reason   (SmtpSurveyRow     *self);
const char        *smtp_survey_row_get_detail   (SmtpSurveyRow     *self);

/* Bits 1 << SmtpTlsVersion: where it is accepted. */
guint              smtp_survey_row_get_versions (SmtpSurveyRow     *self);
/* Of a finite field group of the server's own, in bits; else 0. */
guint              smtp_survey_row_get_bits     (SmtpSurveyRow     *self);

/* For the survey plan. */
void               smtp_survey_row_set_bits     (SmtpSurveyRow     *self,
                                                 guint              bits);
void               smtp_survey_row_set          (SmtpSurveyRow     *self,
                                                 SmtpSurveyVerdict  verdict,
                                                 guint              versions,
                                                 SmtpSurveyReason   reason,
                                                 const char        *detail);

const char        *smtp_survey_verdict_to_id    (SmtpSurveyVerdict  verdict);
const char        *smtp_survey_reason_to_id     (SmtpSurveyReason   reason);

G_END_DECLS
