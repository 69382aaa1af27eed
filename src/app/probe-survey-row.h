/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A line of the table of a TLS survey as a widget: name, verdict and grade beside each other, the reason below. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-survey-line.h"

G_BEGIN_DECLS

#define PROBE_TYPE_SURVEY_ROW (probe_survey_row_get_type ())
G_DECLARE_FINAL_TYPE (ProbeSurveyRow, probe_survey_row, PROBE, SURVEY_ROW, GtkWidget)

GtkWidget *probe_survey_row_new      (void);
void       probe_survey_row_set_line (ProbeSurveyRow  *self,
                                      ProbeSurveyLine *line);

G_END_DECLS
