/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The right side of the window for a TLS survey: runs it, counts its connections, and shows what was found as a
 * table. Emits "over" at its end. */

#pragma once

#include <gtk/gtk.h>

#include "export/smtp-export.h"
#include "session/smtp-tls-settings.h"

G_BEGIN_DECLS

#define PROBE_TYPE_SURVEY_PAGE (probe_survey_page_get_type ())
G_DECLARE_FINAL_TYPE (ProbeSurveyPage, probe_survey_page, PROBE, SURVEY_PAGE, GtkWidget)

GtkWidget *probe_survey_page_new            (void);
void       probe_survey_page_run            (ProbeSurveyPage  *self,
                                             SmtpPlan         *plan,
                                             SmtpTlsSettings  *tls,
                                             GCancellable     *cancellable);
gboolean   probe_survey_page_is_over        (ProbeSurveyPage  *self);
SmtpPlan  *probe_survey_page_get_plan       (ProbeSurveyPage  *self);
gint64     probe_survey_page_get_elapsed_us (ProbeSurveyPage  *self);
GDateTime *probe_survey_page_get_started    (ProbeSurveyPage  *self);
GBytes    *probe_survey_page_export         (ProbeSurveyPage  *self,
                                             SmtpExportFormat  format);
char      *probe_survey_page_copy_selected  (ProbeSurveyPage  *self);

G_END_DECLS
