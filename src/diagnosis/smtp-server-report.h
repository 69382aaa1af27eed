/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a run showed about the server, as sections of labelled values for people: what it can do, how the
 * connection was encrypted, each certificate. The window's Server page and the text export both show it. */

#pragma once

#include <glib.h>

#include "diagnosis/smtp-finding.h"

G_BEGIN_DECLS

/**
 * SmtpReportRow:
 * @label: translated; "" in a row that goes on with the one before
 * @value: translated or from the server, then escaped
 * @severity: %SMTP_SEVERITY_INFO for plain facts
 */
typedef struct
{
  char         *label;
  char         *value;
  SmtpSeverity  severity;
} SmtpReportRow;

/**
 * SmtpReportSection:
 * @title: translated
 * @certificate: the index into the chain it is about, or -1
 * @rows: (element-type SmtpReportRow): at least one
 */
typedef struct
{
  char      *title;
  int        certificate;
  GPtrArray *rows;
} SmtpReportSection;

GPtrArray *smtp_server_report_new        (SmtpPlan       *plan,
                                          SmtpTranscript *transcript);
GPtrArray *smtp_server_report_encryption (SmtpPlan       *plan,
                                          SmtpTranscript *transcript);
char      *smtp_server_report_chain_pem  (SmtpTranscript *transcript);

G_END_DECLS
