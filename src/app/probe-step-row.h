/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* One line of the transcript: when, in which direction, what, how long, and a badge; a lock where it was
 * encrypted. All rows are of one
 * height and their columns of fixed widths, so that showing another line in a row needs no new layout. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-line-model.h"

G_BEGIN_DECLS

#define PROBE_TYPE_STEP_ROW (probe_step_row_get_type ())
G_DECLARE_FINAL_TYPE (ProbeStepRow, probe_step_row, PROBE, STEP_ROW, GtkWidget)

GtkWidget *probe_step_row_new           (void);
void       probe_step_row_set_line      (ProbeStepRow *self,
                                         ProbeLine    *line,
                                         gboolean      is_encrypted);
void       probe_step_row_set_encrypted (ProbeStepRow *self,
                                         gboolean      is_encrypted);

G_END_DECLS
