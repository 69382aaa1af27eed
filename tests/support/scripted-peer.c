/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/scripted-peer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "support/tls-kit.h"

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
  GByteArray   *output;   /* of the events before that */
  gsize         written;  /* of it */
  GByteArray   *input;    /* decrypted, once there is TLS */
  SmtpTls      *tls;
  gboolean      opaque;   /* what comes is TLS, and we have none */
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

static gboolean on_writable (GSocket      *socket,
                             GIOCondition  condition,
                             gpointer      data);

/* The certificates, made once, of the chain with that name. */
static gnutls_certificate_credentials_t
get_credentials (const char *chain)
{
  static GHashTable *made;
  gnutls_certificate_credentials_t credentials;

  if (made == NULL)
    made = g_hash_table_new (g_str_hash, g_str_equal);
  credentials = g_hash_table_lookup (made, chain);
  if (credentials == NULL)
    {
      credentials = tls_kit_make_credentials (tls_kit_get_pki (), chain);
      g_hash_table_insert (made, g_strdup (chain), credentials);
    }

  return credentials;
}

/* Has more to write: these bytes, through TLS if there is any, and what TLS itself has to say. */
static void
add_output (ScriptedPeer *self,
            const char   *bytes,
            gsize         length)
{
  if (self->tls == NULL)
    {
      g_byte_array_append (self->output, (const guint8 *) bytes, (guint) length);
    }
  else
    {
      GByteArray *encrypted = smtp_tls_get_output (self->tls);

      if (length > 0)
        g_assert_true (smtp_tls_write (self->tls, bytes, length, NULL));
      g_byte_array_append (self->output, encrypted->data, encrypted->len);
      g_byte_array_set_size (encrypted, 0);
    }
  if (self->output->len > 0 && self->writing == NULL)
    self->writing = watch (self->socket, G_IO_OUT, on_writable, self);
}

/* Takes TLS on as far as what came allows. */
static void
advance_tls (ScriptedPeer *self)
{
  char buffer[16384];
  gsize length;
  gboolean was_done = smtp_tls_is_done (self->tls);
  SmtpTlsResult result = smtp_tls_handshake (self->tls, NULL);

  if (!was_done && result == SMTP_TLS_DONE)
    self->at++;
  while (result == SMTP_TLS_DONE)
    {
      result = smtp_tls_read (self->tls, buffer, sizeof buffer, &length, NULL);
      g_byte_array_append (self->input, (const guint8 *) buffer, (guint) length);
    }
  add_output (self, NULL, 0);
}

static void
start_tls (ScriptedPeer *self,
           Event        *event)
{
  g_autofree char *version = NULL;
  g_autofree char *chain = event_get_word (event, &version);
  g_autofree char *priority = g_strdup_printf ("NORMAL%s%s", *version != '\0' ? ":-VERS-ALL:+VERS-TLS" : "", version);
  g_autoptr (GError) error = NULL;

  self->tls = smtp_tls_new_server (get_credentials (chain), priority, &error);
  g_assert_no_error (error);
  smtp_tls_put (self->tls, (const char *) self->input->data, self->input->len);
  g_byte_array_set_size (self->input, 0);
  advance_tls (self);
}

/* Says the good-bye of TLS, all else having been said. */
static void
say_goodbye (ScriptedPeer *self)
{
  GByteArray *output;

  if (self->tls == NULL)
    return;

  smtp_tls_say_goodbye (self->tls);
  output = smtp_tls_get_output (self->tls);
  g_socket_send (self->socket, (const char *) output->data, output->len, NULL, NULL);
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

/* Whether the client has begun TLS. */
static gboolean
take_hello (ScriptedPeer *self,
            Event        *event)
{
  if (self->input->len < 3)
    return FALSE;

  if (self->input->data[0] != 0x16 || self->input->data[1] != 3)
    {
      complain (self, event, "no TLS");
      return FALSE;
    }
  g_byte_array_set_size (self->input, 0);
  self->opaque = TRUE;

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
  gsize left = self->output->len - self->written;
  gssize n = g_socket_send (socket, (const char *) self->output->data + self->written,
                            self->piece > 0 ? MIN (left, self->piece) : left, NULL, NULL);

  if (n > 0)
    self->written += (gsize) n;
  if (n < 0 || self->written == self->output->len)
    {
      drop (&self->writing);
      if (n < 0)
        self->at = self->file->events->len;
      g_byte_array_set_size (self->output, 0);
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
      const char *bytes;
      gsize length;

      switch (event->kind)
        {
        case EVENT_SAY:
          self->at++;
          bytes = g_bytes_get_data (event->bytes, &length);
          add_output (self, bytes, length);
          break;
        case EVENT_HELLO:
          if (!take_hello (self, event))
            return;
          self->at++;
          break;
        case EVENT_TLS:
          if (self->tls != NULL)
            return;
          start_tls (self, event);
          break;
        case EVENT_BREAK:
          self->at++;
          break;
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
          say_goodbye (self);
          G_GNUC_FALLTHROUGH;
        case EVENT_CUT:
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

  if (self->tls != NULL)
    {
      smtp_tls_put (self->tls, buffer, (gsize) n);
      advance_tls (self);
      if (self->deaf)
        g_byte_array_set_size (self->input, 0);
    }
  else if (!self->deaf && !self->opaque)
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
  self->output = g_byte_array_new ();
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
  g_byte_array_unref (self->output);
  g_clear_pointer (&self->tls, smtp_tls_free);
  g_free (self->complaint);
  g_free (self);
}
