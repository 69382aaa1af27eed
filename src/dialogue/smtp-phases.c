/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-phases.h"

#include <string.h>

#include "dialogue/smtp-step-private.h"
#include "protocol/smtp-extensions.h"

typedef SmtpStep *(*MakeFunc) (SmtpDialogue *self,
                               gint64        now_us);
typedef void (*TookFunc) (SmtpDialogue *self,
                          SmtpStep     *step);

static SmtpStep *
open_step (SmtpDialogue *self,
           SmtpStepKind  kind,
           SmtpPhase     phase,
           SmtpVerb      verb,
           gint64        now_us)
{
  SmtpStep *step = smtp_step_new (kind, phase, verb, now_us, smtp_plan_get_timeout_us (self->plan, phase));

  if (self->secure)
    smtp_step_set_secure (step);

  return step;
}

/* The plan refuses whatever could make a command fail, so a command that cannot be made is a bug. */
static SmtpStep *
open_command (SmtpDialogue *self,
              SmtpPhase     phase,
              SmtpVerb      verb,
              const char   *argument,
              gint64        now_us)
{
  g_autoptr (GError) error = NULL;
  SmtpCommand *command = smtp_command_new (verb, argument, &error);
  SmtpStep *step = open_step (self, SMTP_STEP_COMMAND, phase, verb, now_us);

  if (command == NULL)
    g_error ("plan let a bad %s through: %s", smtp_verb_to_string (verb), error->message);
  smtp_step_set_command (step, command);

  return step;
}

static gboolean
accepted (SmtpStep *step)
{
  return smtp_verdict_is_good (smtp_step_get_verdict (step));
}

/* Whether the plan ends behind @phase. */
static gboolean
stops_at (SmtpDialogue *self,
          SmtpPhase     phase)
{
  return smtp_plan_get_stop_after (self->plan) <= phase;
}

static SmtpStep *
make_lookup (SmtpDialogue *self,
             gint64        now_us)
{
  SmtpStep *step = open_step (self, SMTP_STEP_LOOKUP, SMTP_PHASE_LOOKUP, SMTP_VERB_CONNECT, now_us);

  smtp_step_set_target (step, smtp_plan_get_host (self->plan), 0);

  return step;
}

static void
took_lookup (SmtpDialogue *self,
             SmtpStep     *step)
{
  smtp_phases_go (self, accepted (step) ? STATE_CONNECT : STATE_DONE);
}

static SmtpStep *
make_connect (SmtpDialogue *self,
              gint64        now_us)
{
  SmtpStep *step = open_step (self, SMTP_STEP_CONNECT, SMTP_PHASE_CONNECT, SMTP_VERB_CONNECT, now_us);

  smtp_step_set_target (step, self->addresses[self->next_address++], smtp_plan_get_port (self->plan));

  return step;
}

static void
took_connect (SmtpDialogue *self,
              SmtpStep     *step)
{
  if (accepted (step))
    {
      self->connected = TRUE;
      if (stops_at (self, SMTP_PHASE_CONNECT))
        smtp_phases_go (self, STATE_CLOSE);
      else
        smtp_phases_go (self, smtp_plan_get_security (self->plan) == SMTP_SECURITY_TLS ? STATE_HANDSHAKE : STATE_GREETING);
    }
  else if (smtp_step_get_failure (step) != SMTP_FAILURE_CANCELLED && self->addresses[self->next_address] != NULL)
    {
      smtp_phases_go (self, STATE_CONNECT);
    }
  else
    {
      smtp_phases_go (self, STATE_DONE);
    }
}

static SmtpStep *
make_handshake (SmtpDialogue *self,
                gint64        now_us)
{
  return open_step (self, SMTP_STEP_HANDSHAKE, SMTP_PHASE_HANDSHAKE, SMTP_VERB_OTHER, now_us);
}

/* RFC 3207 section 4.2: what the server said before counts no longer, so it is asked again. */
static void
took_handshake (SmtpDialogue *self,
                SmtpStep     *step)
{
  if (!accepted (step))
    {
      smtp_phases_go (self, STATE_CLOSE);
      return;
    }

  self->secure = TRUE;
  if (smtp_plan_get_check (self->plan) == SMTP_CHECK_INJECTION)
    smtp_phases_go (self, STATE_SILENCE);
  else
    smtp_phases_go (self, smtp_plan_get_security (self->plan) == SMTP_SECURITY_TLS ? STATE_GREETING : STATE_EHLO);
}

static SmtpStep *
make_silence (SmtpDialogue *self,
              gint64        now_us)
{
  return open_step (self, SMTP_STEP_SILENCE, SMTP_PHASE_SILENCE, SMTP_VERB_OTHER, now_us);
}

static void
took_silence (SmtpDialogue *self,
              SmtpStep     *step)
{
  smtp_phases_wind_up (self);
}

static SmtpStep *
make_greeting (SmtpDialogue *self,
               gint64        now_us)
{
  return open_step (self, SMTP_STEP_GREETING, SMTP_PHASE_GREETING, SMTP_VERB_CONNECT, now_us);
}

static void
took_greeting (SmtpDialogue *self,
               SmtpStep     *step)
{
  if (accepted (step) && !stops_at (self, SMTP_PHASE_GREETING))
    smtp_phases_go (self, STATE_EHLO);
  else
    smtp_phases_wind_up (self);
}

static SmtpStep *
make_hello (SmtpDialogue *self,
            SmtpVerb      verb,
            gint64        now_us)
{
  const char *name = smtp_plan_get_ehlo_name (self->plan);
  g_autofree char *literal = NULL;

  if (name == NULL)
    {
      /* RFC 5321 section 4.1.4: who has no name gives an address literal. */
      gboolean is_ipv6 = self->local_address != NULL && strchr (self->local_address, ':') != NULL;

      literal = g_strdup_printf ("[%s%s]", is_ipv6 ? "IPv6:" : "",
                                 self->local_address != NULL ? self->local_address : "127.0.0.1");
      name = literal;
    }

  return open_command (self, SMTP_PHASE_EHLO, verb, name, now_us);
}

static SmtpStep *
make_ehlo (SmtpDialogue *self,
           gint64        now_us)
{
  return make_hello (self, SMTP_VERB_EHLO, now_us);
}

static SmtpStep *
make_helo (SmtpDialogue *self,
           gint64        now_us)
{
  return make_hello (self, SMTP_VERB_HELO, now_us);
}

static gboolean
offers_starttls (SmtpStep *step)
{
  g_autoptr (SmtpExtensions) extensions = NULL;

  if (smtp_step_get_verb (step) != SMTP_VERB_EHLO)
    return FALSE;
  extensions = smtp_extensions_new (smtp_step_get_reply (step));

  return smtp_extensions_lookup (extensions, "STARTTLS") != NULL;
}

static gboolean
offers_plain (SmtpStep *step)
{
  g_autoptr (SmtpExtensions) extensions = smtp_extensions_new (smtp_step_get_reply (step));
  const char * const *mechanisms = smtp_extensions_lookup (extensions, "AUTH");

  for (int i = 0; mechanisms != NULL && mechanisms[i] != NULL; i++)
    {
      if (g_ascii_strcasecmp (mechanisms[i], "PLAIN") == 0)
        return TRUE;
    }

  return FALSE;
}

/* Encryption was demanded and cannot be had: a row of its own says so, since nothing was sent that could. */
static void
give_up_encryption (SmtpDialogue *self,
                    SmtpStep     *hello)
{
  gint64 now_us = smtp_step_get_end_us (hello);
  SmtpStep *step = smtp_step_new (SMTP_STEP_HANDSHAKE, SMTP_PHASE_STARTTLS, SMTP_VERB_OTHER, now_us, 0);

  smtp_step_set_failure (step, SMTP_FAILURE_NO_STARTTLS, NULL);
  smtp_step_settle (step, SMTP_VERDICT_SKIPPED, now_us);
  g_queue_push_tail (&self->ready, step);
  smtp_phases_wind_up (self);
}

static void
took_helo (SmtpDialogue *self,
           SmtpStep     *step)
{
  SmtpSecurity security = self->secure ? SMTP_SECURITY_NONE : smtp_plan_get_security (self->plan);

  if (!accepted (step) || stops_at (self, SMTP_PHASE_EHLO))
    smtp_phases_wind_up (self);
  else if (security != SMTP_SECURITY_NONE && offers_starttls (step))
    smtp_phases_go (self, STATE_STARTTLS);
  else if (security == SMTP_SECURITY_STARTTLS_REQUIRED)
    give_up_encryption (self, step);
  else if (stops_at (self, SMTP_PHASE_STARTTLS))
    smtp_phases_wind_up (self);
  else
    smtp_phases_go (self, STATE_MAIL);
}

/* Only a server that does not know the command is asked again with HELO (RFC 5321 section 3.2): a
 * refusal of the name or of us would only be repeated. */
static void
took_ehlo (SmtpDialogue *self,
           SmtpStep     *step)
{
  guint code = smtp_reply_get_code (smtp_step_get_reply (step));

  if (code == 500 || code == 502)
    {
      smtp_phases_go (self, STATE_HELO);
      return;
    }

  self->offers_plain = accepted (step) && offers_plain (step);
  took_helo (self, step);
}

static SmtpStep *
make_starttls (SmtpDialogue *self,
               gint64        now_us)
{
  SmtpStep *step;

  if (smtp_plan_get_check (self->plan) != SMTP_CHECK_INJECTION)
    return open_command (self, SMTP_PHASE_STARTTLS, SMTP_VERB_STARTTLS, NULL, now_us);

  step = open_step (self, SMTP_STEP_COMMAND, SMTP_PHASE_STARTTLS, SMTP_VERB_STARTTLS, now_us);
  smtp_step_set_command (step, smtp_command_new_injection ());

  return step;
}

/* An offer that is taken back is what the user wants to hear of; going on in clear would hide it, and send
 * addresses in clear that were to be encrypted. */
static void
took_starttls (SmtpDialogue *self,
               SmtpStep     *step)
{
  if (accepted (step))
    smtp_phases_go (self, STATE_HANDSHAKE);
  else
    smtp_phases_wind_up (self);
}

static SmtpStep *
make_mail (SmtpDialogue *self,
           gint64        now_us)
{
  g_autofree char *argument = g_strconcat ("FROM:<", smtp_plan_get_sender (self->plan), ">", NULL);

  return open_command (self, SMTP_PHASE_MAIL, SMTP_VERB_MAIL, argument, now_us);
}

static void
took_mail (SmtpDialogue *self,
           SmtpStep     *step)
{
  self->in_transaction = accepted (step);

  if (smtp_plan_get_check (self->plan) == SMTP_CHECK_IN_CLEAR)
    smtp_phases_go (self, self->in_transaction ? STATE_RSET : STATE_AUTH);
  else if (self->in_transaction && !stops_at (self, SMTP_PHASE_MAIL))
    smtp_phases_go (self, STATE_RCPT);
  else
    smtp_phases_wind_up (self);
}

static SmtpStep *
make_rcpt (SmtpDialogue *self,
           gint64        now_us)
{
  guint index = self->next_recipient++;
  g_autofree char *argument = g_strconcat ("TO:<", smtp_plan_get_recipient (self->plan, index), ">", NULL);
  SmtpStep *step = open_command (self, SMTP_PHASE_RCPT, SMTP_VERB_RCPT, argument, now_us);

  smtp_step_set_recipient (step, (int) index);

  return step;
}

static void
took_rcpt (SmtpDialogue *self,
           SmtpStep     *step)
{
  if (accepted (step))
    self->n_accepted++;

  if (self->next_recipient < smtp_plan_get_n_recipients (self->plan))
    smtp_phases_go (self, STATE_RCPT);
  else if (self->n_accepted > 0 && !stops_at (self, SMTP_PHASE_RCPT))
    smtp_phases_go (self, STATE_DATA);
  else
    smtp_phases_wind_up (self);
}

static SmtpStep *
make_data (SmtpDialogue *self,
           gint64        now_us)
{
  return open_command (self, SMTP_PHASE_DATA, SMTP_VERB_DATA, NULL, now_us);
}

static void
took_data (SmtpDialogue *self,
           SmtpStep     *step)
{
  if (!accepted (step))
    smtp_phases_wind_up (self);
  else if (stops_at (self, SMTP_PHASE_DATA))
    /* Behind 354 there is no way back but to hang up: anything sent would be message text. */
    smtp_phases_go (self, STATE_CLOSE);
  else
    smtp_phases_go (self, STATE_CONTENT);
}

static SmtpStep *
make_content (SmtpDialogue *self,
              gint64        now_us)
{
  return open_step (self, SMTP_STEP_CONTENT, SMTP_PHASE_CONTENT, SMTP_VERB_CONTENT, now_us);
}

static void
took_content (SmtpDialogue *self,
              SmtpStep     *step)
{
  self->in_transaction = FALSE;

  if (smtp_step_is_content_complete (step))
    smtp_phases_wind_up (self);
  else
    /* Refused in the middle of the text: the server still takes text, so no command can follow. */
    smtp_phases_go (self, STATE_CLOSE);
}

static SmtpStep *
make_rset (SmtpDialogue *self,
           gint64        now_us)
{
  return open_command (self, SMTP_PHASE_RSET, SMTP_VERB_RSET, NULL, now_us);
}

static void
took_rset (SmtpDialogue *self,
           SmtpStep     *step)
{
  self->in_transaction = FALSE;
  smtp_phases_go (self, smtp_plan_get_check (self->plan) == SMTP_CHECK_IN_CLEAR ? STATE_AUTH : STATE_QUIT);
}

/* The command alone, without a credential: how the server takes that says enough. */
static SmtpStep *
make_auth (SmtpDialogue *self,
           gint64        now_us)
{
  SmtpStep *step = open_step (self, SMTP_STEP_COMMAND, SMTP_PHASE_STARTTLS, SMTP_VERB_OTHER, now_us);

  smtp_step_set_command (step, smtp_command_new_line (self->offers_plain ? "AUTH PLAIN" : "AUTH", NULL));

  return step;
}

static void
took_auth (SmtpDialogue *self,
           SmtpStep     *step)
{
  if (smtp_step_get_verdict (step) == SMTP_VERDICT_WANTS_MORE)
    smtp_phases_go (self, STATE_AUTH_CANCEL);
  else
    smtp_phases_wind_up (self);
}

/* RFC 4954 section 4: a line with a single * ends the exchange. */
static SmtpStep *
make_auth_cancel (SmtpDialogue *self,
                  gint64        now_us)
{
  SmtpStep *step = open_step (self, SMTP_STEP_COMMAND, SMTP_PHASE_STARTTLS, SMTP_VERB_OTHER, now_us);

  smtp_step_set_command (step, smtp_command_new_line ("*", NULL));

  return step;
}

static void
took_auth_cancel (SmtpDialogue *self,
                  SmtpStep     *step)
{
  smtp_phases_wind_up (self);
}

static SmtpStep *
make_quit (SmtpDialogue *self,
           gint64        now_us)
{
  return open_command (self, SMTP_PHASE_QUIT, SMTP_VERB_QUIT, NULL, now_us);
}

static void
took_quit (SmtpDialogue *self,
           SmtpStep     *step)
{
  smtp_phases_go (self, STATE_DONE);
}

static SmtpStep *
make_close (SmtpDialogue *self,
            gint64        now_us)
{
  return open_step (self, SMTP_STEP_CLOSE, SMTP_PHASE_CLOSE, SMTP_VERB_OTHER, now_us);
}

static void
took_close (SmtpDialogue *self,
            SmtpStep     *step)
{
  smtp_phases_go (self, STATE_DONE);
}

static const struct
{
  MakeFunc make;
  TookFunc took;
} states[] = {
  [STATE_LOOKUP] = { make_lookup, took_lookup },
  [STATE_CONNECT] = { make_connect, took_connect },
  [STATE_HANDSHAKE] = { make_handshake, took_handshake },
  [STATE_GREETING] = { make_greeting, took_greeting },
  [STATE_EHLO] = { make_ehlo, took_ehlo },
  [STATE_HELO] = { make_helo, took_helo },
  [STATE_STARTTLS] = { make_starttls, took_starttls },
  [STATE_SILENCE] = { make_silence, took_silence },
  [STATE_MAIL] = { make_mail, took_mail },
  [STATE_RCPT] = { make_rcpt, took_rcpt },
  [STATE_DATA] = { make_data, took_data },
  [STATE_CONTENT] = { make_content, took_content },
  [STATE_RSET] = { make_rset, took_rset },
  [STATE_AUTH] = { make_auth, took_auth },
  [STATE_AUTH_CANCEL] = { make_auth_cancel, took_auth_cancel },
  [STATE_QUIT] = { make_quit, took_quit },
  [STATE_CLOSE] = { make_close, took_close },
};

/* The one place where the state changes. */
void
smtp_phases_go (SmtpDialogue *self,
                SmtpState     state)
{
  self->state = state;
}

/* Makes the step of the present state; (transfer full). */
SmtpStep *
smtp_phases_make (SmtpDialogue *self,
                  gint64        now_us)
{
  return states[self->state].make (self, now_us);
}

/* Draws the consequence of a settled step that left the dialogue in step with the server. */
void
smtp_phases_took (SmtpDialogue *self,
                  SmtpStep     *step)
{
  states[self->state].took (self, step);
}

/* Nothing more to ask: says good-bye as the plan wants it, giving a transaction up first. */
void
smtp_phases_wind_up (SmtpDialogue *self)
{
  if (!smtp_plan_get_quit (self->plan))
    smtp_phases_go (self, STATE_CLOSE);
  else
    smtp_phases_go (self, self->in_transaction ? STATE_RSET : STATE_QUIT);
}
