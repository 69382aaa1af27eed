/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with a chain: each fault alone, faults together, and chains that no honest server sends. */

#include "session/chain-fixture.h"

#include <string.h>

#define MOST 120

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
test_each_fault (ChainFixture       *self,
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
      chain_fixture_check (self, chain.certificates, chain.n, NULL, TEST_PKI_HOST, cases[i].faults);
      g_assert_cmpstr (self->info->trust, ==, "file");
      g_assert_cmpint (self->info->ocsp, ==, SMTP_OCSP_NONE);
    }
}

static void
test_names (ChainFixture       *self,
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
      chain_fixture_check (self, chain.certificates, chain.n, NULL, names[i].name, names[i].matches ? "" : mismatch);
    }

  /* An address written as a name is no address. */
  pair[0] = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=192.0.2.1", .names = text_address, .issuer = self->pki->intermediate,
  });
  chain_fixture_check (self, pair, 2, NULL, "192.0.2.1", "name-mismatch 0 192.0.2.1");
  chain_fixture_check (self, pair, 2, NULL, "bücher.example", "");
}

static void
test_nul_in_name (ChainFixture       *self,
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

  chain_fixture_check (self, pair, 2, NULL, TEST_PKI_HOST, "name-mismatch 0 mail.example.test");
}

/* Everything at once; no fault hides another one. */
static void
test_combined (ChainFixture       *self,
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
  chain_fixture_check (self, chain, 4, NULL, TEST_PKI_HOST,
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
  chain_fixture_check (self, chain, 1, NULL, TEST_PKI_HOST, "expired 0\nself-signed 0");
}

static void
test_malformed (ChainFixture       *self,
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
  chain_fixture_check (self, certificates, 3, NULL, TEST_PKI_HOST, malformed);
  g_assert_cmpstr (((SmtpCertificate *) self->info->chain->pdata[1])->subject, ==, "CN=" TEST_PKI_HOST);

  certificates[0] = expired.certificates[0];
  certificates[1] = &broken;
  expected = g_strconcat ("malformed-certificate 1 ", gnutls_strerror (GNUTLS_E_ASN1_TAG_ERROR), "\nexpired 0", NULL);
  chain_fixture_check (self, certificates, 3, NULL, TEST_PKI_HOST, expected);

  chain_fixture_check (self, NULL, 0, NULL, TEST_PKI_HOST, "no-certificate -1");
}

/* A line of authorities that ends at the root, from the server's certificate on. */
static void
make_long_chain (ChainFixture          *self,
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
test_long (ChainFixture       *self,
           gconstpointer  data)
{
  TestCertificate *chain[MOST];

  make_long_chain (self, chain, 15);
  chain_fixture_check (self, chain, 15, NULL, TEST_PKI_HOST, "");

  make_long_chain (self, chain, 100);
  chain_fixture_check (self, chain, 100, NULL, TEST_PKI_HOST, "certificate-fault -1 a path of 101 certificates");

  for (guint i = 100; i < MOST; i++)
    chain[i] = self->pki->stranger;
  chain_fixture_check (self, chain, MOST, NULL, TEST_PKI_HOST,
         "too-many-certificates -1 120\ncertificate-fault -1 a path of 101 certificates");
}

/* A hundred authorities of one name, each of which could have issued each. */
static void
test_same_name (ChainFixture       *self,
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
  chain_fixture_check (self, chain, 100, NULL, NULL, "bad-signature 0");

  /* Each is signed by the one before, the first by the last: looking for a way through has to end somewhere. */
  for (guint i = 1; i <= 100; i++)
    {
      spec.signer = i > 1 ? chain[i - 1] : self->pki->stranger;
      chain[i % 100] = test_pki_make (self->pki, &spec);
    }
  chain_fixture_check (self, chain, 100, NULL, NULL, "certificate-fault -1 too many certificates of the same name");
}

/* Not those of the good certificate: of the same name, with another key. */
static void
test_wrong_intermediate (ChainFixture       *self,
                         gconstpointer  data)
{
  TestCertificate *old = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=Test Intermediate,O=Test", .is_ca = TRUE, .issuer = self->pki->root,
  });
  TestChain chain;

  test_pki_make_chain (self->pki, "good", &chain);
  chain.certificates[1] = old;
  chain_fixture_check (self, chain.certificates, 2, NULL, TEST_PKI_HOST,
         "missing-intermediate 0 CN=Test Intermediate,O=Test\n"
         "wrong-order 1 unrelated: CN=Test Intermediate,O=Test");

  /* The right one is there, too: nothing is wrong that matters. */
  chain.certificates[2] = self->pki->intermediate;
  chain_fixture_check (self, chain.certificates, 3, NULL, TEST_PKI_HOST, "");

  chain.certificates[1] = self->pki->intermediate;
  chain_fixture_check (self, chain.certificates, 3, NULL, TEST_PKI_HOST,
         "wrong-order 2 repeated: CN=Test Intermediate,O=Test");
}

/* An authority with two issuers of which one is trusted, in any order. */
static void
test_cross_signed (ChainFixture       *self,
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

  chain_fixture_check (self, chain, 3, NULL, TEST_PKI_HOST, "");
  chain_fixture_check (self, other, 3, NULL, TEST_PKI_HOST, "");
  chain_fixture_check (self, chain, 2, NULL, TEST_PKI_HOST, "unknown-authority 1 CN=Stranger Root,O=Nobody");
}

/* What an authority's own limits forbid. */
static void
test_constraints (ChainFixture       *self,
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

  chain_fixture_check (self, chain, 3, NULL, TEST_PKI_HOST,
         "constraints-violated 1 path length of CN=Test Intermediate,O=Test");
  chain_fixture_check (self, pair, 2, NULL, TEST_PKI_HOST, "not-a-ca 0 CN=No Signer");
}

/* Signatures whose parameters are in the certificate. */
static void
test_pss (ChainFixture  *self,
          gconstpointer  data)
{
  TestCertificate *root = test_pki_make (self->pki, &(TestCertificateSpec) {
    .subject = "CN=PSS", .is_ca = TRUE, .rsa_bits = 2048, .pss = TRUE,
  });
  TestCertificate *pair[] = {
    test_pki_make (self->pki, &(TestCertificateSpec) {
      .subject = "CN=" TEST_PKI_HOST, .issuer = root, .pss = TRUE, .hash = GNUTLS_DIG_SHA384,
    }),
    root,
  };

  chain_fixture_check (self, pair, 2, NULL, TEST_PKI_HOST, "unknown-authority 1 CN=PSS");
  g_assert_cmpstr (((SmtpCertificate *) self->info->chain->pdata[0])->signature, ==, "RSA-PSS-SHA384");

  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = chain_fixture_trust (&root, 1);
  chain_fixture_check (self, pair, 1, NULL, TEST_PKI_HOST, "");
}

static void
test_critical (ChainFixture       *self,
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

  chain_fixture_check (self, pair, 2, NULL, TEST_PKI_HOST,
         "certificate-fault 0 an unknown critical extension: 1.3.6.1.4.1.99999.1");
}

static void
test_unknown_signature (ChainFixture  *self,
                        gconstpointer  data)
{
  static const guint8 known[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
  TestChain chain;
  TestCertificate changed = { NULL, NULL, NULL };
  g_autofree guint8 *bytes = NULL;
  gsize size;
  guint n = 0;

  test_pki_make_chain (self->pki, "good", &chain);
  size = g_bytes_get_size (chain.certificates[0]->der);
  bytes = g_memdup2 (g_bytes_get_data (chain.certificates[0]->der, NULL), size);
  for (guint8 *at = bytes; (at = memmem (at, size - (gsize) (at - bytes), known, sizeof known)) != NULL; n++)
    at[sizeof known - 1] = 0x7f;
  g_assert_cmpuint (n, ==, 2);

  changed.der = g_bytes_new (bytes, size);
  chain.certificates[0] = &changed;
  chain_fixture_check (self, chain.certificates, 2, NULL, TEST_PKI_HOST,
                       "certificate-fault 0 unknown signature algorithm 1.2.840.10045.4.3.127");
  g_bytes_unref (changed.der);
}

/* A root with any RSA key, which nobody signed. */
static TestCertificate *
make_root (GByteArray *modulus,
           GByteArray *exponent)
{
  static const guint8 rsa[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01 };
  static const guint8 rsa_with_sha256[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b };
  static const guint8 common_name[] = { 0x55, 0x04, 0x03 };
  TestCertificate *made = g_new0 (TestCertificate, 1);
  g_autoptr (GByteArray) key = test_der_new (0x30, modulus, exponent, NULL);
  GByteArray *names[2];
  GByteArray *algorithms[3];
  GByteArray *validity;
  GByteArray *body;
  gnutls_datum_t der;

  /* Of a bit string the first byte says how many bits of the last are unused. */
  g_byte_array_prepend (key, (const guint8 *) "", 1);
  for (guint i = 0; i < 2; i++)
    {
      names[i] = test_der_new (0x30, test_der_bytes (0x06, common_name, 3), test_der_bytes (0x13, "Odd", 3), NULL);
      names[i] = test_der_new (0x30, test_der_new (0x31, names[i], NULL), NULL);
    }
  for (guint i = 0; i < 3; i++)
    algorithms[i] = test_der_new (0x30, test_der_bytes (0x06, i == 0 ? rsa : rsa_with_sha256, sizeof rsa),
                                  test_der_bytes (0x05, NULL, 0), NULL);
  validity = test_der_new (0x30, test_der_bytes (0x18, "20200101000000Z", 15),
                           test_der_bytes (0x18, "99991231235959Z", 15), NULL);
  body = test_der_new (0x30, test_der_bytes (0x02, "\1", 1), algorithms[1], names[0], validity, names[1],
                       test_der_new (0x30, algorithms[0], test_der_bytes (0x03, key->data, key->len), NULL), NULL);
  body = test_der_new (0x30, body, algorithms[2], test_der_bytes (0x03, "\0x", 2), NULL);
  made->der = g_byte_array_free_to_bytes (body);

  der = chain_fixture_datum (made->der);
  g_assert_cmpint (gnutls_x509_crt_init (&made->crt), >=, 0);
  g_assert_cmpint (gnutls_x509_crt_import (made->crt, &der, GNUTLS_X509_FMT_DER), >=, 0);

  return made;
}

/* Keys that it takes seconds to compute with are left alone. */
static void
test_large_keys (ChainFixture  *self,
                 gconstpointer  data)
{
  g_autofree char *digits = g_strnfill (2100, 0x55);
  TestCertificate *roots[] = {
    make_root (test_der_bytes (0x02, digits, 2100), test_der_bytes (0x02, "\3", 1)),
    make_root (test_der_bytes (0x02, digits, 300), test_der_bytes (0x02, digits, 299)),
  };
  TestCertificate *namesake = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=Odd" });

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      TestCertificate *pair[] = {
        test_pki_make (self->pki, &(TestCertificateSpec) {
          .subject = "CN=" TEST_PKI_HOST, .issuer = namesake, .bare = TRUE,
        }),
        roots[i],
      };

      g_ptr_array_add (self->pki->made, roots[i]);
      chain_fixture_check (self, pair, 2, NULL, TEST_PKI_HOST, "certificate-fault 1 a key too large to compute with");
      chain_fixture_check (self, roots + i, 1, NULL, NULL, "certificate-fault 0 a key too large to compute with");
    }
}

static void
test_trusted (ChainFixture       *self,
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
  TestCertificate *trusted[] = { NULL, self->pki->intermediate, old_root };

  test_pki_make_chain (self->pki, "selfsigned", &selfsigned);
  test_pki_make_chain (self->pki, "good", &good);

  /* The server's own certificate, an intermediate, and a root that has expired. */
  g_clear_pointer (&self->trust, smtp_trust_free);
  trusted[0] = selfsigned.certificates[0];
  self->trust = chain_fixture_trust (trusted, G_N_ELEMENTS (trusted));
  chain_fixture_check (self, selfsigned.certificates, 1, NULL, TEST_PKI_HOST, "");
  chain_fixture_check (self, good.certificates, 2, NULL, TEST_PKI_HOST, "");
  chain_fixture_check (self, good.certificates, 1, NULL, TEST_PKI_HOST, "");
  chain_fixture_check (self, both, 1, NULL, TEST_PKI_HOST, "expired -1 CN=Old Root");
  chain_fixture_check (self, both, 2, NULL, TEST_PKI_HOST, "expired 1");

  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = smtp_trust_new ();
  chain_fixture_check (self, good.certificates, 2, NULL, TEST_PKI_HOST, "missing-intermediate 1 CN=Test Root,O=Test");
  g_assert_cmpstr (self->info->trust, ==, "nothing");

  /* Somebody else with the name of one that is trusted. */
  g_clear_pointer (&self->trust, smtp_trust_free);
  self->trust = chain_fixture_trust (&self->pki->root, 1);
  both[1] = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=Test Root,O=Test", .is_ca = TRUE });
  both[0] = test_pki_make (self->pki, &(TestCertificateSpec) { .subject = "CN=" TEST_PKI_HOST, .issuer = both[1] });
  chain_fixture_check (self, both, 2, NULL, TEST_PKI_HOST, "unknown-authority 1 CN=Test Root,O=Test");
}

#define ADD(path, function) \
  g_test_add (path, ChainFixture, NULL, chain_fixture_set_up, function, chain_fixture_tear_down)

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
  ADD ("/chain/pss", test_pss);
  ADD ("/chain/critical", test_critical);
  ADD ("/chain/large-keys", test_large_keys);
  ADD ("/chain/unknown-signature", test_unknown_signature);
  ADD ("/chain/trusted", test_trusted);

  return g_test_run ();
}
