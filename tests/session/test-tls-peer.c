/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Our end of TLS against peers that do not behave: something else than TLS, alerts, records and messages
 * beyond all limits, garbage. The peers are bytes, or a good server whose bytes are changed on their way. */

#include <string.h>

#include "support/tls-kit.h"

static TestPki *pki;
static gnutls_certificate_credentials_t credentials;

static SmtpTls *
make_client (const TlsMode *mode)
{
  g_autoptr (SmtpTlsSettings) settings = tls_kit_make_settings (mode);
  g_autoptr (GError) error = NULL;
  SmtpTls *client = smtp_tls_new_client (settings, TEST_PKI_HOST, &error);

  g_assert_no_error (error);

  return client;
}

/* A client that has said its hello. */
static SmtpTls *
make_waiting_client (const TlsMode *mode)
{
  g_autoptr (GError) error = NULL;
  SmtpTls *client = make_client (mode);

  g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_WANTS_MORE);
  g_assert_cmpuint (smtp_tls_get_output (client)->len, >, 50);

  return client;
}

/* Hands in @bytes at once or one after the other, up to the first failure. */
static SmtpTlsResult
feed (SmtpTls      *client,
      const void   *bytes,
      gsize         length,
      gsize         piece,
      GError      **error)
{
  SmtpTlsResult result = SMTP_TLS_WANTS_MORE;

  for (gsize at = 0; at < length && result == SMTP_TLS_WANTS_MORE; at += piece)
    {
      gsize n = MIN (piece, length - at);
      g_autofree char *copy = g_memdup2 ((const char *) bytes + at, n);

      smtp_tls_put (client, copy, n);
      result = smtp_tls_handshake (client, error);
    }

  return result;
}

static const struct
{
  const char *bytes;
  gsize       seen_after;  /* so many bytes show it */
} strangers[] = {
  { "220 mx.example.test ESMTP\r\n", 1 },
  { "554 go away\r\n", 1 },
  { "HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n", 1 },
  { "<html>\r\n", 1 },
  { "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 1 },
  { "* OK IMAP4rev1\r\n", 1 },
  { "\r\n220 mx\r\n", 1 },
  { "\xff\xfd\x01", 1 },
  { "\x13\x03\x03", 1 },
  { "\x19\x03\x03", 1 },
  { "\x16TLS", 2 },
  { "\x15\x02\x28", 2 },
};

static void
test_not_tls (gconstpointer mode)
{
  for (gsize i = 0; i < G_N_ELEMENTS (strangers); i++)
    {
      gsize length = strlen (strangers[i].bytes);
      gsize pieces[] = { length, 1 };

      for (gsize k = 0; k < G_N_ELEMENTS (pieces); k++)
        {
          g_autoptr (SmtpTls) client = make_waiting_client (mode);
          g_autoptr (GError) error = NULL;
          const char *input;
          gsize n;

          g_assert_cmpint (feed (client, strangers[i].bytes, length, pieces[k], &error), ==, SMTP_TLS_FAILED);
          g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_NOT_TLS);
          input = smtp_tls_get_input (client, &n);
          g_assert_cmpmem (input, n, strangers[i].bytes, pieces[k] == 1 ? strangers[i].seen_after : length);
          g_assert_false (smtp_tls_is_done (client));
        }
    }
}

/* A server that speaks first is seen through before we have said a word. */
static void
test_speaks_first (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_client (mode);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (feed (client, "220 mx\r\n", 8, 8, &error), ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_NOT_TLS);
  g_assert_cmpuint (smtp_tls_get_output (client)->len, ==, 0);
}

/* A single byte is too little to tell, and then nothing more comes. */
static void
test_one_byte (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (feed (client, "\x16", 1, 1, &error), ==, SMTP_TLS_WANTS_MORE);
  smtp_tls_put_end (client);
  g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_CLOSED);
}

/* RFC 8446 section 6 and appendix B.6, and RFC 5246 section 7.2 for what it took out. */
static const struct
{
  guint8      number;
  const char *name;
} alerts[] = {
  { 10, "unexpected_message" }, { 20, "bad_record_mac" }, { 21, "decryption_failed" }, { 22, "record_overflow" },
  { 30, "decompression_failure" }, { 40, "handshake_failure" }, { 41, "no_certificate" }, { 42, "bad_certificate" },
  { 43, "unsupported_certificate" }, { 44, "certificate_revoked" }, { 45, "certificate_expired" },
  { 46, "certificate_unknown" }, { 47, "illegal_parameter" }, { 48, "unknown_ca" }, { 49, "access_denied" },
  { 50, "decode_error" }, { 51, "decrypt_error" }, { 60, "export_restriction" }, { 70, "protocol_version" },
  { 71, "insufficient_security" }, { 80, "internal_error" }, { 86, "inappropriate_fallback" }, { 90, "user_canceled" },
  { 100, "no_renegotiation" }, { 109, "missing_extension" }, { 110, "unsupported_extension" },
  { 111, "certificate_unobtainable" }, { 112, "unrecognized_name" }, { 113, "bad_certificate_status_response" },
  { 114, "bad_certificate_hash_value" }, { 115, "unknown_psk_identity" }, { 116, "certificate_required" },
  { 120, "no_application_protocol" }, { 0, "close_notify" }, { 200, "alert" },
};

static void
test_alerts (gconstpointer mode)
{
  for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
    {
      g_autofree char *expected = g_strdup_printf ("%s (%u)", alerts[i].name, alerts[i].number);

      for (gsize piece = 1; piece <= 7; piece += 6)
        {
          const guint8 record[] = { 0x15, 3, 3, 0, 2, 2, alerts[i].number };
          g_autoptr (SmtpTls) client = make_waiting_client (mode);
          g_autoptr (GError) error = NULL;

          g_assert_cmpint (feed (client, record, sizeof record, piece, &error), ==, SMTP_TLS_FAILED);
          g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT);
          g_assert_cmpstr (error->message, ==, expected);
        }
    }
}

/* An alert with the connection's end right behind it is still an alert. */
static void
test_alert_and_end (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;

  smtp_tls_put (client, "\x15\x03\x03\x00\x02\x02\x28", 7);
  smtp_tls_put_end (client);
  g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT);
}

/* Servers that do not know the name say so and go on (RFC 6066 section 3), some more than once. */
static void
test_warnings (gconstpointer data)
{
  const TlsMode *mode = data;

  for (int n = 1; n <= 10; n += 9)
    {
      g_autoptr (SmtpTls) client = make_waiting_client (mode);
      g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
      g_autoptr (GError) error = NULL;

      tls_end_put (server, smtp_tls_get_output (client));
      for (int i = 0; i < n; i++)
        g_assert_cmpint (feed (client, "\x15\x03\x03\x00\x02\x01\x70", 7, 7, &error), ==, SMTP_TLS_WANTS_MORE);
      g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);
      g_assert_no_error (error);
    }
}

/* Who does nothing else is not listened to for ever. */
static void
test_flood_of_warnings (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;
  SmtpTlsResult result = SMTP_TLS_WANTS_MORE;

  for (int i = 0; i < 1000 && result == SMTP_TLS_WANTS_MORE; i++)
    result = feed (client, "\x15\x03\x03\x00\x02\x01\x70", 7, 7, &error);
  g_assert_cmpint (result, ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
}

/* close_notify in the handshake is the end of the connection, not of the world. */
static void
test_goodbye_in_handshake (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (feed (client, "\x15\x03\x03\x00\x02\x01\x00", 7, 7, &error), ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_CLOSED);
}

/* The bytes end in a failure that is no alert of the peer's, and our last word is an alert. */
static void
assert_broken (const TlsMode *mode,
               const void    *bytes,
               gsize          length)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;
  GByteArray *output = smtp_tls_get_output (client);

  g_byte_array_set_size (output, 0);
  g_assert_cmpint (feed (client, bytes, length, 1000, &error), ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
  g_assert_cmpuint (strlen (error->message), >, 0);
  g_assert_cmpuint (output->len, ==, 7);
  g_assert_cmpuint (output->data[0], ==, 0x15);
  g_assert_cmpuint (output->data[5], ==, 2);
}

static void
test_long_records (gconstpointer mode)
{
  static const guint8 types[] = { 0x14, 0x15, 0x16, 0x17 };
  g_autofree guint8 *record = g_malloc0 (5 + 65535);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      memcpy (record, (const guint8[]) { types[i], 3, 3, 0xff, 0xff }, 5);
      assert_broken (mode, record, 5 + 65535);
      memcpy (record, (const guint8[]) { types[i], 3, 3, 0x50, 0x00 }, 5);
      assert_broken (mode, record, 5 + 0x5000);
    }
}

/* Records that look like TLS and say nothing that could be meant. */
static void
test_garbage (gconstpointer mode)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (int i = 0; i < 500; i++)
    {
      g_autoptr (SmtpTls) client = make_waiting_client (mode);
      g_autoptr (GError) error = NULL;
      guint8 record[300];
      gsize length = (gsize) g_rand_int_range (random, 1, 290);
      SmtpTlsResult result;

      for (gsize k = 0; k < sizeof record; k++)
        record[k] = (guint8) g_rand_int_range (random, 0, 256);
      memcpy (record, (const guint8[]) { (guint8) g_rand_int_range (random, 0x14, 0x19), 3, 3, 0, 0 }, 4);
      record[3] = (guint8) (length >> 8);
      record[4] = (guint8) length;
      result = feed (client, record, 5 + length, (gsize) g_rand_int_range (random, 1, 300), &error);
      g_assert_cmpint (result, !=, SMTP_TLS_DONE);
      smtp_tls_put_end (client);
      if (result == SMTP_TLS_WANTS_MORE)
        result = smtp_tls_handshake (client, &error);
      g_assert_cmpint (result, ==, SMTP_TLS_FAILED);
      g_assert_nonnull (error);
    }
}

/* A handshake message that never ends is not collected for ever. */
static void
test_long_message (gconstpointer mode)
{
  g_autoptr (SmtpTls) client = make_waiting_client (mode);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *record = g_malloc0 (5 + 0x4000);
  SmtpTlsResult result = SMTP_TLS_WANTS_MORE;
  gsize total = 0;

  memcpy (record, (const guint8[]) { 0x16, 3, 3, 0x40, 0x00, 2, 0xff, 0xff, 0xff, 3, 3 }, 11);
  while (result == SMTP_TLS_WANTS_MORE && total < 5 * 1024 * 1024)
    {
      result = feed (client, record, 5 + 0x4000, 5 + 0x4000, &error);
      memset (record + 5, 0, 6);
      total += 0x4000;
    }
  g_assert_cmpint (result, ==, SMTP_TLS_FAILED);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
}

/* Every byte of the server's part of a handshake changed once: it fails, it is over, or it is the length that
 * lies and more is waited for; nothing that was changed is taken. */
static void
test_changed_bytes (gconstpointer data)
{
  const TlsMode *mode = data;
  gsize length = 1;

  for (gsize at = 0; at < length; at += 3)
    {
      g_autoptr (SmtpTls) client = make_waiting_client (mode);
      g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
      g_autoptr (GError) error = NULL;
      SmtpTlsResult result;

      tls_end_put (server, smtp_tls_get_output (client));
      tls_end_handshake (server);
      length = server->output->len;
      if (at >= length)
        break;
      server->output->data[at] ^= 0x41;
      result = feed (client, server->output->data, length, length, &error);
      smtp_tls_put_end (client);
      if (result == SMTP_TLS_WANTS_MORE)
        result = smtp_tls_handshake (client, &error);
      g_assert_cmpint (result, ==, SMTP_TLS_FAILED);
      g_assert_nonnull (error);
    }
  g_assert_cmpuint (length, >, 500);
}

static SmtpTlsResult
read_all (SmtpTls  *client,
          GError  **error)
{
  SmtpTlsResult result;
  char buffer[100];
  gsize length;

  while ((result = smtp_tls_read (client, buffer, sizeof buffer, &length, error)) == SMTP_TLS_DONE)
    ;

  return result;
}

/* Inside TLS: a changed byte, and a record beyond all limits. */
static void
test_broken_data (gconstpointer data)
{
  const TlsMode *mode = data;

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (SmtpTls) client = make_client (mode);
      g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);
      g_assert_cmpint (read_all (client, &error), ==, SMTP_TLS_WANTS_MORE);
      tls_end_write (server, "250 ok\r\n", 8);
      if (i == 0)
        server->output->data[server->output->len - 3] ^= 1;
      else
        server->output->data[3] = 0xff;
      smtp_tls_put (client, (const char *) server->output->data, server->output->len);
      g_assert_cmpint (read_all (client, &error), ==, SMTP_TLS_FAILED);
      g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
      g_assert_cmpuint (smtp_tls_get_output (client)->len, >, 0);
    }
}

/* An alert inside TLS, as a server sends one that does not want us after all. */
static void
test_alert_inside (gconstpointer data)
{
  const TlsMode *mode = data;

  for (gsize i = 0; i < G_N_ELEMENTS (alerts); i++)
    {
      g_autoptr (SmtpTls) client = make_client (mode);
      g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("%s (%u)", alerts[i].name, alerts[i].number);

      g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);
      gnutls_alert_send (server->session, GNUTLS_AL_FATAL, alerts[i].number);
      smtp_tls_put (client, (const char *) server->output->data, server->output->len);
      g_assert_cmpint (read_all (client, &error), ==, SMTP_TLS_FAILED);
      g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT);
      g_assert_cmpstr (error->message, ==, expected);
    }
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char    *name;
    GTestDataFunc  func;
  } tests[] = {
    { "not-tls", test_not_tls }, { "speaks-first", test_speaks_first }, { "one-byte", test_one_byte },
    { "alerts", test_alerts }, { "alert-and-end", test_alert_and_end }, { "warnings", test_warnings },
    { "flood-of-warnings", test_flood_of_warnings },
    { "goodbye-in-handshake", test_goodbye_in_handshake }, { "long-records", test_long_records },
    { "garbage", test_garbage }, { "long-message", test_long_message }, { "changed-bytes", test_changed_bytes },
    { "broken-data", test_broken_data }, { "alert-inside", test_alert_inside },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  pki = test_pki_new ();
  credentials = tls_kit_make_credentials (pki, "good");

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      for (int mode = 0; mode < TLS_N_MODES; mode++)
        {
          g_autofree char *path = g_strdup_printf ("/tls-peer/%s/%s", tls_modes[mode].name, tests[i].name);

          g_test_add_data_func (path, &tls_modes[mode], tests[i].func);
        }
    }

  status = g_test_run ();
  gnutls_certificate_free_credentials (credentials);
  test_pki_free (pki);

  return status;
}
