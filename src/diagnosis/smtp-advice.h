/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Human sentences, translated, for what the lower layers say in codes: refused input, steps without a
 * reply, what a plan is going to do. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

char *smtp_advice_for_error   (const GError *error);
char *smtp_advice_for_step    (SmtpStep     *step);
char *smtp_advice_for_failure (SmtpStep     *step);
char *smtp_advice_for_waiting (SmtpStep     *step);
char *smtp_advice_for_plan    (SmtpPlan     *plan);

G_END_DECLS
