/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a field says that it is wrong: a mark, a sentence below it, and the same for who does not see it. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void     probe_field_set_error (GtkWidget  *field,
                                GtkLabel   *label,
                                const char *sentence);
gboolean probe_field_has_error (GtkLabel   *label);

G_END_DECLS
