/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* OCSP answers (RFC 6960 section 4.2.1), which GnuTLS reads but does not write. */

#include "support/test-pki.h"

#include <gnutls/abstract.h>
#include <string.h>

#define MUST(call) \
  G_STMT_START { int must_ = (call); if (must_ < 0) g_error ("%s: %s", #call, gnutls_strerror (must_)); } G_STMT_END

/**
 * test_der_bytes:
 * @tag: a kind of element
 * @bytes: what is in it
 * @size: how many
 *
 * Returns: (transfer full): an element in DER
 */
GByteArray *
test_der_bytes (guint8      tag,
                const void *bytes,
                gsize       size)
{
  GByteArray *out = g_byte_array_new ();
  guint8 header[6] = { tag };
  guint n = 1;

  if (size >= 0x1000000)
    header[n++] = 0x84, header[n++] = (guint8) (size >> 24), header[n++] = (guint8) (size >> 16),
    header[n++] = (guint8) (size >> 8);
  else if (size >= 0x10000)
    header[n++] = 0x83, header[n++] = (guint8) (size >> 16), header[n++] = (guint8) (size >> 8);
  else if (size >= 0x100)
    header[n++] = 0x82, header[n++] = (guint8) (size >> 8);
  else if (size >= 0x80)
    header[n++] = 0x81;
  header[n++] = (guint8) size;

  g_byte_array_append (out, header, n);
  g_byte_array_append (out, bytes, (guint) size);

  return out;
}

/**
 * test_der_new:
 * @tag: a kind of element
 * @...: (transfer full): elements to put into it, %NULL at the end
 *
 * Returns: (transfer full): an element in DER
 */
GByteArray *
test_der_new (int tag,
              ...)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  GByteArray *part;
  va_list parts;

  va_start (parts, tag);
  while ((part = va_arg (parts, GByteArray *)) != NULL)
    {
      g_byte_array_append (content, part->data, part->len);
      g_byte_array_unref (part);
    }
  va_end (parts);

  return test_der_bytes ((guint8) tag, content->data, content->len);
}

static GByteArray *
der_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = g_date_time_format (time, "%Y%m%d%H%M%SZ");

  return test_der_bytes (0x18, text, strlen (text));
}

static GByteArray *
der_raw (gnutls_datum_t *raw)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, raw->data, raw->size);
  gnutls_free (raw->data);

  return out;
}

static GByteArray *
der_subject (const TestCertificate *certificate)
{
  gnutls_datum_t name;

  MUST (gnutls_x509_crt_get_raw_dn (certificate->crt, &name));

  return der_raw (&name);
}

/* CertID: the issuer's name and key as SHA-1, and a serial number; as a client would ask for it. */
static GByteArray *
der_certificate_id (const TestStapleSpec *spec)
{
  static const guint8 sha1[] = { 0x2b, 0x0e, 0x03, 0x02, 0x1a };
  gnutls_ocsp_req_t question;
  gnutls_datum_t name;
  gnutls_datum_t key;
  gnutls_datum_t serial;
  GByteArray *algorithm;
  GByteArray *id;

  MUST (gnutls_ocsp_req_init (&question));
  MUST (gnutls_ocsp_req_add_cert (question, GNUTLS_DIG_SHA1, spec->issuer->crt, spec->subject->crt));
  MUST (gnutls_ocsp_req_get_cert_id (question, 0, NULL, &name, &key, &serial));
  gnutls_ocsp_req_deinit (question);

  algorithm = test_der_new (0x30, test_der_bytes (0x06, sha1, sizeof sha1), test_der_bytes (0x05, NULL, 0), NULL);
  id = test_der_new (0x30, algorithm, test_der_bytes (0x04, name.data, name.size),
                     test_der_bytes (0x04, key.data, key.size), test_der_bytes (0x02, serial.data, serial.size), NULL);
  gnutls_free (name.data);
  gnutls_free (key.data);
  gnutls_free (serial.data);

  return id;
}

static GByteArray *
der_status (TestPki              *pki,
            const TestStapleSpec *spec)
{
  if (spec->status == GNUTLS_OCSP_CERT_REVOKED)
    return test_der_new (0xa1, der_time (pki->now + spec->revoked_at), NULL);

  return test_der_bytes (spec->status == GNUTLS_OCSP_CERT_GOOD ? 0x80 : 0x82, NULL, 0);
}

static GByteArray *
der_signature (const TestCertificate *signer,
               GByteArray            *data)
{
  gnutls_datum_t bytes = { data->data, data->len };
  gnutls_datum_t signature;
  gnutls_privkey_t key;
  GByteArray *bits = g_byte_array_new ();
  GByteArray *out;

  MUST (gnutls_privkey_init (&key));
  MUST (gnutls_privkey_import_x509 (key, signer->key, 0));
  MUST (gnutls_privkey_sign_data (key, GNUTLS_DIG_SHA256, 0, &bytes, &signature));
  gnutls_privkey_deinit (key);

  /* No bit of the last byte is unused. */
  g_byte_array_append (bits, (const guint8 *) "", 1);
  g_byte_array_append (bits, signature.data, signature.size);
  gnutls_free (signature.data);
  out = test_der_bytes (0x03, bits->data, bits->len);
  g_byte_array_unref (bits);

  return out;
}

/**
 * test_pki_make_staple:
 * @self: a PKI
 * @spec: what it shall be like; the signer has an elliptic curve's key
 *
 * Returns: (transfer full): an OCSP answer
 */
GBytes *
test_pki_make_staple (TestPki              *self,
                      const TestStapleSpec *spec)
{
  static const guint8 basic[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x01 };
  static const guint8 ecdsa_with_sha256[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
  const TestCertificate *signer = spec->signer != NULL ? spec->signer : spec->issuer;
  GByteArray *until = spec->next_update != 0 ? der_time (self->now + spec->next_update) : NULL;
  GByteArray *next = until != NULL ? test_der_new (0xa0, until, NULL) : NULL;
  GByteArray *single = test_der_new (0x30, der_certificate_id (spec), der_status (self, spec),
                                     der_time (self->now + spec->this_update), next, NULL);
  GByteArray *data = test_der_new (0x30, test_der_new (0xa1, der_subject (signer), NULL),
                                   der_time (self->now + spec->this_update), test_der_new (0x30, single, NULL), NULL);
  GByteArray *signature = der_signature (signer, data);
  GByteArray *certs = NULL;
  GByteArray *answer;

  if (spec->signer != NULL)
    {
      GByteArray *signer_der = g_byte_array_new ();

      g_byte_array_append (signer_der, g_bytes_get_data (signer->der, NULL), (guint) g_bytes_get_size (signer->der));
      certs = test_der_new (0xa0, test_der_new (0x30, signer_der, NULL), NULL);
    }

  answer = test_der_new (0x30, data,
                         test_der_new (0x30, test_der_bytes (0x06, ecdsa_with_sha256, sizeof ecdsa_with_sha256), NULL),
                         signature, certs, NULL);
  answer = test_der_new (0x04, answer, NULL);
  answer = test_der_new (0x30, test_der_bytes (0x06, basic, sizeof basic), answer, NULL);
  answer = test_der_new (0x30, test_der_bytes (0x0a, "", 1), test_der_new (0xa0, answer, NULL), NULL);

  return g_byte_array_free_to_bytes (answer);
}
