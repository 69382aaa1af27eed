/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The choices about encryption as the widget that edits them; made when somebody opens it. A wrong field says
 * so below itself as soon as it is left. */

#pragma once

#include <gtk/gtk.h>

#include "app/probe-encryption-values.h"

G_BEGIN_DECLS

#define PROBE_TYPE_ENCRYPTION (probe_encryption_get_type ())
G_DECLARE_FINAL_TYPE (ProbeEncryption, probe_encryption, PROBE, ENCRYPTION, GtkWidget)

GtkWidget  *probe_encryption_new              (ProbeEncryptionValues *values);
const char *probe_encryption_get_key_password (ProbeEncryption       *self);
void        probe_encryption_show_error       (ProbeEncryption       *self,
                                               SmtpTlsOption          option,
                                               const GError          *error);

G_END_DECLS
