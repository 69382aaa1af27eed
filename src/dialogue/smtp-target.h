/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where to connect, as people type it. Errors are of SMTP_PLAN_ERROR. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *smtp_target_parse_host (const char  *value,
                                  gboolean    *is_literal,
                                  GError     **error);
gboolean  smtp_target_parse_port (const char  *value,
                                  guint16     *port,
                                  GError     **error);
void      smtp_target_split      (const char  *target,
                                  char       **host,
                                  char       **port);

G_END_DECLS
