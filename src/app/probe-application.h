/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The application: its options, its windows, its accelerators, its about dialog. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PROBE_TYPE_APPLICATION (probe_application_get_type ())
G_DECLARE_FINAL_TYPE (ProbeApplication, probe_application, PROBE, APPLICATION, GtkApplication)

ProbeApplication *probe_application_new (void);

G_END_DECLS
