/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Where results go: standard output, or a file. Whoever writes there learns whether all of it arrived. */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void     smtp_cli_prepare_output     (void);
void     smtp_cli_complain_of_output (void);

gboolean smtp_cli_write              (const char  *bytes,
                                      gsize        length);
gboolean smtp_cli_write_file         (const char  *path,
                                      const char  *bytes,
                                      gsize        length,
                                      GError     **error);

G_END_DECLS
