/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The extensions of a certificate that are shown, RFC 5280 section 4.2. One that cannot be decoded is as good
 * as none. */

#include "session/smtp-certificate-private.h"

#include <gio/gio.h>
#include <gnutls/x509-ext.h>
#include <string.h>

#include "protocol/smtp-bytes.h"

#define MOST_WORK 65536   /* bytes of an extension; what is longer is not taken apart */

#define STATUS_REQUEST 5  /* RFC 7633 and RFC 6066 */

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

/**
 * smtp_certificate_read_extensions:
 * @self: a certificate that is being read
 * @crt: the same
 *
 * Fills in what is in extensions.
 */
void
smtp_certificate_read_extensions (SmtpCertificate   *self,
                                  gnutls_x509_crt_t  crt)
{
  unsigned int is_ca = 0;

  self->names = read_names (crt);
  if (gnutls_x509_crt_get_basic_constraints (crt, NULL, &is_ca, &self->path_length) < 0)
    self->path_length = -1;
  self->is_ca = is_ca != 0;
  self->key_usages = read_key_usages (crt);
  self->purposes = read_purposes (crt);
  read_authority_access (crt, self);
  self->crl_uris = read_crls (crt);
  self->must_staple = read_must_staple (crt);
  self->n_scts = count_timestamps (crt);
}
