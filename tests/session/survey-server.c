/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/survey-server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>

#include "session/smtp-tls.h"
#include "support/test-pki.h"

typedef struct
{
  SurveyServer      *server;
  GSocketConnection *connection;
  GString           *input;
  SmtpTls           *tls;
  char               buffer[65536];
} Client;

static void read_more (Client *self);

static void
client_free (Client *self)
{
  self->server->n_open--;
  g_clear_pointer (&self->tls, smtp_tls_free);
  g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_object_unref (self->connection);
  g_string_free (self->input, TRUE);
  g_free (self);
}

/* What is small enough for the system's buffers does not block. */
static void
send_bytes (Client     *self,
            const void *bytes,
            gsize       length)
{
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));

  g_output_stream_write_all (out, bytes, length, NULL, NULL, NULL);
}

static void
flush (Client *self)
{
  GByteArray *output = smtp_tls_get_output (self->tls);

  send_bytes (self, output->data, output->len);
  g_byte_array_set_size (output, 0);
}

static void
say (Client     *self,
     const char *text)
{
  g_autofree char *line = g_strconcat (text, "\r\n", NULL);

  if (self->tls == NULL)
    {
      send_bytes (self, line, strlen (line));
      return;
    }

  smtp_tls_write (self->tls, line, strlen (line), NULL);
  flush (self);
}

static void
load_dh_params (SurveyServer *self)
{
  gnutls_datum_t pem = { (unsigned char *) self->dh_params, (unsigned int) strlen (self->dh_params) };

  gnutls_dh_params_init (&self->dh);
  g_assert_cmpint (gnutls_dh_params_import_pkcs3 (self->dh, &pem, GNUTLS_X509_FMT_PEM), ==, 0);
  gnutls_certificate_set_dh_params (self->credentials, self->dh);
}

static void
start_tls (Client *self)
{
  if (self->server->dh_params != NULL && self->server->dh == NULL)
    load_dh_params (self->server);
  if (!self->server->injectable)
    g_string_truncate (self->input, 0);
  self->tls = smtp_tls_new_server (self->server->credentials, self->server->priority, NULL);
  g_assert_nonnull (self->tls);
}

/* Returns whether the conversation goes on. */
static gboolean
answer (Client     *self,
        const char *line)
{
  gboolean secure = self->tls != NULL;

  if (!secure)
    g_string_append_printf (self->server->heard, "%s\n", line);

  if (g_str_has_prefix (line, "EHLO"))
    say (self, secure || self->server->no_starttls ? "250-server.test\r\n250 SIZE"
                                                   : "250-server.test\r\n250-STARTTLS\r\n250 AUTH PLAIN LOGIN");
  else if (g_str_equal (line, "STARTTLS"))
    {
      say (self, "220 Go");
      start_tls (self);
    }
  else if (g_str_has_prefix (line, "MAIL"))
    say (self, self->server->mail);
  else if (g_str_has_prefix (line, "AUTH"))
    say (self, self->server->auth);
  else if (g_str_equal (line, "*"))
    say (self, "501 Given up");
  else if (g_str_equal (line, "QUIT"))
    say (self, "221 Bye");
  else
    say (self, "250 Done");

  return !g_str_equal (line, "QUIT");
}

/* Returns whether the conversation goes on. A handshake that is not through is not one to answer in. */
static gboolean
answer_lines (Client *self)
{
  const char *end;

  while ((self->tls == NULL || smtp_tls_is_done (self->tls)) && (end = strstr (self->input->str, "\r\n")) != NULL)
    {
      g_autofree char *line = g_strndup (self->input->str, (gsize) (end - self->input->str));

      g_string_erase (self->input, 0, (gssize) strlen (line) + 2);
      if (!answer (self, line))
        return FALSE;
    }

  return TRUE;
}

static gboolean
take_tls (Client *self,
          gsize   length)
{
  SmtpTlsResult result;
  gsize n;

  smtp_tls_put (self->tls, self->buffer, length);
  result = smtp_tls_handshake (self->tls, NULL);
  while (result == SMTP_TLS_DONE &&
         (result = smtp_tls_read (self->tls, self->buffer, sizeof (self->buffer), &n, NULL)) == SMTP_TLS_DONE)
    g_string_append_len (self->input, self->buffer, (gssize) n);
  flush (self);

  return result == SMTP_TLS_WANTS_MORE;
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Client *self = user_data;
  gssize length = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (length > 0 && self->tls == NULL)
    g_string_append_len (self->input, self->buffer, length);

  if (length <= 0 || (self->tls != NULL && !take_tls (self, (gsize) length)) || !answer_lines (self))
    client_free (self);
  else
    read_more (self);
}

static void
read_more (Client *self)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (self->connection)), self->buffer,
                             sizeof (self->buffer), G_PRIORITY_DEFAULT, NULL, on_read, self);
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *connection,
             GObject           *source,
             gpointer           user_data)
{
  SurveyServer *server = user_data;
  Client *client = g_new0 (Client, 1);

  client->server = server;
  client->connection = g_object_ref (connection);
  client->input = g_string_new (NULL);
  g_socket_set_option (g_socket_connection_get_socket (connection), IPPROTO_TCP, TCP_NODELAY, 1, NULL);
  server->n_connections++;
  server->n_open++;
  server->most_open = MAX (server->most_open, server->n_open);

  if (server->busy_from > 0 && server->n_connections >= server->busy_from)
    {
      say (client, "421 4.7.0 Enough for today");
      client_free (client);
      return TRUE;
    }
  say (client, "220 server.test");
  read_more (client);

  return TRUE;
}

SurveyServer *
survey_server_new (void)
{
  const char *const names[] = { "DNS:" TEST_PKI_HOST, NULL };
  const TestCertificateSpec spec = { .subject = "CN=" TEST_PKI_HOST, .names = names, .rsa_bits = 2048, };
  SurveyServer *self = g_new0 (SurveyServer, 1);
  g_autoptr (TestPki) pki = test_pki_new ();
  TestCertificate *certificate = test_pki_make (pki, &spec);

  gnutls_certificate_allocate_credentials (&self->credentials);
  g_assert_cmpint (gnutls_certificate_set_x509_key (self->credentials, &certificate->crt, 1, certificate->key), ==, 0);
  self->priority = "NORMAL";
  self->mail = "530 5.7.0 Must issue a STARTTLS command first";
  self->auth = "538 5.7.11 Encryption required";
  self->heard = g_string_new (NULL);

  self->service = g_socket_service_new ();
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, NULL);
  g_assert_cmpuint (self->port, !=, 0);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (self->service);

  return self;
}

void
survey_server_free (SurveyServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_object_unref (self->service);
  while (self->n_open > 0)
    g_main_context_iteration (NULL, TRUE);
  gnutls_certificate_free_credentials (self->credentials);
  if (self->dh != NULL)
    gnutls_dh_params_deinit (self->dh);
  g_string_free (self->heard, TRUE);
  g_free (self);
}
