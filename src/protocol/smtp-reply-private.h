/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How the parser makes a reply; for smtp-reply-parser.c only. */

#pragma once

#include "protocol/smtp-reply.h"

G_BEGIN_DECLS

SmtpReply *smtp_reply_new_copied (const char     *raw,
                                  gsize           length,
                                  guint           code,
                                  SmtpReplyFlaws  flaws);
SmtpReply *smtp_reply_new_taken  (char           *raw,
                                  gsize           length,
                                  guint32        *starts,
                                  guint           n_lines,
                                  guint           code,
                                  SmtpReplyFlaws  flaws,
                                  guint64         dropped);

G_END_DECLS
