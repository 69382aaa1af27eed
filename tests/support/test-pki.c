/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "support/test-pki.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#define OID_COMMON_NAME "2.5.4.3"

#define CA_USAGES     (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
#define SERVER_USAGES GNUTLS_KEY_DIGITAL_SIGNATURE

/* Nothing here may fail: a test without its certificates tests nothing. */
#define MUST(call) \
  G_STMT_START { int must_ = (call); if (must_ < 0) g_error ("%s: %s", #call, gnutls_strerror (must_)); } G_STMT_END

static const char *const good_names[] = { "DNS:" TEST_PKI_HOST, "DNS:localhost", "IP:127.0.0.1", "IP:::1", NULL };
static const char *const server_purposes[] = { GNUTLS_KP_TLS_WWW_SERVER, NULL };
static const char *const client_purposes[] = { GNUTLS_KP_TLS_WWW_CLIENT, NULL };

static void
certificate_free (gpointer data)
{
  TestCertificate *self = data;

  gnutls_x509_crt_deinit (self->crt);
  if (self->key != NULL)
    gnutls_x509_privkey_deinit (self->key);
  g_bytes_unref (self->der);
  g_free (self);
}

static GBytes *
export (gnutls_x509_crt_t crt)
{
  gnutls_datum_t der;
  GBytes *bytes;

  MUST (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der));
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);

  return bytes;
}

static void
add_name (gnutls_x509_crt_t  crt,
          const char        *name)
{
  const char *value = strchr (name, ':') + 1;

  if (g_str_has_prefix (name, "IP:"))
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (value);

      MUST (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (address),
                                                  (unsigned int) g_inet_address_get_native_size (address),
                                                  GNUTLS_FSAN_APPEND));
      return;
    }

  MUST (gnutls_x509_crt_set_subject_alt_name (crt,
                                              g_str_has_prefix (name, "DNS:") ? GNUTLS_SAN_DNSNAME
                                              : g_str_has_prefix (name, "URI:") ? GNUTLS_SAN_URI
                                                                                : GNUTLS_SAN_RFC822NAME,
                                              value, (unsigned int) strlen (value), GNUTLS_FSAN_APPEND));
}

static void
add_subject (gnutls_x509_crt_t          crt,
             const TestCertificateSpec *spec)
{
  const char *rest;

  if (spec->subject != NULL)
    MUST (gnutls_x509_crt_set_dn (crt, spec->subject, &rest));
  if (spec->common_name != NULL)
    MUST (gnutls_x509_crt_set_dn_by_oid (crt, OID_COMMON_NAME, 0, spec->common_name,
                                         (unsigned int) spec->common_name_size));
}

static void
add_serial (gnutls_x509_crt_t          crt,
            const TestCertificateSpec *spec)
{
  static guint8 counter = 1;
  guint8 bytes[16];

  if (spec->serial != NULL)
    {
      MUST (gnutls_x509_crt_set_serial (crt, spec->serial, spec->serial_size));
      return;
    }

  gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes);
  bytes[0] = 0x10;
  bytes[1] = counter++;
  MUST (gnutls_x509_crt_set_serial (crt, bytes, sizeof bytes));
}

static void
add_constraints (gnutls_x509_crt_t  crt,
                 const char        *permitted)
{
  gnutls_x509_name_constraints_t constraints;
  gnutls_datum_t name = { (guint8 *) permitted, (unsigned int) strlen (permitted) };

  MUST (gnutls_x509_name_constraints_init (&constraints));
  MUST (gnutls_x509_name_constraints_add_permitted (constraints, GNUTLS_SAN_DNSNAME, &name));
  MUST (gnutls_x509_crt_set_name_constraints (crt, constraints, 1));
  gnutls_x509_name_constraints_deinit (constraints);
}

static void
add_uri (gnutls_x509_crt_t  crt,
         int                what,
         const char        *uri)
{
  gnutls_datum_t data = { (guint8 *) uri, uri != NULL ? (unsigned int) strlen (uri) : 0 };

  if (uri != NULL)
    MUST (gnutls_x509_crt_set_authority_info_access (crt, what, &data));
}

static void
add_extensions (gnutls_x509_crt_t          crt,
                const TestCertificateSpec *spec,
                const TestCertificate     *issuer)
{
  guint8 id[64];
  size_t size = sizeof id;

  for (guint i = 0; spec->names != NULL && spec->names[i] != NULL; i++)
    add_name (crt, spec->names[i]);
  for (guint i = 0; spec->purposes != NULL && spec->purposes[i] != NULL; i++)
    MUST (gnutls_x509_crt_set_key_purpose_oid (crt, spec->purposes[i], 0));

  MUST (gnutls_x509_crt_set_basic_constraints (crt, spec->is_ca, spec->path_length - 1));
  if (spec->usages != 0)
    MUST (gnutls_x509_crt_set_key_usage (crt, spec->usages));
  if (spec->permitted != NULL)
    add_constraints (crt, spec->permitted);
  add_uri (crt, GNUTLS_IA_OCSP_URI, spec->ocsp_uri);
  add_uri (crt, GNUTLS_IA_CAISSUERS_URI, spec->issuer_uri);
  if (spec->crl_uri != NULL)
    MUST (gnutls_x509_crt_set_crl_dist_points (crt, GNUTLS_SAN_URI, spec->crl_uri, 0));

  if (spec->must_staple)
    {
      gnutls_x509_tlsfeatures_t features;

      MUST (gnutls_x509_tlsfeatures_init (&features));
      MUST (gnutls_x509_tlsfeatures_add (features, 5));
      MUST (gnutls_x509_crt_set_tlsfeatures (crt, features));
      gnutls_x509_tlsfeatures_deinit (features);
    }

  if (spec->extension != NULL)
    MUST (gnutls_x509_crt_set_extension_by_oid (crt, spec->extension, g_bytes_get_data (spec->extension_data, NULL),
                                                g_bytes_get_size (spec->extension_data),
                                                spec->extension_is_critical));

  if (spec->bare)
    return;

  MUST (gnutls_x509_crt_get_key_id (crt, 0, id, &size));
  MUST (gnutls_x509_crt_set_subject_key_id (crt, id, size));
  if (issuer != NULL)
    {
      size = sizeof id;
      MUST (gnutls_x509_crt_get_key_id (issuer->crt, 0, id, &size));
      MUST (gnutls_x509_crt_set_authority_key_id (crt, id, size));
    }
}

/**
 * test_pki_make:
 * @self: a PKI
 * @spec: what it shall be like
 *
 * Returns: (transfer none): a certificate, which lives as long as @self
 */
TestCertificate *
test_pki_make (TestPki                   *self,
               const TestCertificateSpec *spec)
{
  TestCertificate *made = g_new0 (TestCertificate, 1);
  const TestCertificate *signer = spec->signer != NULL ? spec->signer : spec->issuer;
  gnutls_x509_crt_t issuer_crt;
  gnutls_datum_t der;
  gsize size;
  guint bits = GNUTLS_CURVE_TO_BITS (spec->curve != 0 ? spec->curve : GNUTLS_ECC_CURVE_SECP256R1);

  g_ptr_array_add (self->made, made);
  MUST (gnutls_x509_privkey_init (&made->key));
  if (spec->same_key != NULL)
    MUST (gnutls_x509_privkey_cpy (made->key, spec->same_key->key));
  else
    MUST (gnutls_x509_privkey_generate (made->key, spec->rsa_bits > 0 ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA,
                                        spec->rsa_bits > 0 ? spec->rsa_bits : bits, 0));

  MUST (gnutls_x509_crt_init (&made->crt));
  MUST (gnutls_x509_crt_set_version (made->crt, 3));
  add_serial (made->crt, spec);
  add_subject (made->crt, spec);
  MUST (gnutls_x509_crt_set_activation_time (made->crt, self->now + (spec->from != 0 ? spec->from : -TEST_PKI_DAY)));
  MUST (gnutls_x509_crt_set_expiration_time (made->crt, self->now + (spec->until != 0 ? spec->until
                                                                                      : 90 * TEST_PKI_DAY)));
  MUST (gnutls_x509_crt_set_key (made->crt, made->key));
  add_extensions (made->crt, spec, spec->issuer);

  /* With a stranger's key the issuer is a copy that has only the name of the true one. */
  issuer_crt = spec->issuer != NULL ? spec->issuer->crt : made->crt;
  MUST (gnutls_x509_crt_sign2 (made->crt, issuer_crt, signer != NULL ? signer->key : made->key,
                               spec->hash != 0 ? spec->hash : GNUTLS_DIG_SHA256,
                               spec->pss ? GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS : 0));
  made->der = export (made->crt);

  /* Some of what GnuTLS knows of a certificate it only learns when it reads one. */
  gnutls_x509_crt_deinit (made->crt);
  der.data = (guint8 *) g_bytes_get_data (made->der, &size);
  der.size = (unsigned int) size;
  MUST (gnutls_x509_crt_init (&made->crt));
  MUST (gnutls_x509_crt_import (made->crt, &der, GNUTLS_X509_FMT_DER));

  return made;
}

/**
 * test_pki_new:
 *
 * Returns: (transfer full): two roots and an intermediate, made now
 */
TestPki *
test_pki_new (void)
{
  TestPki *self = g_new0 (TestPki, 1);

  self->now = g_get_real_time () / G_USEC_PER_SEC;
  self->made = g_ptr_array_new_with_free_func (certificate_free);
  self->root = test_pki_make (self, &(TestCertificateSpec) {
    .subject = "CN=Test Root,O=Test", .is_ca = TRUE, .usages = CA_USAGES, .from = -30 * TEST_PKI_DAY,
    .until = 3650LL * TEST_PKI_DAY,
  });
  self->intermediate = test_pki_make (self, &(TestCertificateSpec) {
    .subject = "CN=Test Intermediate,O=Test", .is_ca = TRUE, .usages = CA_USAGES, .issuer = self->root,
    .from = -20 * TEST_PKI_DAY, .until = 1000 * TEST_PKI_DAY, .path_length = 1,
  });
  self->stranger = test_pki_make (self, &(TestCertificateSpec) {
    .subject = "CN=Stranger Root,O=Nobody", .is_ca = TRUE, .usages = CA_USAGES,
  });

  return self;
}

/**
 * test_pki_free:
 * @self: (transfer full): a PKI
 */
void
test_pki_free (TestPki *self)
{
  g_ptr_array_unref (self->made);
  g_free (self);
}

static const char *const chain_names[] = {
  "good", "expired", "notyet", "wrongname", "expiredwrongname", "selfsigned", "unknownca", "nointermediate",
  "wrongorder", "unrelated", "weakkey", "sha1", "clientonly", "muststaple", "cnonly", "wildcard", "badsignature",
  "notaca", "forbidden", "rooted", "client", NULL,
};

/**
 * test_pki_list_chains:
 *
 * Returns: (transfer none): the names that test_pki_make_chain() takes
 */
const char *const *
test_pki_list_chains (void)
{
  return chain_names;
}

static void
set_chain (TestChain       *chain,
           TestCertificate *first,
           TestCertificate *second,
           TestCertificate *third)
{
  chain->certificates[0] = first;
  chain->certificates[1] = second;
  chain->certificates[2] = third;
  chain->n = third != NULL ? 3 : second != NULL ? 2 : 1;
}

/* What the server's certificate of a chain is like, where that is what the chain is about. */
static void
bend_leaf (TestPki             *self,
           const char          *name,
           TestCertificateSpec *spec)
{
  static const char *const other[] = { "DNS:other.example.test", NULL };
  static const char *const wildcard[] = { "DNS:*.example.test", NULL };

  if (g_str_has_prefix (name, "expired"))
    {
      spec->from = -20 * TEST_PKI_DAY;
      spec->until = -TEST_PKI_DAY;
    }
  if (g_str_has_suffix (name, "wrongname"))
    {
      spec->subject = "CN=other.example.test";
      spec->names = other;
    }
  if (g_str_equal (name, "notyet"))
    spec->from = TEST_PKI_DAY;
  if (g_str_equal (name, "selfsigned"))
    spec->issuer = NULL;
  if (g_str_equal (name, "weakkey"))
    spec->rsa_bits = 1024;
  if (g_str_equal (name, "sha1"))
    spec->hash = GNUTLS_DIG_SHA1;
  if (g_str_equal (name, "clientonly") || g_str_equal (name, "client"))
    spec->purposes = client_purposes;
  if (g_str_equal (name, "client"))
    spec->subject = "CN=Test Client,O=Test";
  if (g_str_equal (name, "muststaple"))
    spec->must_staple = TRUE;
  if (g_str_equal (name, "cnonly"))
    spec->names = NULL;
  if (g_str_equal (name, "wildcard"))
    spec->names = wildcard;
  if (g_str_equal (name, "badsignature"))
    spec->signer = self->stranger;
}

/* Who issued the server's certificate of a chain, where that is what the chain is about. */
static TestCertificate *
make_issuer (TestPki    *self,
             const char *name)
{
  TestCertificateSpec spec = {
    .subject = "CN=Test Intermediate 2,O=Test", .is_ca = TRUE, .usages = CA_USAGES, .issuer = self->root,
  };

  if (g_str_equal (name, "unknownca"))
    {
      spec.issuer = self->stranger;
    }
  else if (g_str_equal (name, "notaca"))
    {
      spec.is_ca = FALSE;
      spec.usages = SERVER_USAGES;
    }
  else if (g_str_equal (name, "forbidden"))
    {
      spec.permitted = "example.com";
    }
  else
    {
      return self->intermediate;
    }

  return test_pki_make (self, &spec);
}

/**
 * test_pki_make_chain:
 * @self: a PKI
 * @name: one of test_pki_list_chains()
 * @chain: (out): the chain
 *
 * Makes a chain for %TEST_PKI_HOST, localhost and their addresses that is good, or has the fault that its name
 * says. "rooted" has its root, too.
 */
void
test_pki_make_chain (TestPki    *self,
                     const char *name,
                     TestChain  *chain)
{
  TestCertificate *issuer = make_issuer (self, name);
  TestCertificate *leaf;
  TestCertificateSpec spec = {
    .subject = "CN=" TEST_PKI_HOST, .names = good_names, .issuer = issuer, .usages = SERVER_USAGES,
    .purposes = server_purposes,
  };

  g_assert_true (g_strv_contains (chain_names, name));
  bend_leaf (self, name, &spec);
  leaf = test_pki_make (self, &spec);

  if (g_str_equal (name, "selfsigned") || g_str_equal (name, "nointermediate"))
    set_chain (chain, leaf, NULL, NULL);
  else if (g_str_equal (name, "unknownca"))
    set_chain (chain, leaf, issuer, self->stranger);
  else if (g_str_equal (name, "wrongorder"))
    set_chain (chain, leaf, self->root, issuer);
  else if (g_str_equal (name, "unrelated"))
    set_chain (chain, leaf, self->stranger, issuer);
  else if (g_str_equal (name, "rooted"))
    set_chain (chain, leaf, issuer, self->root);
  else
    set_chain (chain, leaf, issuer, NULL);
}

/**
 * test_certificate_to_pem:
 * @self: a certificate
 *
 * Returns: (transfer full): the same in PEM
 */
char *
test_certificate_to_pem (const TestCertificate *self)
{
  gnutls_datum_t pem;
  char *text;

  MUST (gnutls_x509_crt_export2 (self->crt, GNUTLS_X509_FMT_PEM, &pem));
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);

  return text;
}

/**
 * test_certificate_key_to_pem:
 * @self: a certificate
 *
 * Returns: (transfer full): its key in PEM, PKCS #8
 */
char *
test_certificate_key_to_pem (const TestCertificate *self)
{
  gnutls_datum_t pem;
  char *text;

  MUST (gnutls_x509_privkey_export2_pkcs8 (self->key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem));
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);

  return text;
}

/**
 * test_chain_to_pem:
 * @self: a chain
 *
 * Returns: (transfer full): all of it in PEM
 */
char *
test_chain_to_pem (const TestChain *self)
{
  GString *all = g_string_new (NULL);

  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *pem = test_certificate_to_pem (self->certificates[i]);

      g_string_append (all, pem);
    }

  return g_string_free (all, FALSE);
}
