/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One line of the table of a TLS survey: a heading with a note, or a row of the survey with what it is worth. */

#pragma once

#include "diagnosis/smtp-survey-grades.h"

G_BEGIN_DECLS

#define PROBE_TYPE_SURVEY_LINE (probe_survey_line_get_type ())
G_DECLARE_FINAL_TYPE (ProbeSurveyLine, probe_survey_line, PROBE, SURVEY_LINE, GObject)

ProbeSurveyLine *probe_survey_line_new_heading (SmtpSurveyKind    kind);
ProbeSurveyLine *probe_survey_line_new         (SmtpSurveyRow    *row,
                                                guint16           port);
SmtpSurveyKind   probe_survey_line_get_kind    (ProbeSurveyLine  *self);
SmtpSurveyRow   *probe_survey_line_get_row     (ProbeSurveyLine  *self);
void             probe_survey_line_set_note    (ProbeSurveyLine  *self,
                                                const char       *note);
void             probe_survey_line_rate        (ProbeSurveyLine  *self,
                                                SmtpSurveyRating *rating);
char            *probe_survey_line_get_reason  (ProbeSurveyLine  *self);
char            *probe_survey_line_to_sentence (ProbeSurveyLine  *self);

G_END_DECLS
