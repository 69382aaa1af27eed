/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-certificate-private.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "protocol/smtp-bytes.h"

#define MOST_SERIAL 64      /* bytes; RFC 5280 allows 20 */
#define MOST_DN     8192    /* bytes of an encoded name; what is longer is not taken apart */

/* The library looks for each part of a list from its beginning: what is longer than this, and no authority
 * makes, could keep it busy for minutes. */
#define MOST_NAME       32768   /* bytes of an encoded name */
#define MOST_EXTENSIONS 1000
#define MOST_NAMES      131072  /* bytes of the extension with the names */
#define MOST_EXTENSION  16384   /* bytes of another extension that the library knows */
#define SMALL           65536   /* bytes of a certificate that is quickly refused */

static const char upper[] = "0123456789ABCDEF";
static const char lower[] = "0123456789abcdef";

static char *
show (const void *bytes,
      gsize       size)
{
  return smtp_bytes_escape (bytes, size, SMTP_CERTIFICATE_MOST_TEXT);
}

static char *
hex (const guint8 *bytes,
     gsize         size,
     const char   *digits,
     const char   *separator)
{
  GString *out = g_string_sized_new (size * 3);

  for (gsize i = 0; i < size; i++)
    {
      if (i > 0)
        g_string_append (out, separator);
      g_string_append_c (out, digits[bytes[i] >> 4]);
      g_string_append_c (out, digits[bytes[i] & 15]);
    }

  return g_string_free (out, FALSE);
}

static char *
fingerprint (gnutls_digest_algorithm_t  type,
             const void                *bytes,
             gsize                      size,
             const char                *digits,
             const char                *separator)
{
  guint8 digest[32];

  if (gnutls_hash_fast (type, bytes, size, digest) < 0)
    return g_strdup ("");

  return hex (digest, gnutls_hash_get_len (type), digits, separator);
}

/* As openssl shows it: a leading zero, which only says that the number is positive, is left out; a negative
 * one, which RFC 5280 forbids, has a minus and its magnitude. */
static char *
show_serial (SmtpDer serial)
{
  gboolean is_negative = serial.size > 0 && serial.at[0] >= 0x80;
  guint8 bytes[MOST_SERIAL];
  gsize size;
  g_autofree char *digits = NULL;

  if (!is_negative && serial.size > 1 && serial.at[0] == 0)
    {
      serial.at++;
      serial.size--;
    }

  if (serial.size > MOST_SERIAL)
    {
      digits = hex (serial.at, MOST_SERIAL, upper, ":");
      return g_strdup_printf ("%s… (%" G_GSIZE_FORMAT " bytes)", digits, serial.size);
    }

  size = serial.size;
  for (gsize i = 0; i < size; i++)
    bytes[i] = is_negative ? (guint8) ~serial.at[i] : serial.at[i];
  for (gsize i = size; is_negative && i-- > 0 && ++bytes[i] == 0;)
    ;
  digits = hex (bytes, size, upper, ":");

  return g_strconcat (is_negative ? "-" : "", digits, NULL);
}

/**
 * smtp_certificate_show_name:
 * @name: a distinguished name, as it is in a certificate
 *
 * Returns: (transfer full): the same for people, RFC 4514
 */
char *
smtp_certificate_show_name (const SmtpDer *name)
{
  gnutls_datum_t raw = { (guint8 *) name->at, (unsigned int) name->size };
  gnutls_datum_t text = { NULL, 0 };
  gnutls_x509_dn_t dn;
  char *shown = NULL;

  /* Nothing but a header. */
  if (name->size <= 2)
    return g_strdup ("");

  /* The library looks for each part from the beginning. */
  if (name->size > MOST_DN)
    return g_strdup_printf ("… (%" G_GSIZE_FORMAT " bytes)", name->size);

  if (gnutls_x509_dn_init (&dn) < 0)
    return g_strdup ("");

  if (gnutls_x509_dn_import (dn, &raw) >= 0 && gnutls_x509_dn_get_str2 (dn, &text, 0) >= 0)
    {
      shown = show (text.data, text.size);
      gnutls_free (text.data);
    }
  gnutls_x509_dn_deinit (dn);

  return shown != NULL ? shown : show (name->at, name->size);
}

/**
 * smtp_certificate_show_subject:
 * @crt: a certificate
 *
 * Returns: (transfer full): its subject for people, RFC 4514
 */
char *
smtp_certificate_show_subject (gnutls_x509_crt_t crt)
{
  gnutls_datum_t raw = { NULL, 0 };
  SmtpDer name;
  char *shown;

  if (gnutls_x509_crt_get_raw_dn (crt, &raw) < 0)
    return g_strdup ("");

  name.at = raw.data;
  name.size = raw.size;
  shown = smtp_certificate_show_name (&name);
  gnutls_free (raw.data);

  return shown;
}

static void
read_key (gnutls_x509_crt_t  crt,
          SmtpCertificate   *self)
{
  gnutls_ecc_curve_t curve;
  gnutls_datum_t x = { NULL, 0 };
  gnutls_datum_t y = { NULL, 0 };
  const char *name = NULL;
  unsigned int bits = 0;
  int type = gnutls_x509_crt_get_pk_algorithm (crt, &bits);
  int signature = gnutls_x509_crt_get_signature_algorithm (crt);
  char oid[256];
  size_t size = sizeof oid;

  if (type > GNUTLS_PK_UNKNOWN)
    {
      name = gnutls_pk_algorithm_get_name (type);
      self->key_bits = bits;
    }
  if (name == NULL)
    name = gnutls_x509_crt_get_pk_oid (crt, oid, &size) >= 0 ? oid : "unknown";
  self->key_type = show (name, strlen (name));

  if (gnutls_x509_crt_get_pk_ecc_raw (crt, &curve, &x, &y) >= 0)
    {
      self->key_curve = g_strdup (gnutls_ecc_curve_get_name (curve));
      gnutls_free (x.data);
      gnutls_free (y.data);
    }

  name = signature > GNUTLS_SIGN_UNKNOWN ? gnutls_sign_get_name (signature) : NULL;
  size = sizeof oid;
  if (name == NULL)
    name = gnutls_x509_crt_get_signature_oid (crt, oid, &size) >= 0 ? oid : "unknown";
  self->signature = show (name, strlen (name));
}

static void
read_fields (gnutls_x509_crt_t         crt,
             const SmtpDerCertificate *parts,
             SmtpCertificate          *self)
{
  gsize size;
  const void *der = g_bytes_get_data (self->der, &size);

  self->subject = smtp_certificate_show_name (&parts->subject);
  self->issuer = smtp_certificate_show_name (&parts->issuer);
  self->serial = show_serial (parts->serial);
  self->not_before = parts->not_before;
  self->not_after = parts->not_after;
  read_key (crt, self);
  self->version = gnutls_x509_crt_get_version (crt);

  self->sha256 = fingerprint (GNUTLS_DIG_SHA256, der, size, upper, ":");
  self->sha1 = fingerprint (GNUTLS_DIG_SHA1, der, size, upper, ":");
  self->spki_sha256 = fingerprint (GNUTLS_DIG_SHA256, parts->public_key.at, parts->public_key.size, lower, "");
  smtp_certificate_read_extensions (self, crt);
}

/* The extensions of X.509 itself and of the internet's profile of it; what others there are is not taken apart. */
static gsize
most_of_extension (const SmtpDer *oid)
{
  static const guint8 x509[] = { 0x55, 0x1d };
  static const guint8 internet[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x01 };
  static const guint8 alternative_names[] = { 0x55, 0x1d, 0x11 };

  if (oid->size == sizeof alternative_names && memcmp (oid->at, alternative_names, oid->size) == 0)
    return MOST_NAMES;
  if ((oid->size >= sizeof x509 && memcmp (oid->at, x509, sizeof x509) == 0) ||
      (oid->size >= sizeof internet && memcmp (oid->at, internet, sizeof internet) == 0))
    return MOST_EXTENSION;

  return SMTP_CERTIFICATE_MOST_SIZE;
}

/* What of a certificate is too much to be given to the library, or NULL. */
static char *
find_excess (const SmtpDerCertificate *parts)
{
  gsize name = MAX (parts->issuer.size, parts->subject.size);
  SmtpDer rest = parts->extensions;
  SmtpDer extension;
  SmtpDer oid;
  guint n = 0;

  if (name > MOST_NAME)
    return g_strdup_printf ("a name of %" G_GSIZE_FORMAT " bytes", name);

  while (smtp_der_enter (&rest, SMTP_DER_SEQUENCE, &extension))
    {
      if (++n > MOST_EXTENSIONS)
        return g_strdup_printf ("more than %u extensions", MOST_EXTENSIONS);
      if (smtp_der_enter (&extension, SMTP_DER_OID, &oid) && extension.size > most_of_extension (&oid))
        return g_strdup_printf ("an extension of %" G_GSIZE_FORMAT " bytes", extension.size);
    }

  return NULL;
}

/* Decodes what is not too large for that. Returns why it cannot be, or NULL. */
static char *
import (gnutls_x509_crt_t     crt,
        const gnutls_datum_t *der,
        SmtpDerCertificate   *parts)
{
  SmtpDer whole = { der->data, der->size };
  gboolean is_whole = smtp_der_read_certificate (whole, parts);
  char *excess = is_whole ? find_excess (parts) : NULL;
  int result = 0;

  if (excess != NULL)
    return excess;

  if (is_whole || der->size <= SMALL)
    result = gnutls_x509_crt_import (crt, der, GNUTLS_X509_FMT_DER);
  if (is_whole && result >= 0)
    return NULL;

  return g_strdup (result < 0 ? gnutls_strerror (result) : "a part is not as RFC 5280 demands");
}

/**
 * smtp_certificate_decode:
 * @der: see smtp_certificate_read()
 * @crt: (out): the same for GnuTLS, %NULL if it cannot be decoded
 * @parts: (out): its parts, which live as long as what is returned
 *
 * Returns: (transfer full): see smtp_certificate_read()
 */
SmtpCertificate *
smtp_certificate_decode (const gnutls_datum_t *der,
                         gnutls_x509_crt_t    *crt,
                         SmtpDerCertificate   *parts)
{
  g_autoptr (GBytes) bytes = NULL;
  gnutls_datum_t copy;
  SmtpCertificate *self;
  gsize size;

  *crt = NULL;

  if (der->size > SMTP_CERTIFICATE_MOST_SIZE)
    {
      bytes = g_bytes_new (NULL, 0);
      self = smtp_certificate_new (bytes);
      self->malformed = g_strdup_printf ("%u bytes are too many", der->size);
      return self;
    }

  bytes = g_bytes_new (der->data, der->size);
  self = smtp_certificate_new (bytes);
  copy.data = (guint8 *) g_bytes_get_data (bytes, &size);
  copy.size = (unsigned int) size;

  if (gnutls_x509_crt_init (crt) < 0)
    g_error ("no memory");

  self->malformed = import (*crt, &copy, parts);
  if (self->malformed == NULL)
    {
      read_fields (*crt, parts, self);
      return self;
    }

  gnutls_x509_crt_deinit (*crt);
  *crt = NULL;

  return self;
}

/**
 * smtp_certificate_read:
 * @der: a certificate, or anything that claims to be one
 *
 * Decodes a certificate (RFC 5280). Texts in it are cut after 1024 bytes and lists after 200 entries; one
 * entry more then says how many there were. A whole that is over %SMTP_CERTIFICATE_MOST_SIZE is not kept, and
 * one with parts that would take seconds to decode counts as malformed.
 *
 * Returns: (transfer full): what is in it, or why nothing is
 */
SmtpCertificate *
smtp_certificate_read (const gnutls_datum_t *der)
{
  SmtpDerCertificate parts;
  gnutls_x509_crt_t crt;
  SmtpCertificate *self = smtp_certificate_decode (der, &crt, &parts);

  if (crt != NULL)
    gnutls_x509_crt_deinit (crt);

  return self;
}
