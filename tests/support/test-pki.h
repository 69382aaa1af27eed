/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Certificates for tests, made when the tests start: nothing that expires is kept in a file. One root, one
 * intermediate, and chains below them that are good or have one certain fault. */

#pragma once

#include <gio/gio.h>
#include <gnutls/ocsp.h>
#include <gnutls/x509.h>

G_BEGIN_DECLS

#define TEST_PKI_HOST "mail.example.test"
#define TEST_PKI_DAY  (24 * 3600)

/**
 * TestCertificate:
 *
 * A certificate and its key.
 */
typedef struct
{
  gnutls_x509_crt_t     crt;
  gnutls_x509_privkey_t key;
  GBytes               *der;
} TestCertificate;

/**
 * TestCertificateSpec:
 * @subject: distinguished name, RFC 4514
 * @common_name: (nullable): bytes of a common name that @subject cannot have
 * @common_name_size: how many
 * @names: (nullable) (array zero-terminated=1): "DNS:…", "IP:…", "email:…", "URI:…"
 * @issuer: (nullable): who signs it; %NULL for itself
 * @signer: (nullable): who signs it in the issuer's name
 * @same_key: (nullable): whose key it has; %NULL for a new one
 * @bare: leave out what tells keys of the same name apart
 * @from: when it begins, in seconds from when the PKI was made; 0: a day ago
 * @until: when it ends; 0: in ninety days
 * @serial: (nullable): bytes of the serial number
 * @serial_size: how many
 * @rsa_bits: size of an RSA key; 0: an elliptic curve
 * @curve: which; 0: secp256r1
 * @hash: to sign with; 0: SHA-256
 * @pss: whether an RSA signer signs with PSS
 * @is_ca: whether it may sign others
 * @path_length: plus one; 0: any
 * @usages: key usage bits, 0: no such extension
 * @purposes: (nullable) (array zero-terminated=1): OIDs
 * @must_staple: whether it demands a stapled OCSP answer
 * @permitted: (nullable): the only DNS names below it
 * @ocsp_uri: (nullable): where its status is
 * @issuer_uri: (nullable): where its issuer's certificate is
 * @crl_uri: (nullable): where its revocation list is
 * @extension: (nullable): an OID
 * @extension_data: what is in it
 * @extension_is_critical: whether who does not know it must not accept the certificate
 *
 * What a certificate shall be like.
 */
typedef struct
{
  const char            *subject;
  const char            *common_name;
  gsize                  common_name_size;
  const char *const     *names;
  const TestCertificate *issuer;
  const TestCertificate *signer;
  const TestCertificate *same_key;
  gboolean               bare;
  gint64                 from;
  gint64                 until;
  const guint8          *serial;
  gsize                  serial_size;
  guint                  rsa_bits;
  gnutls_ecc_curve_t     curve;
  gnutls_digest_algorithm_t hash;
  gboolean               pss;
  gboolean               is_ca;
  int                    path_length;
  guint                  usages;
  const char *const     *purposes;
  gboolean               must_staple;
  const char            *permitted;
  const char            *ocsp_uri;
  const char            *issuer_uri;
  const char            *crl_uri;
  const char            *extension;
  GBytes                *extension_data;
  gboolean               extension_is_critical;
} TestCertificateSpec;

/**
 * TestStapleSpec:
 * @subject: the certificate that is asked about
 * @issuer: its issuer
 * @signer: (nullable): who signs the answer; %NULL for the issuer
 * @status: good, revoked, unknown
 * @this_update: in seconds from when the PKI was made
 * @next_update: the same; 0: not said
 * @revoked_at: the same
 *
 * What an OCSP answer shall be like.
 */
typedef struct
{
  const TestCertificate     *subject;
  const TestCertificate     *issuer;
  const TestCertificate     *signer;
  gnutls_ocsp_cert_status_t  status;
  gint64                     this_update;
  gint64                     next_update;
  gint64                     revoked_at;
} TestStapleSpec;

/**
 * TestPki:
 * @now: when it was made, seconds since 1970
 * @root: who is trusted
 * @intermediate: below the root
 * @stranger: another root
 *
 * The certificates that the others hang from.
 */
typedef struct
{
  gint64           now;
  TestCertificate *root;
  TestCertificate *intermediate;
  TestCertificate *stranger;
  GPtrArray       *made;
} TestPki;

/**
 * TestChain:
 * @n: how many
 * @certificates: as a server sends them; its own first
 *
 * A chain. All of it belongs to the #TestPki.
 */
typedef struct
{
  guint            n;
  TestCertificate *certificates[4];
} TestChain;

TestPki           *test_pki_new         (void);
void               test_pki_free        (TestPki                   *self);
TestCertificate   *test_pki_make        (TestPki                   *self,
                                         const TestCertificateSpec *spec);
const char *const *test_pki_list_chains (void);
void               test_pki_make_chain  (TestPki                   *self,
                                         const char                *name,
                                         TestChain                 *chain);
GBytes            *test_pki_make_staple (TestPki                   *self,
                                         const TestStapleSpec      *spec);

char              *test_certificate_to_pem     (const TestCertificate *self);
char              *test_certificate_key_to_pem (const TestCertificate *self);
char              *test_chain_to_pem           (const TestChain       *self);

GByteArray        *test_der_new         (int                        tag,
                                         ...) G_GNUC_NULL_TERMINATED;
GByteArray        *test_der_bytes       (guint8                     tag,
                                         const void                *bytes,
                                         gsize                      size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestPki, test_pki_free)

G_END_DECLS
