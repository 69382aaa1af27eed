/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The formats; for the table in smtp-export.c. */

#pragma once

#include "export/smtp-export.h"

G_BEGIN_DECLS

GBytes *smtp_export_text (const char     *program,
                          SmtpPlan       *plan,
                          SmtpTranscript *transcript,
                          SmtpDiagnosis  *diagnosis);
GBytes *smtp_export_json (const char     *program,
                          SmtpPlan       *plan,
                          SmtpTranscript *transcript,
                          SmtpDiagnosis  *diagnosis);

/* The last connection step, whether it worked or not; NULL before one was tried. */
SmtpStep *smtp_export_find_connection (SmtpTranscript *transcript);
char     *smtp_export_format_target   (SmtpPlan       *plan,
                                       SmtpTranscript *transcript);

G_END_DECLS
