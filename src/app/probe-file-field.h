/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The path of a file: typed, or chosen with the button beside it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PROBE_TYPE_FILE_FIELD (probe_file_field_get_type ())
G_DECLARE_FINAL_TYPE (ProbeFileField, probe_file_field, PROBE, FILE_FIELD, GtkWidget)

GtkWidget *probe_file_field_get_entry (ProbeFileField *self);

G_END_DECLS
