/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A window: the form, the run that is shown, and what to do with it. It owns no state of the dialogue; it
 * starts a session, shows its transcript, and asks the diagnosis what it means. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PROBE_TYPE_WINDOW (probe_window_get_type ())
G_DECLARE_FINAL_TYPE (ProbeWindow, probe_window, PROBE, WINDOW, GtkApplicationWindow)

ProbeWindow *probe_window_new            (GtkApplication *application);
void         probe_window_practise       (ProbeWindow    *self,
                                          const char     *personality);
gboolean     probe_window_set_target     (ProbeWindow    *self,
                                          const char     *target);

G_END_DECLS
