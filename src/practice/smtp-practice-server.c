/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "practice/smtp-practice-server.h"

#include <string.h>

#include "practice/smtp-practice-personalities.h"

#define LONGEST_LINE     2000
#define MOST_CONNECTIONS 20

struct _SmtpPracticeServer
{
  GObject                        parent_instance;

  const SmtpPracticePersonality *personality;
  GSocketService                *service;
  guint16                        port;
  GList                         *clients;
};

/* One connection. Exactly one of these is under way: a read, a wait before a reply, the writing of one. */
typedef struct
{
  SmtpPracticeServer *server;   /* not owned; the server ends its clients before itself */
  GSocketConnection  *connection;
  GCancellable       *cancellable;
  GByteArray         *input;    /* an unfinished line */
  char                buffer[4096];
  gsize               n_buffer;
  gsize               taken;
  GString            *output;
  gsize               written;
  guint               timer;
  gboolean            in_message;
  gboolean            closing;
  guint               n_accepted;
} Client;

G_DEFINE_FINAL_TYPE (SmtpPracticeServer, smtp_practice_server, G_TYPE_OBJECT)

static void read_more (Client *client);
static void go_on (Client *client);

static void
client_free (Client *client)
{
  if (client->server != NULL)
    client->server->clients = g_list_remove (client->server->clients, client);
  g_clear_handle_id (&client->timer, g_source_remove);
  g_io_stream_close (G_IO_STREAM (client->connection), NULL, NULL);
  g_clear_object (&client->connection);
  g_clear_object (&client->cancellable);
  g_byte_array_unref (client->input);
  g_string_free (client->output, TRUE);
  g_free (client);
}

static void write_more (Client *client);

static gboolean
on_timer (gpointer user_data)
{
  Client *client = user_data;

  client->timer = 0;
  write_more (client);

  return G_SOURCE_REMOVE;
}

static void
on_written (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Client *client = user_data;
  gssize n = g_output_stream_write_finish (G_OUTPUT_STREAM (object), result, NULL);

  if (n <= 0 || client->server == NULL)
    {
      client_free (client);
      return;
    }

  client->written += (gsize) n;
  if (client->written < client->output->len)
    {
      guint drip = client->server->personality->drip_ms;

      if (drip > 0)
        client->timer = g_timeout_add (drip, on_timer, client);
      else
        write_more (client);
      return;
    }

  g_string_truncate (client->output, 0);
  client->written = 0;
  if (client->closing)
    client_free (client);
  else
    go_on (client);
}

static void
write_more (Client *client)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));
  gsize length = client->output->len - client->written;

  if (client->server->personality->drip_ms > 0)
    length = 1;
  g_output_stream_write_async (stream, client->output->str + client->written, length, G_PRIORITY_DEFAULT,
                               client->cancellable, on_written, client);
}

static const SmtpPracticeAnswer *
find_answer (const SmtpPracticeAnswer *answers,
             SmtpVerb                  verb,
             const char               *argument)
{
  for (; answers->reply != NULL; answers++)
    {
      if (answers->verb == verb && (answers->match == NULL || strstr (argument, answers->match) != NULL))
        return answers;
    }

  return NULL;
}

/* Puts the answer to a command into the output; it leaves after the personality's delay. */
static void
answer (Client     *client,
        SmtpVerb    verb,
        const char *argument)
{
  g_autofree char *lower = g_ascii_strdown (argument, -1);
  const SmtpPracticeAnswer *found = find_answer (client->server->personality->answers, verb, lower);
  const char *reply;

  if (found == NULL)
    found = find_answer (smtp_practice_common_answers, verb, lower);
  reply = found->reply;

  if (verb == SMTP_VERB_DATA && client->n_accepted == 0)
    reply = "554 5.5.1 No valid recipients\n";
  if (verb == SMTP_VERB_RCPT && *reply == '2')
    client->n_accepted++;
  if (verb == SMTP_VERB_RSET || verb == SMTP_VERB_MAIL || verb == SMTP_VERB_CONTENT)
    client->n_accepted = 0;
  client->in_message = verb == SMTP_VERB_DATA && *reply == '3';
  client->closing = verb == SMTP_VERB_QUIT || g_str_has_prefix (reply, "421") || !g_ascii_isdigit (*reply);

  for (; *reply != '\0'; reply++)
    {
      if (*reply == '\n')
        g_string_append_c (client->output, '\r');
      g_string_append_c (client->output, *reply);
    }

  client->timer = g_timeout_add (client->server->personality->delay_ms, on_timer, client);
}

/* Takes one line. Returns whether it was answered. */
static gboolean
take_line (Client     *client,
           const char *line)
{
  g_autoptr (SmtpCommand) command = NULL;

  if (client->in_message)
    {
      if (strcmp (line, ".") != 0)
        return FALSE;
      client->in_message = FALSE;
      answer (client, SMTP_VERB_CONTENT, "");
      return TRUE;
    }

  command = smtp_command_new_line (line, NULL);
  answer (client, command != NULL ? smtp_command_get_verb (command) : SMTP_VERB_OTHER, line);

  return TRUE;
}

/* Works through what was read until something is to be said; then reads on. */
static void
go_on (Client *client)
{
  while (client->taken < client->n_buffer)
    {
      char c = client->buffer[client->taken++];

      if (c != '\n')
        {
          if (client->input->len < LONGEST_LINE)
            g_byte_array_append (client->input, (const guint8 *) &c, 1);
          continue;
        }

      if (client->input->len > 0 && client->input->data[client->input->len - 1] == '\r')
        g_byte_array_set_size (client->input, client->input->len - 1);
      g_byte_array_append (client->input, (const guint8 *) "", 1);

      if (take_line (client, (const char *) client->input->data))
        {
          g_byte_array_set_size (client->input, 0);
          return;
        }
      g_byte_array_set_size (client->input, 0);
    }

  read_more (client);
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Client *client = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (n <= 0 || client->server == NULL)
    {
      client_free (client);
      return;
    }

  client->n_buffer = (gsize) n;
  client->taken = 0;
  go_on (client);
}

static void
read_more (Client *client)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (client->connection));

  g_input_stream_read_async (stream, client->buffer, sizeof client->buffer, G_PRIORITY_DEFAULT, client->cancellable,
                             on_read, client);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  SmtpPracticeServer *self = user_data;
  Client *client;

  if (g_list_length (self->clients) >= MOST_CONNECTIONS)
    return FALSE;

  client = g_new0 (Client, 1);
  client->server = self;
  client->connection = g_object_ref (connection);
  client->cancellable = g_cancellable_new ();
  client->input = g_byte_array_new ();
  client->output = g_string_new (NULL);
  self->clients = g_list_prepend (self->clients, client);
  answer (client, SMTP_VERB_CONNECT, "");

  return FALSE;
}

static void
smtp_practice_server_dispose (GObject *object)
{
  smtp_practice_server_stop (SMTP_PRACTICE_SERVER (object));

  G_OBJECT_CLASS (smtp_practice_server_parent_class)->dispose (object);
}

static void
smtp_practice_server_class_init (SmtpPracticeServerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = smtp_practice_server_dispose;
}

static void
smtp_practice_server_init (SmtpPracticeServer *self)
{
}

/**
 * smtp_practice_server_new:
 * @personality: the name of a personality
 * @error: return location for a #GIOErrorEnum
 *
 * Starts a server on a free port of 127.0.0.1, in the caller's thread-default main context.
 *
 * Returns: (transfer full): the server, or %NULL if there is no such personality or no port
 */
SmtpPracticeServer *
smtp_practice_server_new (const char  *personality,
                          GError     **error)
{
  g_autoptr (SmtpPracticeServer) self = NULL;
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  int index = smtp_practice_find (personality);

  if (index < 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "%s?", personality);
      return NULL;
    }

  self = g_object_new (SMTP_TYPE_PRACTICE_SERVER, NULL);
  self->personality = &smtp_practice_personalities[index];
  self->service = g_socket_service_new ();
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                      G_SOCKET_PROTOCOL_TCP, NULL, &effective, error))
    return NULL;

  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect_object (self->service, "incoming", G_CALLBACK (on_incoming), self, 0);
  g_socket_service_start (self->service);

  return g_steal_pointer (&self);
}

/**
 * smtp_practice_server_get_port:
 * @self: a server
 *
 * Returns: the port it listens on
 */
guint16
smtp_practice_server_get_port (SmtpPracticeServer *self)
{
  g_return_val_if_fail (SMTP_IS_PRACTICE_SERVER (self), 0);

  return self->port;
}

/**
 * smtp_practice_server_stop:
 * @self: a server
 *
 * Stops listening and ends all connections.
 */
void
smtp_practice_server_stop (SmtpPracticeServer *self)
{
  g_return_if_fail (SMTP_IS_PRACTICE_SERVER (self));

  if (self->service != NULL)
    {
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
      g_clear_object (&self->service);
    }

  while (self->clients != NULL)
    {
      Client *client = self->clients->data;

      self->clients = g_list_delete_link (self->clients, self->clients);
      client->server = NULL;
      if (client->timer != 0)
        client_free (client);  /* nothing of GIO's is under way */
      else
        g_cancellable_cancel (client->cancellable);  /* its callback frees it */
    }
}

/**
 * smtp_practice_get_n:
 *
 * Returns: the number of personalities
 */
guint
smtp_practice_get_n (void)
{
  return smtp_practice_n_personalities;
}

/**
 * smtp_practice_get_name:
 * @index: which personality
 *
 * Returns: (transfer none): its stable name
 */
const char *
smtp_practice_get_name (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].name;
}

/**
 * smtp_practice_get_title:
 * @index: which personality
 *
 * Returns: (transfer none): its title, to be translated
 */
const char *
smtp_practice_get_title (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].title;
}

/**
 * smtp_practice_get_about:
 * @index: which personality
 *
 * Returns: (transfer none): what it does, in a sentence to be translated
 */
const char *
smtp_practice_get_about (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].about;
}

/**
 * smtp_practice_get_sender:
 * @index: which personality
 *
 * Returns: (transfer none): a sender to try on it
 */
const char *
smtp_practice_get_sender (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].sender;
}

/**
 * smtp_practice_get_recipients:
 * @index: which personality
 *
 * Returns: (transfer none): recipients to try on it
 */
const char * const *
smtp_practice_get_recipients (guint index)
{
  g_return_val_if_fail (index < smtp_practice_n_personalities, NULL);

  return smtp_practice_personalities[index].recipients;
}

/**
 * smtp_practice_find:
 * @name: a stable name
 *
 * Returns: the index of the personality of that name, or -1
 */
int
smtp_practice_find (const char *name)
{
  for (guint i = 0; i < smtp_practice_n_personalities; i++)
    {
      if (g_strcmp0 (smtp_practice_personalities[i].name, name) == 0)
        return (int) i;
    }

  return -1;
}
