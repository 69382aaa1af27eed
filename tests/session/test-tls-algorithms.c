/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Servers that speak one version, one key exchange, one cipher: what is told of each session is what the server's
 * end knows of it. And certificates in numbers and sizes that are not usual. */

#include <string.h>

#include "support/tls-kit.h"

#define ONLY_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2:"
#define ONLY_1_3 "NORMAL:-VERS-ALL:+VERS-TLS1.3:"

static TestPki *pki;
static TestCertificate *rsa;
static TestCertificate *ecdsa;

/**
 * Case:
 * @priority: what the server speaks
 * @is_rsa: whether its key is RSA
 * @own_group: whether it has Diffie-Hellman parameters of its own
 *
 * A server, and what is to be told of a session with it; %NULL: whatever the server's end says.
 */
typedef struct
{
  const char *name;
  const char *priority;
  gboolean    is_rsa;
  gboolean    own_group;
  const char *version;
  const char *cipher;
  const char *group;
  guint       group_bits;
  const char *signature;
  const char *key_exchange;
} Case;

static const Case cases[] = {
  { "1.3-x25519", ONLY_1_3 "-GROUP-ALL:+GROUP-X25519", FALSE, FALSE, "TLS1.3", NULL, "X25519", 256, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-x448", ONLY_1_3 "-GROUP-ALL:+GROUP-X448", FALSE, FALSE, "TLS1.3", NULL, "X448", 448, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-p256", ONLY_1_3 "-GROUP-ALL:+GROUP-SECP256R1", FALSE, FALSE, "TLS1.3", NULL, "SECP256R1", 256, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-p384", ONLY_1_3 "-GROUP-ALL:+GROUP-SECP384R1", TRUE, FALSE, "TLS1.3", NULL, "SECP384R1", 384, "RSA-PSS-RSAE-SHA256", "ECDHE" },
  { "1.3-p521", ONLY_1_3 "-GROUP-ALL:+GROUP-SECP521R1", TRUE, FALSE, "TLS1.3", NULL, "SECP521R1", 521, "RSA-PSS-RSAE-SHA256", "ECDHE" },
  { "1.3-ffdhe2048", ONLY_1_3 "-GROUP-ALL:+GROUP-FFDHE2048", TRUE, FALSE, "TLS1.3", NULL, "FFDHE2048", 2048, "RSA-PSS-RSAE-SHA256", "DHE" },
  { "1.3-ffdhe4096", ONLY_1_3 "-GROUP-ALL:+GROUP-FFDHE4096", TRUE, FALSE, "TLS1.3", NULL, "FFDHE4096", 4096, "RSA-PSS-RSAE-SHA256", "DHE" },
  { "1.3-aes-128", ONLY_1_3 "-CIPHER-ALL:+AES-128-GCM", FALSE, FALSE, "TLS1.3", "TLS_AES_128_GCM_SHA256", NULL, 0, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-aes-256", ONLY_1_3 "-CIPHER-ALL:+AES-256-GCM", FALSE, FALSE, "TLS1.3", "TLS_AES_256_GCM_SHA384", NULL, 0, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-chacha", ONLY_1_3 "-CIPHER-ALL:+CHACHA20-POLY1305", FALSE, FALSE, "TLS1.3", "TLS_CHACHA20_POLY1305_SHA256", NULL, 0, "ECDSA-SECP256R1-SHA256", "ECDHE" },
  { "1.3-rsa-sha512", ONLY_1_3 "-SIGN-ALL:+SIGN-RSA-PSS-RSAE-SHA512", TRUE, FALSE, "TLS1.3", NULL, NULL, 0, "RSA-PSS-RSAE-SHA512", "ECDHE" },
  { "1.2-ecdhe-ecdsa", ONLY_1_2 "-KX-ALL:+ECDHE-ECDSA:-CIPHER-ALL:+AES-256-GCM:-GROUP-ALL:+GROUP-X25519", FALSE, FALSE, "TLS1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "X25519", 256, "ECDSA-SHA256", "ECDHE-ECDSA" },
  { "1.2-ecdhe-rsa", ONLY_1_2 "-KX-ALL:+ECDHE-RSA:-CIPHER-ALL:+CHACHA20-POLY1305:-GROUP-ALL:+GROUP-SECP384R1", TRUE, FALSE, "TLS1.2", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "SECP384R1", 384, "RSA-SHA256", "ECDHE-RSA" },
  { "1.2-dhe", ONLY_1_2 "-KX-ALL:+DHE-RSA:-GROUP-ALL:+GROUP-FFDHE3072", TRUE, FALSE, "TLS1.2", NULL, "FFDHE3072", 3072, "RSA-SHA256", "DHE-RSA" },
  { "1.2-own-dhe", ONLY_1_2 "-KX-ALL:+DHE-RSA:-GROUP-ALL", TRUE, TRUE, "TLS1.2", NULL, NULL, 2048, "RSA-SHA256", "DHE-RSA" },
  { "1.2-rsa", ONLY_1_2 "-KX-ALL:+RSA:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA1", TRUE, FALSE, "TLS1.2", "TLS_RSA_WITH_AES_128_CBC_SHA", NULL, 0, NULL, "RSA" },
};

/* The 2048-bit group of RFC 3526 section 3. */
static const char prime[] =
  "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
  "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
  "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
  "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
  "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF";

static gnutls_dh_params_t
make_own_group (void)
{
  guint8 bytes[sizeof prime / 2];
  guint8 two = 2;
  gnutls_datum_t p = { bytes, sizeof bytes };
  gnutls_datum_t g = { &two, 1 };
  gnutls_dh_params_t group;

  for (gsize i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (prime[2 * i]) * 16 + g_ascii_xdigit_value (prime[2 * i + 1]));
  g_assert_cmpint (gnutls_dh_params_init (&group), ==, 0);
  g_assert_cmpint (gnutls_dh_params_import_raw (group, &p, &g), ==, 0);

  return group;
}

/* A client, which offers the usual unless @offer says something else, has shaken hands with a server. */
static SmtpTlsInfo *
meet (gnutls_certificate_credentials_t  credentials,
      const char                       *priority,
      const char                       *offer,
      TlsEnd                          **server)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = NULL;
  g_autoptr (SmtpTls) client = NULL;

  tls_kit_set (options, SMTP_TLS_OPTION_PRIORITY, offer != NULL ? offer : "");
  settings = smtp_tls_settings_new (options, &error);
  g_assert_no_error (error);
  client = smtp_tls_new_client (settings, TEST_PKI_HOST, &error);
  g_assert_no_error (error);
  *server = tls_end_new (credentials, priority, 0);
  g_assert_cmpint (tls_end_meet (*server, client, &error), ==, SMTP_TLS_DONE);
  g_assert_no_error (error);

  return smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
}

static void
test_algorithm (gconstpointer data)
{
  const Case *kase = data;
  TestCertificate *certificates[] = { kase->is_rsa ? rsa : ecdsa, pki->intermediate };
  gnutls_certificate_credentials_t credentials = tls_kit_make_credentials_of (certificates, 2);
  gnutls_dh_params_t own_group = make_own_group ();
  {
    g_autoptr (TlsEnd) server = NULL;
    g_autoptr (SmtpTlsInfo) info = NULL;
    gnutls_group_t group;

    if (kase->own_group)
      gnutls_certificate_set_dh_params (credentials, own_group);
    /* RFC 7919 section 4: who is offered groups by name takes one of them, or none. */
    info = meet (credentials, kase->priority, kase->own_group ? "NORMAL:-GROUP-DH-ALL" : NULL, &server);

    g_assert_cmpstr (info->version, ==, kase->version);
    g_assert_cmpstr (info->version, ==, gnutls_protocol_get_name (gnutls_protocol_get_version (server->session)));
    g_assert_cmpstr (info->cipher, ==, gnutls_ciphersuite_get (server->session));
    if (kase->cipher != NULL)
      g_assert_cmpstr (info->cipher, ==, kase->cipher);

    group = gnutls_group_get (server->session);
    g_assert_cmpstr (info->group, ==, group != 0 ? gnutls_group_get_name (group) : NULL);
    if (kase->group != NULL || kase->group_bits > 0)
      {
        g_assert_cmpstr (info->group, ==, kase->group);
        g_assert_cmpuint (info->group_bits, ==, kase->group_bits);
      }
    g_assert_cmpint (info->group_bits > 0, ==, !g_str_equal (kase->key_exchange, "RSA"));

    g_assert_cmpstr (info->signature, ==, kase->signature);
    g_assert_cmpstr (info->key_exchange, ==, kase->key_exchange);
  }
  gnutls_certificate_free_credentials (credentials);
  gnutls_dh_params_deinit (own_group);
}

/* Servers without the extensions that TLS 1.2 was mended with. */
static void
test_mended (void)
{
  TestCertificate *certificates[] = { ecdsa, pki->intermediate };
  gnutls_certificate_credentials_t credentials = tls_kit_make_credentials_of (certificates, 2);

  for (int i = 0; i < 3; i++)
    {
      static const char *const priorities[] = {
        ONLY_1_2 "%NO_SESSION_HASH", ONLY_1_2 "%DISABLE_SAFE_RENEGOTIATION", ONLY_1_3 "%NO_SESSION_HASH",
      };
      g_autoptr (TlsEnd) server = NULL;
      g_autoptr (SmtpTlsInfo) info = meet (credentials, priorities[i], NULL, &server);

      g_assert_cmpint (info->extended_master_secret, ==, i != 0);
      g_assert_cmpint (info->safe_renegotiation, ==, i != 1);
    }
  gnutls_certificate_free_credentials (credentials);
}

/* A hundred certificates go through, a hundred and one do too and are told. */
static void
test_many_certificates (gconstpointer data)
{
  const TlsMode *mode = data;

  for (guint n = 100; n <= 101; n++)
    {
      g_autofree TestCertificate **certificates = g_new (TestCertificate *, n);
      gnutls_certificate_credentials_t credentials;

      certificates[0] = ecdsa;
      certificates[1] = pki->intermediate;
      for (guint i = 2; i < n; i++)
        certificates[i] = i % 2 == 0 ? pki->stranger : pki->root;
      credentials = tls_kit_make_credentials_of (certificates, n);
      {
        g_autoptr (TlsEnd) server = NULL;
        g_autoptr (SmtpTlsInfo) info = meet (credentials, mode->server, NULL, &server);

        g_assert_cmpuint (info->chain->len, ==, 100);
        g_assert_cmpint (smtp_tls_info_has_fault (info, SMTP_TLS_FAULT_TOO_MANY), ==, n > 100);
        g_assert_true (g_bytes_equal (((SmtpCertificate *) info->chain->pdata[99])->der, pki->root->der));
      }
      gnutls_certificate_free_credentials (credentials);
    }
}

/* A certificate of so many bytes, for the most part an extension that nobody knows. */
static TestCertificate *
make_long_certificate (gsize size)
{
  static const char *const names[] = { "DNS:" TEST_PKI_HOST, NULL };
  g_autofree guint8 *bytes = g_malloc (size);
  g_autoptr (GByteArray) extension = NULL;
  g_autoptr (GBytes) extension_data = NULL;

  memset (bytes, 'x', size);
  extension = test_der_bytes (0x04, bytes, size);
  extension_data = g_bytes_new (extension->data, extension->len);

  return test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .names = names, .issuer = pki->intermediate,
    .usages = GNUTLS_KEY_DIGITAL_SIGNATURE, .extension = "1.2.3.4.5", .extension_data = extension_data,
  });
}

/* A long one, as long as GnuTLS's own server can send it. */
static void
test_long_certificate (gconstpointer data)
{
  const TlsMode *mode = data;
  TestCertificate *certificates[] = { make_long_certificate (450 * 1000), pki->intermediate };
  gnutls_certificate_credentials_t credentials = tls_kit_make_credentials_of (certificates, 2);
  {
    g_autoptr (TlsEnd) server = NULL;
    g_autoptr (SmtpTlsInfo) info = meet (credentials, mode->server, NULL, &server);

    g_assert_cmpuint (info->chain->len, ==, 2);
    g_assert_true (g_bytes_equal (((SmtpCertificate *) info->chain->pdata[0])->der, certificates[0]->der));
    g_assert_null (((SmtpCertificate *) info->chain->pdata[0])->malformed);
    g_assert_false (smtp_tls_info_has_fault (info, SMTP_TLS_FAULT_MALFORMED));
  }
  gnutls_certificate_free_credentials (credentials);
}

static void
append_number (GByteArray *bytes,
               gsize       number,
               int         size)
{
  for (int i = size - 1; i >= 0; i--)
    g_byte_array_append (bytes, &(guint8) { (guint8) (number >> 8 * i) }, 1);
}

/* A handshake message in records; RFC 5246 section 7.4. */
static void
append_message (GByteArray       *to,
                guint8            type,
                const GByteArray *body)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  append_number (message, type, 1);
  append_number (message, body->len, 3);
  g_byte_array_append (message, body->data, body->len);
  for (gsize at = 0; at < message->len; at += 16384)
    {
      gsize n = MIN (16384, message->len - at);

      append_number (to, 0x160303, 3);
      append_number (to, n, 2);
      g_byte_array_append (to, message->data + at, (guint) n);
    }
}

/* One of a megabyte is more than that server can send, but is taken by us: the handshake waits for what follows. */
static void
test_megabyte (void)
{
  static const guint8 zeroes[32];
  gsize size;
  const void *der = g_bytes_get_data (make_long_certificate (1024 * 1024)->der, &size);
  g_autoptr (GByteArray) hello = g_byte_array_new ();
  g_autoptr (GByteArray) certificate = g_byte_array_new ();
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (SmtpTlsSettings) settings = tls_kit_make_settings (&tls_modes[0]);
  g_autoptr (SmtpTls) client = smtp_tls_new_client (settings, NULL, NULL);
  g_autoptr (GError) error = NULL;

  /* Version, random, no session, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, no compression */
  append_number (hello, 0x0303, 2);
  g_byte_array_append (hello, zeroes, sizeof zeroes);
  append_number (hello, 0, 1);
  append_number (hello, 0xc02b, 2);
  append_number (hello, 0, 1);
  append_message (all, 2, hello);

  append_number (certificate, 3 + size, 3);
  append_number (certificate, size, 3);
  g_byte_array_append (certificate, der, (guint) size);
  append_message (all, 11, certificate);

  g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_WANTS_MORE);
  g_byte_array_set_size (smtp_tls_get_output (client), 0);
  for (gsize at = 0; at < all->len; at += 65536)
    {
      smtp_tls_put (client, (const char *) all->data + at, MIN (65536, all->len - at));
      g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_WANTS_MORE);
      g_assert_no_error (error);
    }
  g_assert_cmpuint (smtp_tls_get_output (client)->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  static const char *const names[] = { "DNS:" TEST_PKI_HOST, NULL };
  int status;

  g_test_init (&argc, &argv, NULL);
  pki = test_pki_new ();
  ecdsa = test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .names = names, .issuer = pki->intermediate,
    .usages = GNUTLS_KEY_DIGITAL_SIGNATURE,
  });
  rsa = test_pki_make (pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .names = names, .issuer = pki->intermediate, .rsa_bits = 2048,
    .usages = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
  });

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/tls-algorithms/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_algorithm);
    }
  g_test_add_func ("/tls-algorithms/mended", test_mended);
  g_test_add_func ("/tls-algorithms/megabyte", test_megabyte);
  for (int mode = 0; mode < TLS_N_MODES; mode++)
    {
      g_autofree char *many = g_strdup_printf ("/tls-algorithms/%s/many-certificates", tls_modes[mode].name);
      g_autofree char *large = g_strdup_printf ("/tls-algorithms/%s/long-certificate", tls_modes[mode].name);

      g_test_add_data_func (many, &tls_modes[mode], test_many_certificates);
      g_test_add_data_func (large, &tls_modes[mode], test_long_certificate);
    }

  status = g_test_run ();
  test_pki_free (pki);

  return status;
}
