/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A TLS survey: one gentle connection after another, never two at once, each with an offer of its own. What to
 * offer and what follows from the answers is in dialogue/smtp-survey-plan; each connection is an SmtpSession.
 *
 * For a window: the rows are there from the start and change their "verdict"; "n-done" and "n-planned" count
 * connections, and smtp_survey_get_question() tells what the one under way is about. */

#pragma once

#include "dialogue/smtp-plan.h"
#include "dialogue/smtp-survey-plan.h"
#include "session/smtp-tls-settings.h"

G_BEGIN_DECLS

#define SMTP_SURVEY_DEFAULT_PAUSE_MS 250

#define SMTP_TYPE_SURVEY (smtp_survey_get_type ())
G_DECLARE_FINAL_TYPE (SmtpSurvey, smtp_survey, SMTP, SURVEY, GObject)

SmtpSurvey               *smtp_survey_new                (SmtpPlan             *plan,
                                                          SmtpTlsSettings      *tls,
                                                          guint                 pause_ms);
SmtpPlan                 *smtp_survey_get_plan           (SmtpSurvey           *self);
SmtpSurveyPlan           *smtp_survey_get_survey_plan    (SmtpSurvey           *self);
GListModel               *smtp_survey_get_rows           (SmtpSurvey           *self);
const SmtpSurveyQuestion *smtp_survey_get_question       (SmtpSurvey           *self);
guint                     smtp_survey_get_n_done         (SmtpSurvey           *self);
guint                     smtp_survey_get_n_planned      (SmtpSurvey           *self);
guint                     smtp_survey_get_seconds        (SmtpSurvey           *self);
GDateTime                *smtp_survey_get_started        (SmtpSurvey           *self);
gint64                    smtp_survey_get_elapsed_us     (SmtpSurvey           *self);
void                      smtp_survey_run_async          (SmtpSurvey           *self,
                                                          int                   io_priority,
                                                          GCancellable         *cancellable,
                                                          GAsyncReadyCallback   callback,
                                                          gpointer              user_data);
gboolean                  smtp_survey_run_finish         (SmtpSurvey           *self,
                                                          GAsyncResult         *result,
                                                          GError              **error);

G_END_DECLS
