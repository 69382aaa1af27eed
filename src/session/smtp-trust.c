/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/smtp-trust.h"

#include <string.h>

/* So much Base64 has the subject in it, as a rule. */
#define ENOUGH 768

/* One authority. */
typedef struct
{
  const char        *base64;   /* in one of the bundles */
  gsize              size;
  gsize              subject;       /* where in the subjects */
  gsize              subject_size;
  gnutls_x509_crt_t  crt;      /* NULL until it is named by a chain */
  gboolean           useless;  /* it could not be decoded */
} Authority;

struct _SmtpTrust
{
  GArray     *authorities;  /* of Authority */
  GByteArray *subjects;     /* whom they are, one after the other */
  GPtrArray  *bundles;      /* of GBytes, where the authorities are */
  GBytes     *system;       /* (nullable): the system's bundle, until the first look into it */
  gboolean    has_system;
  gboolean    has_file;
};

/* Debian and its kin, Fedora and its kin, openSUSE, Alpine and the BSDs. */
static const char *const system_bundles[] = {
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
};

/* "TRUSTED" is OpenSSL's, with notes of its own behind the certificate. */
static const char *const labels[] = { "CERTIFICATE-----", "X509 CERTIFICATE-----", "TRUSTED CERTIFICATE-----" };

G_DEFINE_QUARK (smtp-trust-error-quark, smtp_trust_error)

static void
authority_clear (gpointer data)
{
  Authority *authority = data;

  if (authority->crt != NULL)
    gnutls_x509_crt_deinit (authority->crt);
}

/**
 * smtp_trust_new:
 *
 * Returns: (transfer full): trust in nobody yet
 */
SmtpTrust *
smtp_trust_new (void)
{
  SmtpTrust *self = g_new0 (SmtpTrust, 1);

  self->authorities = g_array_new (FALSE, TRUE, sizeof (Authority));
  g_array_set_clear_func (self->authorities, authority_clear);
  self->subjects = g_byte_array_new ();
  self->bundles = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  return self;
}

/**
 * smtp_trust_free:
 * @self: (transfer full): a trust
 */
void
smtp_trust_free (SmtpTrust *self)
{
  g_array_unref (self->authorities);
  g_byte_array_unref (self->subjects);
  g_ptr_array_unref (self->bundles);
  g_clear_pointer (&self->system, g_bytes_unref);
  g_free (self);
}

/* Decodes Base64, white space in it left out, into @out, which has room for three quarters of @size. GLib's own
 * takes several times as long, which would be most of the time that a look into a system's bundle takes. Returns
 * how many bytes came of it; 0 if there is anything else in it. */
static gsize
decode_base64 (const char *at,
               gsize       size,
               guint8     *out)
{
  static gint8 values[256];
  static gsize is_ready = 0;
  const char *end = at + size;
  guint8 *start = out;
  guint32 word = 0;
  guint n = 0;

  if (g_once_init_enter (&is_ready))
    {
      static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

      memset (values, -1, sizeof values);
      for (guint i = 0; i < 64; i++)
        values[(guint8) digits[i]] = (gint8) i;
      g_once_init_leave (&is_ready, 1);
    }

  for (; at < end; at++)
    {
      gint8 value = values[(guint8) *at];

      if (value < 0)
        {
          if (*at != '=' && !g_ascii_isspace (*at))
            return 0;
          continue;
        }

      word = word << 6 | (guint32) value;
      if (++n % 4 == 0)
        {
          *out++ = (guint8) (word >> 16);
          *out++ = (guint8) (word >> 8);
          *out++ = (guint8) word;
        }
    }

  if (n % 4 == 3)
    {
      *out++ = (guint8) (word >> 10);
      *out++ = (guint8) (word >> 2);
    }
  else if (n % 4 == 2)
    {
      *out++ = (guint8) (word >> 4);
    }

  return (gsize) (out - start);
}

/* Whether a block that begins there is a certificate; moves behind its first line. */
static gboolean
skip_label (const char **at,
            const char  *end)
{
  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      gsize length = strlen (labels[i]);

      if ((gsize) (end - *at) >= length && memcmp (*at, labels[i], length) == 0)
        {
          *at += length;
          return TRUE;
        }
    }

  return FALSE;
}

/* Notes whom a certificate is for, decoding no more of it than that takes. */
static gboolean
note_subject (SmtpTrust *self,
              Authority *authority)
{
  guint8 start[ENOUGH / 4 * 3];
  g_autofree guint8 *all = NULL;
  SmtpDer subject;
  SmtpDer der = { start, 0 };

  der.size = decode_base64 (authority->base64, MIN (authority->size, ENOUGH), start);
  if (!smtp_der_read_subject (der, &subject))
    {
      der.at = all = g_malloc (authority->size / 4 * 3 + 3);
      der.size = decode_base64 (authority->base64, authority->size, all);
      if (!smtp_der_read_subject (der, &subject))
        return FALSE;
    }

  authority->subject = self->subjects->len;
  authority->subject_size = subject.size;
  g_byte_array_append (self->subjects, subject.at, (guint) subject.size);

  return TRUE;
}

/* The certificates of a PEM bundle (RFC 7468), found but not decoded. Other blocks and all text around them
 * are left out. Returns FALSE if one is not closed or is not a certificate; the others are taken all the same. */
static gboolean
split (SmtpTrust *self,
       GBytes    *pem)
{
  static const char begin[] = "-----BEGIN ";
  static const char finish[] = "-----END ";
  gsize size;
  const char *at = g_bytes_get_data (pem, &size);
  const char *end = at + size;
  gboolean is_sound = TRUE;

  g_ptr_array_add (self->bundles, g_bytes_ref (pem));

  while (at < end && (at = memmem (at, (gsize) (end - at), begin, strlen (begin))) != NULL)
    {
      Authority authority = { 0 };
      const char *close;

      at += strlen (begin);
      if (!skip_label (&at, end))
        continue;

      close = memchr (at, '-', (gsize) (end - at));
      if (close == NULL || (gsize) (end - close) < strlen (finish) || memcmp (close, finish, strlen (finish)) != 0)
        {
          is_sound = FALSE;
          continue;
        }

      authority.base64 = at;
      authority.size = (gsize) (close - at);
      if (note_subject (self, &authority))
        g_array_append_val (self->authorities, authority);
      else
        is_sound = FALSE;
      at = close;
    }

  return is_sound;
}

/* Decodes an authority, once. */
static gboolean
decode (Authority *authority)
{
  g_autofree guint8 *bytes = NULL;
  SmtpDer rest;
  SmtpDer content;
  gnutls_datum_t der;

  if (authority->crt != NULL || authority->useless)
    return !authority->useless;

  authority->useless = TRUE;
  rest.at = bytes = g_malloc (authority->size / 4 * 3 + 3);
  rest.size = decode_base64 (authority->base64, authority->size, bytes);
  if (!smtp_der_enter (&rest, SMTP_DER_SEQUENCE, &content) || gnutls_x509_crt_init (&authority->crt) < 0)
    return FALSE;

  /* Without what OpenSSL may have put behind it. */
  der.data = bytes;
  der.size = (unsigned int) (rest.at - bytes);
  if (gnutls_x509_crt_import (authority->crt, &der, GNUTLS_X509_FMT_DER) < 0)
    {
      gnutls_x509_crt_deinit (authority->crt);
      authority->crt = NULL;
      return FALSE;
    }
  authority->useless = FALSE;

  return TRUE;
}

/**
 * smtp_trust_add_pem:
 * @self: a trust
 * @pem: certificates in PEM (RFC 7468), between any other text
 * @error: return location for an error
 *
 * Trusts these, too. They need not be authorities: a server's own certificate can be trusted as it is. If one
 * of them cannot be decoded, none is taken.
 *
 * Returns: %FALSE with an error of %SMTP_TRUST_ERROR if there is none, or not all are certificates
 */
gboolean
smtp_trust_add_pem (SmtpTrust  *self,
                    GBytes     *pem,
                    GError    **error)
{
  guint n_before = self->authorities->len;
  gboolean is_sound = split (self, pem);

  for (guint i = n_before; i < self->authorities->len && is_sound; i++)
    is_sound = decode (&g_array_index (self->authorities, Authority, i));

  if (!is_sound)
    {
      g_array_set_size (self->authorities, n_before);
      g_set_error_literal (error, SMTP_TRUST_ERROR, SMTP_TRUST_ERROR_MALFORMED,
                           "A certificate in it cannot be decoded");
      return FALSE;
    }

  if (self->authorities->len == n_before)
    {
      g_set_error_literal (error, SMTP_TRUST_ERROR, SMTP_TRUST_ERROR_EMPTY, "There is no certificate in it");
      return FALSE;
    }

  self->has_file = TRUE;

  return TRUE;
}

/**
 * smtp_trust_add_system:
 * @self: a trust
 * @error: return location for an error
 *
 * Trusts, too, whom this system trusts. Certificates in its list that cannot be decoded are passed over.
 *
 * Returns: %FALSE with %SMTP_TRUST_ERROR_NO_SYSTEM if there is no such list
 */
gboolean
smtp_trust_add_system (SmtpTrust  *self,
                       GError    **error)
{
  if (self->has_system)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (system_bundles); i++)
    {
      g_autoptr (GMappedFile) file = g_mapped_file_new (system_bundles[i], FALSE, NULL);

      if (file == NULL)
        continue;

      self->system = g_mapped_file_get_bytes (file);
      self->has_system = TRUE;

      return TRUE;
    }

  g_set_error (error, SMTP_TRUST_ERROR, SMTP_TRUST_ERROR_NO_SYSTEM,
               "No list of certificate authorities in %s or where other systems have it", system_bundles[0]);

  return FALSE;
}

/**
 * smtp_trust_describe:
 * @self: (nullable): a trust
 *
 * Returns: what is trusted: "system", "file", "system and file", or "nothing"
 */
const char *
smtp_trust_describe (SmtpTrust *self)
{
  if (self != NULL && self->has_system)
    return self->has_file ? "system and file" : "system";

  return self != NULL && self->has_file ? "file" : "nothing";
}

/**
 * smtp_trust_find:
 * @self: (nullable): a trust
 * @name: a name, as it is in a certificate
 * @found: (element-type gnutls_x509_crt_t): where to append certificates; they belong to @self
 *
 * Looks for trusted certificates of that subject. Names are the same if their bytes are, as for GnuTLS.
 */
void
smtp_trust_find (SmtpTrust     *self,
                 const SmtpDer *name,
                 GPtrArray     *found)
{
  if (self == NULL)
    return;

  if (self->system != NULL)
    {
      split (self, self->system);
      g_clear_pointer (&self->system, g_bytes_unref);
    }

  for (guint i = 0; i < self->authorities->len; i++)
    {
      Authority *authority = &g_array_index (self->authorities, Authority, i);

      if (authority->subject_size == name->size &&
          memcmp (self->subjects->data + authority->subject, name->at, name->size) == 0 && decode (authority))
        g_ptr_array_add (found, authority->crt);
    }
}
