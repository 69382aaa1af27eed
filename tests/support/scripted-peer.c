/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/scripted-peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

struct _ScriptedPeer
{
  GSocket      *listener;
  GSource      *accepting;
  guint16       port;
  gsize         piece;    /* how many bytes go out in one write; 0: all */
  DialogueFile *file;

  GSocket      *socket;
  GSource      *reading;
  GSource      *writing;
  guint         at;       /* the event to come */
  gsize         written;  /* of that event */
  GByteArray   *input;
  gboolean      deaf;     /* what comes is read and not looked at */
  char         *complaint;
};

static void go_on (ScriptedPeer *self);

static void
drop (GSource **source)
{
  if (*source != NULL)
    {
      g_source_destroy (*source);
      g_clear_pointer (source, g_source_unref);
    }
}

static GSource *
watch (GSocket           *socket,
       GIOCondition       condition,
       GSocketSourceFunc  callback,
       gpointer           data)
{
  GSource *source = g_socket_create_source (socket, condition, NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (callback), data, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

static void
hang_up (ScriptedPeer *self,
         gboolean      reset)
{
  struct linger linger = { 1, 0 };

  if (self->deaf && !reset)
    {
      /* Closing over unread text would be a reset. */
      g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
      return;
    }

  if (reset)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  drop (&self->reading);
  drop (&self->writing);
  g_socket_close (self->socket, NULL);
}

static void
complain (ScriptedPeer *self,
          Event        *event,
          const char   *came)
{
  if (self->complaint == NULL)
    self->complaint = g_strdup_printf ("%s:%d: what came is: %s", self->file->path, event != NULL ? event->line : 0, came);
  hang_up (self, FALSE);
}

/* Whether the line or message the event waits for is there; then it is taken out of the input. */
static gboolean
take_expected (ScriptedPeer *self,
               Event        *event)
{
  const char *end = event->kind == EVENT_MESSAGE ? "\r\n.\r\n" : "\r\n";
  const char *found;
  gsize length;

  if (self->input->len == 0)
    return FALSE;
  if (event->kind == EVENT_MESSAGE && self->input->len >= 3 && memcmp (self->input->data, ".\r\n", 3) == 0)
    {
      g_byte_array_remove_range (self->input, 0, 3);
      return TRUE;
    }

  found = memmem (self->input->data, self->input->len, end, strlen (end));
  if (found == NULL)
    return FALSE;

  length = (gsize) (found - (const char *) self->input->data) + strlen (end);
  if (event->kind == EVENT_EXPECT)
    {
      gsize wanted;
      const char *text = g_bytes_get_data (event->bytes, &wanted);

      if (wanted != length || memcmp (self->input->data, text, length) != 0)
        {
          g_autofree char *came = g_strndup ((const char *) self->input->data, length);

          complain (self, event, came);
          return FALSE;
        }
    }
  g_byte_array_remove_range (self->input, 0, (guint) length);

  return TRUE;
}

/* Whether so much of the message has come; the rest may come or not. */
static gboolean
take_text (ScriptedPeer *self,
           Event        *event)
{
  if (self->input->len < event->octets)
    return FALSE;

  g_byte_array_set_size (self->input, 0);
  self->deaf = TRUE;

  return TRUE;
}

static gboolean
on_writable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      data)
{
  ScriptedPeer *self = data;
  Event *event = &g_array_index (self->file->events, Event, self->at);
  gsize length;
  const char *bytes = g_bytes_get_data (event->bytes, &length);
  gsize left = length - self->written;
  gssize n = g_socket_send (socket, bytes + self->written, self->piece > 0 ? MIN (left, self->piece) : left, NULL, NULL);

  if (n > 0)
    self->written += (gsize) n;
  if (n < 0 || self->written == length)
    {
      drop (&self->writing);
      self->at = n < 0 ? self->file->events->len : self->at + 1;
      self->written = 0;
      go_on (self);
    }

  return G_SOURCE_CONTINUE;
}

static void
go_on (ScriptedPeer *self)
{
  while (self->at < self->file->events->len && self->writing == NULL && !g_socket_is_closed (self->socket))
    {
      Event *event = &g_array_index (self->file->events, Event, self->at);

      switch (event->kind)
        {
        case EVENT_SAY:
          self->writing = watch (self->socket, G_IO_OUT, on_writable, self);
          return;
        case EVENT_EXPECT:
        case EVENT_MESSAGE:
          if (!take_expected (self, event))
            return;
          self->at++;
          break;
        case EVENT_TEXT:
          if (!take_text (self, event))
            return;
          self->at++;
          break;
        case EVENT_CLOSE:
        case EVENT_RESET:
          self->at++;
          hang_up (self, event->kind == EVENT_RESET);
          return;
        case EVENT_HUSH:
        default:
          return;
        }
    }
}

static gboolean
on_readable (GSocket      *socket,
             GIOCondition  condition,
             gpointer      data)
{
  ScriptedPeer *self = data;
  char buffer[65536];
  gssize n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    {
      drop (&self->reading);
      return G_SOURCE_CONTINUE;
    }

  if (!self->deaf)
    g_byte_array_append (self->input, (const guint8 *) buffer, (guint) n);
  go_on (self);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_accept (GSocket      *socket,
           GIOCondition  condition,
           gpointer      data)
{
  ScriptedPeer *self = data;

  self->socket = g_socket_accept (socket, NULL, NULL);
  g_assert_nonnull (self->socket);
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  self->reading = watch (self->socket, G_IO_IN, on_readable, self);
  drop (&self->accepting);
  go_on (self);

  return G_SOURCE_CONTINUE;
}

ScriptedPeer *
scripted_peer_new (gsize piece)
{
  ScriptedPeer *self = g_new0 (ScriptedPeer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  self->piece = piece;
  self->input = g_byte_array_new ();
  self->listener = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->listener, address, TRUE, &error);
  g_assert_no_error (error);
  g_socket_listen (self->listener, &error);
  g_assert_no_error (error);
  bound = g_socket_get_local_address (self->listener, &error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));

  return self;
}

guint16
scripted_peer_get_port (ScriptedPeer *self)
{
  return self->port;
}

void
scripted_peer_play (ScriptedPeer *self,
                    DialogueFile *file)
{
  self->file = file;
  self->accepting = watch (self->listener, G_IO_IN, on_accept, self);
}

/* The client said what it should, all of it, and nothing else. */
void
scripted_peer_check (ScriptedPeer *self)
{
  if (self->complaint != NULL)
    g_error ("%s", self->complaint);

  for (guint i = self->at; i < self->file->events->len; i++)
    {
      Event *event = &g_array_index (self->file->events, Event, i);

      if (event->kind == EVENT_EXPECT || event->kind == EVENT_MESSAGE || event->kind == EVENT_TEXT)
        g_error ("%s:%d: was never sent", self->file->path, event->line);
    }
  if (self->input->len > 0)
    g_error ("%s: %u bytes too many were sent: %.*s", self->file->path, self->input->len, (int) self->input->len,
             (const char *) self->input->data);
}

void
scripted_peer_free (ScriptedPeer *self)
{
  drop (&self->accepting);
  drop (&self->reading);
  drop (&self->writing);
  g_clear_object (&self->socket);
  g_clear_object (&self->listener);
  g_byte_array_unref (self->input);
  g_free (self->complaint);
  g_free (self);
}
