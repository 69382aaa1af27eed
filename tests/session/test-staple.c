/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The OCSP answer that is stapled to a chain: what it says, and whether that counts. */

#include "session/chain-fixture.h"

typedef struct
{
  const char                *what;
  gnutls_ocsp_cert_status_t  status;
  gint64                     from;
  gint64                     until;
  SmtpOcspStatus             expected;
  const char                *faults;    /* with %s for a time */
  gint64                     time;
} StapleCase;

static const StapleCase staple_cases[] = {
  { "good", GNUTLS_OCSP_CERT_GOOD, -TEST_PKI_DAY, TEST_PKI_DAY, SMTP_OCSP_GOOD, "", 0 },
  { "no end", GNUTLS_OCSP_CERT_GOOD, -TEST_PKI_DAY, 0, SMTP_OCSP_GOOD, "", 0 },
  { "just made", GNUTLS_OCSP_CERT_GOOD, 100, TEST_PKI_DAY, SMTP_OCSP_GOOD, "", 0 },
  { "revoked", GNUTLS_OCSP_CERT_REVOKED, -TEST_PKI_DAY, TEST_PKI_DAY, SMTP_OCSP_REVOKED, "revoked 0 %s",
    -5 * TEST_PKI_DAY },
  { "unknown", GNUTLS_OCSP_CERT_UNKNOWN, -TEST_PKI_DAY, TEST_PKI_DAY, SMTP_OCSP_UNKNOWN,
    "staple-invalid 0 the authority does not know the certificate", 0 },
  { "stale", GNUTLS_OCSP_CERT_GOOD, -9 * TEST_PKI_DAY, -TEST_PKI_DAY, SMTP_OCSP_INVALID,
    "staple-invalid 0 out of date since %s", -TEST_PKI_DAY },
  { "old without an end", GNUTLS_OCSP_CERT_GOOD, -20 * TEST_PKI_DAY, 0, SMTP_OCSP_INVALID,
    "staple-invalid 0 of %s, and does not say until when", -20 * TEST_PKI_DAY },
  { "future", GNUTLS_OCSP_CERT_GOOD, TEST_PKI_DAY, 2 * TEST_PKI_DAY, SMTP_OCSP_INVALID,
    "staple-invalid 0 not valid before %s", TEST_PKI_DAY },
  { "unknown and stale", GNUTLS_OCSP_CERT_UNKNOWN, -9 * TEST_PKI_DAY, -TEST_PKI_DAY, SMTP_OCSP_INVALID,
    "staple-invalid 0 out of date since %s", -TEST_PKI_DAY },
};

static char *
fill_in (ChainFixture    *self,
         const char *text,
         gint64      seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (self->pki->now + seconds);
  g_autofree char *shown = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_auto (GStrv) parts = g_strsplit (text, "%s", -1);

  return g_strjoinv (shown, parts);
}

static void
test_staple (ChainFixture       *self,
             gconstpointer  data)
{
  TestChain chain;

  test_pki_make_chain (self->pki, "muststaple", &chain);
  for (guint i = 0; i < G_N_ELEMENTS (staple_cases); i++)
    {
      const StapleCase *that = &staple_cases[i];
      g_autofree char *faults = fill_in (self, that->faults, that->time);
      g_autoptr (GBytes) staple = test_pki_make_staple (self->pki, &(TestStapleSpec) {
        .subject = chain.certificates[0], .issuer = chain.certificates[1], .status = that->status,
        .this_update = that->from, .next_update = that->until, .revoked_at = -5 * TEST_PKI_DAY,
      });

      g_test_message ("%s", that->what);
      chain_fixture_check (self, chain.certificates, chain.n, staple, TEST_PKI_HOST, faults);
      g_assert_cmpint (self->info->ocsp, ==, that->expected);
      g_assert_cmpint (self->info->ocsp_this_update, ==, self->pki->now + that->from);
      g_assert_cmpint (self->info->ocsp_next_update, ==, that->until != 0 ? self->pki->now + that->until : 0);
      g_assert_cmpint (self->info->ocsp_revoked_at, ==,
                       that->expected == SMTP_OCSP_REVOKED ? self->pki->now - 5 * TEST_PKI_DAY : 0);
    }
}

static void
test_staple_signer (ChainFixture       *self,
                    gconstpointer  data)
{
  static const char *const purposes[] = { GNUTLS_KP_OCSP_SIGNING, NULL };
  TestChain chain;
  TestChain other;
  TestCertificateSpec signer = { .subject = "CN=Signer", .issuer = self->pki->intermediate, .purposes = purposes };
  TestStapleSpec spec = { .status = GNUTLS_OCSP_CERT_GOOD, .this_update = -60, .next_update = TEST_PKI_DAY };
  const struct
  {
    const TestCertificate *signer;
    const TestCertificate *subject;
    const char            *faults;
  } signers[] = {
    { test_pki_make (self->pki, &signer), NULL, "" },
    { (signer.until = -60, test_pki_make (self->pki, &signer)), NULL,
      "staple-invalid 0 signed with a certificate that has expired" },
    { (signer.until = 0, signer.purposes = NULL, test_pki_make (self->pki, &signer)), NULL,
      "staple-invalid 0 signed by somebody who may not" },
    { self->pki->stranger, NULL, "staple-invalid 0 signed by somebody else than the issuer" },
    { NULL, self->pki->root, "staple-invalid 0 about another certificate" },
  };

  test_pki_make_chain (self->pki, "good", &chain);
  for (guint i = 0; i < G_N_ELEMENTS (signers); i++)
    {
      g_autoptr (GBytes) staple = NULL;

      g_test_message ("signer %u", i);
      spec.subject = signers[i].subject != NULL ? signers[i].subject : chain.certificates[0];
      spec.issuer = signers[i].subject != NULL ? self->pki->root : chain.certificates[1];
      spec.signer = signers[i].signer;
      staple = test_pki_make_staple (self->pki, &spec);
      chain_fixture_check (self, chain.certificates, chain.n, staple, TEST_PKI_HOST, signers[i].faults);
      g_assert_cmpint (self->info->ocsp, ==, *signers[i].faults == '\0' ? SMTP_OCSP_GOOD : SMTP_OCSP_INVALID);
    }

  /* The issuer's, but of whom its certificate was not sent. */
  test_pki_make_chain (self->pki, "nointermediate", &other);
  spec = (TestStapleSpec) { .subject = other.certificates[0], .issuer = self->pki->intermediate, .this_update = -60 };
  {
    g_autoptr (GBytes) staple = test_pki_make_staple (self->pki, &spec);

    chain_fixture_check (self, other.certificates, other.n, staple, TEST_PKI_HOST,
           "missing-intermediate 0 CN=Test Intermediate,O=Test\nstaple-invalid 0 its issuer is not known");
  }
}

static void
test_staple_malformed (ChainFixture       *self,
                       gconstpointer  data)
{
  TestChain chain;
  g_autoptr (GBytes) staple = NULL;
  g_autoptr (GBytes) try_later = g_bytes_new_static ("\x30\x03\x0a\x01\x03", 5);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  gsize size;
  const guint8 *bytes;

  test_pki_make_chain (self->pki, "good", &chain);
  chain_fixture_check (self, chain.certificates, chain.n, try_later, TEST_PKI_HOST, "staple-invalid 0 tryLater");
  g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
  chain_fixture_check (self, chain.certificates, chain.n, nothing, TEST_PKI_HOST, "");
  g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_NONE);

  staple = test_pki_make_staple (self->pki, &(TestStapleSpec) {
    .subject = chain.certificates[0], .issuer = chain.certificates[1], .this_update = -60, .next_update = 60,
  });
  bytes = g_bytes_get_data (staple, &size);
  for (gsize i = 1; i < size; i += 7)
    {
      g_autoptr (GBytes) cut = g_bytes_new (bytes, i);
      g_autofree guint8 *copy = g_memdup2 (bytes, size);
      g_autoptr (GBytes) changed = NULL;
      gnutls_datum_t der[] = {
        chain_fixture_datum (chain.certificates[0]->der), chain_fixture_datum (chain.certificates[1]->der),
      };
      gnutls_datum_t answer = chain_fixture_datum (cut);

      g_clear_pointer (&self->info, smtp_tls_info_unref);
      self->info = smtp_tls_info_new ();
      smtp_certificate_check (self->info, der, 2, &answer, self->trust, NULL, self->pki->now);
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
      g_assert_true (smtp_tls_info_has_fault (self->info, SMTP_TLS_FAULT_STAPLE_INVALID));

      /* No byte of a signed answer is without meaning. */
      copy[i] ^= 0x55;
      changed = g_bytes_new (copy, size);
      answer = chain_fixture_datum (changed);
      g_clear_pointer (&self->info, smtp_tls_info_unref);
      self->info = smtp_tls_info_new ();
      smtp_certificate_check (self->info, der, 2, &answer, self->trust, NULL, self->pki->now);
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
    }
}

#define ADD(path, function) \
  g_test_add (path, ChainFixture, NULL, chain_fixture_set_up, function, chain_fixture_tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/staple/said", test_staple);
  ADD ("/staple/signer", test_staple_signer);
  ADD ("/staple/malformed", test_staple_malformed);

  return g_test_run ();
}
