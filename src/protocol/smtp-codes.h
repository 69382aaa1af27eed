/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What RFC 5321 section 4.3.2 (and the RFCs that extend it) lets a server answer to each command. */

#pragma once

#include "protocol/smtp-command.h"
#include "protocol/smtp-reply.h"

G_BEGIN_DECLS

gboolean    smtp_codes_is_expected  (SmtpVerb verb,
                                     guint    code);
const char *smtp_codes_get_section  (SmtpVerb verb);

G_END_DECLS
