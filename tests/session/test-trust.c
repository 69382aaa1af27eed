/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bundles of authorities: what is taken from a file, and that looking for a few says the same as decoding all. */

#include <string.h>

#include "session/chain-fixture.h"

#define N_OTHERS 60

static gboolean
add_text (SmtpTrust   *trust,
          const char  *text,
          GError     **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return smtp_trust_add_pem (trust, bytes, error);
}

static void
assert_refused (SmtpTrust      *trust,
                const char     *text,
                SmtpTrustError  code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (add_text (trust, text, &error));
  g_assert_error (error, SMTP_TRUST_ERROR, (int) code);
}

static guint
count (SmtpTrust             *trust,
       const TestCertificate *certificate)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  gnutls_datum_t raw;
  SmtpDer name;

  g_assert_cmpint (gnutls_x509_crt_get_raw_dn (certificate->crt, &raw), >=, 0);
  name.at = raw.data;
  name.size = raw.size;
  smtp_trust_find (trust, &name, found);
  gnutls_free (raw.data);
  for (guint i = 0; i < found->len; i++)
    g_assert_true (gnutls_x509_crt_equals (found->pdata[i], certificate->crt));

  return found->len;
}

static void
test_pem (ChainFixture  *self,
          gconstpointer  data)
{
  g_autoptr (SmtpTrust) trust = smtp_trust_new ();
  g_autofree char *root = test_certificate_to_pem (self->pki->root);
  g_autofree char *key = test_certificate_key_to_pem (self->pki->root);
  g_autofree char *other = test_certificate_to_pem (self->pki->stranger);
  g_autofree char *mixed = g_strconcat ("Our authority:\r\n", key, root, "\n# the end", NULL);
  g_auto (GStrv) lines = g_strsplit (other, "\n", -1);
  g_autofree char *windows = g_strjoinv ("\r\n", lines);
  g_autofree char *cut = g_strndup (root, strlen (root) - 30);
  g_autofree char *rubbish = g_strconcat (root, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", NULL);
  g_autofree char *damaged = g_strdup (root);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (smtp_trust_describe (trust), ==, "nothing");
  g_assert_cmpstr (smtp_trust_describe (NULL), ==, "nothing");
  assert_refused (trust, "", SMTP_TRUST_ERROR_EMPTY);
  assert_refused (trust, "hello", SMTP_TRUST_ERROR_EMPTY);
  assert_refused (trust, key, SMTP_TRUST_ERROR_EMPTY);
  assert_refused (trust, cut, SMTP_TRUST_ERROR_MALFORMED);
  assert_refused (trust, rubbish, SMTP_TRUST_ERROR_MALFORMED);
  assert_refused (trust, "-----BEGIN CERTIFICATE-----", SMTP_TRUST_ERROR_MALFORMED);
  strstr (damaged, "\n-----END")[-10] = '!';
  assert_refused (trust, damaged, SMTP_TRUST_ERROR_MALFORMED);
  g_assert_cmpstr (smtp_trust_describe (trust), ==, "nothing");
  g_assert_cmpuint (count (trust, self->pki->root), ==, 0);

  g_assert_true (add_text (trust, mixed, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (smtp_trust_describe (trust), ==, "file");
  g_assert_cmpuint (count (trust, self->pki->root), ==, 1);
  g_assert_cmpuint (count (trust, self->pki->stranger), ==, 0);

  g_assert_true (add_text (trust, windows, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (trust, self->pki->stranger), ==, 1);
  g_assert_cmpuint (count (trust, self->pki->intermediate), ==, 0);
}

/* The subject is not where it is with others: the issuer's name is long. */
static void
test_long_names (ChainFixture  *self,
                 gconstpointer  data)
{
  g_autofree char *long_name = g_strnfill (3000, 'x');
  TestCertificate *issuer = test_pki_make (self->pki, &(TestCertificateSpec) {
    .common_name = long_name, .common_name_size = 3000, .is_ca = TRUE,
  });
  TestCertificate *below = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Below", .issuer = issuer,
  });
  g_autoptr (SmtpTrust) trust = chain_fixture_trust ((TestCertificate *[]) { issuer, below }, 2);

  g_assert_cmpuint (count (trust, issuer), ==, 1);
  g_assert_cmpuint (count (trust, below), ==, 1);
}

/* What GnuTLS says of a chain when it has decoded all of the bundle. */
static gboolean
is_trusted_by_library (const char      *bundle,
                       const TestChain *chain)
{
  gnutls_datum_t pem = { (guint8 *) bundle, (unsigned int) strlen (bundle) };
  gnutls_x509_trust_list_t list;
  gnutls_x509_crt_t crts[4];
  unsigned int status = 0;

  for (guint i = 0; i < chain->n; i++)
    crts[i] = chain->certificates[i]->crt;
  g_assert_cmpint (gnutls_x509_trust_list_init (&list, 0), >=, 0);
  g_assert_cmpint (gnutls_x509_trust_list_add_trust_mem (list, &pem, NULL, GNUTLS_X509_FMT_PEM, 0, 0), ==,
                   N_OTHERS + 2);
  g_assert_cmpint (gnutls_x509_trust_list_verify_crt2 (list, crts, chain->n, NULL, 0,
                                                       GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                                                       GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, &status, NULL), >=, 0);
  gnutls_x509_trust_list_deinit (list, 1);

  return status == 0;
}

static gboolean
is_trusted (SmtpTlsInfo *info)
{
  static const SmtpTlsFaultId untrusted[] = {
    SMTP_TLS_FAULT_SELF_SIGNED, SMTP_TLS_FAULT_UNKNOWN_AUTHORITY, SMTP_TLS_FAULT_MISSING_INTERMEDIATE,
    SMTP_TLS_FAULT_BAD_SIGNATURE, SMTP_TLS_FAULT_NOT_A_CA, SMTP_TLS_FAULT_CONSTRAINTS, SMTP_TLS_FAULT_OTHER,
  };

  for (guint i = 0; i < G_N_ELEMENTS (untrusted); i++)
    {
      if (smtp_tls_info_has_fault (info, untrusted[i]))
        return FALSE;
    }

  return TRUE;
}

static void
test_same_verdict (ChainFixture  *self,
                   gconstpointer  data)
{
  g_autoptr (GString) bundle = g_string_new (NULL);
  g_autofree char *root = test_certificate_to_pem (self->pki->root);
  TestCertificate *namesake = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Test Root,O=Test", .is_ca = TRUE, .bare = TRUE,
  });
  g_autofree char *namesake_pem = test_certificate_to_pem (namesake);
  guint n_trusted = 0;
  guint n = 0;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < N_OTHERS; i++)
    {
      g_autofree char *subject = g_strdup_printf ("CN=Authority %u,O=Test", i);
      TestCertificate *other = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = subject, .is_ca = TRUE });
      g_autofree char *pem = test_certificate_to_pem (other);

      g_string_append (bundle, pem);
      if (i == N_OTHERS / 3)
        g_string_append (bundle, namesake_pem);
      if (i == N_OTHERS / 2)
        g_string_append (bundle, root);
    }

  for (const char *const *name = test_pki_list_chains (); *name != NULL; name++)
    {
      g_autoptr (SmtpTrust) trust = smtp_trust_new ();
      g_autoptr (SmtpTlsInfo) info = smtp_tls_info_new ();
      gnutls_datum_t der[4];
      TestChain chain;

      g_test_message ("%s", *name);
      test_pki_make_chain (self->pki, *name, &chain);
      for (guint i = 0; i < chain.n; i++)
        der[i] = chain_fixture_datum (chain.certificates[i]->der);
      g_assert_true (add_text (trust, bundle->str, &error));
      g_assert_no_error (error);
      smtp_certificate_check (info, der, chain.n, NULL, trust, NULL, self->pki->now);
      g_assert_cmpint (is_trusted (info), ==, is_trusted_by_library (bundle->str, &chain));
      n_trusted += is_trusted (info) ? 1 : 0;
      n++;
    }
  g_assert_cmpuint (n_trusted, >, 0);
  g_assert_cmpuint (n_trusted, <, n);
}

/* Each authority of this system is found and trusted, as far as GnuTLS can decode it. */
static void
test_system (ChainFixture  *self,
             gconstpointer  data)
{
  g_autoptr (SmtpTrust) trust = smtp_trust_new ();
  g_autofree char *root = test_certificate_to_pem (self->pki->root);
  gnutls_x509_trust_list_t list;
  gnutls_x509_trust_list_iter_t at = NULL;
  gnutls_x509_crt_t crt;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  if (!smtp_trust_add_system (trust, &error))
    {
      g_assert_error (error, SMTP_TRUST_ERROR, SMTP_TRUST_ERROR_NO_SYSTEM);
      g_test_skip ("this system has no list of authorities");
      return;
    }

  g_assert_cmpstr (smtp_trust_describe (trust), ==, "system");
  g_assert_cmpint (gnutls_x509_trust_list_init (&list, 0), >=, 0);
  g_assert_cmpint (gnutls_x509_trust_list_add_system_trust (list, 0, 0), >, 0);
  while (gnutls_x509_trust_list_iter_get_ca (list, &at, &crt) >= 0)
    {
      g_autoptr (SmtpTlsInfo) info = smtp_tls_info_new ();
      gnutls_datum_t der;

      g_assert_cmpint (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der), >=, 0);
      smtp_certificate_check (info, &der, 1, NULL, trust, NULL, self->pki->now);
      g_assert_cmpstr (info->trust, ==, "system");
      g_assert_true (is_trusted (info));
      gnutls_free (der.data);
      gnutls_x509_crt_deinit (crt);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
  gnutls_x509_trust_list_deinit (list, 1);

  g_assert_true (add_text (trust, root, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (smtp_trust_describe (trust), ==, "system and file");
  g_assert_cmpuint (count (trust, self->pki->root), ==, 1);
}

#define ADD(path, function) \
  g_test_add (path, ChainFixture, NULL, chain_fixture_set_up, function, chain_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/trust/pem", test_pem);
  ADD ("/trust/long-names", test_long_names);
  ADD ("/trust/same-verdict", test_same_verdict);
  ADD ("/trust/system", test_system);

  return g_test_run ();
}
