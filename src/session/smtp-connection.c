/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#define READ_SIZE  65536
#define TURN_US    4000  /* a peer that never pauses gets this long before others have their turn */
#define PAUSE_US   1000  /* no reading for this long is a pause */
#define POLITENESS 200   /* how much lower the priority is for that turn; below redrawing, for a window */

struct _SmtpConnection
{
  int                         refs;         /* one for the owner, one for each callback that runs */
  gboolean                    closed;
  GSocket                    *socket;
  int                         io_priority;
  GSource                    *in_source;    /* once connected */
  GSource                    *out_source;   /* while connecting, while unsent is not empty, or on request */
  GByteArray                 *unsent;
  SmtpTls                    *tls;          /* from start_tls() on */
  gboolean                    connected;
  gint64                      turn_started_us;
  gint64                      last_read_us;
  const SmtpConnectionEvents *events;
  gpointer                    user_data;
  char                        buffer[READ_SIZE];
};

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
unref (SmtpConnection *self)
{
  if (--self->refs > 0)
    return;

  g_clear_object (&self->socket);
  g_byte_array_unref (self->unsent);
  g_clear_pointer (&self->tls, smtp_tls_free);
  g_free (self);
}

static GSource *
watch (SmtpConnection    *self,
       GIOCondition       condition,
       GSocketSourceFunc  callback)
{
  GSource *source = g_socket_create_source (self->socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (callback), self, NULL);
  g_source_set_priority (source, self->io_priority);
  /* Nothing we call runs a main loop. Guarding against it costs three system calls a turn: GLib takes the
   * socket out of the poll and wakes itself up for it. */
  g_source_set_can_recurse (source, TRUE);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

static gboolean on_writable (GSocket      *socket,
                             GIOCondition  condition,
                             gpointer      user_data);

/* Sends what the system takes at once. Returns how much; if the connection has ended, -1. */
static gssize
send_some (SmtpConnection  *self,
           const char      *bytes,
           gsize            length,
           GError         **error)
{
  g_autoptr (GError) local_error = NULL;
  gssize n = g_socket_send_with_blocking (self->socket, bytes, length, FALSE, NULL, &local_error);

  if (n < 0 && g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return 0;
  if (n < 0)
    g_propagate_error (error, g_steal_pointer (&local_error));

  return n;
}

/* Sends at once what can be, and keeps the rest until it can. */
static gboolean
send_or_keep (SmtpConnection  *self,
              const char      *bytes,
              gsize            length,
              GError         **error)
{
  gssize n = 0;

  if (self->unsent->len == 0)
    n = send_some (self, bytes, length, error);
  if (n < 0)
    return FALSE;

  if ((gsize) n < length)
    {
      g_byte_array_append (self->unsent, (const guint8 *) bytes + n, (guint) (length - (gsize) n));
      smtp_connection_call_when_drained (self);
    }

  return TRUE;
}

/* Sends what TLS has for the peer. */
static gboolean
flush_tls (SmtpConnection  *self,
           GError         **error)
{
  GByteArray *output = smtp_tls_get_output (self->tls);
  gboolean sent = output->len == 0 || send_or_keep (self, (const char *) output->data, output->len, error);

  g_byte_array_set_size (output, 0);

  return sent;
}

/* Carries TLS on with what was put in, and hands out what comes of it. */
static SmtpTlsResult
advance_tls (SmtpConnection  *self,
             GError         **error)
{
  SmtpTlsResult result;
  gsize length;

  if (!smtp_tls_is_done (self->tls))
    {
      result = smtp_tls_handshake (self->tls, error);
      flush_tls (self, NULL);  /* if the peer is gone that is seen when reading, together with its last word */
      if (result != SMTP_TLS_DONE || self->closed)
        return result;
      self->events->handshaken (self->user_data);
    }

  while (!self->closed &&
         (result = smtp_tls_read (self->tls, self->buffer, READ_SIZE, &length, error)) == SMTP_TLS_DONE)
    self->events->received (self->buffer, length, self->user_data);

  if (self->closed)
    return SMTP_TLS_WANTS_MORE;
  flush_tls (self, NULL);

  return result;
}

/* The last word of a server often comes just before it cuts the connection: what was received goes
 * before what went wrong. */
static void
end (SmtpConnection *self,
     const GError   *error)
{
  g_autoptr (GError) last_word = NULL;
  gssize n;

  drop_source (&self->in_source);
  drop_source (&self->out_source);

  while (!self->closed && error != NULL && error->domain == G_IO_ERROR &&
         (n = g_socket_receive_with_blocking (self->socket, self->buffer, READ_SIZE, FALSE, NULL, NULL)) > 0)
    {
      if (self->tls != NULL)
        smtp_tls_put (self->tls, self->buffer, (gsize) n);
      else
        self->events->received (self->buffer, (gsize) n, self->user_data);
    }

  /* An alert says more than the system does about the connection that ends behind it. */
  if (self->tls != NULL && !self->closed && error != NULL && error->domain == G_IO_ERROR &&
      advance_tls (self, &last_word) == SMTP_TLS_FAILED)
    error = last_word;

  if (!self->closed)
    self->events->ended (error, self->user_data);
}

/* What came for TLS, or that nothing more will. */
static void
take_tls (SmtpConnection *self,
          gsize           length)
{
  g_autoptr (GError) error = NULL;
  SmtpTlsResult result;

  if (length > 0)
    smtp_tls_put (self->tls, self->buffer, length);
  else
    smtp_tls_put_end (self->tls);

  result = advance_tls (self, &error);
  if (self->closed)
    return;
  if (result == SMTP_TLS_FAILED)
    end (self, error);
  else if (result == SMTP_TLS_ENDED || length == 0)
    end (self, NULL);
}

/* Replies are taken as soon as they come, so that their times are true. A flood of them must not keep
 * everything else from happening: now and then the next read waits for whatever has a lower priority. */
static void
take_turns (SmtpConnection *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (g_source_get_priority (self->in_source) != self->io_priority)
    {
      g_source_set_priority (self->in_source, self->io_priority);
      self->turn_started_us = now_us;
    }
  else if (now_us - self->last_read_us > PAUSE_US)
    {
      self->turn_started_us = now_us;
    }
  else if (now_us - self->turn_started_us > TURN_US)
    {
      g_source_set_priority (self->in_source, self->io_priority + POLITENESS);
    }

  self->last_read_us = now_us;
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  SmtpConnection *self = user_data;
  g_autoptr (GError) error = NULL;
  gssize n;

  self->refs++;
  take_turns (self);

  n = g_socket_receive_with_blocking (socket, self->buffer, READ_SIZE, FALSE, NULL, &error);
  if (n >= 0 && self->tls != NULL)
    take_tls (self, (gsize) n);
  else if (n > 0)
    self->events->received (self->buffer, (gsize) n, self->user_data);
  else if (n == 0)
    end (self, NULL);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    end (self, error);

  unref (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_writable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      user_data)
{
  SmtpConnection *self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean drained = FALSE;

  self->refs++;

  if (self->unsent->len > 0)
    {
      gssize n = send_some (self, (const char *) self->unsent->data, self->unsent->len, &error);

      if (n > 0)
        g_byte_array_remove_range (self->unsent, 0, (guint) n);
      else if (n < 0)
        end (self, error);
    }

  if (!self->closed && self->out_source != NULL && self->unsent->len == 0)
    {
      drop_source (&self->out_source);
      drained = TRUE;
    }
  if (drained)
    self->events->drained (self->user_data);

  unref (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_connected (GSocket      *socket,
              GIOCondition  condition,
              gpointer      user_data)
{
  SmtpConnection *self = user_data;
  g_autoptr (GError) error = NULL;

  self->refs++;
  drop_source (&self->out_source);

  if (g_socket_check_connect_result (socket, &error))
    {
      self->connected = TRUE;
      self->in_source = watch (self, G_IO_IN, on_readable);
      self->events->connected (self->user_data);
    }
  else
    {
      self->events->ended (error, self->user_data);
    }

  unref (self);

  return G_SOURCE_CONTINUE;
}

/**
 * smtp_connection_open:
 * @address: where to connect
 * @port: to which port
 * @io_priority: the priority of its sources
 * @events: what to call; must outlive the connection
 * @user_data: for the calls
 * @error: return location for a #GIOErrorEnum
 *
 * Begins to connect; @events->connected or @events->ended tells how that went, never during this call.
 *
 * Returns: (transfer full) (nullable): the connection, or %NULL if it failed at once
 */
SmtpConnection *
smtp_connection_open (GInetAddress               *address,
                      guint16                     port,
                      int                         io_priority,
                      const SmtpConnectionEvents *events,
                      gpointer                    user_data,
                      GError                    **error)
{
  g_autoptr (GSocketAddress) target = g_inet_socket_address_new (address, port);
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) local_error = NULL;
  SmtpConnection *self;

  socket = g_socket_new (g_inet_address_get_family (address), G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);
  if (socket == NULL)
    return NULL;

  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);

  if (!g_socket_connect (socket, target, NULL, &local_error) &&
      !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_PENDING))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  self = g_malloc (sizeof (SmtpConnection));
  memset (self, 0, G_STRUCT_OFFSET (SmtpConnection, buffer));
  self->refs = 1;
  self->socket = g_steal_pointer (&socket);
  self->io_priority = io_priority;
  self->events = events;
  self->user_data = user_data;
  self->unsent = g_byte_array_new ();
  self->out_source = watch (self, G_IO_OUT, on_connected);

  return self;
}

/**
 * smtp_connection_close:
 * @self: (transfer full): a connection
 *
 * Closes it; nothing more is reported.
 */
void
smtp_connection_close (SmtpConnection *self)
{
  self->closed = TRUE;
  if (self->tls != NULL)
    {
      smtp_tls_say_goodbye (self->tls);
      flush_tls (self, NULL);
    }
  drop_source (&self->in_source);
  drop_source (&self->out_source);
  g_socket_close (self->socket, NULL);
  unref (self);
}

/**
 * smtp_connection_write:
 * @self: a connection that stands
 * @bytes: (array length=length): what to send
 * @length: how much
 *
 * Sends at once what the system takes and keeps the rest until it takes more. If the connection turns out
 * to have ended that is reported, possibly during this call.
 */
void
smtp_connection_write (SmtpConnection *self,
                       const char     *bytes,
                       gsize           length)
{
  g_autoptr (GError) error = NULL;

  self->refs++;

  if (self->tls != NULL)
    {
      if (smtp_tls_write (self->tls, bytes, length, &error))
        flush_tls (self, &error);
    }
  else
    {
      send_or_keep (self, bytes, length, &error);
    }
  if (error != NULL)
    end (self, error);

  unref (self);
}

/**
 * smtp_connection_read_pending:
 * @self: a connection that stands
 * @length: (out): how much
 *
 * Takes what has come by now and was not yet reported.
 *
 * Returns: (transfer none): the bytes, valid until the main loop goes on
 */
const char *
smtp_connection_read_pending (SmtpConnection *self,
                              gsize          *length)
{
  gssize n = g_socket_receive_with_blocking (self->socket, self->buffer, READ_SIZE, FALSE, NULL, NULL);

  *length = n > 0 ? (gsize) n : 0;

  return self->buffer;
}

/**
 * smtp_connection_start_tls:
 * @self: a connection that stands
 * @tls: (transfer full): our end of TLS, before its first byte
 *
 * Begins the handshake. @events->handshaken or @events->ended tells how that went, the latter possibly
 * during this call; from now on what is written and received goes through TLS.
 */
void
smtp_connection_start_tls (SmtpConnection *self,
                           SmtpTls        *tls)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (self->tls == NULL);

  self->refs++;
  self->tls = tls;
  if (advance_tls (self, &error) == SMTP_TLS_FAILED && !self->closed)
    end (self, error);
  unref (self);
}

/**
 * smtp_connection_get_tls:
 * @self: a connection
 *
 * Returns: (transfer none) (nullable): our end of TLS, once it was started
 */
SmtpTls *
smtp_connection_get_tls (SmtpConnection *self)
{
  return self->tls;
}

/**
 * smtp_connection_is_drained:
 * @self: a connection
 *
 * Returns: whether all that was written has been taken by the system
 */
gboolean
smtp_connection_is_drained (SmtpConnection *self)
{
  return self->unsent->len == 0;
}

/**
 * smtp_connection_call_when_drained:
 * @self: a connection that stands
 *
 * Asks for one report when everything is written and more can be; comes from the main loop, so that other
 * sources get their turn in between.
 */
void
smtp_connection_call_when_drained (SmtpConnection *self)
{
  if (self->out_source == NULL && !self->closed)
    self->out_source = watch (self, G_IO_OUT, on_writable);
}

/**
 * smtp_connection_get_local:
 * @self: a connection that stands
 * @address: (out) (transfer full): our address alone
 *
 * Returns: (transfer full): our address and port, as people write them
 */
char *
smtp_connection_get_local (SmtpConnection  *self,
                           char           **address)
{
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, NULL);
  GInetAddress *inet;
  gboolean is_ipv6;

  if (!G_IS_INET_SOCKET_ADDRESS (local))
    {
      *address = NULL;
      return NULL;
    }

  inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (local));
  is_ipv6 = g_inet_address_get_family (inet) == G_SOCKET_FAMILY_IPV6;
  *address = g_inet_address_to_string (inet);

  return g_strdup_printf ("%s%s%s:%u", is_ipv6 ? "[" : "", *address, is_ipv6 ? "]" : "",
                          g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local)));
}
