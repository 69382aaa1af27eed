/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A run as bytes: the table of formats. Pure functions over plan, transcript and diagnosis; writing the
 * bytes somewhere is the caller's business. */

#pragma once

#include "diagnosis/smtp-diagnosis.h"

G_BEGIN_DECLS

typedef enum
{
  SMTP_EXPORT_TEXT,
  SMTP_EXPORT_JSON,
} SmtpExportFormat;

#define SMTP_EXPORT_N_FORMATS 2

const char *smtp_export_get_id         (SmtpExportFormat  format);
const char *smtp_export_get_suffix     (SmtpExportFormat  format);
const char *smtp_export_get_media_type (SmtpExportFormat  format);
gboolean    smtp_export_find           (const char       *id,
                                        SmtpExportFormat *format);

GBytes     *smtp_export_run            (SmtpExportFormat  format,
                                        const char       *program,
                                        SmtpPlan         *plan,
                                        SmtpTranscript   *transcript,
                                        SmtpDiagnosis    *diagnosis);

/* The parts of the text export, for a live transcript. */
void        smtp_export_text_header    (const char       *program,
                                        SmtpPlan         *plan,
                                        SmtpTranscript   *transcript,
                                        SmtpDiagnosis    *diagnosis,
                                        GString          *out);
void        smtp_export_text_line      (SmtpStep         *step,
                                        guint             index,
                                        GString          *out);
guint       smtp_export_text_lines     (SmtpStep         *step,
                                        guint             from,
                                        gsize             enough,
                                        GString          *out);
void        smtp_export_text_report    (SmtpPlan         *plan,
                                        SmtpTranscript   *transcript,
                                        GString          *out);
void        smtp_export_text_footer    (SmtpDiagnosis    *diagnosis,
                                        GString          *out);

G_END_DECLS
