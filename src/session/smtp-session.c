/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-session.h"

#include <string.h>

#include "dialogue/smtp-dialogue.h"
#include "protocol/smtp-content.h"
#include "session/smtp-connection.h"
#include "session/smtp-content-source.h"

#define SLICE        65536          /* message text is filtered and written in pieces of this size */
#define SLICES_A_TURN 16            /* then the main loop gets a turn */
#define DRIP_FACTOR  3              /* a reply that keeps trickling gets this many times its limit */

/* What exists when: task from run_async() to the end; operation while a look-up is under way; connection
 * from a connect step to the closing; source, filter and slice only while message text is being sent. */
struct _SmtpSession
{
  GObject             parent_instance;

  SmtpPlan           *plan;
  SmtpTlsSettings    *tls_settings;   /* or NULL: as the plan has them, without files */
  SmtpTranscript     *transcript;
  SmtpDialogue       *dialogue;

  GTask              *task;
  int                 io_priority;
  gint64              started_us;
  gint64              ended_us;
  GSource            *cancelled;
  gboolean            pumping;

  GCancellable       *operation;
  SmtpConnection     *connection;
  gsize               pending_bytes;  /* received for the step under way */

  GSource            *timer;
  gint64              timer_at_us;    /* when it is set to fire, monotonic */
  gint64              waiting_since_us;
  gint64              last_byte_us;

  SmtpContentSource  *source;
  SmtpContent         filter;
  GByteArray         *slice;
  guint64             content_written;
};

G_DEFINE_FINAL_TYPE (SmtpSession, smtp_session, G_TYPE_OBJECT)

static void pump (SmtpSession *self);

static gint64
now (SmtpSession *self)
{
  return g_get_monotonic_time () - self->started_us;
}

static void
drop_source (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static void
stop_content (SmtpSession *self)
{
  g_clear_pointer (&self->source, smtp_content_source_free);
  g_clear_pointer (&self->slice, g_byte_array_unref);
}

static void
stop_everything (SmtpSession *self)
{
  if (self->operation != NULL)
    g_cancellable_cancel (self->operation);
  g_clear_object (&self->operation);
  stop_content (self);
  g_clear_pointer (&self->connection, smtp_connection_close);
}

static void
finish (SmtpSession *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  stop_everything (self);
  drop_source (&self->timer);
  drop_source (&self->cancelled);
  self->ended_us = now (self);
  g_task_return_boolean (task, TRUE);
}

static SmtpFailure
failure_of_error (const GError *error)
{
  if (error == NULL)
    return SMTP_FAILURE_CLOSED;

  if (error->domain == SMTP_TLS_ERROR)
    {
      static const SmtpFailure failures[] = {
        [SMTP_TLS_ERROR_ALERT] = SMTP_FAILURE_TLS_ALERT,   [SMTP_TLS_ERROR_NOT_TLS] = SMTP_FAILURE_PLAIN_TEXT,
        [SMTP_TLS_ERROR_CLOSED] = SMTP_FAILURE_CLOSED,     [SMTP_TLS_ERROR_TRUNCATED] = SMTP_FAILURE_TRUNCATED,
        [SMTP_TLS_ERROR_FAILED] = SMTP_FAILURE_TLS,
      };

      return failures[error->code];
    }

  if (error->domain == G_RESOLVER_ERROR)
    return error->code == G_RESOLVER_ERROR_NOT_FOUND ? SMTP_FAILURE_NO_SUCH_NAME : SMTP_FAILURE_LOOKUP;

  if (error->domain == G_IO_ERROR)
    {
      switch (error->code)
        {
        case G_IO_ERROR_CONNECTION_REFUSED:
          return SMTP_FAILURE_CONNECTION_REFUSED;
        case G_IO_ERROR_HOST_UNREACHABLE:
        case G_IO_ERROR_NETWORK_UNREACHABLE:
          return SMTP_FAILURE_UNREACHABLE;
        case G_IO_ERROR_TIMED_OUT:
          return SMTP_FAILURE_TIMEOUT;
        case G_IO_ERROR_CONNECTION_CLOSED:
          return SMTP_FAILURE_RESET;
        case G_IO_ERROR_CANCELLED:
          return SMTP_FAILURE_CANCELLED;
        default:
          break;
        }
    }

  return SMTP_FAILURE_IO;
}

/* The step under way is over without an answer. */
static void
fail (SmtpSession  *self,
      SmtpFailure   failure,
      const char   *detail)
{
  SmtpStep *step = smtp_dialogue_get_current (self->dialogue);

  if (self->operation != NULL)
    g_cancellable_cancel (self->operation);
  g_clear_object (&self->operation);
  if (step != NULL && smtp_step_get_kind (step) == SMTP_STEP_CONNECT)
    g_clear_pointer (&self->connection, smtp_connection_close);

  smtp_dialogue_fail (self->dialogue, failure, detail, now (self));
  pump (self);
}

/* One timer for all steps. It is not set anew for each (that would wake the main loop each time): when it
 * fires too early it is set to the limit of the step that is under way by then. */
static gint64
get_deadline_us (SmtpSession *self,
                 SmtpStep    *step)
{
  gint64 limit = smtp_step_get_limit_us (step);
  gint64 latest = self->waiting_since_us + limit * DRIP_FACTOR;

  return MIN (MAX (self->waiting_since_us, self->last_byte_us) + limit, latest);
}

static gboolean
on_timer (gpointer user_data)
{
  SmtpSession *self = user_data;
  SmtpStep *step = smtp_dialogue_get_current (self->dialogue);
  gint64 deadline;

  g_return_val_if_fail (step != NULL, G_SOURCE_REMOVE);

  deadline = get_deadline_us (self, step);
  if (deadline > now (self))
    {
      self->timer_at_us = deadline;
      g_source_set_ready_time (self->timer, self->started_us + deadline);
      return G_SOURCE_CONTINUE;
    }

  self->timer_at_us = G_MAXINT64;
  g_source_set_ready_time (self->timer, -1);
  fail (self, SMTP_FAILURE_TIMEOUT, NULL);

  return G_SOURCE_CONTINUE;
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

static void
start_waiting (SmtpSession *self,
               SmtpStep    *step,
               gint64       now_us)
{
  gint64 deadline;

  self->waiting_since_us = now_us;
  self->last_byte_us = 0;
  self->pending_bytes = 0;

  deadline = get_deadline_us (self, step);
  if (deadline < self->timer_at_us)
    {
      self->timer_at_us = deadline;
      g_source_set_ready_time (self->timer, self->started_us + deadline);
    }
}

/* Neither SNI (RFC 6066 section 3) nor certificates know the root's dot. */
static char *
strip_dot (const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;

  return length > 1 && name[length - 1] == '.' ? g_strndup (name, length - 1) : g_strdup (name);
}

static void
on_looked_up (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (SmtpSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GStrvBuilder) builder = NULL;
  g_autoptr (GHashTable) seen = NULL;
  g_auto (GStrv) addresses = NULL;
  GList *found;

  found = g_resolver_lookup_by_name_with_flags_finish (G_RESOLVER (object), result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;  /* whoever cancelled has already dealt with the step */

  g_clear_object (&self->operation);
  if (found == NULL)
    {
      fail (self, error != NULL ? failure_of_error (error) : SMTP_FAILURE_NO_SUCH_NAME,
            error != NULL ? error->message : NULL);
      return;
    }

  builder = g_strv_builder_new ();
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (GList *l = found; l != NULL; l = l->next)
    {
      char *address = g_inet_address_to_string (l->data);

      if (!g_hash_table_contains (seen, address))
        g_strv_builder_add (builder, address);
      g_hash_table_add (seen, address);
    }
  g_resolver_free_addresses (found);

  addresses = g_strv_builder_end (builder);
  smtp_dialogue_looked_up (self->dialogue, (const char * const *) addresses, now (self));
  pump (self);
}

static void
perform_lookup (SmtpSession *self,
                SmtpStep    *step)
{
  static const GResolverNameLookupFlags flags[] = {
    [SMTP_FAMILY_ANY] = G_RESOLVER_NAME_LOOKUP_FLAGS_DEFAULT,
    [SMTP_FAMILY_IPV4] = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV4_ONLY,
    [SMTP_FAMILY_IPV6] = G_RESOLVER_NAME_LOOKUP_FLAGS_IPV6_ONLY,
  };
  g_autoptr (GResolver) resolver = g_resolver_get_default ();

  self->operation = g_cancellable_new ();
  g_resolver_lookup_by_name_with_flags_async (resolver, smtp_step_get_target (step),
                                              flags[smtp_plan_get_family (self->plan)], self->operation,
                                              on_looked_up, g_object_ref (self));
}

static void
on_connected (gpointer user_data)
{
  SmtpSession *self = user_data;
  g_autofree char *address = NULL;
  g_autofree char *local = smtp_connection_get_local (self->connection, &address);

  smtp_dialogue_connected (self->dialogue, local, address, now (self));
  pump (self);
}

static void
on_received (const char *bytes,
             gsize       length,
             gpointer    user_data)
{
  SmtpSession *self = user_data;
  gint64 now_us = now (self);

  self->last_byte_us = now_us;
  self->pending_bytes += length;
  smtp_dialogue_receive (self->dialogue, bytes, length, now_us);
  pump (self);
}

static void
on_handshaken (gpointer user_data)
{
  SmtpSession *self = user_data;
  g_autofree char *name = strip_dot (smtp_plan_get_verify_name (self->plan));
  g_autoptr (SmtpTlsInfo) info = smtp_tls_describe (smtp_connection_get_tls (self->connection), name,
                                                    g_get_real_time () / G_USEC_PER_SEC);

  smtp_dialogue_handshaken (self->dialogue, info, now (self));
  pump (self);
}

static void
on_ended (const GError *error,
          gpointer      user_data)
{
  SmtpSession *self = user_data;
  const char *bytes;
  gsize length;

  if (g_error_matches (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_NOT_TLS))
    {
      bytes = smtp_tls_get_input (smtp_connection_get_tls (self->connection), &length);
      smtp_dialogue_not_tls (self->dialogue, bytes, length, now (self));
      pump (self);
      return;
    }

  fail (self, failure_of_error (error), error != NULL ? error->message : NULL);
}

/* A failed write settles the step before the text is done: what is left of it is not to be sent. */
static gboolean
is_sending_content (SmtpSession *self)
{
  SmtpStep *step = smtp_dialogue_get_current (self->dialogue);

  return self->source != NULL && step != NULL && smtp_step_get_kind (step) == SMTP_STEP_CONTENT;
}

/* Writes one slice of the text. Returns whether more could be written at once. */
static gboolean
send_slice (SmtpSession *self)
{
  const GError *error = smtp_content_source_get_error (self->source);
  gboolean complete;
  const char *bytes;
  gsize length;

  g_byte_array_set_size (self->slice, 0);
  if (smtp_content_source_take (self->source, SLICE, &bytes, &length))
    {
      smtp_content_push (&self->filter, bytes, length, self->slice);
    }
  else if (error != NULL)
    {
      /* Whatever we said now would be message text; without the final dot it is not a message. */
      fail (self, SMTP_FAILURE_FILE, error->message);
      return FALSE;
    }

  complete = smtp_content_source_is_ended (self->source);
  if (complete)
    smtp_content_finish (&self->filter, self->slice);
  else if (self->slice->len == 0)
    return FALSE;

  self->content_written += self->slice->len;
  self->waiting_since_us = now (self);
  smtp_dialogue_content_progress (self->dialogue, self->content_written, smtp_content_source_get_total (self->source),
                                  self->filter.n_line_ends, self->waiting_since_us);
  if (complete)
    {
      g_autoptr (GByteArray) last = g_steal_pointer (&self->slice);

      g_byte_array_append (last, (const guint8 *) ".\r\n", 3);
      stop_content (self);
      smtp_dialogue_content_complete (self->dialogue, self->waiting_since_us);
      start_waiting (self, smtp_dialogue_get_current (self->dialogue), self->waiting_since_us);
      smtp_connection_write (self->connection, (const char *) last->data, last->len);
      return FALSE;
    }

  smtp_connection_write (self->connection, (const char *) self->slice->data, self->slice->len);

  return TRUE;
}

static void
send_content (gpointer user_data)
{
  SmtpSession *self = user_data;
  g_autoptr (SmtpSession) alive = g_object_ref (self);

  for (int i = 0; i < SLICES_A_TURN; i++)
    {
      if (!is_sending_content (self) || !smtp_connection_is_drained (self->connection))
        return;
      if (!send_slice (self))
        return;
    }

  if (is_sending_content (self))
    smtp_connection_call_when_drained (self->connection);
}

static const SmtpConnectionEvents connection_events = {
  .connected = on_connected,
  .handshaken = on_handshaken,
  .received = on_received,
  .drained = send_content,
  .ended = on_ended,
};

static void
perform_connect (SmtpSession *self,
                 SmtpStep    *step)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (smtp_step_get_target (step));
  g_autoptr (GError) error = NULL;

  self->connection = smtp_connection_open (address, smtp_step_get_port (step), self->io_priority, &connection_events,
                                           self, &error);
  if (self->connection == NULL)
    smtp_dialogue_fail (self->dialogue, failure_of_error (error), error->message, now (self));
}

/* The server may not say a word between its reply to STARTTLS and our first one. What is there already was
 * sent by somebody who does not know what we are going to say. */
static gboolean
find_injected (SmtpSession *self)
{
  const char *bytes;
  gsize length;

  if (smtp_plan_get_security (self->plan) == SMTP_SECURITY_TLS)
    return FALSE;

  bytes = smtp_connection_read_pending (self->connection, &length);
  if (length == 0)
    return FALSE;
  smtp_dialogue_receive (self->dialogue, bytes, length, now (self));

  return TRUE;
}

static void
perform_handshake (SmtpSession *self)
{
  g_autofree char *sni = strip_dot (smtp_plan_get_sni (self->plan));
  g_autoptr (GError) error = NULL;
  SmtpTls *tls = NULL;

  if (find_injected (self))
    return;

  if (self->tls_settings == NULL)
    self->tls_settings = smtp_tls_settings_new (smtp_plan_get_tls (self->plan), &error);
  if (self->tls_settings != NULL)
    tls = smtp_tls_new_client (self->tls_settings, sni, &error);

  if (tls != NULL)
    smtp_connection_start_tls (self->connection, tls);
  else
    smtp_dialogue_fail (self->dialogue, SMTP_FAILURE_TLS, error->message, now (self));
}

static void
perform_content (SmtpSession *self)
{
  self->filter = (SmtpContent) SMTP_CONTENT_INIT;
  self->content_written = 0;
  self->slice = g_byte_array_sized_new (SLICE + SLICE / 8);
  self->source = smtp_content_source_new (self->plan, self->io_priority, send_content, self);
  send_content (self);
}

static void
perform_command (SmtpSession *self,
                 SmtpStep    *step)
{
  gsize length;
  const char *wire = smtp_command_get_wire (smtp_step_get_command (step), &length);

  smtp_connection_write (self->connection, wire, length);
}

static void
perform (SmtpSession *self,
         SmtpStep    *step,
         gint64       now_us)
{
  start_waiting (self, step, now_us);

  switch (smtp_step_get_kind (step))
    {
    case SMTP_STEP_LOOKUP:
      perform_lookup (self, step);
      break;
    case SMTP_STEP_CONNECT:
      perform_connect (self, step);
      break;
    case SMTP_STEP_HANDSHAKE:
      perform_handshake (self);
      break;
    case SMTP_STEP_COMMAND:
      perform_command (self, step);
      break;
    case SMTP_STEP_CONTENT:
      perform_content (self);
      break;
    case SMTP_STEP_CLOSE:
      stop_content (self);
      g_clear_pointer (&self->connection, smtp_connection_close);
      smtp_dialogue_closed (self->dialogue, now (self));
      break;
    case SMTP_STEP_GREETING:
    case SMTP_STEP_SILENCE:
    case SMTP_STEP_UNASKED:
    default:
      break;  /* nothing to do but to wait, or nothing at all */
    }
}

/* Takes one step after the other until one has to be waited for. Performing a step may end it at once, and
 * the report of that end comes back here: the outer call goes on with it. */
static void
pump (SmtpSession *self)
{
  SmtpStep *step;
  gint64 now_us;

  if (self->pumping || self->task == NULL)
    return;

  self->pumping = TRUE;
  while ((now_us = now (self)), (step = smtp_dialogue_next (self->dialogue, now_us)) != NULL)
    {
      smtp_transcript_append (self->transcript, step);
      if (!smtp_step_is_settled (step))
        perform (self, step, now_us);
      g_object_unref (step);
    }
  self->pumping = FALSE;

  if (self->source != NULL && smtp_dialogue_get_current (self->dialogue) == NULL)
    stop_content (self);
  if (smtp_dialogue_is_done (self->dialogue))
    finish (self);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  SmtpSession *self = user_data;

  drop_source (&self->cancelled);
  stop_content (self);
  fail (self, SMTP_FAILURE_CANCELLED, NULL);

  return G_SOURCE_REMOVE;
}

static void
smtp_session_dispose (GObject *object)
{
  SmtpSession *self = SMTP_SESSION (object);

  stop_everything (self);
  drop_source (&self->timer);
  drop_source (&self->cancelled);

  G_OBJECT_CLASS (smtp_session_parent_class)->dispose (object);
}

static void
smtp_session_finalize (GObject *object)
{
  SmtpSession *self = SMTP_SESSION (object);

  g_clear_pointer (&self->dialogue, smtp_dialogue_free);
  g_clear_object (&self->transcript);
  g_clear_pointer (&self->tls_settings, smtp_tls_settings_unref);
  g_clear_pointer (&self->plan, smtp_plan_unref);

  G_OBJECT_CLASS (smtp_session_parent_class)->finalize (object);
}

static void
smtp_session_class_init (SmtpSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = smtp_session_dispose;
  object_class->finalize = smtp_session_finalize;
}

static void
smtp_session_init (SmtpSession *self)
{
  self->ended_us = -1;
  self->timer_at_us = G_MAXINT64;
}

/**
 * smtp_session_new:
 * @plan: (transfer none): a checked plan
 * @tls: (transfer none) (nullable): the plan's TLS options, loaded; needed if they name files
 *
 * Returns: (transfer full): a session that can be run once
 */
SmtpSession *
smtp_session_new (SmtpPlan        *plan,
                  SmtpTlsSettings *tls)
{
  SmtpSession *self = g_object_new (SMTP_TYPE_SESSION, NULL);
  g_autoptr (GDateTime) started = g_date_time_new_now_local ();

  self->plan = smtp_plan_ref (plan);
  self->tls_settings = tls != NULL ? smtp_tls_settings_ref (tls) : NULL;
  self->dialogue = smtp_dialogue_new (plan);
  self->transcript = smtp_transcript_new (started);

  return self;
}

/**
 * smtp_session_get_plan:
 * @self: a session
 *
 * Returns: (transfer none): what it was asked
 */
SmtpPlan *
smtp_session_get_plan (SmtpSession *self)
{
  g_return_val_if_fail (SMTP_IS_SESSION (self), NULL);

  return self->plan;
}

/**
 * smtp_session_get_transcript:
 * @self: a session
 *
 * Returns: (transfer none): the transcript; it grows while the session runs
 */
SmtpTranscript *
smtp_session_get_transcript (SmtpSession *self)
{
  g_return_val_if_fail (SMTP_IS_SESSION (self), NULL);

  return self->transcript;
}

/**
 * smtp_session_get_elapsed_us:
 * @self: a session
 *
 * Returns: microseconds since the start of the run, or how long it took; 0 before the start
 */
gint64
smtp_session_get_elapsed_us (SmtpSession *self)
{
  g_return_val_if_fail (SMTP_IS_SESSION (self), 0);

  if (self->started_us == 0)
    return 0;

  return self->ended_us >= 0 ? self->ended_us : now (self);
}

/**
 * smtp_session_get_pending_bytes:
 * @self: a session
 *
 * Returns: how many bytes came since the step under way began
 */
gsize
smtp_session_get_pending_bytes (SmtpSession *self)
{
  g_return_val_if_fail (SMTP_IS_SESSION (self), 0);

  return self->pending_bytes;
}

/**
 * smtp_session_run_async:
 * @self: a session that has not run
 * @io_priority: the priority of its sources in the main loop; a window wants one below redrawing
 * @cancellable: (nullable): stops the probe at once, at whatever point it is
 * @callback: called when the transcript is complete
 * @user_data: for @callback
 *
 * Runs the probe. Whatever the network or the server does ends in the transcript, not in an error.
 */
void
smtp_session_run_async (SmtpSession         *self,
                        int                  io_priority,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GMainContext *context = g_main_context_get_thread_default ();

  g_return_if_fail (SMTP_IS_SESSION (self));
  g_return_if_fail (self->task == NULL && self->started_us == 0);

  /* Being stopped is an outcome like any other, with a transcript: no error from the task. */
  self->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->task, smtp_session_run_async);
  g_task_set_priority (self->task, io_priority);
  self->io_priority = io_priority;
  self->started_us = g_get_monotonic_time ();

  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, context);

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, context);
    }

  pump (self);
}

/**
 * smtp_session_run_finish:
 * @self: a session
 * @result: the result handed to the callback
 * @error: return location for an error; none is defined
 *
 * Returns: %TRUE
 */
gboolean
smtp_session_run_finish (SmtpSession   *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
