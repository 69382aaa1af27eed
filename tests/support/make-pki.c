/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Writes the test certificates for servers that read them from files:
 *
 *   make-pki FOLDER
 *
 * For each NAME of test_pki_list_chains() NAME.pem (the chain, as it is to be sent) and NAME.key. ca.pem is the
 * root that is to be trusted; good.ocsp, revoked.ocsp and stale.ocsp are answers about good.pem, and
 * muststaple.ocsp one about muststaple.pem, in DER. locked.key is client.key, locked with the password "secret". */

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "support/test-pki.h"

static void
write_file (const char *folder,
            const char *name,
            const char *suffix,
            const void *contents,
            gssize      size)
{
  g_autofree char *base = g_strconcat (name, suffix, NULL);
  g_autofree char *path = g_build_filename (folder, base, NULL);
  g_autoptr (GError) error = NULL;

  if (!g_file_set_contents (path, contents, size, &error))
    g_error ("%s", error->message);
}

static void
write_staple (TestPki              *pki,
              const char           *folder,
              const char           *name,
              const TestStapleSpec *spec)
{
  g_autoptr (GBytes) staple = test_pki_make_staple (pki, spec);

  write_file (folder, name, ".ocsp", g_bytes_get_data (staple, NULL), (gssize) g_bytes_get_size (staple));
}

static void
write_staples (TestPki          *pki,
               const char       *folder,
               const char       *name,
               const TestChain  *chain)
{
  TestStapleSpec spec = {
    .subject = chain->certificates[0], .issuer = chain->certificates[1], .status = GNUTLS_OCSP_CERT_GOOD,
    .this_update = -TEST_PKI_DAY, .next_update = 6 * TEST_PKI_DAY,
  };

  write_staple (pki, folder, name, &spec);
  if (!g_str_equal (name, "good"))
    return;

  spec.status = GNUTLS_OCSP_CERT_REVOKED;
  spec.revoked_at = -2 * TEST_PKI_DAY;
  write_staple (pki, folder, "revoked", &spec);

  spec.status = GNUTLS_OCSP_CERT_GOOD;
  spec.this_update = -8 * TEST_PKI_DAY;
  spec.next_update = -TEST_PKI_DAY;
  write_staple (pki, folder, "stale", &spec);
}

static void
write_locked_key (const char      *folder,
                  const TestChain *chain)
{
  gnutls_datum_t pem;

  if (gnutls_x509_privkey_export2_pkcs8 (chain->certificates[0]->key, GNUTLS_X509_FMT_PEM, "secret", GNUTLS_PKCS_PBES2_AES_256,
                                         &pem) < 0)
    g_error ("The key cannot be locked");
  write_file (folder, "locked", ".key", pem.data, (gssize) pem.size);
  gnutls_free (pem.data);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (TestPki) pki = test_pki_new ();
  g_autofree char *root = test_certificate_to_pem (pki->root);

  if (argc != 2)
    {
      g_printerr ("Usage: make-pki FOLDER\n");
      return 2;
    }

  g_mkdir_with_parents (argv[1], 0755);
  write_file (argv[1], "ca", ".pem", root, -1);
  for (const char *const *name = test_pki_list_chains (); *name != NULL; name++)
    {
      TestChain chain;
      g_autofree char *pem = NULL;
      g_autofree char *key = NULL;

      test_pki_make_chain (pki, *name, &chain);
      pem = test_chain_to_pem (&chain);
      key = test_certificate_key_to_pem (chain.certificates[0]);
      write_file (argv[1], *name, ".pem", pem, -1);
      write_file (argv[1], *name, ".key", key, -1);
      if (g_str_equal (*name, "good") || g_str_equal (*name, "muststaple"))
        write_staples (pki, argv[1], *name, &chain);
      if (g_str_equal (*name, "client"))
        write_locked_key (argv[1], &chain);
    }

  return 0;
}
