/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How many connections a TLS survey is going to take, told before the first one. */

#pragma once

#include "dialogue/smtp-survey-plan.h"

G_BEGIN_DECLS

guint smtp_survey_estimate         (SmtpSurveyCatalogue *catalogue,
                                    gboolean             with_clear);
guint smtp_survey_estimate_seconds (guint                n_connections,
                                    guint                pause_ms);

G_END_DECLS
