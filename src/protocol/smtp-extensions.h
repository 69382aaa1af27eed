/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The keywords of an EHLO reply (RFC 5321 section 4.1.1.1): the first line is the server's name, each
 * further line a keyword with parameters. Unknown keywords are kept; past a thousand they are only
 * counted. */

#pragma once

#include "protocol/smtp-reply.h"

G_BEGIN_DECLS

typedef struct _SmtpExtensions SmtpExtensions;

SmtpExtensions     *smtp_extensions_new            (SmtpReply      *reply);
void                smtp_extensions_free           (SmtpExtensions *self);
guint               smtp_extensions_get_n          (SmtpExtensions *self);
guint               smtp_extensions_get_n_ignored  (SmtpExtensions *self);
const char         *smtp_extensions_get_keyword    (SmtpExtensions *self,
                                                    guint           index);
const char * const *smtp_extensions_get_parameters (SmtpExtensions *self,
                                                    guint           index);
const char * const *smtp_extensions_lookup         (SmtpExtensions *self,
                                                    const char     *keyword);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpExtensions, smtp_extensions_free)

G_END_DECLS
