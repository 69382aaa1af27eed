/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with a chain: each fault alone, faults together, chains no honest server sends, and the answer
 * stapled to one. */

#include <string.h>

#include "session/smtp-certificate.h"
#include "support/test-pki.h"

#define MOST 120

typedef struct
{
  TestPki     *pki;
  SmtpTrust   *trust;
  SmtpTlsInfo *info;
} Fixture;

static SmtpTrust *
trust_in (TestCertificate *const *certificates,
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

static void
set_up (Fixture       *self,
        gconstpointer  data)
{
  self->pki = test_pki_new ();
  self->trust = trust_in (&self->pki->root, 1);
}

static void
tear_down (Fixture       *self,
           gconstpointer  data)
{
  g_clear_pointer (&self->info, smtp_tls_info_unref);
  smtp_trust_free (self->trust);
  test_pki_free (self->pki);
}

static gnutls_datum_t
datum (GBytes *bytes)
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

static void
check (Fixture                *self,
       TestCertificate *const *certificates,
       guint                   n,
       GBytes                 *staple,
       const char             *name,
       const char             *expected)
{
  gnutls_datum_t chain[MOST];
  gnutls_datum_t answer = { NULL, 0 };
  g_autofree char *faults = NULL;

  for (guint i = 0; i < n; i++)
    chain[i] = datum (certificates[i]->der);
  if (staple != NULL)
    answer = datum (staple);

  g_clear_pointer (&self->info, smtp_tls_info_unref);
  self->info = smtp_tls_info_new ();
  smtp_certificate_check (self->info, chain, n, staple != NULL ? &answer : NULL, self->trust, name, self->pki->now);

  faults = faults_of (self->info);
  g_assert_cmpstr (faults, ==, expected);
  g_assert_cmpuint (self->info->chain->len, ==, MIN (n, SMTP_CERTIFICATE_MOST));
  g_assert_cmpint (self->info->now, ==, self->pki->now);
  g_assert_cmpstr (self->info->verify_name, ==, name);
}

typedef struct
{
  const char *chain;
  const char *faults;
} Case;

static const Case cases[] = {
  { "good", "" },
  { "rooted", "" },
  { "cnonly", "" },
  { "wildcard", "" },
  { "expired", "expired 0" },
  { "notyet", "not-yet-valid 0" },
  { "wrongname", "name-mismatch 0 mail.example.test" },
  { "expiredwrongname", "name-mismatch 0 mail.example.test\nexpired 0" },
  { "selfsigned", "self-signed 0" },
  { "unknownca", "unknown-authority 2 CN=Stranger Root,O=Nobody" },
  { "nointermediate", "missing-intermediate 0 CN=Test Intermediate,O=Test" },
  { "wrongorder", "wrong-order -1 1, 3, 2" },
  { "unrelated", "wrong-order 1 unrelated: CN=Stranger Root,O=Nobody" },
  { "weakkey", "weak-key 0 RSA 1024" },
  { "sha1", "weak-signature 0 ECDSA-SHA1" },
  { "clientonly", "wrong-purpose 0 clientAuth" },
  { "client", "wrong-purpose 0 clientAuth" },
  { "muststaple", "staple-missing 0" },
  { "badsignature", "bad-signature 0" },
  { "notaca", "not-a-ca 0 CN=Test Intermediate 2,O=Test" },
  { "forbidden", "constraints-violated 0 names of CN=Test Intermediate 2,O=Test" },
};

static void
test_each_fault (Fixture       *self,
                 gconstpointer  data)
{
  for (const char *const *name = test_pki_list_chains (); *name != NULL; name++)
    {
      gboolean is_known = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
        is_known = is_known || g_str_equal (cases[i].chain, *name);
      g_assert_true (is_known);
    }

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      TestChain chain;

      g_test_message ("%s", cases[i].chain);
      test_pki_make_chain (self->pki, cases[i].chain, &chain);
      check (self, chain.certificates, chain.n, NULL, TEST_PKI_HOST, cases[i].faults);
      g_assert_cmpstr (self->info->trust, ==, "file");
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_NONE);
    }
}

static void
test_names (Fixture       *self,
            gconstpointer  data)
{
  static const char *const text_address[] = { "DNS:192.0.2.1", "DNS:xn--bcher-kva.example", NULL };
  static const struct
  {
    const char *chain;
    const char *name;
    gboolean    matches;
  } names[] = {
    { "good", "localhost", TRUE },
    { "good", "LOCALHOST", TRUE },
    { "good", "mail.example.test.", TRUE },
    { "good", "127.0.0.1", TRUE },
    { "good", "::1", TRUE },
    { "good", "0:0:0:0:0:0:0:1", TRUE },
    { "good", "::1%lo", TRUE },
    { "good", "127.0.0.2", FALSE },
    { "good", "::2", FALSE },
    { "good", "example.test", FALSE },
    { "good", "x.mail.example.test", FALSE },
    { "wildcard", "other.example.test", TRUE },
    { "wildcard", "a.b.example.test", FALSE },
    { "wildcard", "example.test", FALSE },
    { "cnonly", "localhost", FALSE },
    { "good", NULL, TRUE },
  };
  TestCertificate *pair[] = { NULL, self->pki->intermediate };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      TestChain chain;
      g_autofree char *mismatch = g_strconcat ("name-mismatch 0 ", names[i].name, NULL);

      g_test_message ("%s %s", names[i].chain, names[i].name);
      test_pki_make_chain (self->pki, names[i].chain, &chain);
      check (self, chain.certificates, chain.n, NULL, names[i].name, names[i].matches ? "" : mismatch);
    }

  /* An address written as a name is no address. */
  pair[0] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=192.0.2.1", .names = text_address, .issuer = self->pki->intermediate,
  });
  check (self, pair, 2, NULL, "192.0.2.1", "name-mismatch 0 192.0.2.1");
  check (self, pair, 2, NULL, "bücher.example", "");
}

static void
test_nul_in_name (Fixture       *self,
                  gconstpointer  data)
{
  g_autoptr (GBytes) extension =
    g_byte_array_free_to_bytes (test_der_new (0x30, test_der_bytes (0x82, TEST_PKI_HOST "\0.evil.test", 28), NULL));
  TestCertificate *pair[] = {
    test_pki_make (self->pki, &(TestCertificateSpec) {
      .subject = "CN=x", .issuer = self->pki->intermediate, .extension = "2.5.29.17", .extension_data = extension,
    }),
    self->pki->intermediate,
  };

  check (self, pair, 2, NULL, TEST_PKI_HOST, "name-mismatch 0 mail.example.test");
}

/* Everything at once; no fault hides another one. */
static void
test_combined (Fixture       *self,
               gconstpointer  data)
{
  static const char *const purposes[] = { GNUTLS_KP_EMAIL_PROTECTION, GNUTLS_KP_OCSP_SIGNING, NULL };
  TestCertificate *chain[4];

  chain[1] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Old,O=Test", .issuer = self->pki->stranger, .is_ca = TRUE, .until = -TEST_PKI_DAY,
    .from = -3 * TEST_PKI_DAY, .path_length = 1, .usages = GNUTLS_KEY_KEY_CERT_SIGN, .purposes = purposes,
    .hash = GNUTLS_DIG_SHA1,
  });
  chain[0] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=x", .issuer = chain[1], .from = TEST_PKI_DAY, .rsa_bits = 1024, .must_staple = TRUE,
    .usages = GNUTLS_KEY_KEY_CERT_SIGN, .purposes = purposes, .signer = self->pki->root,
  });
  chain[2] = self->pki->root;
  chain[3] = self->pki->stranger;
  check (self, chain, 4, NULL, TEST_PKI_HOST,
         "name-mismatch 0 mail.example.test\n"
         "expired 1\n"
         "not-yet-valid 0\n"
         "unknown-authority 3 CN=Stranger Root,O=Nobody\n"
         "bad-signature 0\n"
         "wrong-purpose 0 emailProtection, OCSPSigning; keyCertSign\n"
         "wrong-purpose 1 emailProtection, OCSPSigning\n"
         "weak-key 0 RSA 1024\n"
         "weak-signature 1 ECDSA-SHA1\n"
         "wrong-order 2 unrelated: CN=Test Root,O=Test\n"
         "staple-missing 0");

  chain[0] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .until = -TEST_PKI_DAY, .from = -2 * TEST_PKI_DAY, .hash = GNUTLS_DIG_SHA1,
  });
  check (self, chain, 1, NULL, TEST_PKI_HOST, "expired 0\nself-signed 0");
}

static void
test_malformed (Fixture       *self,
                gconstpointer  data)
{
  g_autoptr (GBytes) rubbish = g_bytes_new_static ("rubbish", 7);
  TestCertificate broken = { NULL, NULL, rubbish };
  TestCertificate *certificates[3] = { &broken };
  TestChain good;
  TestChain expired;
  g_autofree char *malformed = NULL;
  g_autofree char *expected = NULL;

  test_pki_make_chain (self->pki, "good", &good);
  test_pki_make_chain (self->pki, "expired", &expired);
  certificates[1] = good.certificates[0];
  certificates[2] = good.certificates[1];
  malformed = g_strconcat ("malformed-certificate 0 ", gnutls_strerror (GNUTLS_E_ASN1_TAG_ERROR), NULL);
  check (self, certificates, 3, NULL, TEST_PKI_HOST, malformed);
  g_assert_cmpstr (((SmtpCertificate *) self->info->chain->pdata[1])->subject, ==, "CN=" TEST_PKI_HOST);

  certificates[0] = expired.certificates[0];
  certificates[1] = &broken;
  expected = g_strconcat ("malformed-certificate 1 ", gnutls_strerror (GNUTLS_E_ASN1_TAG_ERROR), "\nexpired 0", NULL);
  check (self, certificates, 3, NULL, TEST_PKI_HOST, expected);

  check (self, NULL, 0, NULL, TEST_PKI_HOST, "no-certificate -1");
}

/* A line of authorities that ends at the root, from the server's certificate on. */
static void
make_long_chain (Fixture          *self,
                 TestCertificate **chain,
                 guint             n)
{
  chain[n - 1] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Authority", .issuer = self->pki->root, .is_ca = TRUE,
  });
  for (guint i = n - 1; i-- > 0;)
    {
      g_autofree char *subject = i == 0 ? g_strdup ("CN=" TEST_PKI_HOST) : g_strdup_printf ("CN=Authority %u", i);

      chain[i] = test_pki_make (self->pki, &(TestCertificateSpec) {
        .subject = subject, .issuer = chain[i + 1], .is_ca = i > 0,
      });
    }
}

static void
test_long (Fixture       *self,
           gconstpointer  data)
{
  TestCertificate *chain[MOST];

  make_long_chain (self, chain, 15);
  check (self, chain, 15, NULL, TEST_PKI_HOST, "");

  make_long_chain (self, chain, 100);
  check (self, chain, 100, NULL, TEST_PKI_HOST, "certificate-fault -1 a path of 101 certificates");

  for (guint i = 100; i < MOST; i++)
    chain[i] = self->pki->stranger;
  check (self, chain, MOST, NULL, TEST_PKI_HOST,
         "too-many-certificates -1 120\ncertificate-fault -1 a path of 101 certificates");
}

/* A hundred authorities of one name, each of which could have issued each. */
static void
test_same_name (Fixture       *self,
                gconstpointer  data)
{
  TestCertificate *chain[100];
  TestCertificateSpec spec = { .subject = "CN=Same", .is_ca = TRUE, .issuer = self->pki->root, .bare = TRUE };

  /* None of them did: each is signed by a stranger. Key identifiers would tell them apart at once. */
  chain[0] = test_pki_make (self->pki, &spec);
  spec.issuer = chain[0];
  spec.signer = self->pki->stranger;
  for (guint i = 0; i < 100; i++)
    chain[i] = test_pki_make (self->pki, &spec);
  check (self, chain, 100, NULL, NULL, "bad-signature 0");

  /* Each is signed by the one before, the first by the last: looking for a way through has to end somewhere. */
  for (guint i = 1; i <= 100; i++)
    {
      spec.signer = i > 1 ? chain[i - 1] : self->pki->stranger;
      chain[i % 100] = test_pki_make (self->pki, &spec);
    }
  check (self, chain, 100, NULL, NULL, "certificate-fault -1 too many certificates of the same name");
}

/* Not those of the good certificate: of the same name, with another key. */
static void
test_wrong_intermediate (Fixture       *self,
                         gconstpointer  data)
{
  TestCertificate *old = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Test Intermediate,O=Test", .is_ca = TRUE, .issuer = self->pki->root,
  });
  TestChain chain;

  test_pki_make_chain (self->pki, "good", &chain);
  chain.certificates[1] = old;
  check (self, chain.certificates, 2, NULL, TEST_PKI_HOST,
         "missing-intermediate 0 CN=Test Intermediate,O=Test\n"
         "wrong-order 1 unrelated: CN=Test Intermediate,O=Test");

  /* The right one is there, too: nothing is wrong that matters. */
  chain.certificates[2] = self->pki->intermediate;
  check (self, chain.certificates, 3, NULL, TEST_PKI_HOST, "");

  chain.certificates[1] = self->pki->intermediate;
  check (self, chain.certificates, 3, NULL, TEST_PKI_HOST,
         "wrong-order 2 repeated: CN=Test Intermediate,O=Test");
}

/* An authority with two issuers of which one is trusted, in any order. */
static void
test_cross_signed (Fixture       *self,
                   gconstpointer  data)
{
  TestCertificate *crossed = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Stranger Root,O=Nobody", .is_ca = TRUE, .issuer = self->pki->root, .same_key = self->pki->stranger,
  });
  TestCertificate *below = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .issuer = self->pki->stranger,
  });
  TestCertificate *chain[] = { below, self->pki->stranger, crossed };
  TestCertificate *other[] = { below, crossed, self->pki->stranger };

  check (self, chain, 3, NULL, TEST_PKI_HOST, "");
  check (self, other, 3, NULL, TEST_PKI_HOST, "");
  check (self, chain, 2, NULL, TEST_PKI_HOST, "unknown-authority 1 CN=Stranger Root,O=Nobody");
}

/* What an authority's own limits forbid. */
static void
test_constraints (Fixture       *self,
                  gconstpointer  data)
{
  TestCertificate *below = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Below", .issuer = self->pki->intermediate, .is_ca = TRUE,
  });
  TestCertificate *no_signer = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=No Signer", .issuer = self->pki->root, .is_ca = TRUE, .usages = GNUTLS_KEY_CRL_SIGN,
  });
  TestCertificate *chain[] = {
    test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=" TEST_PKI_HOST, .issuer = below }),
    below, self->pki->intermediate,
  };
  TestCertificate *pair[] = {
    test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=" TEST_PKI_HOST, .issuer = no_signer }),
    no_signer,
  };

  check (self, chain, 3, NULL, TEST_PKI_HOST,
         "constraints-violated 1 path length of CN=Test Intermediate,O=Test");
  check (self, pair, 2, NULL, TEST_PKI_HOST, "not-a-ca 0 CN=No Signer");
}

static void
test_critical (Fixture       *self,
               gconstpointer  data)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("\5\0", 2);
  TestCertificate *pair[] = {
    test_pki_make (self->pki, &(TestCertificateSpec) {
      .subject = "CN=" TEST_PKI_HOST, .issuer = self->pki->intermediate, .extension = "1.3.6.1.4.1.99999.1",
      .extension_data = content, .extension_is_critical = TRUE,
    }),
    self->pki->intermediate,
  };

  check (self, pair, 2, NULL, TEST_PKI_HOST,
         "certificate-fault 0 The certificate is NOT trusted. The certificate contains an unknown critical extension.");
}

static void
test_trusted (Fixture       *self,
              gconstpointer  data)
{
  TestCertificate *old_root = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Old Root", .is_ca = TRUE, .from = -9 * TEST_PKI_DAY, .until = -TEST_PKI_DAY,
  });
  TestCertificate *below = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=" TEST_PKI_HOST, .issuer = old_root,
  });
  TestChain selfsigned;
  TestChain good;
  TestCertificate *both[] = { below, old_root };

  test_pki_make_chain (self->pki, "selfsigned", &selfsigned);
  test_pki_make_chain (self->pki, "good", &good);

  /* The server's own certificate, an intermediate, and a root that has expired. */
  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = trust_in ((TestCertificate *[]) { selfsigned.certificates[0], self->pki->intermediate, old_root }, 3);
  check (self, selfsigned.certificates, 1, NULL, TEST_PKI_HOST, "");
  check (self, good.certificates, 2, NULL, TEST_PKI_HOST, "");
  check (self, good.certificates, 1, NULL, TEST_PKI_HOST, "");
  check (self, both, 1, NULL, TEST_PKI_HOST, "expired -1 CN=Old Root");
  check (self, both, 2, NULL, TEST_PKI_HOST, "expired 1");

  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = smtp_trust_new ();
  check (self, good.certificates, 2, NULL, TEST_PKI_HOST, "missing-intermediate 1 CN=Test Root,O=Test");
  g_assert_cmpstr (self->info->trust, ==, "nothing");

  /* Somebody else with the name of one that is trusted. */
  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = trust_in (&self->pki->root, 1);
  both[1] = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=Test Root,O=Test", .is_ca = TRUE });
  both[0] = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=" TEST_PKI_HOST, .issuer = both[1] });
  check (self, both, 2, NULL, TEST_PKI_HOST, "unknown-authority 1 CN=Test Root,O=Test");
}

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
fill_in (Fixture    *self,
         const char *text,
         gint64      seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (self->pki->now + seconds);
  g_autofree char *shown = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  g_auto (GStrv) parts = g_strsplit (text, "%s", -1);

  return g_strjoinv (shown, parts);
}

static void
test_staple (Fixture       *self,
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
      check (self, chain.certificates, chain.n, staple, TEST_PKI_HOST, faults);
      g_assert_cmpint (self->info->ocsp, ==, that->expected);
      g_assert_cmpint (self->info->ocsp_this_update, ==, self->pki->now + that->from);
      g_assert_cmpint (self->info->ocsp_next_update, ==, that->until != 0 ? self->pki->now + that->until : 0);
      g_assert_cmpint (self->info->ocsp_revoked_at, ==,
                       that->expected == SMTP_OCSP_REVOKED ? self->pki->now - 5 * TEST_PKI_DAY : 0);
    }
}

static void
test_staple_signer (Fixture       *self,
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
      check (self, chain.certificates, chain.n, staple, TEST_PKI_HOST, signers[i].faults);
      g_assert_cmpint (self->info->ocsp, ==, *signers[i].faults == '\0' ? SMTP_OCSP_GOOD : SMTP_OCSP_INVALID);
    }

  /* The issuer's, but of whom its certificate was not sent. */
  test_pki_make_chain (self->pki, "nointermediate", &other);
  spec = (TestStapleSpec) { .subject = other.certificates[0], .issuer = self->pki->intermediate, .this_update = -60 };
  {
    g_autoptr (GBytes) staple = test_pki_make_staple (self->pki, &spec);

    check (self, other.certificates, other.n, staple, TEST_PKI_HOST,
           "missing-intermediate 0 CN=Test Intermediate,O=Test\nstaple-invalid 0 its issuer is not known");
  }
}

static void
test_staple_malformed (Fixture       *self,
                       gconstpointer  data)
{
  TestChain chain;
  g_autoptr (GBytes) staple = NULL;
  g_autoptr (GBytes) try_later = g_bytes_new_static ("\x30\x03\x0a\x01\x03", 5);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  gsize size;
  const guint8 *bytes;

  test_pki_make_chain (self->pki, "good", &chain);
  check (self, chain.certificates, chain.n, try_later, TEST_PKI_HOST, "staple-invalid 0 tryLater");
  g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
  check (self, chain.certificates, chain.n, nothing, TEST_PKI_HOST, "");
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
      gnutls_datum_t der[] = { datum (chain.certificates[0]->der), datum (chain.certificates[1]->der) };
      gnutls_datum_t answer = datum (cut);

      g_clear_pointer (&self->info, smtp_tls_info_unref);
      self->info = smtp_tls_info_new ();
      smtp_certificate_check (self->info, der, 2, &answer, self->trust, NULL, self->pki->now);
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
      g_assert_true (smtp_tls_info_has_fault (self->info, SMTP_TLS_FAULT_STAPLE_INVALID));

      /* No byte of a signed answer is without meaning. */
      copy[i] ^= 0x55;
      changed = g_bytes_new (copy, size);
      answer = datum (changed);
      g_clear_pointer (&self->info, smtp_tls_info_unref);
      self->info = smtp_tls_info_new ();
      smtp_certificate_check (self->info, der, 2, &answer, self->trust, NULL, self->pki->now);
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_INVALID);
    }
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("/chain/each-fault", test_each_fault);
  ADD ("/chain/names", test_names);
  ADD ("/chain/nul-in-name", test_nul_in_name);
  ADD ("/chain/combined", test_combined);
  ADD ("/chain/malformed", test_malformed);
  ADD ("/chain/long", test_long);
  ADD ("/chain/same-name", test_same_name);
  ADD ("/chain/wrong-intermediate", test_wrong_intermediate);
  ADD ("/chain/cross-signed", test_cross_signed);
  ADD ("/chain/constraints", test_constraints);
  ADD ("/chain/critical", test_critical);
  ADD ("/chain/trusted", test_trusted);
  ADD ("/chain/staple", test_staple);
  ADD ("/chain/staple-signer", test_staple_signer);
  ADD ("/chain/staple-malformed", test_staple_malformed);

  return g_test_run ();
}
