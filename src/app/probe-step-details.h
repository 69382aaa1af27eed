/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What the selected step means: the reply taken to pieces, who must act, what to do next, and its bytes. */

#pragma once

#include <gtk/gtk.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

#define PROBE_TYPE_STEP_DETAILS (probe_step_details_get_type ())
G_DECLARE_FINAL_TYPE (ProbeStepDetails, probe_step_details, PROBE, STEP_DETAILS, GtkWidget)

GtkWidget *probe_step_details_new      (void);
void       probe_step_details_set_step (ProbeStepDetails *self,
                                        SmtpStep         *step);

G_END_DECLS
