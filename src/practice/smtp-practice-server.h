/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A mail server to practise on, on a free port of 127.0.0.1, run by the caller's main context. It keeps
 * no message and passes nothing on. What it does is data: a personality from a table. */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define SMTP_TYPE_PRACTICE_SERVER (smtp_practice_server_get_type ())
G_DECLARE_FINAL_TYPE (SmtpPracticeServer, smtp_practice_server, SMTP, PRACTICE_SERVER, GObject)

SmtpPracticeServer *smtp_practice_server_new           (const char          *personality,
                                                        GError             **error);
guint16             smtp_practice_server_get_port      (SmtpPracticeServer  *self);
GBytes             *smtp_practice_server_get_authority (SmtpPracticeServer  *self);
void                smtp_practice_server_stop          (SmtpPracticeServer  *self);

/* The personalities: stable names for scripts, with a title and a sentence (untranslated, marked for
 * gettext), and the addresses and the security worth trying on them. */
guint               smtp_practice_get_n           (void);
const char         *smtp_practice_get_name        (guint                index);
const char         *smtp_practice_get_title       (guint                index);
const char         *smtp_practice_get_about       (guint                index);
const char         *smtp_practice_get_sender      (guint                index);
const char * const *smtp_practice_get_recipients  (guint                index);
const char         *smtp_practice_get_security    (guint                index);
int                 smtp_practice_find            (const char          *name);

G_END_DECLS
