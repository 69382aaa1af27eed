/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "practice/smtp-practice-client.h"

#include <string.h>

#include "session/smtp-tls.h"

#define LONGEST_LINE 2000

/* Exactly one of these is under way: a read, a wait before a reply, the writing of one. */
struct _SmtpPracticeClient
{
  const SmtpPracticePersonality *personality;
  SmtpPracticeTls               *certificates;  /* (nullable) */
  SmtpPracticeClientEnded        ended;         /* NULL once stopped: the server may be gone */
  gpointer                       user_data;

  GSocketConnection             *connection;
  GCancellable                  *cancellable;
  SmtpTls                       *tls;           /* from the beginning of the handshake on */
  GByteArray                    *input;         /* an unfinished line */
  char                           buffer[4096];  /* what was read, in clear */
  gsize                          n_buffer;
  gsize                          taken;
  GString                       *output;
  gsize                          written;
  GSource                       *timer;

  gboolean                       greeted;
  gboolean                       wants_tls;     /* as soon as the output is written */
  gboolean                       in_message;
  gboolean                       closing;
  guint                          n_accepted;
};

static void read_more (SmtpPracticeClient *self);
static void go_on (SmtpPracticeClient *self);
static void write_more (SmtpPracticeClient *self);

static void
drop_timer (SmtpPracticeClient *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
end (SmtpPracticeClient *self)
{
  if (self->ended != NULL)
    self->ended (self, self->user_data);
  drop_timer (self);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->tls, smtp_tls_free);
  g_clear_pointer (&self->certificates, smtp_practice_tls_unref);
  g_byte_array_unref (self->input);
  g_string_free (self->output, TRUE);
  g_free (self);
}

/* Encrypts the reply, behind what TLS itself has to say. */
static gboolean
encrypt_output (SmtpPracticeClient *self)
{
  GByteArray *encrypted = smtp_tls_get_output (self->tls);

  if (self->output->len > 0 && !smtp_tls_write (self->tls, self->output->str, self->output->len, NULL))
    return FALSE;
  if (self->closing)
    smtp_tls_say_goodbye (self->tls);

  g_string_truncate (self->output, 0);
  g_string_append_len (self->output, (const char *) encrypted->data, (gssize) encrypted->len);
  g_byte_array_set_size (encrypted, 0);

  return self->output->len > 0;
}

/* Writes the reply, or what TLS has to say. */
static void
begin_writing (SmtpPracticeClient *self)
{
  if (self->tls == NULL || encrypt_output (self))
    write_more (self);
  else
    end (self);
}

static gboolean
on_timer (gpointer user_data)
{
  SmtpPracticeClient *self = user_data;

  drop_timer (self);
  if (self->written == 0)
    begin_writing (self);
  else
    write_more (self);

  return G_SOURCE_REMOVE;
}

static void
write_later (SmtpPracticeClient *self,
             guint               delay_ms)
{
  self->timer = g_timeout_source_new (delay_ms);
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

/* What was read behind STARTTLS is forgotten, and what was said before it, too (RFC 3207 section 4.2). */
static void
start_tls (SmtpPracticeClient *self)
{
  const char *priority = self->personality->tls->priority;

  self->wants_tls = FALSE;
  self->taken = self->n_buffer;
  self->n_accepted = 0;
  g_byte_array_set_size (self->input, 0);
  self->tls = smtp_tls_new_server (smtp_practice_tls_get_credentials (self->certificates),
                                   priority != NULL ? priority : "NORMAL", NULL);
  g_assert (self->tls != NULL);
}

static void
on_written (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  SmtpPracticeClient *self = user_data;
  gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (object), result, NULL);

  if (n <= 0 || self->ended == NULL)
    {
      end (self);
      return;
    }

  self->written += (gsize) n;
  if (self->written < self->output->len)
    {
      guint drip = self->personality->drip_ms;

      if (drip > 0)
        write_later (self, drip);
      else
        write_more (self);
      return;
    }

  g_string_truncate (self->output, 0);
  self->written = 0;
  if (self->closing)
    {
      end (self);
      return;
    }

  if (self->wants_tls)
    start_tls (self);
  go_on (self);
}

static void
write_more (SmtpPracticeClient *self)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  gsize length = self->output->len - self->written;

  if (self->personality->drip_ms > 0)
    length = 1;
  g_output_stream_write_async (stream, self->output->str + self->written, length, G_PRIORITY_DEFAULT,
                               self->cancellable, on_written, self);
}

static const char *
find_in (const SmtpPracticeAnswer *answers,
         SmtpVerb                  verb,
         const char               *argument)
{
  for (; answers != NULL && answers->reply != NULL; answers++)
    {
      if (answers->verb == verb && (answers->match == NULL || strstr (argument, answers->match) != NULL))
        return answers->reply;
    }

  return NULL;
}

static const char *
find_reply (SmtpPracticeClient *self,
            SmtpVerb            verb,
            const char         *argument)
{
  const SmtpPracticeAnswer *tables[] = {
    self->tls != NULL ? smtp_practice_encrypted_answers : NULL,
    self->personality->answers,
    self->tls == NULL && self->personality->tls != NULL ? smtp_practice_offering_answers : NULL,
    smtp_practice_common_answers,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      const char *reply = find_in (tables[i], verb, argument);

      if (reply != NULL)
        return reply;
    }

  return find_in (smtp_practice_common_answers, SMTP_VERB_OTHER, argument);
}

/* Puts the answer to a command into the output; it leaves after the personality's delay. */
static void
answer (SmtpPracticeClient *self,
        SmtpVerb            verb,
        const char         *argument)
{
  g_autofree char *lower = g_ascii_strdown (argument, -1);
  const char *reply = find_reply (self, verb, lower);

  if (verb == SMTP_VERB_DATA && self->n_accepted == 0)
    reply = "554 5.5.1 No valid recipients\n";
  if (verb == SMTP_VERB_RCPT && *reply == '2')
    self->n_accepted++;
  if (verb == SMTP_VERB_RSET || verb == SMTP_VERB_MAIL || verb == SMTP_VERB_CONTENT)
    self->n_accepted = 0;
  self->greeted = TRUE;
  self->wants_tls = verb == SMTP_VERB_STARTTLS && *reply == '2';
  self->in_message = verb == SMTP_VERB_DATA && *reply == '3';
  self->closing = verb == SMTP_VERB_QUIT || g_str_has_prefix (reply, "421") || !g_ascii_isdigit (*reply);

  for (; *reply != '\0'; reply++)
    {
      if (*reply == '\n')
        g_string_append_c (self->output, '\r');
      g_string_append_c (self->output, *reply);
    }

  write_later (self, self->personality->delay_ms);
}

/* Takes one line. Returns whether it was answered. */
static gboolean
take_line (SmtpPracticeClient *self,
           const char         *line)
{
  g_autoptr (SmtpCommand) command = NULL;

  if (self->in_message)
    {
      if (strcmp (line, ".") != 0)
        return FALSE;
      self->in_message = FALSE;
      answer (self, SMTP_VERB_CONTENT, "");
      return TRUE;
    }

  command = smtp_command_new_line (line, NULL);
  answer (self, command != NULL ? smtp_command_get_verb (command) : SMTP_VERB_OTHER, line);

  return TRUE;
}

/* Works through what was read until something is to be said. Returns whether it is. */
static gboolean
take_lines (SmtpPracticeClient *self)
{
  while (self->taken < self->n_buffer)
    {
      char c = self->buffer[self->taken++];
      gboolean answered;

      if (c != '\n')
        {
          if (self->input->len < LONGEST_LINE)
            g_byte_array_append (self->input, (const guint8 *) &c, 1);
          continue;
        }

      if (self->input->len > 0 && self->input->data[self->input->len - 1] == '\r')
        g_byte_array_set_size (self->input, self->input->len - 1);
      g_byte_array_append (self->input, (const guint8 *) "", 1);

      answered = take_line (self, (const char *) self->input->data);
      g_byte_array_set_size (self->input, 0);
      if (answered)
        return TRUE;
    }

  return FALSE;
}

/* Carries TLS on with what was read. Returns whether there is text in clear now; if not, something else is
 * under way. */
static gboolean
advance_tls (SmtpPracticeClient *self)
{
  SmtpTlsResult result = smtp_tls_handshake (self->tls, NULL);

  if (result == SMTP_TLS_DONE && !self->greeted)
    {
      answer (self, SMTP_VERB_CONNECT, "");
      return FALSE;
    }

  self->taken = 0;
  self->n_buffer = 0;
  if (result == SMTP_TLS_DONE)
    result = smtp_tls_read (self->tls, self->buffer, sizeof self->buffer, &self->n_buffer, NULL);
  if (result == SMTP_TLS_DONE)
    return TRUE;

  self->closing = result != SMTP_TLS_WANTS_MORE;
  if (self->closing || smtp_tls_get_output (self->tls)->len > 0)
    begin_writing (self);
  else
    read_more (self);

  return FALSE;
}

/* Does what can be done with what was read; then something is to be written, or reads on. */
static void
go_on (SmtpPracticeClient *self)
{
  do
    {
      if (take_lines (self))
        return;
      if (self->tls == NULL)
        {
          read_more (self);
          return;
        }
    }
  while (advance_tls (self));
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  SmtpPracticeClient *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (n <= 0 || self->ended == NULL || (self->tls != NULL && self->personality->tls->drops))
    {
      end (self);
      return;
    }

  self->taken = 0;
  self->n_buffer = (gsize) n;
  if (self->tls != NULL)
    {
      smtp_tls_put (self->tls, self->buffer, self->n_buffer);
      self->n_buffer = 0;
    }
  go_on (self);
}

static void
read_more (SmtpPracticeClient *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (self->connection));

  g_input_stream_read_async (stream, self->buffer, sizeof self->buffer, G_PRIORITY_DEFAULT, self->cancellable,
                             on_read, self);
}

/**
 * smtp_practice_client_new:
 * @connection: a connection that was made
 * @personality: what to say
 * @certificates: (nullable): who we are; there must be some if the personality knows TLS
 * @ended: called when the connection is over and the client about to be freed; not after a stop
 * @user_data: for @ended
 *
 * Begins the dialogue, in the caller's thread-default main context.
 *
 * Returns: (transfer none): the client
 */
SmtpPracticeClient *
smtp_practice_client_new (GSocketConnection             *connection,
                          const SmtpPracticePersonality *personality,
                          SmtpPracticeTls               *certificates,
                          SmtpPracticeClientEnded        ended,
                          gpointer                       user_data)
{
  SmtpPracticeClient *self = g_new0 (SmtpPracticeClient, 1);

  self->personality = personality;
  self->certificates = certificates != NULL ? smtp_practice_tls_ref (certificates) : NULL;
  self->ended = ended;
  self->user_data = user_data;
  self->connection = g_object_ref (connection);
  self->cancellable = g_cancellable_new ();
  self->input = g_byte_array_new ();
  self->output = g_string_new (NULL);

  if (personality->tls != NULL && personality->tls->on_connect)
    {
      start_tls (self);
      read_more (self);
    }
  else
    {
      answer (self, SMTP_VERB_CONNECT, "");
    }

  return self;
}

/**
 * smtp_practice_client_stop:
 * @self: (transfer full): a client
 *
 * Ends the connection; nothing more is reported.
 */
void
smtp_practice_client_stop (SmtpPracticeClient *self)
{
  self->ended = NULL;
  if (self->timer != NULL)
    end (self);  /* nothing of GIO's is under way */
  else
    g_cancellable_cancel (self->cancellable);  /* its callback frees it */
}
