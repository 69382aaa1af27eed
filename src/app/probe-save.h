/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving: asks where to, writes there whole or not at all, and says so if it could not. */

#pragma once

#include <gtk/gtk.h>

#include "export/smtp-export.h"

G_BEGIN_DECLS

void probe_save            (GtkWindow   *parent,
                            const char  *stem,
                            GBytes     **documents);
void probe_save_bytes      (GtkWindow   *parent,
                            const char  *title,
                            const char  *name,
                            const char  *filter,
                            const char  *pattern,
                            GBytes      *bytes);
void probe_save_show_error (GtkWindow   *parent,
                            const char  *what,
                            const char  *why);

G_END_DECLS
