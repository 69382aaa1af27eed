/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How the keyboard gets through a long list: in with one Tab, out with the next. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void probe_focus_pass_with_tab (GtkWidget *list);

G_END_DECLS
