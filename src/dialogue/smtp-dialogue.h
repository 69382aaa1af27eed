/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The SMTP dialogue as decisions: what to do next, given the plan and what has come back. No socket, no
 * clock, no file: time is an argument, bytes are handed in, and a time-out is just another input. The
 * caller (the session) performs each step it gets and reports what came of it.
 *
 * Follows RFC 5321: HELO only where EHLO is not known (sections 3.2 and 4.1.4), one RCPT for each
 * recipient, going on after a refused one, no message text without an accepted recipient, 421 at any
 * point ends the run (section 3.8), QUIT only while the dialogue is in step. RFC 3207: nothing but a
 * handshake behind the reply to STARTTLS, EHLO again inside TLS, and never on in clear when TLS fails. */

#pragma once

#include "dialogue/smtp-plan.h"
#include "dialogue/smtp-step.h"

G_BEGIN_DECLS

typedef struct _SmtpDialogue SmtpDialogue;

SmtpDialogue *smtp_dialogue_new              (SmtpPlan           *plan);
void          smtp_dialogue_free             (SmtpDialogue       *self);

SmtpStep     *smtp_dialogue_next             (SmtpDialogue       *self,
                                              gint64              now_us);
SmtpStep     *smtp_dialogue_get_current      (SmtpDialogue       *self);
gboolean      smtp_dialogue_is_done          (SmtpDialogue       *self);

void          smtp_dialogue_looked_up        (SmtpDialogue       *self,
                                              const char * const *addresses,
                                              gint64              now_us);
void          smtp_dialogue_connected        (SmtpDialogue       *self,
                                              const char         *local,
                                              const char         *local_address,
                                              gint64              now_us);
void          smtp_dialogue_handshaken       (SmtpDialogue       *self,
                                              SmtpTlsInfo        *tls,
                                              gint64              now_us);
void          smtp_dialogue_not_tls          (SmtpDialogue       *self,
                                              const char         *bytes,
                                              gsize               length,
                                              gint64              now_us);
void          smtp_dialogue_receive          (SmtpDialogue       *self,
                                              const char         *bytes,
                                              gsize               length,
                                              gint64              now_us);
void          smtp_dialogue_content_progress (SmtpDialogue       *self,
                                              guint64             written,
                                              guint64             total,
                                              guint64             fixed_line_ends,
                                              gint64              now_us);
void          smtp_dialogue_content_complete (SmtpDialogue       *self,
                                              gint64              now_us);
void          smtp_dialogue_closed           (SmtpDialogue       *self,
                                              gint64              now_us);
void          smtp_dialogue_fail             (SmtpDialogue       *self,
                                              SmtpFailure         failure,
                                              const char         *detail,
                                              gint64              now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SmtpDialogue, smtp_dialogue_free)

G_END_DECLS
