/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Facts of a run that are worth saying, each with the steps it rests on: flaws of replies, faults of
 * certificates, and what is odd about how a server offers encryption. Made from plan and transcript. */

#pragma once

#include <glib.h>

#include "dialogue/smtp-transcript.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_SEVERITY_INFO,
  SMTP_SEVERITY_GOOD,
  SMTP_SEVERITY_WARNING,
  SMTP_SEVERITY_ERROR,
} SmtpSeverity;

/**
 * SmtpFinding:
 * @id: stable, lower case with dashes
 * @text: one sentence, translated
 * @advice: (nullable): what to do, translated
 * @steps: (element-type guint): indexes into the transcript
 */
typedef struct
{
  const char   *id;
  SmtpSeverity  severity;
  char         *text;
  char         *advice;
  GArray       *steps;
} SmtpFinding;

GPtrArray  *smtp_findings_new     (SmtpPlan       *plan,
                                   SmtpTranscript *transcript);
const char *smtp_severity_to_id   (SmtpSeverity    severity);

/* What the server says it can do: the last EHLO reply in clear, and the last one inside TLS. */
SmtpStep   *smtp_findings_get_hello (SmtpTranscript *transcript,
                                     gboolean        secure);
/* The last handshake that came to its end. */
SmtpStep   *smtp_findings_get_handshake (SmtpTranscript *transcript);

G_END_DECLS
