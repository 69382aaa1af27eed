/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/chain-fixture.h"

#include <string.h>

/* Trusts these. */
SmtpTrust *
chain_fixture_trust (TestCertificate *const *certificates,
                     guint                   n)
{
  SmtpTrust *trust = smtp_trust_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *pem = test_certificate_to_pem (certificates[i]);
      g_autoptr (GBytes) bytes = g_bytes_new (pem, strlen (pem));
      g_autoptr (GError) error = NULL;

      smtp_trust_add_pem (trust, bytes, &error);
      g_assert_no_error (error);
    }

  return trust;
}

void
chain_fixture_set_up (ChainFixture  *self,
                      gconstpointer  data)
{
  self->pki = test_pki_new ();
  self->trust = chain_fixture_trust (&self->pki->root, 1);
}

void
chain_fixture_tear_down (ChainFixture  *self,
                         gconstpointer  data)
{
  g_clear_pointer (&self->info, smtp_tls_info_unref);
  smtp_trust_free (self->trust);
  test_pki_free (self->pki);
}

gnutls_datum_t
chain_fixture_datum (GBytes *bytes)
{
  gsize size;
  gnutls_datum_t result = { (guint8 *) g_bytes_get_data (bytes, &size), 0 };

  result.size = (unsigned int) size;

  return result;
}

/* The faults, one a line: id, which certificate, detail. */
static char *
faults_of (SmtpTlsInfo *info)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < info->faults->len; i++)
    {
      const SmtpTlsFault *fault = info->faults->pdata[i];

      g_string_append_printf (out, "%s%s %d%s%s", i > 0 ? "\n" : "", smtp_tls_fault_to_id (fault->id),
                              fault->certificate, fault->detail != NULL ? " " : "",
                              fault->detail != NULL ? fault->detail : "");
    }

  return g_string_free (out, FALSE);
}

/* Checks a chain; @expected has a line for each fault. */
void
chain_fixture_check (ChainFixture           *self,
                     TestCertificate *const *certificates,
                     guint                   n,
                     GBytes                 *staple,
                     const char             *name,
                     const char             *expected)
{
  g_autofree gnutls_datum_t *chain = g_new0 (gnutls_datum_t, n);
  gnutls_datum_t answer = { NULL, 0 };
  g_autofree char *faults = NULL;

  for (guint i = 0; i < n; i++)
    chain[i] = chain_fixture_datum (certificates[i]->der);
  if (staple != NULL)
    answer = chain_fixture_datum (staple);

  g_clear_pointer (&self->info, smtp_tls_info_unref);
  self->info = smtp_tls_info_new ();
  smtp_certificate_check (self->info, chain, n, staple != NULL ? &answer : NULL, self->trust, name, self->pki->now);

  faults = faults_of (self->info);
  g_assert_cmpstr (faults, ==, expected);
  g_assert_cmpuint (self->info->chain->len, ==, MIN (n, SMTP_CERTIFICATE_MOST));
  g_assert_cmpint (self->info->now, ==, self->pki->now);
  g_assert_cmpstr (self->info->verify_name, ==, name);
}
