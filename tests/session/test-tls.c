/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Two ends of TLS, ours both, without a socket: the bytes between them are cut and glued in every unkind way,
 * and the connection ends at every point, cleanly and not. Everything in TLS 1.2 and in TLS 1.3. */

#include <string.h>

#include "support/tls-kit.h"

#define HEADER 5  /* bytes of a record before its contents, RFC 8446 section 5.1 */

static TestPki *pki;
static gnutls_certificate_credentials_t credentials;

/* How the bytes between the ends are cut. */
typedef enum
{
  CUT_NOWHERE,
  CUT_EVERYWHERE,     /* into single bytes */
  CUT_AT_BOUNDARIES,  /* before, at and behind the end of each record and of each header */
  CUT_ONCE,           /* at @where of the @which-th boundary of what this end gets */
} Cut;

/* One end, and what came of it. */
typedef struct
{
  SmtpTls       *tls;
  Cut            cut;
  guint          which;
  int            where;
  guint          n_boundaries;
  GByteArray    *got;
  SmtpTlsResult  result;
  GError        *error;
} End;

typedef struct
{
  End client;
  End server;
} Pair;

static void
end_init (End     *self,
          SmtpTls *tls)
{
  memset (self, 0, sizeof *self);
  g_assert_nonnull (tls);
  self->tls = tls;
  self->got = g_byte_array_new ();
  self->result = SMTP_TLS_WANTS_MORE;
}

static void
pair_init (Pair          *pair,
           const TlsMode *mode)
{
  g_autoptr (SmtpTlsSettings) settings = tls_kit_make_settings (mode);

  end_init (&pair->client, smtp_tls_new_client (settings, TEST_PKI_HOST, NULL));
  end_init (&pair->server, smtp_tls_new_server (credentials, mode->server, NULL));
}

static void
end_clear (End *self)
{
  smtp_tls_free (self->tls);
  g_byte_array_unref (self->got);
  g_clear_error (&self->error);
}

static void
pair_clear (Pair *pair)
{
  end_clear (&pair->client);
  end_clear (&pair->server);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

/* Takes in as much as came: handshake first, then data up to the end. */
static void
advance (End *end)
{
  char buffer[1000];
  gsize length;

  if (end->result == SMTP_TLS_FAILED)
    return;
  if (!smtp_tls_is_done (end->tls))
    {
      end->result = smtp_tls_handshake (end->tls, &end->error);
      if (end->result != SMTP_TLS_DONE)
        return;
    }

  while ((end->result = smtp_tls_read (end->tls, buffer, sizeof buffer, &length, &end->error)) == SMTP_TLS_DONE)
    {
      g_assert_cmpuint (length, >, 0);
      g_byte_array_append (end->got, (const guint8 *) buffer, (guint) length);
    }
  g_assert_cmpuint (length, ==, 0);
}

static void
put (End          *end,
     const guint8 *bytes,
     gsize         length)
{
  /* An exact copy, so that reading past the end is seen by the sanitizer. */
  g_autofree char *copy = g_memdup2 (bytes, length);

  smtp_tls_put (end->tls, copy, length);
  advance (end);
}

/* Marks the places where @bytes, a number of whole records, are to be cut. */
static void
mark_cuts (End              *end,
           const GByteArray *bytes,
           gboolean         *cuts)
{
  for (gsize at = 0; at < bytes->len; )
    {
      gsize length = HEADER + bytes->data[at + 3] * 256u + bytes->data[at + 4];
      gsize boundaries[] = { at + HEADER, at + length };

      g_assert_cmpuint (at + length, <=, bytes->len);
      for (gsize i = 0; i < G_N_ELEMENTS (boundaries); i++)
        {
          for (int where = -1; where <= 1; where++)
            {
              gsize place = (gsize) ((gssize) boundaries[i] + where);

              if (place < bytes->len && (end->cut == CUT_AT_BOUNDARIES ||
                                         (end->cut == CUT_ONCE && end->n_boundaries == end->which && end->where == where)))
                cuts[place] = TRUE;
            }
          end->n_boundaries++;
        }
      at += length;
    }
}

/* Hands @bytes over as the receiving end wants them cut. Takes them over. */
static void
deliver (End        *to,
         GByteArray *bytes)
{
  g_autofree gboolean *cuts = g_new0 (gboolean, bytes->len + 1);
  gsize from = 0;

  mark_cuts (to, bytes, cuts);
  for (gsize at = 1; at <= bytes->len; at++)
    {
      if (at == bytes->len || cuts[at] || to->cut == CUT_EVERYWHERE)
        {
          put (to, bytes->data + from, at - from);
          from = at;
        }
    }
  g_byte_array_unref (bytes);
}

/* Carries everything until neither end has anything to say. */
static void
carry (Pair *pair)
{
  advance (&pair->client);
  while (smtp_tls_get_output (pair->client.tls)->len > 0 || smtp_tls_get_output (pair->server.tls)->len > 0)
    {
      deliver (&pair->server, tls_kit_take (smtp_tls_get_output (pair->client.tls)));
      deliver (&pair->client, tls_kit_take (smtp_tls_get_output (pair->server.tls)));
    }
  g_assert_no_error (pair->client.error);
  g_assert_no_error (pair->server.error);
}

static void
say (End        *end,
     const char *text)
{
  g_autoptr (GError) error = NULL;

  smtp_tls_write (end->tls, text, strlen (text), &error);
  g_assert_no_error (error);
}

static void
assert_got (End        *end,
            const char *text)
{
  g_assert_cmpmem (end->got->data, end->got->len, text, strlen (text));
}

/* A whole connection: handshake, a word each way, good-bye each way. */
static guint
converse (const TlsMode *mode,
          Cut            cut,
          guint          which,
          int            where)
{
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  pair.client.cut = pair.server.cut = cut;
  pair.client.which = pair.server.which = which;
  pair.client.where = pair.server.where = where;

  carry (&pair);
  g_assert_true (smtp_tls_is_done (pair.client.tls) && smtp_tls_is_done (pair.server.tls));
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_WANTS_MORE);

  say (&pair.server, "220 mx\r\n");
  carry (&pair);
  say (&pair.client, "EHLO pc\r\n");
  say (&pair.client, "QUIT\r\n");
  carry (&pair);
  assert_got (&pair.client, "220 mx\r\n");
  assert_got (&pair.server, "EHLO pc\r\nQUIT\r\n");
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_WANTS_MORE);
  g_assert_cmpint (pair.server.result, ==, SMTP_TLS_WANTS_MORE);

  smtp_tls_say_goodbye (pair.server.tls);
  carry (&pair);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_ENDED);
  smtp_tls_say_goodbye (pair.client.tls);
  smtp_tls_say_goodbye (pair.client.tls);
  carry (&pair);
  g_assert_cmpint (pair.server.result, ==, SMTP_TLS_ENDED);

  return MAX (pair.client.n_boundaries, pair.server.n_boundaries);
}

static void
test_whole (gconstpointer mode)
{
  converse (mode, CUT_NOWHERE, 0, 0);
}

static void
test_bytes (gconstpointer mode)
{
  converse (mode, CUT_EVERYWHERE, 0, 0);
}

static void
test_boundaries (gconstpointer mode)
{
  guint n = converse (mode, CUT_AT_BOUNDARIES, 0, 0);

  g_assert_cmpuint (n, >, 10);
  for (guint which = 0; which < n; which++)
    {
      for (int where = -1; where <= 1; where++)
        converse (mode, CUT_ONCE, which, where);
    }
}

/* The end of the handshake, data, and good-bye in one piece, to either end. */
static void
test_glued (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autoptr (SmtpTlsSettings) settings = tls_kit_make_settings (mode);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, GNUTLS_ENABLE_EARLY_START);
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  advance (&pair.client);
  tls_end_put (server, smtp_tls_get_output (pair.client.tls));
  if (!tls_end_handshake (server))
    {
      /* Only in TLS 1.3 can a server speak before the client's last word. */
      g_assert_cmpint (mode->version, ==, GNUTLS_TLS1_2);
      deliver (&pair.client, tls_kit_take (server->output));
      tls_end_put (server, smtp_tls_get_output (pair.client.tls));
      g_assert_true (tls_end_handshake (server));
    }
  tls_end_write (server, "220 ", 4);
  tls_end_write (server, "mx\r\n", 4);
  g_assert_cmpint (gnutls_bye (server->session, GNUTLS_SHUT_WR), ==, 0);

  g_assert_false (smtp_tls_is_done (pair.client.tls));
  deliver (&pair.client, tls_kit_take (server->output));
  g_assert_no_error (pair.client.error);
  g_assert_true (smtp_tls_is_done (pair.client.tls));
  assert_got (&pair.client, "220 mx\r\n");
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_ENDED);
}

/* The same to the server: the client's last flight with all that it has to say. */
static void
test_glued_to_server (gconstpointer mode)
{
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  advance (&pair.client);
  for (int flight = 0; !smtp_tls_is_done (pair.client.tls); flight++)
    {
      g_assert_cmpint (flight, <, 3);
      deliver (&pair.server, tls_kit_take (smtp_tls_get_output (pair.client.tls)));
      deliver (&pair.client, tls_kit_take (smtp_tls_get_output (pair.server.tls)));
    }
  say (&pair.client, "QUIT\r\n");
  smtp_tls_say_goodbye (pair.client.tls);
  deliver (&pair.server, tls_kit_take (smtp_tls_get_output (pair.client.tls)));
  g_assert_no_error (pair.server.error);
  assert_got (&pair.server, "QUIT\r\n");
  g_assert_cmpint (pair.server.result, ==, SMTP_TLS_ENDED);
}

/* A megabyte, in records as long as they may be and no longer. */
static void
send_large (End *from,
            End *to,
            Cut  cut)
{
  const gsize size = 1024 * 1024 + 7;
  g_autofree char *bytes = g_malloc (size);
  g_autoptr (GError) error = NULL;
  GByteArray *output = smtp_tls_get_output (from->tls);

  for (gsize i = 0; i < size; i++)
    bytes[i] = (char) (i * 2654435761u >> 24);
  smtp_tls_write (from->tls, bytes, size, &error);
  g_assert_no_error (error);

  g_assert_cmpuint (output->len, >, size);
  g_assert_cmpuint (output->len, <, size + (size / 16384 + 1) * 300);
  for (gsize at = 0; at < output->len; at += HEADER + output->data[at + 3] * 256u + output->data[at + 4])
    g_assert_cmpuint (output->data[at + 3] * 256u + output->data[at + 4], <=, 16384 + 256);

  to->cut = cut;
  deliver (to, tls_kit_take (output));
  g_assert_no_error (to->error);
  g_assert_cmpmem (to->got->data, to->got->len, bytes, size);
  g_byte_array_set_size (to->got, 0);
}

static void
test_large (gconstpointer mode)
{
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  carry (&pair);
  send_large (&pair.client, &pair.server, CUT_NOWHERE);
  send_large (&pair.server, &pair.client, CUT_NOWHERE);
  send_large (&pair.server, &pair.client, CUT_AT_BOUNDARIES);
  send_large (&pair.client, &pair.server, CUT_AT_BOUNDARIES);
  send_large (&pair.server, &pair.client, CUT_EVERYWHERE);
}

/* Behind the good-bye nothing counts: neither that the connection ends nor what else comes. */
static void
test_clean_end (gconstpointer mode)
{
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  carry (&pair);
  say (&pair.server, "221 bye\r\n");
  smtp_tls_say_goodbye (pair.server.tls);
  carry (&pair);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_ENDED);

  put (&pair.client, (const guint8 *) "junk", 4);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_ENDED);
  smtp_tls_put_end (pair.client.tls);
  advance (&pair.client);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_ENDED);
  assert_got (&pair.client, "221 bye\r\n");
}

/* The connection ends @n bytes into what the server says, which has no good-bye. */
static gboolean
truncate_at (const TlsMode *mode,
             gsize          n)
{
  g_auto (Pair) pair;
  GByteArray *output;
  gboolean is_last;

  pair_init (&pair, mode);
  carry (&pair);
  say (&pair.server, "221 bye\r\n");
  output = smtp_tls_get_output (pair.server.tls);
  is_last = n == output->len;
  put (&pair.client, output->data, n);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_WANTS_MORE);

  smtp_tls_put_end (pair.client.tls);
  advance (&pair.client);
  g_assert_error (pair.client.error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_TRUNCATED);
  g_assert_cmpuint (strlen (pair.client.error->message), >, 0);
  assert_got (&pair.client, is_last ? "221 bye\r\n" : "");

  return is_last;
}

static void
test_truncated (gconstpointer mode)
{
  gsize n = 0;

  while (!truncate_at (mode, n))
    n++;
  g_assert_cmpuint (n, >, 20);
}

/* The connection ends @n bytes into the server's part of the handshake. */
static gboolean
close_at (const TlsMode *mode,
          gsize          n,
          gboolean       byte_by_byte)
{
  g_autoptr (GByteArray) flight = NULL;
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  advance (&pair.client);
  deliver (&pair.server, tls_kit_take (smtp_tls_get_output (pair.client.tls)));
  flight = tls_kit_take (smtp_tls_get_output (pair.server.tls));
  if (n >= flight->len)
    return FALSE;

  for (gsize i = 0; byte_by_byte && i < n; i++)
    put (&pair.client, flight->data + i, 1);
  if (!byte_by_byte && n > 0)
    put (&pair.client, flight->data, n);
  g_assert_cmpint (pair.client.result, ==, SMTP_TLS_WANTS_MORE);

  smtp_tls_put_end (pair.client.tls);
  advance (&pair.client);
  g_assert_error (pair.client.error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_CLOSED);

  return TRUE;
}

static void
test_closed (gconstpointer mode)
{
  gsize n = 0;

  for (n = 0; n < 120 && close_at (mode, n, TRUE); n++)
    ;
  g_assert_cmpuint (n, ==, 120);
  while (close_at (mode, n, FALSE))
    n += 11;
  g_assert_cmpuint (n, >, 500);
}

/* In TLS 1.2 a server may wish for a new handshake. It is declined, and the connection goes on. */
static void
test_renegotiation (void)
{
  const TlsMode *mode = &tls_modes[0];
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  g_assert_cmpint (tls_end_meet (server, pair.client.tls, &pair.client.error), ==, SMTP_TLS_DONE);
  for (int wish = 0; wish < 3; wish++)
    {
      g_assert_cmpint (gnutls_rehandshake (server->session), ==, 0);
      deliver (&pair.client, tls_kit_take (server->output));
      g_assert_cmpint (pair.client.result, ==, SMTP_TLS_WANTS_MORE);
      tls_end_put (server, smtp_tls_get_output (pair.client.tls));
      g_assert_cmpint (tls_end_read (server, got), ==, GNUTLS_E_WARNING_ALERT_RECEIVED);
      g_assert_cmpint (gnutls_alert_get (server->session), ==, GNUTLS_A_NO_RENEGOTIATION);
    }

  tls_end_write (server, "250 ok\r\n", 8);
  deliver (&pair.client, tls_kit_take (server->output));
  assert_got (&pair.client, "250 ok\r\n");
  say (&pair.client, "QUIT\r\n");
  tls_end_put (server, smtp_tls_get_output (pair.client.tls));
  tls_end_read (server, got);
  g_assert_cmpmem (got->data, got->len, "QUIT\r\n", 6);
}

/* In TLS 1.3 it may have new keys instead (RFC 8446 section 4.6.3). */
static void
test_key_update (void)
{
  const TlsMode *mode = &tls_modes[1];
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_auto (Pair) pair;

  pair_init (&pair, mode);
  g_assert_cmpint (tls_end_meet (server, pair.client.tls, &pair.client.error), ==, SMTP_TLS_DONE);
  g_assert_cmpint (gnutls_session_key_update (server->session, GNUTLS_KU_PEER), ==, 0);
  tls_end_write (server, "250 ok\r\n", 8);
  deliver (&pair.client, tls_kit_take (server->output));
  g_assert_no_error (pair.client.error);
  assert_got (&pair.client, "250 ok\r\n");
  say (&pair.client, "QUIT\r\n");
  tls_end_put (server, smtp_tls_get_output (pair.client.tls));
  g_assert_cmpint (tls_end_read (server, got), ==, GNUTLS_E_AGAIN);
  g_assert_cmpmem (got->data, got->len, "QUIT\r\n", 6);
}

/* No version in common: both ends know why. */
static void
test_no_common_version (void)
{
  for (int i = 0; i < TLS_N_MODES; i++)
    {
      g_auto (Pair) pair;
      GByteArray *output;
      g_autofree char *number = NULL;

      pair_init (&pair, &tls_modes[i]);
      smtp_tls_free (pair.server.tls);
      pair.server.tls = smtp_tls_new_server (credentials, tls_modes[1 - i].server, NULL);

      advance (&pair.client);
      deliver (&pair.server, tls_kit_take (smtp_tls_get_output (pair.client.tls)));
      g_assert_error (pair.server.error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
      output = smtp_tls_get_output (pair.server.tls);
      g_assert_cmpuint (output->len, ==, HEADER + 2);
      number = g_strdup_printf (" (%u)", output->data[HEADER + 1]);
      deliver (&pair.client, tls_kit_take (output));
      g_assert_error (pair.client.error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT);
      g_assert_true (g_str_has_suffix (pair.client.error->message, number));
    }
}

static void
test_bad_priority (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (smtp_tls_new_server (credentials, "NORMAL:+NONSENSE", &error));
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);
}

int
main (int    argc,
      char **argv)
{
  static const struct
  {
    const char        *name;
    GTestDataFunc      func;
  } tests[] = {
    { "whole", test_whole }, { "bytes", test_bytes }, { "boundaries", test_boundaries }, { "glued", test_glued },
    { "glued-to-server", test_glued_to_server }, { "large", test_large }, { "clean-end", test_clean_end },
    { "truncated", test_truncated }, { "closed", test_closed },
  };
  int status;

  g_test_init (&argc, &argv, NULL);
  pki = test_pki_new ();
  credentials = tls_kit_make_credentials (pki, "good");

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      for (int mode = 0; mode < TLS_N_MODES; mode++)
        {
          g_autofree char *path = g_strdup_printf ("/tls/%s/%s", tls_modes[mode].name, tests[i].name);

          g_test_add_data_func (path, &tls_modes[mode], tests[i].func);
        }
    }
  g_test_add_func ("/tls/1.2/renegotiation", test_renegotiation);
  g_test_add_func ("/tls/1.3/key-update", test_key_update);
  g_test_add_func ("/tls/no-common-version", test_no_common_version);
  g_test_add_func ("/tls/bad-priority", test_bad_priority);

  status = g_test_run ();
  gnutls_certificate_free_credentials (credentials);
  test_pki_free (pki);

  return status;
}
