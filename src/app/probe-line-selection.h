/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Any number of selected rows over a ProbeLineModel. GtkMultiSelection keeps the object of each selected
 * row; where objects are made on request it would keep them for ever, and make a million of them to
 * select a million rows. This one knows positions only. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-line-model.h"

G_BEGIN_DECLS

#define PROBE_TYPE_LINE_SELECTION (probe_line_selection_get_type ())
G_DECLARE_FINAL_TYPE (ProbeLineSelection, probe_line_selection, PROBE, LINE_SELECTION, GObject)

ProbeLineSelection *probe_line_selection_new (ProbeLineModel *model);

G_END_DECLS
