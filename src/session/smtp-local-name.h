/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The name this machine should give in EHLO: its fully qualified name where it has one (RFC 5321
 * section 4.1.1.1). Where it has none the answer is NULL, and the dialogue uses an address literal
 * (section 4.1.4). */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void  smtp_local_name_async  (GCancellable         *cancellable,
                              GAsyncReadyCallback   callback,
                              gpointer              user_data);
char *smtp_local_name_finish (GAsyncResult         *result,
                              GError              **error);

G_END_DECLS
