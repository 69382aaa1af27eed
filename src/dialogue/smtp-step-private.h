/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* How a step is made and settled; for the dialogue alone. */

#pragma once

#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

SmtpStep *smtp_step_new             (SmtpStepKind        kind,
                                     SmtpPhase           phase,
                                     SmtpVerb            verb,
                                     gint64              start_us,
                                     gint64              limit_us);
void      smtp_step_set_command     (SmtpStep           *self,
                                     SmtpCommand        *command);
void      smtp_step_set_target      (SmtpStep           *self,
                                     const char         *target,
                                     guint16             port);
void      smtp_step_set_addresses   (SmtpStep           *self,
                                     const char * const *addresses);
void      smtp_step_set_local       (SmtpStep           *self,
                                     const char         *local);
void      smtp_step_set_recipient   (SmtpStep           *self,
                                     int                 recipient);
void      smtp_step_set_secure      (SmtpStep           *self);
void      smtp_step_set_tls         (SmtpStep           *self,
                                     SmtpTlsInfo        *tls);
void      smtp_step_set_phase       (SmtpStep           *self,
                                     SmtpPhase           phase,
                                     gint64              limit_us);
void      smtp_step_set_content     (SmtpStep           *self,
                                     guint64             written,
                                     guint64             total,
                                     guint64             fixed_line_ends,
                                     gboolean            complete);
void      smtp_step_note_first_byte (SmtpStep           *self,
                                     gint64              now_us);
void      smtp_step_set_reply       (SmtpStep           *self,
                                     SmtpReply          *reply,
                                     gboolean            expected);
void      smtp_step_set_failure     (SmtpStep           *self,
                                     SmtpFailure         failure,
                                     const char         *detail);
void      smtp_step_settle          (SmtpStep           *self,
                                     SmtpVerdict         verdict,
                                     gint64              now_us);

G_END_DECLS
