/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-certificate-private.h"

#include <gio/gio.h>
#include <gnutls/crypto.h>
#include <gnutls/x509-ext.h>

#include "protocol/smtp-bytes.h"

#define MOST_SERIAL 64      /* bytes; RFC 5280 allows 20 */
#define MOST_DN     8192    /* bytes of an encoded name; what is longer is not taken apart */
#define MOST_WORK   65536   /* bytes of an extension; what is longer is not taken apart */

#define STATUS_REQUEST 5    /* RFC 7633 and RFC 6066 */

#define OID_ALTERNATIVE_NAMES "2.5.29.17"
#define OID_KEY_PURPOSES      "2.5.29.37"
#define OID_CRLS              "2.5.29.31"
#define OID_AUTHORITY_ACCESS  "1.3.6.1.5.5.7.1.1"
#define OID_TIMESTAMPS        "1.3.6.1.4.1.11129.2.4.2"

typedef struct
{
  guint       bit;
  const char *name;
} Usage;

static const Usage usages[] = {
  { GNUTLS_KEY_DIGITAL_SIGNATURE, "digitalSignature" },
  { GNUTLS_KEY_NON_REPUDIATION, "nonRepudiation" },
  { GNUTLS_KEY_KEY_ENCIPHERMENT, "keyEncipherment" },
  { GNUTLS_KEY_DATA_ENCIPHERMENT, "dataEncipherment" },
  { GNUTLS_KEY_KEY_AGREEMENT, "keyAgreement" },
  { GNUTLS_KEY_KEY_CERT_SIGN, "keyCertSign" },
  { GNUTLS_KEY_CRL_SIGN, "cRLSign" },
  { GNUTLS_KEY_ENCIPHER_ONLY, "encipherOnly" },
  { GNUTLS_KEY_DECIPHER_ONLY, "decipherOnly" },
};

typedef struct
{
  const char *oid;
  const char *name;
} Purpose;

static const Purpose purposes[] = {
  { GNUTLS_KP_TLS_WWW_SERVER, "serverAuth" },
  { GNUTLS_KP_TLS_WWW_CLIENT, "clientAuth" },
  { GNUTLS_KP_CODE_SIGNING, "codeSigning" },
  { GNUTLS_KP_EMAIL_PROTECTION, "emailProtection" },
  { GNUTLS_KP_TIME_STAMPING, "timeStamping" },
  { GNUTLS_KP_OCSP_SIGNING, "OCSPSigning" },
  { GNUTLS_KP_ANY, "anyExtendedKeyUsage" },
};

static const char upper[] = "0123456789ABCDEF";
static const char lower[] = "0123456789abcdef";

static char *
show (const void *bytes,
      gsize       size)
{
  return smtp_bytes_escape (bytes, size, SMTP_CERTIFICATE_MOST_TEXT);
}

static GStrv
strv_from (GPtrArray *array)
{
  g_ptr_array_add (array, NULL);

  return (GStrv) g_ptr_array_free (array, FALSE);
}

/* Adds to a list that a peer may make as long as it likes. Returns whether there is room for more. */
static gboolean
add_bounded (GPtrArray *list,
             guint     *n,
             char      *text)
{
  if ((*n)++ < SMTP_CERTIFICATE_MOST_NAMES)
    g_ptr_array_add (list, text);
  else
    g_free (text);

  return *n <= SMTP_CERTIFICATE_MOST_NAMES;
}

static GStrv
finish_bounded (GPtrArray *list,
                guint      n)
{
  if (n > list->len)
    g_ptr_array_add (list, g_strdup_printf ("… %u more", n - list->len));

  return strv_from (list);
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

/* The content of an extension, or FALSE if there is none or it is too long to be taken apart. */
static gboolean
get_extension (gnutls_x509_crt_t  crt,
               const char        *oid,
               gsize              most,
               gnutls_datum_t    *content)
{
  content->data = NULL;
  content->size = 0;
  if (gnutls_x509_crt_get_extension_by_oid2 (crt, oid, 0, content, NULL) < 0)
    return FALSE;

  if (content->size > most)
    {
      gnutls_free (content->data);
      return FALSE;
    }

  return TRUE;
}

static char *
show_alternative_name (guint           type,
                       gnutls_datum_t *value,
                       gnutls_datum_t *oid)
{
  g_autofree char *text = show (value->data, value->size);

  switch (type)
    {
    case GNUTLS_SAN_DNSNAME:
      return g_strconcat ("DNS:", text, NULL);
    case GNUTLS_SAN_RFC822NAME:
      return g_strconcat ("email:", text, NULL);
    case GNUTLS_SAN_URI:
      return g_strconcat ("URI:", text, NULL);
    case GNUTLS_SAN_DN:
      return g_strconcat ("DN:", text, NULL);
    case GNUTLS_SAN_REGISTERED_ID:
      return g_strconcat ("RID:", text, NULL);

    case GNUTLS_SAN_IPADDRESS:
      if (value->size == 4 || value->size == 16)
        {
          g_autoptr (GInetAddress) address =
            g_inet_address_new_from_bytes (value->data, value->size == 4 ? G_SOCKET_FAMILY_IPV4 : G_SOCKET_FAMILY_IPV6);

          g_free (text);
          text = g_inet_address_to_string (address);
        }
      return g_strconcat ("IP:", text, NULL);

    default:
      g_free (text);
      text = oid->data != NULL ? show (oid->data, oid->size) : g_strdup_printf ("%u", type);
      return g_strconcat ("other:", text, NULL);
    }
}

static GStrv
read_names (gnutls_x509_crt_t crt)
{
  GPtrArray *list = g_ptr_array_new ();
  gnutls_subject_alt_names_t names = NULL;
  gnutls_datum_t extension;
  guint n = 0;

  if (!get_extension (crt, OID_ALTERNATIVE_NAMES, SMTP_CERTIFICATE_MOST_SIZE, &extension))
    return strv_from (list);

  if (gnutls_subject_alt_names_init (&names) >= 0)
    {
      if (gnutls_x509_ext_import_subject_alt_names (&extension, names, 0) >= 0)
        {
          gnutls_datum_t value = { NULL, 0 };
          gnutls_datum_t oid = { NULL, 0 };
          guint type;

          while (gnutls_subject_alt_names_get (names, n, &type, &value, &oid) >= 0)
            {
              char *text = n < SMTP_CERTIFICATE_MOST_NAMES ? show_alternative_name (type, &value, &oid) : NULL;

              add_bounded (list, &n, text);
              oid.data = NULL;
            }
        }
      gnutls_subject_alt_names_deinit (names);
    }
  gnutls_free (extension.data);

  return finish_bounded (list, n);
}

static GStrv
read_key_usages (gnutls_x509_crt_t crt)
{
  GPtrArray *list = g_ptr_array_new ();
  unsigned int bits = 0;

  if (gnutls_x509_crt_get_key_usage (crt, &bits, NULL) < 0)
    bits = 0;

  for (guint i = 0; i < G_N_ELEMENTS (usages); i++)
    {
      if ((bits & usages[i].bit) != 0)
        g_ptr_array_add (list, g_strdup (usages[i].name));
    }

  return strv_from (list);
}

static char *
show_purpose (gnutls_datum_t *oid)
{
  for (guint i = 0; i < G_N_ELEMENTS (purposes); i++)
    {
      if (g_strcmp0 ((const char *) oid->data, purposes[i].oid) == 0)
        return g_strdup (purposes[i].name);
    }

  return show (oid->data, oid->size);
}

static GStrv
read_purposes (gnutls_x509_crt_t crt)
{
  GPtrArray *list = g_ptr_array_new ();
  gnutls_x509_key_purposes_t set = NULL;
  gnutls_datum_t extension;
  guint n = 0;

  if (!get_extension (crt, OID_KEY_PURPOSES, MOST_WORK, &extension))
    return strv_from (list);

  if (gnutls_x509_key_purpose_init (&set) >= 0)
    {
      gnutls_datum_t oid;

      if (gnutls_x509_ext_import_key_purposes (&extension, set, 0) >= 0)
        {
          while (gnutls_x509_key_purpose_get (set, n, &oid) >= 0)
            add_bounded (list, &n, show_purpose (&oid));
        }
      gnutls_x509_key_purpose_deinit (set);
    }
  gnutls_free (extension.data);

  return finish_bounded (list, n);
}

/* Where OCSP is spoken and where the issuer's certificate is. */
static void
read_authority_access (gnutls_x509_crt_t  crt,
                       SmtpCertificate   *self)
{
  GPtrArray *ocsp = g_ptr_array_new ();
  GPtrArray *issuers = g_ptr_array_new ();
  gnutls_x509_aia_t access = NULL;
  gnutls_datum_t extension;
  guint n_ocsp = 0;
  guint n_issuers = 0;

  if (get_extension (crt, OID_AUTHORITY_ACCESS, MOST_WORK, &extension))
    {
      if (gnutls_x509_aia_init (&access) >= 0)
        {
          gnutls_datum_t oid;
          gnutls_datum_t uri;
          guint type;

          if (gnutls_x509_ext_import_aia (&extension, access, 0) >= 0)
            {
              for (guint i = 0; gnutls_x509_aia_get (access, i, &oid, &type, &uri) >= 0; i++)
                {
                  if (type != GNUTLS_SAN_URI || oid.data == NULL)
                    continue;
                  if (g_str_equal (oid.data, GNUTLS_OID_AD_OCSP))
                    add_bounded (ocsp, &n_ocsp, show (uri.data, uri.size));
                  else if (g_str_equal (oid.data, GNUTLS_OID_AD_CAISSUERS))
                    add_bounded (issuers, &n_issuers, show (uri.data, uri.size));
                }
            }
          gnutls_x509_aia_deinit (access);
        }
      gnutls_free (extension.data);
    }

  self->ocsp_uris = finish_bounded (ocsp, n_ocsp);
  self->issuer_uris = finish_bounded (issuers, n_issuers);
}

static GStrv
read_crls (gnutls_x509_crt_t crt)
{
  GPtrArray *list = g_ptr_array_new ();
  gnutls_x509_crl_dist_points_t points = NULL;
  gnutls_datum_t extension;
  guint n = 0;

  if (!get_extension (crt, OID_CRLS, MOST_WORK, &extension))
    return strv_from (list);

  if (gnutls_x509_crl_dist_points_init (&points) >= 0)
    {
      gnutls_datum_t uri;
      guint type;
      guint reasons;

      if (gnutls_x509_ext_import_crl_dist_points (&extension, points, 0) >= 0)
        {
          for (guint i = 0; gnutls_x509_crl_dist_points_get (points, i, &type, &uri, &reasons) >= 0; i++)
            {
              if (type == GNUTLS_SAN_URI)
                add_bounded (list, &n, show (uri.data, uri.size));
            }
        }
      gnutls_x509_crl_dist_points_deinit (points);
    }
  gnutls_free (extension.data);

  return finish_bounded (list, n);
}

static gboolean
read_must_staple (gnutls_x509_crt_t crt)
{
  gnutls_x509_tlsfeatures_t features = NULL;
  gboolean must = FALSE;

  if (gnutls_x509_tlsfeatures_init (&features) < 0)
    return FALSE;

  if (gnutls_x509_crt_get_tlsfeatures (crt, features, 0, NULL) >= 0)
    {
      unsigned int feature;

      for (guint i = 0; !must && gnutls_x509_tlsfeatures_get (features, i, &feature) >= 0; i++)
        must = feature == STATUS_REQUEST;
    }
  gnutls_x509_tlsfeatures_deinit (features);

  return must;
}

/* The timestamps of a list as RFC 6962 section 3.3 has it, as far as they are whole. */
static guint
count_timestamps (gnutls_x509_crt_t crt)
{
  gnutls_datum_t extension;
  SmtpDer rest;
  SmtpDer list;
  guint n = 0;

  if (!get_extension (crt, OID_TIMESTAMPS, MOST_WORK, &extension))
    return 0;

  rest.at = extension.data;
  rest.size = extension.size;
  if (smtp_der_enter (&rest, SMTP_DER_OCTET_STRING, &list) && list.size >= 2 &&
      (gsize) (list.at[0] << 8 | list.at[1]) == list.size - 2)
    {
      list.at += 2;
      list.size -= 2;
      while (list.size >= 2)
        {
          gsize length = 2 + (gsize) (list.at[0] << 8 | list.at[1]);

          if (length > list.size)
            break;
          list.at += length;
          list.size -= length;
          n++;
        }
    }
  gnutls_free (extension.data);

  return n;
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
  unsigned int is_ca = 0;
  gsize size;
  const void *der = g_bytes_get_data (self->der, &size);

  self->subject = smtp_certificate_show_name (&parts->subject);
  self->issuer = smtp_certificate_show_name (&parts->issuer);
  self->names = read_names (crt);
  self->serial = show_serial (parts->serial);
  self->not_before = parts->not_before;
  self->not_after = parts->not_after;
  read_key (crt, self);
  self->version = gnutls_x509_crt_get_version (crt);

  if (gnutls_x509_crt_get_basic_constraints (crt, NULL, &is_ca, &self->path_length) < 0)
    self->path_length = -1;
  self->is_ca = is_ca != 0;

  self->key_usages = read_key_usages (crt);
  self->purposes = read_purposes (crt);
  self->sha256 = fingerprint (GNUTLS_DIG_SHA256, der, size, upper, ":");
  self->sha1 = fingerprint (GNUTLS_DIG_SHA1, der, size, upper, ":");
  self->spki_sha256 = fingerprint (GNUTLS_DIG_SHA256, parts->public_key.at, parts->public_key.size, lower, "");
  read_authority_access (crt, self);
  self->crl_uris = read_crls (crt);
  self->must_staple = read_must_staple (crt);
  self->n_scts = count_timestamps (crt);
}

/* Takes a certificate apart: @crt is %NULL if it cannot be; @parts live as long as what is returned. */
SmtpCertificate *
smtp_certificate_decode (const gnutls_datum_t *der,
                         gnutls_x509_crt_t    *crt,
                         SmtpDerCertificate   *parts)
{
  g_autoptr (GBytes) bytes = NULL;
  SmtpCertificate *self;
  SmtpDer whole;
  gsize size;
  int result;

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

  if (gnutls_x509_crt_init (crt) < 0)
    g_error ("no memory");

  result = gnutls_x509_crt_import (*crt, der, GNUTLS_X509_FMT_DER);
  whole.at = g_bytes_get_data (self->der, &size);
  whole.size = size;
  if (result >= 0 && smtp_der_read_certificate (whole, parts))
    {
      read_fields (*crt, parts, self);
      return self;
    }

  self->malformed = g_strdup (result < 0 ? gnutls_strerror (result) : "a part is not as RFC 5280 demands");
  gnutls_x509_crt_deinit (*crt);
  *crt = NULL;

  return self;
}

/**
 * smtp_certificate_read:
 * @der: a certificate, or anything that claims to be one
 *
 * Decodes a certificate (RFC 5280). Texts in it are cut after 1024 bytes and lists after 200 entries; one
 * entry more then says how many there were. A whole that is over %SMTP_CERTIFICATE_MOST_SIZE is not kept.
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
