/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The built-in test message: short, ASCII, and honest about what sent it (Auto-Submitted, RFC 3834
 * section 5; Date and Message-ID, RFC 5322 section 3.6). */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *smtp_test_message_new (const char         *sender,
                               const char * const *recipients,
                               GDateTime          *date,
                               const char         *id_left,
                               const char         *id_domain);

G_END_DECLS
