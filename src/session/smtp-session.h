/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs one probe: takes each step of the dialogue, performs it with GIO, hands back what came of it,
 * and writes the transcript. It decides nothing about SMTP and speaks to no person. Everything happens
 * in the thread-default main context of the thread that called smtp_session_run_async(). */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-plan.h"
#include "dialogue/smtp-transcript.h"
#include "session/smtp-tls-settings.h"

G_BEGIN_DECLS

#define SMTP_TYPE_SESSION (smtp_session_get_type ())
G_DECLARE_FINAL_TYPE (SmtpSession, smtp_session, SMTP, SESSION, GObject)

SmtpSession    *smtp_session_new            (SmtpPlan             *plan,
                                             SmtpTlsSettings      *tls);
SmtpPlan       *smtp_session_get_plan       (SmtpSession          *self);
SmtpTranscript *smtp_session_get_transcript (SmtpSession          *self);
gint64          smtp_session_get_elapsed_us (SmtpSession          *self);
gsize           smtp_session_get_pending_bytes (SmtpSession       *self);
void            smtp_session_run_async      (SmtpSession          *self,
                                             int                   io_priority,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean        smtp_session_run_finish     (SmtpSession          *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
