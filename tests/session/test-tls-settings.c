/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* TLS options, loaded: every file that cannot be used is told before a byte is sent, with the option it belongs to
 * and a sentence; and what can be used has the effect it should have. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/pkcs12.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "diagnosis/smtp-advice.h"
#include "support/tls-kit.h"

#define MOST_OPTIONS 4

static TestPki *pki;
static gnutls_certificate_credentials_t credentials;
static char *folder;

static void
write_file (const char *name,
            const void *bytes,
            gssize      size)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, bytes, size, &error);
  g_assert_no_error (error);
}

static void
write_datum (const char     *name,
             gnutls_datum_t *datum)
{
  write_file (name, datum->data, datum->size);
  gnutls_free (datum->data);
}

static void
write_encrypted_key (const char            *name,
                     gnutls_x509_privkey_t  key,
                     const char            *password)
{
  gnutls_datum_t out;

  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, password, GNUTLS_PKCS_PBES2_AES_256, &out), ==, 0);
  write_datum (name, &out);
}

static void
write_pkcs12 (const char      *name,
              const TestChain *chain,
              const char      *password)
{
  gnutls_datum_t id = { (guint8 *) "id", 2 };
  gnutls_datum_t out;
  gnutls_pkcs12_bag_t bags[2];
  gnutls_pkcs12_t pkcs12;

  g_assert_cmpint (gnutls_pkcs12_init (&pkcs12), ==, 0);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (gnutls_pkcs12_bag_init (&bags[i]), ==, 0);

  for (guint i = 0; i < chain->n; i++)
    g_assert_cmpint (gnutls_pkcs12_bag_set_crt (bags[0], chain->certificates[i]->crt), ==, (int) i);
  g_assert_cmpint (gnutls_pkcs12_bag_set_key_id (bags[0], 0, &id), ==, 0);
  g_assert_cmpint (gnutls_pkcs12_bag_encrypt (bags[0], password, GNUTLS_PKCS_PBES2_AES_256), ==, 0);
  g_assert_cmpint (gnutls_pkcs12_set_bag (pkcs12, bags[0]), ==, 0);

  g_assert_cmpint (gnutls_x509_privkey_export2_pkcs8 (chain->certificates[0]->key, GNUTLS_X509_FMT_DER, password,
                                                      GNUTLS_PKCS_PBES2_AES_256, &out), ==, 0);
  g_assert_cmpint (gnutls_pkcs12_bag_set_data (bags[1], GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &out), ==, 0);
  gnutls_free (out.data);
  g_assert_cmpint (gnutls_pkcs12_bag_set_key_id (bags[1], 0, &id), ==, 0);
  g_assert_cmpint (gnutls_pkcs12_set_bag (pkcs12, bags[1]), ==, 0);

  g_assert_cmpint (gnutls_pkcs12_generate_mac (pkcs12, password), ==, 0);
  g_assert_cmpint (gnutls_pkcs12_export2 (pkcs12, GNUTLS_X509_FMT_DER, &out), ==, 0);
  write_datum (name, &out);
  for (int i = 0; i < 2; i++)
    gnutls_pkcs12_bag_deinit (bags[i]);
  gnutls_pkcs12_deinit (pkcs12);
}

static void
write_files (void)
{
  static const char broken[] = "-----BEGIN CERTIFICATE-----\nMIIBAgMEBQ==\n-----END CERTIFICATE-----\n";
  TestChain chain;
  g_autofree char *root = test_certificate_to_pem (pki->root);
  g_autofree char *stranger = test_certificate_to_pem (pki->stranger);
  g_autofree char *strange_key = test_certificate_key_to_pem (pki->stranger);
  g_autofree char *cert = NULL;
  g_autofree char *key = NULL;
  g_autofree char *both = NULL;

  test_pki_make_chain (pki, "client", &chain);
  cert = test_chain_to_pem (&chain);
  key = test_certificate_key_to_pem (chain.certificates[0]);
  both = g_strconcat (key, cert, NULL);

  write_file ("text", "no PEM here\n", -1);
  write_file ("empty", "", 0);
  write_file ("broken.pem", broken, -1);
  write_file ("ca.pem", root, -1);
  write_file ("stranger.pem", stranger, -1);
  write_file ("cert.pem", cert, -1);
  write_file ("key.pem", key, -1);
  write_file ("both.pem", both, -1);
  write_file ("strange-key.pem", strange_key, -1);
  write_file ("cert.der", g_bytes_get_data (chain.certificates[0]->der, NULL), (gssize) g_bytes_get_size (chain.certificates[0]->der));
  write_encrypted_key ("locked-key.pem", chain.certificates[0]->key, "secret");
  write_pkcs12 ("cert.p12", &chain, "secret");
  write_pkcs12 ("open.p12", &chain, "");
}

typedef struct
{
  SmtpTlsOption  option;
  const char    *value;  /* with @ for the folder */
} Setting;

typedef struct
{
  const char *name;
  const char *password;
  Setting     settings[MOST_OPTIONS];
  int         expected;  /* -1: it can be used */
  const char *detail;    /* what the message begins with */
} Case;

#define CA(file)       { SMTP_TLS_OPTION_CA_FILE, file }
#define CERT(file)     { SMTP_TLS_OPTION_CERT_FILE, file }
#define KEY(file)      { SMTP_TLS_OPTION_KEY_FILE, file }
#define PRIORITY(text) { SMTP_TLS_OPTION_PRIORITY, text }
#define MIN_VERSION(v) { SMTP_TLS_OPTION_MIN, v }
#define MAX_VERSION(v) { SMTP_TLS_OPTION_MAX, v }

static const Case cases[] = {
  { "nothing", NULL, { { 0, NULL } }, -1, NULL },
  { "ca", NULL, { CA ("@/ca.pem") }, -1, NULL },
  { "ca-missing", NULL, { CA ("@/nowhere.pem") }, SMTP_TLS_OPTIONS_ERROR_CA_READ, "Error opening file" },
  { "ca-folder", NULL, { CA ("@") }, SMTP_TLS_OPTIONS_ERROR_CA_READ, "" },
  { "ca-text", NULL, { CA ("@/text") }, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL },
  { "ca-empty", NULL, { CA ("@/empty") }, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL },
  { "ca-broken", NULL, { CA ("@/broken.pem") }, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL },
  { "ca-key", NULL, { CA ("@/key.pem") }, SMTP_TLS_OPTIONS_ERROR_CA_FORMAT, NULL },
  { "cert-and-key", NULL, { CERT ("@/cert.pem"), KEY ("@/key.pem") }, -1, NULL },
  { "cert-with-key", NULL, { CERT ("@/both.pem") }, -1, NULL },
  { "cert-missing", NULL, { CERT ("@/nowhere.pem") }, SMTP_TLS_OPTIONS_ERROR_CERT_READ, "Error opening file" },
  { "cert-folder", NULL, { CERT ("@") }, SMTP_TLS_OPTIONS_ERROR_CERT_READ, "" },
  { "cert-text", NULL, { CERT ("@/text"), KEY ("@/key.pem") }, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, NULL },
  { "cert-empty", NULL, { CERT ("@/empty") }, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, NULL },
  { "cert-broken", NULL, { CERT ("@/broken.pem"), KEY ("@/key.pem") }, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, NULL },
  { "cert-der", NULL, { CERT ("@/cert.der"), KEY ("@/key.pem") }, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, NULL },
  { "cert-is-key", NULL, { CERT ("@/key.pem"), KEY ("@/key.pem") }, SMTP_TLS_OPTIONS_ERROR_CERT_FORMAT, NULL },
  { "key-missing", NULL, { CERT ("@/cert.pem"), KEY ("@/nowhere.key") }, SMTP_TLS_OPTIONS_ERROR_KEY_READ, "Error opening file" },
  { "key-not-there", NULL, { CERT ("@/cert.pem") }, SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT, NULL },
  { "key-text", NULL, { CERT ("@/cert.pem"), KEY ("@/text") }, SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT, NULL },
  { "key-empty", NULL, { CERT ("@/cert.pem"), KEY ("@/empty") }, SMTP_TLS_OPTIONS_ERROR_KEY_FORMAT, NULL },
  { "key-of-another", NULL, { CERT ("@/cert.pem"), KEY ("@/strange-key.pem") }, SMTP_TLS_OPTIONS_ERROR_KEY_MISMATCH, NULL },
  { "key-locked", NULL, { CERT ("@/cert.pem"), KEY ("@/locked-key.pem") }, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL },
  { "key-locked-empty", "", { CERT ("@/cert.pem"), KEY ("@/locked-key.pem") }, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL },
  { "key-locked-wrong", "wrong", { CERT ("@/cert.pem"), KEY ("@/locked-key.pem") }, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL },
  { "key-unlocked", "secret", { CERT ("@/cert.pem"), KEY ("@/locked-key.pem") }, -1, NULL },
  { "key-not-locked", "secret", { CERT ("@/cert.pem"), KEY ("@/key.pem") }, -1, NULL },
  { "pkcs12", "secret", { CERT ("@/cert.p12") }, -1, NULL },
  { "pkcs12-wrong", "wrong", { CERT ("@/cert.p12") }, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL },
  { "pkcs12-no-password", NULL, { CERT ("@/cert.p12") }, SMTP_TLS_OPTIONS_ERROR_KEY_PASSWORD, NULL },
  { "pkcs12-open", NULL, { CERT ("@/open.p12") }, -1, NULL },
  { "pkcs11", NULL, { CERT ("pkcs11:token=nobody;object=none;type=cert") }, SMTP_TLS_OPTIONS_ERROR_PKCS11, "" },
  { "pkcs11-key", NULL, { CERT ("@/cert.pem"), KEY ("pkcs11:token=nobody;object=none;type=private") }, SMTP_TLS_OPTIONS_ERROR_PKCS11, "" },
  { "pkcs11-nonsense", NULL, { CERT ("pkcs11:%%%") }, SMTP_TLS_OPTIONS_ERROR_PKCS11, "" },
  { "priority", NULL, { PRIORITY ("SECURE256:%SAFE_RENEGOTIATION") }, -1, NULL },
  { "priority-word", NULL, { PRIORITY ("NORMAL:+NONSENSE:+ECDHE-RSA") }, SMTP_TLS_OPTIONS_ERROR_PRIORITY, "+NONSENSE" },
  { "priority-start", NULL, { PRIORITY ("RUBBISH") }, SMTP_TLS_OPTIONS_ERROR_PRIORITY, "RUBBISH" },
  { "priority-and-versions", NULL, { PRIORITY ("NORMAL:+NONSENSE"), MIN_VERSION ("1.2") }, SMTP_TLS_OPTIONS_ERROR_PRIORITY, "+NONSENSE" },
  { "priority-no-versions", NULL, { PRIORITY ("NORMAL:-VERS-ALL") }, SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT, "" },
  { "priority-no-ciphers", NULL, { PRIORITY ("NORMAL:-CIPHER-ALL") }, SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT, "" },
  { "priority-versions-given", NULL, { PRIORITY ("NORMAL:-VERS-ALL"), MIN_VERSION ("1.2") }, -1, NULL },
  { "priority-old-cipher", NULL, { PRIORITY ("NORMAL:-CIPHER-ALL:+AES-128-CBC"), MIN_VERSION ("1.3") }, SMTP_TLS_OPTIONS_ERROR_NOTHING_LEFT, "" },
  { "key-log", NULL, { { SMTP_TLS_OPTION_KEYLOG_FILE, "@/keys" } }, -1, NULL },
  { "key-log-nowhere", NULL, { { SMTP_TLS_OPTION_KEYLOG_FILE, "@/no/where/keys" } }, SMTP_TLS_OPTIONS_ERROR_KEYLOG, "No such file" },
  { "key-log-folder", NULL, { { SMTP_TLS_OPTION_KEYLOG_FILE, "@" } }, SMTP_TLS_OPTIONS_ERROR_KEYLOG, "Is a directory" },
};

static void
set (SmtpTlsOptions *options,
     const Setting  *setting)
{
  g_autofree char *value = NULL;

  if (setting->value == NULL)
    return;

  value = *setting->value == '@' ? g_strconcat (folder, setting->value + 1, NULL) : g_strdup (setting->value);
  tls_kit_set (options, setting->option, value);
}

static SmtpTlsOptions *
make_options (const Case *kase)
{
  SmtpTlsOptions *options = smtp_tls_options_new ();

  for (int i = 0; i < MOST_OPTIONS; i++)
    set (options, &kase->settings[i]);

  return options;
}

static void
test_load (gconstpointer data)
{
  const Case *kase = data;
  g_autoptr (SmtpTlsOptions) options = make_options (kase);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = tls_kit_load_settings (options, kase->password, &error);
  g_autofree char *words = NULL;

  if (kase->expected < 0)
    {
      g_assert_no_error (error);
      g_assert_nonnull (settings);
      return;
    }

  g_assert_null (settings);
  g_assert_error (error, SMTP_TLS_OPTIONS_ERROR, kase->expected);
  words = smtp_advice_for_error (error);
  g_assert_cmpuint (strlen (words), >, 10);
  g_assert_null (strstr (words, "%s"));
  if (kase->detail != NULL)
    {
      if (!g_str_has_prefix (error->message, kase->detail) || *error->message == '\0')
        g_error ("the detail is: %s", error->message);
      g_assert_nonnull (strstr (words, error->message));
    }
}

/* Each certificate that can be used is sent to a server that asks. */
static void
test_client_certificate (gconstpointer data)
{
  const Case *kase = data;
  g_autoptr (SmtpTlsOptions) options = make_options (kase);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = tls_kit_load_settings (options, kase->password, &error);
  g_autoptr (SmtpTls) client = smtp_tls_new_client (settings, TEST_PKI_HOST, &error);
  g_autoptr (TlsEnd) server = tls_end_new (credentials, "NORMAL", 0);
  g_autofree char *der = NULL;
  g_autofree char *der_file = g_build_filename (folder, "cert.der", NULL);
  const gnutls_datum_t *sent;
  unsigned int n = 0;
  gsize size;

  gnutls_certificate_server_set_request (server->session, GNUTLS_CERT_REQUIRE);
  g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);
  sent = gnutls_certificate_get_peers (server->session, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (g_file_get_contents (der_file, &der, &size, NULL));
  g_assert_cmpmem (sent[0].data, sent[0].size, der, size);
}

static const char *const versions[] = { "1.0", "1.1", "1.2", "1.3" };

/* Whether a client with these limits can talk to a server that speaks one version only. */
static gboolean
can_talk (const char *min,
          const char *max,
          guint       version)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autofree char *priority = g_strdup_printf ("NORMAL:-VERS-ALL:+VERS-TLS%s", versions[version]);
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = NULL;
  g_autoptr (SmtpTls) client = NULL;
  g_autoptr (TlsEnd) server = tls_end_new (credentials, priority, 0);
  SmtpTlsResult result;
  int code;

  tls_kit_set (options, SMTP_TLS_OPTION_MIN, min);
  tls_kit_set (options, SMTP_TLS_OPTION_MAX, max);
  settings = smtp_tls_settings_new (options, &error);
  g_assert_no_error (error);
  client = smtp_tls_new_client (settings, NULL, &error);
  g_assert_no_error (error);

  g_assert_cmpint (smtp_tls_handshake (client, &error), ==, SMTP_TLS_WANTS_MORE);
  tls_end_put (server, smtp_tls_get_output (client));
  code = gnutls_handshake (server->session);
  if (code != GNUTLS_E_AGAIN)
    return FALSE;

  result = tls_end_meet (server, client, &error);
  if (result == SMTP_TLS_FAILED)
    g_assert_error (error, SMTP_TLS_ERROR, SMTP_TLS_ERROR_FAILED);

  return result == SMTP_TLS_DONE;
}

static void
test_versions (void)
{
  for (guint min = 0; min < G_N_ELEMENTS (versions); min++)
    {
      for (guint max = min; max < G_N_ELEMENTS (versions); max++)
        {
          for (guint version = 0; version < G_N_ELEMENTS (versions); version++)
            g_assert_cmpint (can_talk (versions[min], versions[max], version), ==, version >= min && version <= max);
        }
      for (guint version = 0; version < G_N_ELEMENTS (versions); version++)
        {
          g_assert_cmpint (can_talk (versions[min], "", version), ==, version >= min);
          g_assert_cmpint (can_talk ("", versions[min], version), ==, version <= min);
        }
    }
  g_assert_true (can_talk ("", "", 2) && can_talk ("", "", 3));
}

static SmtpTlsInfo *
meet_trusting (const char *trust,
               const char *file)
{
  g_autoptr (SmtpTlsOptions) options = smtp_tls_options_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SmtpTlsSettings) settings = NULL;
  g_autoptr (SmtpTls) client = NULL;
  g_autoptr (TlsEnd) server = tls_end_new (credentials, "NORMAL", 0);

  set (options, &(Setting) CA (file));
  tls_kit_set (options, SMTP_TLS_OPTION_TRUST, trust);
  settings = tls_kit_load_settings (options, NULL, &error);
  g_assert_no_error (error);
  client = smtp_tls_new_client (settings, TEST_PKI_HOST, &error);
  g_assert_no_error (error);
  g_assert_cmpint (tls_end_meet (server, client, &error), ==, SMTP_TLS_DONE);

  return smtp_tls_describe (client, TEST_PKI_HOST, pki->now);
}

static void
test_trust (void)
{
  g_autoptr (SmtpTrust) system = smtp_trust_new ();
  gboolean has_system = smtp_trust_add_system (system, NULL);
  const struct
  {
    const char *trust;
    const char *file;
    const char *told;
    gboolean    is_good;
  } trusts[] = {
    { "", NULL, has_system ? "system" : "nothing", FALSE },
    { "system", NULL, has_system ? "system" : "nothing", FALSE },
    { "system", "@/ca.pem", has_system ? "system" : "nothing", FALSE },
    { "", "@/ca.pem", "file", TRUE },
    { "file", "@/ca.pem", "file", TRUE },
    { "file", "@/stranger.pem", "file", FALSE },
    { "both", "@/ca.pem", has_system ? "system and file" : "file", TRUE },
    { "both", "@/stranger.pem", has_system ? "system and file" : "file", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (trusts); i++)
    {
      g_autoptr (SmtpTlsInfo) info = meet_trusting (trusts[i].trust, trusts[i].file);

      g_assert_cmpstr (info->trust, ==, trusts[i].told);
      g_assert_cmpint (info->faults->len == 0, ==, trusts[i].is_good);
    }
}

static void
on_loaded (GObject      *object,
           GAsyncResult *result,
           gpointer      data)
{
  GError **error = data;

  g_assert_null (smtp_tls_settings_load_finish (result, error));
}

static void
test_cancel (void)
{
  static const Case kase = { "", NULL, { CA ("@/ca.pem"), CERT ("@/both.pem") }, -1, NULL };

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (SmtpTlsOptions) options = make_options (&kase);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GError) error = NULL;

      if (i == 0)
        g_cancellable_cancel (cancellable);
      smtp_tls_settings_load_async (options, NULL, cancellable, on_loaded, &error);
      g_cancellable_cancel (cancellable);
      while (error == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

typedef struct
{
  const char *path;
  const char *text;
} Pipe;

static gpointer
write_pipe (gpointer data)
{
  const Pipe *pipe = data;
  int fd = open (pipe->path, O_WRONLY | O_CLOEXEC);
  gsize length = strlen (pipe->text);

  for (gsize at = 0; at < length;)
    {
      gssize n = write (fd, pipe->text + at, MIN (length - at, 1000));

      g_assert_cmpint (n, >, 0);
      at += (gsize) n;
    }
  close (fd);

  return NULL;
}

/* A pipe, as a shell's <(...) is one, comes in pieces. The one that counts comes last. */
static void
test_pipe (void)
{
  g_autofree char *path = g_build_filename (folder, "pipe", NULL);
  g_autofree char *root = test_certificate_to_pem (pki->root);
  g_autofree char *stranger = test_certificate_to_pem (pki->stranger);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (SmtpTlsInfo) info = NULL;
  Pipe pipe = { path, NULL };
  GThread *thread;

  while (text->len < 200 * 1000)
    g_string_append (text, stranger);
  g_string_append (text, root);
  pipe.text = text->str;

  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  thread = g_thread_new ("pipe", write_pipe, &pipe);
  info = meet_trusting ("file", "@/pipe");
  g_thread_join (thread);
  g_assert_cmpuint (info->faults->len, ==, 0);
}

int
main (int    argc,
      char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("smtp-probe-XXXXXX", NULL);
  pki = test_pki_new ();
  credentials = tls_kit_make_credentials (pki, "good");
  write_files ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/tls-settings/load/", cases[i].name, NULL);
      g_autofree char *sent = g_strconcat ("/tls-settings/sent/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_load);
      if (cases[i].expected < 0 && cases[i].settings[0].option == SMTP_TLS_OPTION_CERT_FILE)
        g_test_add_data_func (sent, &cases[i], test_client_certificate);
    }
  g_test_add_func ("/tls-settings/versions", test_versions);
  g_test_add_func ("/tls-settings/trust", test_trust);
  g_test_add_func ("/tls-settings/cancel", test_cancel);
  g_test_add_func ("/tls-settings/pipe", test_pipe);

  status = g_test_run ();
  gnutls_certificate_free_credentials (credentials);
  test_pki_free (pki);
  tls_kit_remove (folder);
  g_free (folder);

  return status;
}
