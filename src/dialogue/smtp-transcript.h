/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of steps of one run, in order: the single source of truth that window, diagnosis and exports
 * read. Append only; the session is its one writer. A GListModel of SmtpStep. Only
 * its last steps can still change; readers that show them look again, once per frame is enough. */

#pragma once

#include <gio/gio.h>

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

#define SMTP_TYPE_TRANSCRIPT (smtp_transcript_get_type ())
G_DECLARE_FINAL_TYPE (SmtpTranscript, smtp_transcript, SMTP, TRANSCRIPT, GObject)

SmtpTranscript *smtp_transcript_new            (GDateTime      *started);
GDateTime      *smtp_transcript_get_started    (SmtpTranscript *self);
guint           smtp_transcript_get_n_steps    (SmtpTranscript *self);
SmtpStep       *smtp_transcript_get_step       (SmtpTranscript *self,
                                                guint           index);
void            smtp_transcript_append         (SmtpTranscript *self,
                                                SmtpStep       *step);

G_END_DECLS
