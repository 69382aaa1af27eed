/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A TLS survey as bytes: a table for a ticket, and JSON for scripts. */

#pragma once

#include "diagnosis/smtp-survey-grades.h"
#include "export/smtp-export.h"

G_BEGIN_DECLS

/**
 * SmtpExportSurvey:
 * @program: the program's name
 * @plan: what the survey was made with
 * @survey: what it found
 * @summary: what that comes to
 * @started: when it began
 * @elapsed_us: how long it took, microseconds
 *
 * All that goes into the document.
 */
typedef struct
{
  const char        *program;
  SmtpPlan          *plan;
  SmtpSurveyPlan    *survey;
  SmtpSurveySummary *summary;
  GDateTime         *started;
  gint64             elapsed_us;
} SmtpExportSurvey;

GBytes *smtp_export_survey (SmtpExportFormat        format,
                            const SmtpExportSurvey *document);

G_END_DECLS
