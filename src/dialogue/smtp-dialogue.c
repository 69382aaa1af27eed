/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-dialogue.h"

#include "dialogue/smtp-phases.h"
#include "dialogue/smtp-step-private.h"
#include "protocol/smtp-codes.h"

/* Settles the step under way and lets go of it. The caller says what comes next. */
static SmtpStep *
settle_current (SmtpDialogue *self,
                SmtpVerdict   verdict,
                gint64        now_us)
{
  smtp_step_settle (self->current, verdict, now_us);

  return g_steal_pointer (&self->current);
}

/* A TLS record: a content type of 20 to 23, then version 3.x (RFC 8446 section 5.1). */
static gboolean
is_tls (const char *bytes,
        gsize       length)
{
  return length >= 3 && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] == 0x03;
}

static void
hang_up (SmtpDialogue *self)
{
  smtp_phases_go (self, self->connected ? STATE_CLOSE : STATE_DONE);
}

/* What came makes it pointless to go on: everything that came belongs to the evidence. */
static void
settle_broken (SmtpDialogue *self,
               SmtpReply    *reply,
               const char   *rest,
               gsize         rest_length,
               gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;

  if (reply == NULL || smtp_reply_get_class (reply) == SMTP_REPLY_CLASS_INVALID)
    {
      g_autoptr (GByteArray) all = g_byte_array_new ();
      const char *raw;
      gsize length;

      if (reply != NULL)
        {
          raw = smtp_reply_get_raw (reply, &length);
          g_byte_array_append (all, (const guint8 *) raw, (guint) length);
          smtp_reply_unref (reply);
        }
      g_byte_array_append (all, (const guint8 *) rest, (guint) rest_length);
      reply = smtp_reply_parser_take_rest (self->parser, (const char *) all->data, all->len);

      raw = smtp_reply_get_raw (reply, &length);
      smtp_step_set_failure (self->current,
                             is_tls (raw, length) ? SMTP_FAILURE_TLS_BYTES : SMTP_FAILURE_NOT_SMTP, NULL);
    }

  smtp_step_set_reply (self->current, reply, FALSE);
  step = settle_current (self, SMTP_VERDICT_BROKEN, now_us);
  hang_up (self);
}

/* Takes @reply over. */
static void
settle_reply (SmtpDialogue *self,
              SmtpReply    *reply,
              gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;
  SmtpVerb verb = smtp_step_get_verb (self->current);
  SmtpVerdict verdict = smtp_verdict_weigh (verb, reply);
  guint code = smtp_reply_get_code (reply);

  smtp_step_set_reply (self->current, reply, smtp_codes_is_expected (verb, code));

  /* Nothing was asked inside TLS, so this answers what went before it. */
  if (self->state == STATE_SILENCE && code != 421)
    {
      smtp_step_set_failure (self->current, SMTP_FAILURE_COMMAND_INJECTION, NULL);
      verdict = SMTP_VERDICT_BROKEN;
    }

  if (verb == SMTP_VERB_CONTENT && smtp_verdict_is_good (verdict) && !smtp_step_is_content_complete (self->current))
    {
      smtp_step_set_failure (self->current, SMTP_FAILURE_OUT_OF_STEP, NULL);
      verdict = SMTP_VERDICT_BROKEN;
    }

  step = settle_current (self, verdict, now_us);
  if (code == 421 || verdict == SMTP_VERDICT_BROKEN)
    hang_up (self);  /* 421: the server closes (RFC 5321 section 3.8), so there is nobody to say QUIT to */
  else
    smtp_phases_took (self, step);
}

/* An unasked step that is to be recorded. Takes @reply over. */
static void
record_unasked (SmtpDialogue *self,
                SmtpReply    *reply,
                gint64        now_us)
{
  SmtpStep *step = smtp_step_new (SMTP_STEP_UNASKED, SMTP_PHASE_CLOSE, SMTP_VERB_OTHER, now_us, 0);
  guint code = smtp_reply_get_code (reply);
  gboolean is_farewell = code == 421 || code == 221;

  if (self->secure)
    smtp_step_set_secure (step);
  smtp_step_note_first_byte (step, now_us);
  smtp_step_set_reply (step, reply, is_farewell);
  if (!is_farewell)
    smtp_step_set_failure (step, SMTP_FAILURE_OUT_OF_STEP, NULL);
  smtp_step_settle (step, is_farewell ? smtp_verdict_weigh (SMTP_VERB_OTHER, reply) : SMTP_VERDICT_BROKEN, now_us);
  g_queue_push_tail (&self->ready, step);
}

/* Bytes where only TLS may be: behind the reply to STARTTLS and before the handshake has begun (RFC 3207
 * section 4.2, and CVE-2011-0411 seen from here). Whoever sits in between could have put them there, to have
 * them taken for what the server says inside TLS. They are kept as evidence, and the run ends. */
static void
add_injected (SmtpDialogue *self,
              const char   *bytes,
              gsize         length,
              gint64        now_us)
{
  gboolean is_open = self->current != NULL;
  SmtpStep *step = is_open ? self->current : smtp_phases_make (self, now_us);

  self->current = NULL;
  smtp_step_note_first_byte (step, now_us);
  smtp_step_set_reply (step, smtp_reply_parser_take_rest (self->parser, bytes, length), FALSE);
  smtp_step_set_failure (step, SMTP_FAILURE_INJECTION, NULL);
  smtp_step_settle (step, SMTP_VERDICT_BROKEN, now_us);
  if (is_open)
    g_object_unref (step);
  else
    g_queue_push_tail (&self->ready, step);
  hang_up (self);
}

/* A reply that no command waits for. Takes @reply over. Only 421 (and 221) may come unasked; after
 * anything else nobody can tell any more which reply belongs to which command. */
static void
add_unasked (SmtpDialogue *self,
             SmtpReply    *reply,
             const char   *rest,
             gsize         rest_length,
             gint64        now_us)
{
  record_unasked (self, reply, now_us);

  if (self->current != NULL)
    {
      g_autoptr (SmtpStep) waiting = NULL;

      smtp_step_set_failure (self->current, SMTP_FAILURE_OUT_OF_STEP, NULL);
      waiting = settle_current (self, SMTP_VERDICT_BROKEN, now_us);
    }

  if (rest_length > 0)
    record_unasked (self, smtp_reply_parser_take_rest (self->parser, rest, rest_length), now_us);

  hang_up (self);
}

static void
check_pending (SmtpDialogue *self,
               gint64        now_us)
{
  const char *pending;
  gsize length;

  if (smtp_reply_parser_is_full (self->parser))
    {
      smtp_dialogue_fail (self, SMTP_FAILURE_REPLY_TOO_LARGE, NULL, now_us);
      return;
    }

  length = smtp_reply_parser_get_pending (self->parser, &pending);
  if (self->current == NULL)
    self->early = length > 0;
  else if (self->state == STATE_GREETING && is_tls (pending, length))
    settle_broken (self, NULL, "", 0, now_us);
}

static gboolean
is_over (SmtpDialogue *self)
{
  return self->current == NULL && (self->state == STATE_CLOSE || self->state == STATE_DONE);
}

/**
 * smtp_dialogue_new:
 * @plan: (transfer none): a checked plan
 *
 * Returns: (transfer full): the dialogue before its first step
 */
SmtpDialogue *
smtp_dialogue_new (SmtpPlan *plan)
{
  SmtpDialogue *self = g_new0 (SmtpDialogue, 1);

  self->plan = smtp_plan_ref (plan);
  self->parser = smtp_reply_parser_new (0);
  g_queue_init (&self->ready);

  if (smtp_plan_is_literal (plan))
    {
      const char *const addresses[] = { smtp_plan_get_host (plan), NULL };

      self->addresses = g_strdupv ((char **) addresses);
      self->state = STATE_CONNECT;
    }
  else
    {
      self->state = STATE_LOOKUP;
    }

  return self;
}

/**
 * smtp_dialogue_free:
 * @self: (transfer full): a dialogue
 */
void
smtp_dialogue_free (SmtpDialogue *self)
{
  g_return_if_fail (self != NULL);

  g_clear_object (&self->current);
  g_queue_clear_full (&self->ready, g_object_unref);
  smtp_reply_parser_free (self->parser);
  g_strfreev (self->addresses);
  g_free (self->local_address);
  smtp_plan_unref (self->plan);
  g_free (self);
}

/**
 * smtp_dialogue_next:
 * @self: a dialogue
 * @now_us: microseconds since the start of the run
 *
 * What to do next. A step that is already settled (something came unasked) is only to be recorded; any
 * other is to be performed and its outcome reported.
 *
 * Returns: (transfer full) (nullable): the step, or %NULL while one is under way and when all is done
 */
SmtpStep *
smtp_dialogue_next (SmtpDialogue *self,
                    gint64        now_us)
{
  g_return_val_if_fail (self != NULL, NULL);

  if (!g_queue_is_empty (&self->ready))
    return g_queue_pop_head (&self->ready);

  if (self->current != NULL || self->state == STATE_DONE)
    return NULL;

  self->current = smtp_phases_make (self, now_us);

  return g_object_ref (self->current);
}

/**
 * smtp_dialogue_get_current:
 * @self: a dialogue
 *
 * Returns: (transfer none) (nullable): the step whose outcome is awaited
 */
SmtpStep *
smtp_dialogue_get_current (SmtpDialogue *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->current;
}

/**
 * smtp_dialogue_is_done:
 * @self: a dialogue
 *
 * Returns: whether no step is left; the connection, if any, is then to be closed
 */
gboolean
smtp_dialogue_is_done (SmtpDialogue *self)
{
  g_return_val_if_fail (self != NULL, TRUE);

  return self->current == NULL && self->state == STATE_DONE && g_queue_is_empty (&self->ready);
}

/**
 * smtp_dialogue_looked_up:
 * @self: a dialogue whose current step is a look-up
 * @addresses: (array zero-terminated=1): at least one address, in the order to try them
 * @now_us: microseconds since the start of the run
 *
 * Reports a look-up that worked.
 */
void
smtp_dialogue_looked_up (SmtpDialogue       *self,
                         const char * const *addresses,
                         gint64              now_us)
{
  g_autoptr (SmtpStep) step = NULL;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_LOOKUP);
  g_return_if_fail (addresses != NULL && addresses[0] != NULL);

  g_strfreev (self->addresses);
  self->addresses = g_strdupv ((char **) addresses);
  smtp_step_set_addresses (self->current, addresses);
  step = settle_current (self, SMTP_VERDICT_ACCEPTED, now_us);
  smtp_phases_took (self, step);
}

/**
 * smtp_dialogue_connected:
 * @self: a dialogue whose current step is a connection
 * @local: our address and port, for people
 * @local_address: our address alone
 * @now_us: microseconds since the start of the run
 *
 * Reports a connection that stands.
 */
void
smtp_dialogue_connected (SmtpDialogue *self,
                         const char   *local,
                         const char   *local_address,
                         gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_CONNECT);

  smtp_step_set_local (self->current, local);
  g_free (self->local_address);
  self->local_address = g_strdup (local_address);
  step = settle_current (self, SMTP_VERDICT_ACCEPTED, now_us);
  smtp_phases_took (self, step);
}

/**
 * smtp_dialogue_handshaken:
 * @self: a dialogue whose current step is a handshake
 * @tls: what it showed
 * @now_us: microseconds since the start of the run
 *
 * Reports a handshake that came to its end. What is wrong with the certificate ends the run only if the plan
 * wants that, and other strict clients would end it, too.
 */
void
smtp_dialogue_handshaken (SmtpDialogue *self,
                          SmtpTlsInfo  *tls,
                          gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;
  SmtpVerdict verdict = SMTP_VERDICT_ACCEPTED;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_HANDSHAKE);

  smtp_step_set_tls (self->current, tls);
  if (smtp_tls_info_get_rejection (tls) != NULL && smtp_tls_options_is_strict (smtp_plan_get_tls (self->plan)))
    {
      smtp_step_set_failure (self->current, SMTP_FAILURE_CERTIFICATE, NULL);
      verdict = SMTP_VERDICT_REFUSED;
    }
  step = settle_current (self, verdict, now_us);
  smtp_phases_took (self, step);
}

/**
 * smtp_dialogue_not_tls:
 * @self: a dialogue whose current step is a handshake
 * @bytes: (array length=length): what the server sent, at least one byte
 * @length: how much
 * @now_us: microseconds since the start of the run
 *
 * Reports that what came instead of TLS is something else. It is kept with the step.
 */
void
smtp_dialogue_not_tls (SmtpDialogue *self,
                       const char   *bytes,
                       gsize         length,
                       gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;
  SmtpReply *reply;
  gsize taken;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_HANDSHAKE && length > 0);

  taken = smtp_reply_parser_feed (self->parser, bytes, length, &reply);
  if (reply == NULL)
    reply = smtp_reply_parser_take_rest (self->parser, bytes + taken, length - taken);

  smtp_step_note_first_byte (self->current, now_us);
  smtp_step_set_reply (self->current, reply, FALSE);
  smtp_step_set_failure (self->current, SMTP_FAILURE_PLAIN_TEXT, NULL);
  step = settle_current (self, SMTP_VERDICT_BROKEN, now_us);
  hang_up (self);
}

/**
 * smtp_dialogue_receive:
 * @self: a dialogue
 * @bytes: (array length=length): what the server sent
 * @length: how much
 * @now_us: microseconds since the start of the run
 *
 * Hands bytes in, in whatever pieces they come. Completed replies settle the current step; what nobody
 * asked for becomes a step of its own. Bytes that come when the dialogue is over are passed by.
 */
void
smtp_dialogue_receive (SmtpDialogue *self,
                       const char   *bytes,
                       gsize         length,
                       gint64        now_us)
{
  gsize at = 0;

  g_return_if_fail (self != NULL);

  if (self->current != NULL && length > 0)
    smtp_step_note_first_byte (self->current, now_us);

  while (at < length && !is_over (self))
    {
      SmtpReply *reply;

      if (self->state == STATE_HANDSHAKE)
        {
          add_injected (self, bytes + at, length - at, now_us);
          return;
        }

      at += smtp_reply_parser_feed (self->parser, bytes + at, length - at, &reply);
      if (reply == NULL)
        break;

      if (self->current == NULL || self->early)
        add_unasked (self, reply, bytes + at, length - at, now_us);
      else if (smtp_reply_get_class (reply) == SMTP_REPLY_CLASS_INVALID)
        settle_broken (self, reply, bytes + at, length - at, now_us);
      else
        settle_reply (self, reply, now_us);
    }

  if (!is_over (self))
    check_pending (self, now_us);
}

/**
 * smtp_dialogue_content_progress:
 * @self: a dialogue whose current step is the message text
 * @written: octets handed to the connection so far
 * @total: octets of the message as stored, 0 if not known
 * @fixed_line_ends: how many bare CR or LF were put right so far
 * @now_us: microseconds since the start of the run
 *
 * Reports how far the text has got.
 */
void
smtp_dialogue_content_progress (SmtpDialogue *self,
                                guint64       written,
                                guint64       total,
                                guint64       fixed_line_ends,
                                gint64        now_us)
{
  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_CONTENT);

  smtp_step_set_content (self->current, written, total, fixed_line_ends, FALSE);
}

/**
 * smtp_dialogue_content_complete:
 * @self: a dialogue whose current step is the message text
 * @now_us: microseconds since the start of the run
 *
 * Reports that the final dot is on its way: from here on the reply to the message is awaited.
 */
void
smtp_dialogue_content_complete (SmtpDialogue *self,
                                gint64        now_us)
{
  SmtpStep *step;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_CONTENT);

  step = self->current;
  smtp_step_set_content (step, smtp_step_get_content_bytes (step), smtp_step_get_content_total (step),
                         smtp_step_get_fixed_line_ends (step), TRUE);
  smtp_step_set_phase (step, SMTP_PHASE_FINAL, smtp_plan_get_timeout_us (self->plan, SMTP_PHASE_FINAL));
}

/**
 * smtp_dialogue_closed:
 * @self: a dialogue whose current step is the closing
 * @now_us: microseconds since the start of the run
 *
 * Reports that the connection is closed, by us.
 */
void
smtp_dialogue_closed (SmtpDialogue *self,
                      gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;

  g_return_if_fail (self != NULL && self->current != NULL && self->state == STATE_CLOSE);

  step = settle_current (self, SMTP_VERDICT_ACCEPTED, now_us);
  smtp_phases_took (self, step);
}

static SmtpVerdict
verdict_of_failure (SmtpFailure failure)
{
  switch (failure)
    {
    case SMTP_FAILURE_TIMEOUT:
      return SMTP_VERDICT_TIMED_OUT;
    case SMTP_FAILURE_CANCELLED:
      return SMTP_VERDICT_CANCELLED;
    case SMTP_FAILURE_NO_SUCH_NAME:
    case SMTP_FAILURE_LOOKUP:
    case SMTP_FAILURE_CONNECTION_REFUSED:
    case SMTP_FAILURE_UNREACHABLE:
    case SMTP_FAILURE_CERTIFICATE:
      return SMTP_VERDICT_REFUSED;
    case SMTP_FAILURE_NOT_SMTP:
    case SMTP_FAILURE_TLS_BYTES:
    case SMTP_FAILURE_OUT_OF_STEP:
    case SMTP_FAILURE_REPLY_TOO_LARGE:
    case SMTP_FAILURE_COMMAND_INJECTION:
    case SMTP_FAILURE_INJECTION:
    case SMTP_FAILURE_PLAIN_TEXT:
    case SMTP_FAILURE_TLS_ALERT:
    case SMTP_FAILURE_TLS:
      return SMTP_VERDICT_BROKEN;
    case SMTP_FAILURE_NO_STARTTLS:
      return SMTP_VERDICT_SKIPPED;
    case SMTP_FAILURE_CLOSED:
    case SMTP_FAILURE_RESET:
    case SMTP_FAILURE_TRUNCATED:
    case SMTP_FAILURE_FILE:
    case SMTP_FAILURE_IO:
    case SMTP_FAILURE_NONE:
    default:
      return SMTP_VERDICT_LOST;
    }
}

/**
 * smtp_dialogue_fail:
 * @self: a dialogue
 * @failure: what happened instead of an answer
 * @detail: (nullable): what the system said about it
 * @now_us: microseconds since the start of the run
 *
 * Reports that the current step failed: a time-out, the end of the connection, the user's stop, ... What
 * came of a reply so far is kept with the step. A failed connection leads to the next address, all else
 * to the end.
 */
void
smtp_dialogue_fail (SmtpDialogue *self,
                    SmtpFailure   failure,
                    const char   *detail,
                    gint64        now_us)
{
  g_autoptr (SmtpStep) step = NULL;
  SmtpReply *partial;

  g_return_if_fail (self != NULL);

  partial = smtp_reply_parser_finish (self->parser);
  if (self->current == NULL)
    {
      g_clear_pointer (&partial, smtp_reply_unref);
      hang_up (self);
      return;
    }

  if (self->state == STATE_SILENCE && failure == SMTP_FAILURE_TIMEOUT && partial == NULL)
    {
      step = settle_current (self, SMTP_VERDICT_ACCEPTED, now_us);
      smtp_phases_took (self, step);
      return;
    }

  if (partial != NULL)
    smtp_step_set_reply (self->current, partial, FALSE);
  smtp_step_set_failure (self->current, failure, detail);
  step = settle_current (self, verdict_of_failure (failure), now_us);

  if (self->state == STATE_LOOKUP || self->state == STATE_CONNECT)
    smtp_phases_took (self, step);
  else if (self->state == STATE_QUIT || self->state == STATE_CLOSE)
    smtp_phases_go (self, STATE_DONE);
  else
    hang_up (self);
}
