/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The states of the dialogue as a table: how the step of a state is made, and what follows from the way
 * it ended. Private to the dialogue. */

#pragma once

#include "dialogue/smtp-dialogue.h"
#include "protocol/smtp-reply-parser.h"

G_BEGIN_DECLS

typedef enum
{
  STATE_LOOKUP,
  STATE_CONNECT,
  STATE_HANDSHAKE,
  STATE_GREETING,
  STATE_EHLO,
  STATE_HELO,
  STATE_STARTTLS,
  STATE_SILENCE,
  STATE_MAIL,
  STATE_RCPT,
  STATE_DATA,
  STATE_CONTENT,
  STATE_RSET,
  STATE_AUTH,
  STATE_AUTH_CANCEL,
  STATE_QUIT,
  STATE_CLOSE,
  STATE_DONE,
} SmtpState;

struct _SmtpDialogue
{
  SmtpPlan        *plan;
  SmtpReplyParser *parser;

  SmtpState        state;          /* whose step comes next, or is under way */
  SmtpStep        *current;        /* opened and not settled */
  GQueue           ready;          /* settled steps that next() has yet to give out */

  char           **addresses;      /* to be tried */
  guint            next_address;
  gboolean         connected;
  gboolean         secure;         /* what is sent and received goes through TLS */
  char            *local_address;  /* ours, once connected */

  guint            next_recipient;
  guint            n_accepted;
  gboolean         offers_plain;   /* AUTH PLAIN, in the last EHLO reply */
  gboolean         in_transaction; /* MAIL was accepted, no message went out */
  gboolean         early;          /* part of a reply came before its command was sent */
};

void         smtp_phases_go       (SmtpDialogue *self,
                                   SmtpState     state);
SmtpStep    *smtp_phases_make     (SmtpDialogue *self,
                                   gint64        now_us);
void         smtp_phases_took     (SmtpDialogue *self,
                                   SmtpStep     *step);
void         smtp_phases_wind_up  (SmtpDialogue *self);

G_END_DECLS
