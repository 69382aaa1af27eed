/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dialogue/smtp-step-private.h"

/* What only a look-up, a connection, a message or a failure has; most steps go without. */
typedef struct
{
  char         *target;
  char        **addresses;
  char         *local;
  char         *detail;
  SmtpTlsInfo  *tls;
  guint64       content_bytes;
  guint64       content_total;
  guint64       fixed_line_ends;
  guint16       port;
  gboolean      content_complete;
} Extra;

struct _SmtpStep
{
  GObject       parent_instance;

  SmtpCommand  *command;
  SmtpReply    *reply;
  Extra        *extra;
  gint64        start_us;
  gint64        first_byte_us;
  gint64        end_us;
  gint64        limit_us;
  int           recipient;
  SmtpStepKind  kind : 8;
  SmtpPhase     phase : 8;
  SmtpVerb      verb : 8;
  SmtpVerdict   verdict : 8;
  SmtpFailure   failure : 8;
  guint         expected : 1;
  guint         secure : 1;
};

G_DEFINE_FINAL_TYPE (SmtpStep, smtp_step, G_TYPE_OBJECT)

static const char *const kind_ids[] = {
  "lookup", "connect", "greeting", "command", "handshake", "silence", "content", "unasked", "close",
};

static void
extra_free (Extra *extra)
{
  g_free (extra->target);
  g_strfreev (extra->addresses);
  g_free (extra->local);
  g_free (extra->detail);
  g_clear_pointer (&extra->tls, smtp_tls_info_unref);
  g_free (extra);
}

static Extra *
ensure_extra (SmtpStep *self)
{
  if (self->extra == NULL)
    self->extra = g_new0 (Extra, 1);

  return self->extra;
}

static void
smtp_step_finalize (GObject *object)
{
  SmtpStep *self = SMTP_STEP (object);

  g_clear_pointer (&self->command, smtp_command_unref);
  g_clear_pointer (&self->reply, smtp_reply_unref);
  g_clear_pointer (&self->extra, extra_free);

  G_OBJECT_CLASS (smtp_step_parent_class)->finalize (object);
}

static void
smtp_step_class_init (SmtpStepClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = smtp_step_finalize;
}

static void
smtp_step_init (SmtpStep *self)
{
  self->first_byte_us = -1;
  self->end_us = -1;
  self->recipient = -1;
}

SmtpStep *
smtp_step_new (SmtpStepKind kind,
               SmtpPhase    phase,
               SmtpVerb     verb,
               gint64       start_us,
               gint64       limit_us)
{
  SmtpStep *self = g_object_new (SMTP_TYPE_STEP, NULL);

  self->kind = kind;
  self->phase = phase;
  self->verb = verb;
  self->start_us = start_us;
  self->limit_us = limit_us;

  return self;
}

/* Takes @command over. */
void
smtp_step_set_command (SmtpStep    *self,
                       SmtpCommand *command)
{
  g_return_if_fail (self->command == NULL);

  self->command = command;
}

void
smtp_step_set_target (SmtpStep   *self,
                      const char *target,
                      guint16     port)
{
  Extra *extra = ensure_extra (self);

  g_free (extra->target);
  extra->target = g_strdup (target);
  extra->port = port;
}

void
smtp_step_set_addresses (SmtpStep           *self,
                         const char * const *addresses)
{
  Extra *extra = ensure_extra (self);

  g_strfreev (extra->addresses);
  extra->addresses = g_strdupv ((char **) addresses);
}

void
smtp_step_set_local (SmtpStep   *self,
                     const char *local)
{
  Extra *extra = ensure_extra (self);

  g_free (extra->local);
  extra->local = g_strdup (local);
}

void
smtp_step_set_recipient (SmtpStep *self,
                         int       recipient)
{
  self->recipient = recipient;
}

void
smtp_step_set_secure (SmtpStep *self)
{
  self->secure = TRUE;
}

void
smtp_step_set_tls (SmtpStep    *self,
                   SmtpTlsInfo *tls)
{
  Extra *extra = ensure_extra (self);

  g_return_if_fail (extra->tls == NULL);

  extra->tls = smtp_tls_info_ref (tls);
}

void
smtp_step_set_phase (SmtpStep  *self,
                     SmtpPhase  phase,
                     gint64     limit_us)
{
  self->phase = phase;
  self->limit_us = limit_us;
}

void
smtp_step_set_content (SmtpStep *self,
                       guint64   written,
                       guint64   total,
                       guint64   fixed_line_ends,
                       gboolean  complete)
{
  Extra *extra = ensure_extra (self);

  extra->content_bytes = written;
  extra->content_total = total;
  extra->fixed_line_ends = fixed_line_ends;
  extra->content_complete = complete;
}

void
smtp_step_note_first_byte (SmtpStep *self,
                           gint64    now_us)
{
  if (self->first_byte_us < 0)
    self->first_byte_us = now_us;
}

/* Takes @reply over. */
void
smtp_step_set_reply (SmtpStep  *self,
                     SmtpReply *reply,
                     gboolean   expected)
{
  g_return_if_fail (self->reply == NULL);

  self->reply = reply;
  self->expected = expected;
}

void
smtp_step_set_failure (SmtpStep    *self,
                       SmtpFailure  failure,
                       const char  *detail)
{
  self->failure = failure;
  if (detail != NULL)
    {
      Extra *extra = ensure_extra (self);

      g_free (extra->detail);
      extra->detail = g_strdup (detail);
    }
}

void
smtp_step_settle (SmtpStep    *self,
                  SmtpVerdict  verdict,
                  gint64       now_us)
{
  g_return_if_fail (self->verdict == SMTP_VERDICT_PENDING);
  g_return_if_fail (verdict != SMTP_VERDICT_PENDING);

  self->verdict = verdict;
  self->end_us = now_us;
}

/**
 * smtp_step_get_kind:
 * @self: a step
 *
 * Returns: what sort of step it is
 */
SmtpStepKind
smtp_step_get_kind (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->kind;
}

/**
 * smtp_step_get_phase:
 * @self: a step
 *
 * Returns: the stretch of the probe it belongs to; for message text it moves on to
 *   %SMTP_PHASE_FINAL with the final dot
 */
SmtpPhase
smtp_step_get_phase (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->phase;
}

/**
 * smtp_step_get_verb:
 * @self: a step
 *
 * Returns: the command whose answer it waits for
 */
SmtpVerb
smtp_step_get_verb (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->verb;
}

/**
 * smtp_step_get_verdict:
 * @self: a step
 *
 * Returns: how it ended; %SMTP_VERDICT_PENDING while it has not
 */
SmtpVerdict
smtp_step_get_verdict (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->verdict;
}

/**
 * smtp_step_is_settled:
 * @self: a step
 *
 * Returns: whether it has ended
 */
gboolean
smtp_step_is_settled (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), FALSE);

  return self->verdict != SMTP_VERDICT_PENDING;
}

/**
 * smtp_step_is_expected:
 * @self: a step
 *
 * Returns: whether RFC 5321 foresees this reply to this command
 */
gboolean
smtp_step_is_expected (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), FALSE);

  return self->expected;
}

/**
 * smtp_step_get_command:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): the command sent
 */
SmtpCommand *
smtp_step_get_command (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->command;
}

/**
 * smtp_step_get_reply:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): what came back, whole or not
 */
SmtpReply *
smtp_step_get_reply (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->reply;
}

/**
 * smtp_step_get_failure:
 * @self: a step
 *
 * Returns: why there is no (good) reply
 */
SmtpFailure
smtp_step_get_failure (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->failure;
}

/**
 * smtp_step_get_detail:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): what the system said about the failure, untranslated
 */
const char *
smtp_step_get_detail (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->extra != NULL ? self->extra->detail : NULL;
}

/**
 * smtp_step_get_recipient:
 * @self: a step
 *
 * Returns: the index of the plan's recipient this RCPT is about, or -1
 */
int
smtp_step_get_recipient (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), -1);

  return self->recipient;
}

/**
 * smtp_step_is_secure:
 * @self: a step
 *
 * Returns: whether what was sent and received went through TLS
 */
gboolean
smtp_step_is_secure (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), FALSE);

  return self->secure;
}

/**
 * smtp_step_get_tls:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): what the handshake showed, if it came to its end
 */
SmtpTlsInfo *
smtp_step_get_tls (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->extra != NULL ? self->extra->tls : NULL;
}

/**
 * smtp_step_get_start_us:
 * @self: a step
 *
 * Returns: when it began
 */
gint64
smtp_step_get_start_us (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), -1);

  return self->start_us;
}

/**
 * smtp_step_get_first_byte_us:
 * @self: a step
 *
 * Returns: when the first byte of the reply came, or -1
 */
gint64
smtp_step_get_first_byte_us (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), -1);

  return self->first_byte_us;
}

/**
 * smtp_step_get_end_us:
 * @self: a step
 *
 * Returns: when it was settled, or -1
 */
gint64
smtp_step_get_end_us (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), -1);

  return self->end_us;
}

/**
 * smtp_step_get_limit_us:
 * @self: a step
 *
 * Returns: how long it may take
 */
gint64
smtp_step_get_limit_us (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), -1);

  return self->limit_us;
}

/**
 * smtp_step_get_target:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): the name looked up or the address tried
 */
const char *
smtp_step_get_target (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->extra != NULL ? self->extra->target : NULL;
}

/**
 * smtp_step_get_port:
 * @self: a step
 *
 * Returns: the port tried
 */
guint16
smtp_step_get_port (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->extra != NULL ? self->extra->port : 0;
}

/**
 * smtp_step_get_addresses:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): what a look-up found
 */
const char * const *
smtp_step_get_addresses (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->extra != NULL ? (const char * const *) self->extra->addresses : NULL;
}

/**
 * smtp_step_get_local:
 * @self: a step
 *
 * Returns: (transfer none) (nullable): our own address and port
 */
const char *
smtp_step_get_local (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), NULL);

  return self->extra != NULL ? self->extra->local : NULL;
}

/**
 * smtp_step_get_content_bytes:
 * @self: a step
 *
 * Returns: octets of message text written so far, dots doubled
 */
guint64
smtp_step_get_content_bytes (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->extra != NULL ? self->extra->content_bytes : 0;
}

/**
 * smtp_step_get_content_total:
 * @self: a step
 *
 * Returns: octets of the message as stored, 0 if not known
 */
guint64
smtp_step_get_content_total (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->extra != NULL ? self->extra->content_total : 0;
}

/**
 * smtp_step_get_fixed_line_ends:
 * @self: a step
 *
 * Returns: how many bare LF or CR were sent as CRLF
 */
guint64
smtp_step_get_fixed_line_ends (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), 0);

  return self->extra != NULL ? self->extra->fixed_line_ends : 0;
}

/**
 * smtp_step_is_content_complete:
 * @self: a step
 *
 * Returns: whether the final dot was written: from then on the server may have taken the message
 */
gboolean
smtp_step_is_content_complete (SmtpStep *self)
{
  g_return_val_if_fail (SMTP_IS_STEP (self), FALSE);

  return self->extra != NULL ? self->extra->content_complete : FALSE;
}

/**
 * smtp_step_kind_to_id:
 * @kind: a kind
 *
 * Returns: (transfer none): its stable name, for scripts
 */
const char *
smtp_step_kind_to_id (SmtpStepKind kind)
{
  g_return_val_if_fail (kind < G_N_ELEMENTS (kind_ids), NULL);

  return kind_ids[kind];
}
