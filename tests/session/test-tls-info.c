/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What our end asks for and what it says of a connection, held against what the server's end was asked and
 * knows: server name, OCSP, client certificate, key log, and everything that smtp_tls_describe() tells. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <sys/stat.h>

#include "support/tls-kit.h"

static TestPki *pki;
static gnutls_certificate_credentials_t credentials;
static char *folder;
static char *ca_file;

static char *
write_file (const char *name,
            const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);

  return path;
}

static SmtpTlsOptions *
make_options (const TlsMode *mode)
{
  SmtpTlsOptions *options = smtp_tls_options_new ();

  tls_kit_set (options, SMTP_TLS_OPTION_MIN, mode->min);
  tls_kit_set (options, SMTP_TLS_OPTION_MAX, mode->min);
  tls_kit_set (options, SMTP_TLS_OPTION_CA_FILE, ca_file);

  return options;
}

static SmtpTls *
make_client (SmtpTlsOptions *options,
             const char     *sni)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = tls_kit_load_settings (options, NULL, &error);
  SmtpTls *client;

  g_assert_no_error (error);
  client = smtp_tls_new_client (settings, sni, &error);
  g_assert_no_error (error);

  return client;
}

static void
meet (TlsEnd  *server,
      SmtpTls *client)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);
  g_assert_no_error (error);
  g_assert_true (server->done);
}

/* What is true of every session of that version. */
static void
assert_same_session (const TlsMode *mode,
                     SmtpTlsInfo   *info,
                     TlsEnd        *server)
{
  gnutls_sign_algorithm_t sign = (gnutls_sign_algorithm_t) gnutls_sign_algorithm_get (server->session);
  gnutls_group_t group = gnutls_group_get (server->session);

  g_assert_cmpint (gnutls_protocol_get_version (server->session), ==, mode->version);
  g_assert_cmpstr (info->version, ==, gnutls_protocol_get_name (mode->version));
  g_assert_cmpstr (info->cipher, ==, gnutls_ciphersuite_get (server->session));
  g_assert_cmpstr (info->signature, ==, gnutls_sign_get_name (sign));
  g_assert_cmpstr (info->group, ==, group != 0 ? gnutls_group_get_name (group) : NULL);
  g_assert_false (info->resumed);
}

static void
test_good (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autoptr (SmtpTlsOptions) options = make_options (mode);
  g_autoptr (SmtpTls) client = make_client (options, TEST_PKI_HOST);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (SmtpTlsInfo) info = NULL;
  char name[100];
  size_t size = sizeof name;
  unsigned int type;

  meet (server, client);
  info = smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
  assert_same_session (mode, info, server);

  g_assert_cmpint (gnutls_server_name_get (server->session, name, &size, &type, 0), ==, 0);
  g_assert_cmpint (type, ==, GNUTLS_NAME_DNS);
  g_assert_cmpstr (name, ==, TEST_PKI_HOST);
  g_assert_cmpstr (info->sni, ==, TEST_PKI_HOST);
  g_assert_cmpstr (info->verify_name, ==, TEST_PKI_HOST);
  g_assert_cmpstr (info->trust, ==, "file");
  g_assert_cmpint (info->now, ==, pki->now);

  g_assert_cmpuint (info->faults->len, ==, 0);
  g_assert_cmpuint (info->chain->len, ==, 2);
  g_assert_true (g_bytes_equal (((SmtpCertificate *) info->chain->pdata[1])->der, pki->intermediate->der));
  g_assert_true (info->extended_master_secret);
  g_assert_true (info->safe_renegotiation);
  g_assert_false (info->client_certificate_asked);
  g_assert_false (info->client_certificate_sent);
  g_assert_cmpint (info->ocsp, ==, SMTP_OCSP_NONE);
}

/* Nothing is sent that was not to be, and what is checked is what was to be. */
static void
test_no_sni (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autoptr (SmtpTlsOptions) options = make_options (mode);
  g_autoptr (SmtpTls) client = make_client (options, NULL);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (SmtpTlsInfo) info = NULL;
  char name[100];
  size_t size = sizeof name;
  unsigned int type;

  meet (server, client);
  g_assert_cmpint (gnutls_server_name_get (server->session, name, &size, &type, 0), ==,
                   GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
  info = smtp_tls_describe (client, "other.example.test", pki->now);
  g_assert_null (info->sni);
  g_assert_cmpstr (info->verify_name, ==, "other.example.test");
  g_assert_cmpuint (info->faults->len, ==, 1);
  g_assert_true (smtp_tls_info_has_fault (info, SMTP_TLS_FAULT_NAME_MISMATCH));
}

/* A bad certificate is no failure of the handshake. */
static void
test_bad_certificate (gconstpointer data)
{
  const TlsMode *mode = data;
  gnutls_certificate_credentials_t bad = tls_kit_make_credentials (pki, "expired");
  {
    g_autoptr (SmtpTlsOptions) options = make_options (mode);
    g_autoptr (SmtpTls) client = make_client (options, TEST_PKI_HOST);
    g_autoptr (TlsEnd) server = tls_end_new (bad, mode->server, 0);
    g_autoptr (SmtpTlsInfo) info = NULL;

    meet (server, client);
    info = smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
    g_assert_cmpuint (info->faults->len, ==, 1);
    g_assert_true (smtp_tls_info_has_fault (info, SMTP_TLS_FAULT_EXPIRED));
  }
  gnutls_certificate_free_credentials (bad);
}

/* Without a CA file that knows it the same chain is nobody's. */
static void
test_untrusted (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autoptr (SmtpTlsSettings) settings = tls_kit_make_settings (mode);
  g_autoptr (SmtpTls) client = smtp_tls_new_client (settings, TEST_PKI_HOST, NULL);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (SmtpTlsInfo) info = NULL;

  meet (server, client);
  info = smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
  g_assert_cmpuint (info->faults->len, >=, 1);
  g_assert_cmpstr (info->trust, !=, "file");
}

typedef struct
{
  GBytes *staple;
  guint   n_asked;
} Stapler;

static int
give_staple (gnutls_session_t  session,
             void             *data,
             gnutls_datum_t   *answer)
{
  Stapler *stapler = data;
  gsize size;
  const void *bytes = g_bytes_get_data (stapler->staple, &size);

  stapler->n_asked++;
  answer->data = gnutls_malloc (size);
  answer->size = (unsigned int) size;
  memcpy (answer->data, bytes, size);

  return 0;
}

static void
test_ocsp (gconstpointer data)
{
  const TlsMode *mode = data;
  static const struct
  {
    gnutls_ocsp_cert_status_t  status;
    SmtpOcspStatus             expected;
  } cases[] = {
    { GNUTLS_OCSP_CERT_GOOD, SMTP_OCSP_GOOD }, { GNUTLS_OCSP_CERT_REVOKED, SMTP_OCSP_REVOKED },
    { GNUTLS_OCSP_CERT_UNKNOWN, SMTP_OCSP_UNKNOWN },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gnutls_certificate_credentials_t stapling;
      TestChain chain;
      Stapler stapler = { NULL, 0 };

      test_pki_make_chain (pki, "muststaple", &chain);
      stapling = tls_kit_make_credentials_of (chain.certificates, chain.n);
      stapler.staple = test_pki_make_staple (pki, &(TestStapleSpec) {
        .subject = chain.certificates[0], .issuer = chain.certificates[1], .status = cases[i].status,
        .this_update = -TEST_PKI_DAY, .next_update = TEST_PKI_DAY, .revoked_at = -2 * TEST_PKI_DAY,
      });
      gnutls_certificate_set_ocsp_status_request_function2 (stapling, 0, give_staple, &stapler);
      {
        g_autoptr (SmtpTlsOptions) options = make_options (mode);
        g_autoptr (SmtpTls) client = make_client (options, TEST_PKI_HOST);
        g_autoptr (TlsEnd) server = tls_end_new (stapling, mode->server, 0);
        g_autoptr (SmtpTlsInfo) info = NULL;

        meet (server, client);
        g_assert_cmpuint (stapler.n_asked, ==, 1);
        info = smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
        g_assert_cmpint (info->ocsp, ==, cases[i].expected);
        g_assert_cmpint (info->ocsp_this_update, ==, pki->now - TEST_PKI_DAY);
        g_assert_cmpint (smtp_tls_info_has_fault (info, SMTP_TLS_FAULT_REVOKED), ==,
                         cases[i].expected == SMTP_OCSP_REVOKED);
      }
      gnutls_certificate_free_credentials (stapling);
      g_bytes_unref (stapler.staple);
    }
}

/* What the server's end knows of the secrets, in the same format. */
static GPtrArray *known_secrets;

static int
note_secret (gnutls_session_t      session,
             const char           *label,
             const gnutls_datum_t *secret)
{
  GString *line = g_string_new (label);
  gnutls_datum_t random;

  gnutls_session_get_random (session, &random, NULL);
  g_string_append_c (line, ' ');
  for (guint i = 0; i < random.size; i++)
    g_string_append_printf (line, "%02x", random.data[i]);
  g_string_append_c (line, ' ');
  for (guint i = 0; i < secret->size; i++)
    g_string_append_printf (line, "%02x", secret->data[i]);
  g_ptr_array_add (known_secrets, g_string_free (line, FALSE));

  return 0;
}

/* Two connections into one file, which Wireshark reads: the server's end has the same secrets. */
static void
test_key_log (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autofree char *path = g_strdup_printf ("%s/keys-%s", folder, mode->name);
  g_autoptr (SmtpTlsOptions) options = make_options (mode);
  g_autoptr (GHashTable) labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  mode_t mask = umask (0);
  struct stat status;

  known_secrets = g_ptr_array_new_with_free_func (g_free);
  tls_kit_set (options, SMTP_TLS_OPTION_KEYLOG_FILE, path);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (SmtpTls) client = make_client (options, TEST_PKI_HOST);
      g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);

      gnutls_session_set_keylog_function (server->session, note_secret);
      meet (server, client);
    }
  umask (mask);

  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_str_has_suffix (text, "\n"));
  lines = g_strsplit (text, "\n", -1);
  for (int i = 0; lines[i + 1] != NULL; i++)
    {
      g_assert_true (g_regex_match_simple ("^[A-Z0-9_]+ [0-9a-f]{64} ([0-9a-f]{64}|[0-9a-f]{96})$", lines[i], 0, 0));
      g_assert_true (g_ptr_array_find_with_equal_func (known_secrets, lines[i], g_str_equal, NULL));
      g_hash_table_add (labels, g_strndup (lines[i], strcspn (lines[i], " ")));
    }

  if (mode->version == GNUTLS_TLS1_2)
    {
      g_assert_cmpuint (g_strv_length (lines), ==, 2 + 1);
      g_assert_true (g_hash_table_contains (labels, "CLIENT_RANDOM"));
    }
  else
    {
      g_assert_cmpuint (g_strv_length (lines), >=, 2 * 4 + 1);
      g_assert_true (g_hash_table_contains (labels, "CLIENT_HANDSHAKE_TRAFFIC_SECRET"));
      g_assert_true (g_hash_table_contains (labels, "SERVER_HANDSHAKE_TRAFFIC_SECRET"));
      g_assert_true (g_hash_table_contains (labels, "CLIENT_TRAFFIC_SECRET_0"));
      g_assert_true (g_hash_table_contains (labels, "SERVER_TRAFFIC_SECRET_0"));
    }
  g_clear_pointer (&known_secrets, g_ptr_array_unref);
}

/* A server that asks for a certificate, in the name of an authority or of none, and a client that has one or not. */
static void
test_client_certificate (gconstpointer data)
{
  const TlsMode *mode = data;
  TestChain chain;
  g_autofree char *cert = NULL;
  g_autofree char *key = NULL;
  g_autofree char *cert_file = NULL;
  g_autofree char *key_file = NULL;

  test_pki_make_chain (pki, "client", &chain);
  cert = test_chain_to_pem (&chain);
  key = test_certificate_key_to_pem (chain.certificates[0]);
  cert_file = write_file ("client.pem", cert);
  key_file = write_file ("client.key", key);

  for (int i = 0; i < 8; i++)
    {
      gboolean asks = (i & 1) != 0;
      gboolean has = (i & 2) != 0;
      gboolean by_stranger = (i & 4) != 0;
      gnutls_certificate_credentials_t picky = tls_kit_make_credentials (pki, "good");
      {
        g_autoptr (SmtpTlsOptions) options = make_options (mode);
        g_autoptr (SmtpTls) client = NULL;
        g_autoptr (TlsEnd) server = NULL;
        g_autoptr (SmtpTlsInfo) info = NULL;
        const gnutls_datum_t *sent;
        unsigned int n_sent = 0;

        if (by_stranger)
          g_assert_cmpint (gnutls_certificate_set_x509_trust (picky, &pki->stranger->crt, 1), ==, 1);
        if (has)
          {
            tls_kit_set (options, SMTP_TLS_OPTION_CERT_FILE, cert_file);
            tls_kit_set (options, SMTP_TLS_OPTION_KEY_FILE, key_file);
          }
        client = make_client (options, TEST_PKI_HOST);
        server = tls_end_new (picky, mode->server, 0);
        gnutls_certificate_server_set_request (server->session, asks ? GNUTLS_CERT_REQUEST : GNUTLS_CERT_IGNORE);
        meet (server, client);

        info = smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
        g_assert_cmpint (info->client_certificate_asked, ==, asks);
        g_assert_cmpint (info->client_certificate_sent, ==, asks && has);
        sent = gnutls_certificate_get_peers (server->session, &n_sent);
        if (asks && has)
          {
            gsize size;
            const void *der = g_bytes_get_data (chain.certificates[0]->der, &size);

            g_assert_cmpuint (n_sent, ==, 2);
            g_assert_cmpmem (sent[0].data, sent[0].size, der, size);
          }
        else
          {
            g_assert_null (sent);
          }
      }
      gnutls_certificate_free_credentials (picky);
    }
}

/* A server that insists on one: in TLS 1.3 we hear of it only when the handshake is over for us. */
static void
test_client_certificate_required (gconstpointer data)
{
  const TlsMode *mode = data;
  g_autoptr (SmtpTlsOptions) options = make_options (mode);
  g_autoptr (SmtpTls) client = make_client (options, TEST_PKI_HOST);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, mode->server, 0);
  g_autoptr (GError) error = NULL;
  char buffer[100];
  gsize length;
  int code = 0;

  gnutls_certificate_server_set_request (server->session, GNUTLS_CERT_REQUIRE);
  for (int round = 0; round < 4 && error == NULL; round++)
    {
      if (smtp_tls_handshake (client, &error) == SMTP_TLS_DONE && server->input->len > 0)
        smtp_tls_read (client, buffer, sizeof buffer, &length, &error);
      tls_end_put (server, smtp_tls_get_output (client));
      if (code == 0 || code == GNUTLS_E_AGAIN)
        code = gnutls_handshake (server->session);
      if (code != GNUTLS_E_AGAIN)
        gnutls_alert_send_appropriate (server->session, code);
      smtp_tls_put (client, (const char *) server->output->data, server->output->len);
      g_byte_array_set_size (server->output, 0);
    }
  g_assert_cmpint (code, <, 0);
  g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_ALERT);
  if (mode->version == GNUTLS_TLS1_3)
    g_assert_cmpstr (error->message, ==, "certificate_required (116)");
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
    { "good", test_good }, { "no-sni", test_no_sni }, { "bad-certificate", test_bad_certificate },
    { "untrusted", test_untrusted }, { "ocsp", test_ocsp }, { "key-log", test_key_log },
    { "client-certificate", test_client_certificate },
    { "client-certificate-required", test_client_certificate_required },
  };
  g_autofree char *ca = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("smtp-probe-XXXXXX", NULL);
  pki = test_pki_new ();
  credentials = tls_kit_make_credentials (pki, "good");
  ca = test_certificate_to_pem (pki->root);
  ca_file = write_file ("ca.pem", ca);

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      for (int mode = 0; mode < TLS_N_MODES; mode++)
        {
          g_autofree char *path = g_strdup_printf ("/tls-info/%s/%s", tls_modes[mode].name, tests[i].name);

          g_test_add_data_func (path, &tls_modes[mode], tests[i].func);
        }
    }

  status = g_test_run ();
  gnutls_certificate_free_credentials (credentials);
  test_pki_free (pki);
  tls_kit_remove (folder);
  g_free (ca_file);
  g_free (folder);

  return status;
}
