/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* When to encrypt: the drop-down beside the port. Port and drop-down follow each other as far as the user has
 * not chosen the one that would change; then neither changes behind the user's back. */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define PROBE_TYPE_SECURITY (probe_security_get_type ())
G_DECLARE_FINAL_TYPE (ProbeSecurity, probe_security, PROBE, SECURITY, GtkWidget)

void        probe_security_follow    (ProbeSecurity *self,
                                      GtkEditable   *port);
const char *probe_security_get_mode  (ProbeSecurity *self);
void        probe_security_set_mode  (ProbeSecurity *self,
                                      const char    *mode);
void        probe_security_load      (ProbeSecurity *self,
                                      GSettings     *settings);
void        probe_security_save      (ProbeSecurity *self,
                                      GSettings     *settings);

G_END_DECLS
