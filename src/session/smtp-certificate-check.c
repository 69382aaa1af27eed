/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is wrong with each certificate by itself, with its name, its dates and its place. */

#include "session/smtp-certificate-private.h"

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <string.h>

#define LEAST_RSA_BITS 2048
#define LEAST_EC_BITS  224

/* OpenSSL's bounds: what is larger would take seconds to compute with, and no authority has it. */
#define MOST_KEY_BITS       16384
#define MOST_DSA_BITS       10000
#define MOST_EXPONENT_BYTES 9       /* 64 bits and a sign */

/**
 * smtp_certificate_is_issuer:
 * @crt: a certificate
 * @issuer: another
 *
 * Returns: whether @issuer is, by names and key identifiers, whom @crt says it is from; signatures are not
 *   looked at
 */
gboolean
smtp_certificate_is_issuer (gnutls_x509_crt_t crt,
                            gnutls_x509_crt_t issuer)
{
  return gnutls_x509_crt_check_issuer (crt, issuer) != 0;
}

/**
 * smtp_certificate_is_usable:
 * @issuer: a certificate
 *
 * Returns: whether signatures can be checked with its key in a bounded time
 */
gboolean
smtp_certificate_is_usable (gnutls_x509_crt_t issuer)
{
  unsigned int bits = 0;
  int type = gnutls_x509_crt_get_pk_algorithm (issuer, &bits);
  gnutls_datum_t exponent = { NULL, 0 };
  gnutls_pubkey_t key = NULL;
  gboolean is_usable = TRUE;

  if (bits > (type == GNUTLS_PK_DSA ? MOST_DSA_BITS : MOST_KEY_BITS))
    return FALSE;

  if (type != GNUTLS_PK_RSA && type != GNUTLS_PK_RSA_PSS)
    return TRUE;

  if (gnutls_pubkey_init (&key) < 0)
    return FALSE;

  if (gnutls_pubkey_import_x509 (key, issuer, 0) >= 0 &&
      gnutls_pubkey_export_rsa_raw (key, NULL, &exponent) >= 0)
    {
      is_usable = exponent.size <= MOST_EXPONENT_BYTES;
      gnutls_free (exponent.data);
    }
  gnutls_pubkey_deinit (key);

  return is_usable;
}

gboolean
smtp_certificate_is_weak (gnutls_digest_algorithm_t hash)
{
  return hash == GNUTLS_DIG_MD2 || hash == GNUTLS_DIG_MD5 || hash == GNUTLS_DIG_SHA1 || hash == GNUTLS_DIG_RMD160;
}

static void
check_strength (SmtpChain *self,
                guint      i)
{
  const SmtpCertificate *certificate = self->info->chain->pdata[i];
  gnutls_x509_crt_t crt = self->crts[i];
  unsigned int bits = 0;
  int type = gnutls_x509_crt_get_pk_algorithm (crt, &bits);
  int signature = gnutls_x509_crt_get_signature_algorithm (crt);
  gboolean is_weak = FALSE;

  if (type == GNUTLS_PK_RSA || type == GNUTLS_PK_RSA_PSS)
    is_weak = bits < LEAST_RSA_BITS;
  else if (type == GNUTLS_PK_EC)
    is_weak = bits > 0 && bits < LEAST_EC_BITS;
  else if (type == GNUTLS_PK_DSA)
    is_weak = TRUE;

  if (is_weak)
    {
      g_autofree char *detail = g_strdup_printf ("%s %u", certificate->key_type, bits);

      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_WEAK_KEY, (int) i, detail);
    }

  /* What a root says of itself is trusted for other reasons than its signature. */
  if (signature > GNUTLS_SIGN_UNKNOWN && smtp_certificate_is_weak (gnutls_sign_get_hash_algorithm (signature)) &&
      !smtp_certificate_is_issuer (crt, crt))
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_WEAK_SIGNATURE, (int) i, certificate->signature);
}

static gboolean
has_purpose (const SmtpCertificate *certificate)
{
  const char *const *purposes = (const char *const *) certificate->purposes;

  return purposes[0] == NULL || g_strv_contains (purposes, "serverAuth") ||
         g_strv_contains (purposes, "anyExtendedKeyUsage");
}

static gboolean
has_usage (const SmtpCertificate *certificate)
{
  const char *const *usages = (const char *const *) certificate->key_usages;

  return usages[0] == NULL || g_strv_contains (usages, "digitalSignature") ||
         g_strv_contains (usages, "keyEncipherment") || g_strv_contains (usages, "keyAgreement");
}

/* The purposes of the server's certificate and of those that issued it; what the key may be used for only
 * matters for the first. */
static void
check_purpose (SmtpChain *self,
               guint      i,
               gboolean   is_first)
{
  const SmtpCertificate *certificate = self->info->chain->pdata[i];
  gboolean is_wrong_purpose = !has_purpose (certificate);
  gboolean is_wrong_usage = is_first && !has_usage (certificate);
  g_autofree char *purposes = g_strjoinv (", ", certificate->purposes);
  g_autofree char *usages = g_strjoinv (", ", certificate->key_usages);
  g_autofree char *both = NULL;

  if (!is_wrong_purpose && !is_wrong_usage)
    return;

  if (is_wrong_purpose && is_wrong_usage)
    both = g_strdup_printf ("%s; %s", purposes, usages);

  smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_WRONG_PURPOSE, (int) i,
                           both != NULL ? both : is_wrong_purpose ? purposes : usages);
}

/* Reads the dates of a certificate that was not sent. */
static gboolean
read_dates (gnutls_x509_crt_t  crt,
            gint64            *not_before,
            gint64            *not_after)
{
  gnutls_datum_t der = { NULL, 0 };
  SmtpDerCertificate parts;
  SmtpDer whole;
  gboolean is_read;

  if (gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_DER, &der) < 0)
    return FALSE;

  whole.at = der.data;
  whole.size = der.size;
  is_read = smtp_der_read_certificate (whole, &parts);
  gnutls_free (der.data);
  *not_before = parts.not_before;
  *not_after = parts.not_after;

  return is_read;
}

/* Dates of every certificate that counts, a trusted one that was not sent included. */
static void
check_dates (SmtpChain *self)
{
  gint64 now = self->info->now;

  for (guint i = 0; i < self->path->len; i++)
    {
      const SmtpChainLink *link = &g_array_index (self->path, SmtpChainLink, i);
      g_autofree char *subject = NULL;
      gint64 not_before;
      gint64 not_after;

      if (link->index >= 0)
        {
          not_before = self->parts[link->index].not_before;
          not_after = self->parts[link->index].not_after;
        }
      else if (read_dates (link->crt, &not_before, &not_after))
        {
          subject = smtp_certificate_show_subject (link->crt);
        }
      else
        {
          continue;
        }

      if (now > not_after)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_EXPIRED, link->index, subject);
      if (now < not_before)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_NOT_YET_VALID, link->index, subject);
    }
}

/* RFC 9525 section 6, and common names as long as others take them, too. An address is only matched by an
 * address. */
static void
check_name (SmtpChain  *self,
            const char *name)
{
  g_autofree char *bare = g_strdup (name);
  g_autoptr (GInetAddress) address = NULL;
  gsize length = strcspn (bare, "%");
  gboolean matches;

  /* Neither the interface of a link-local address nor the root's dot is in a certificate. */
  bare[length] = '\0';
  if (length > 1 && bare[length - 1] == '.')
    bare[length - 1] = '\0';

  address = g_inet_address_new_from_string (bare);
  if (address != NULL)
    matches = gnutls_x509_crt_check_ip (self->crts[0], g_inet_address_to_bytes (address),
                                        (unsigned int) g_inet_address_get_native_size (address), 0) != 0;
  else
    matches = gnutls_x509_crt_check_hostname2 (self->crts[0], bare, 0) != 0;

  if (!matches)
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_NAME_MISMATCH, 0, name);
}

static gboolean
is_sent_before (SmtpChain *self,
                guint      i)
{
  for (guint k = 0; k < i; k++)
    {
      if (g_bytes_equal (((SmtpCertificate *) self->info->chain->pdata[k])->der,
                         ((SmtpCertificate *) self->info->chain->pdata[i])->der))
        return TRUE;
    }

  return FALSE;
}

/* What comes after the server's certificate should be its issuer, and so on. @wanted gets the order in which
 * they would be, as far as names say. Returns how many that are. */
static guint
sort_by_names (SmtpChain *self,
               guint     *wanted)
{
  gboolean is_taken[SMTP_CERTIFICATE_MOST] = { TRUE };
  guint n = 1;

  wanted[0] = 0;
  while (n < self->n)
    {
      guint last = wanted[n - 1];
      guint next = self->n;

      /* The one right behind it, if that fits: with several of one name, as with an authority that has two
       * issuers, any order is right. */
      for (guint k = 1; k < self->n && next == self->n; k++)
        {
          guint i = (last + k) % self->n;

          if (self->crts[i] != NULL && !is_taken[i] &&
              smtp_der_equal (&self->parts[last].issuer, &self->parts[i].subject) && !is_sent_before (self, i) &&
              smtp_certificate_is_issuer (self->crts[last], self->crts[i]))
            next = i;
        }

      if (next == self->n)
        break;
      is_taken[next] = TRUE;
      wanted[n++] = next;
    }

  return n;
}

static gboolean
is_alternative (SmtpChain *self,
                guint      i)
{
  for (guint k = 0; k < self->n; k++)
    {
      if (k != i && self->crts[k] != NULL && smtp_der_equal (&self->parts[k].subject, &self->parts[i].subject))
        return TRUE;
    }

  return FALSE;
}

static void
check_order (SmtpChain *self)
{
  guint wanted[SMTP_CERTIFICATE_MOST];
  gboolean is_wanted[SMTP_CERTIFICATE_MOST] = { FALSE };
  guint n = sort_by_names (self, wanted);
  gboolean is_sorted = TRUE;

  for (guint i = 0; i < n; i++)
    {
      is_wanted[wanted[i]] = TRUE;
      is_sorted = is_sorted && (i == 0 || wanted[i] > wanted[i - 1]);
    }

  if (!is_sorted)
    {
      g_autoptr (GString) order = g_string_new (NULL);

      for (guint i = 0; i < n; i++)
        g_string_append_printf (order, "%s%u", i > 0 ? ", " : "", wanted[i] + 1);
      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_WRONG_ORDER, -1, order->str);
    }

  for (guint i = 1; i < self->n; i++)
    {
      g_autofree char *detail = NULL;

      if (self->crts[i] == NULL || is_wanted[i])
        continue;

      if (is_sent_before (self, i))
        detail = g_strdup_printf ("repeated: %s", ((SmtpCertificate *) self->info->chain->pdata[i])->subject);
      else if (!is_alternative (self, i))
        detail = g_strdup_printf ("unrelated: %s", ((SmtpCertificate *) self->info->chain->pdata[i])->subject);
      if (detail != NULL)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_WRONG_ORDER, (int) i, detail);
    }
}

static void
read_chain (SmtpChain            *self,
            const gnutls_datum_t *chain)
{
  for (guint i = 0; i < self->n; i++)
    {
      SmtpCertificate *certificate = smtp_certificate_decode (&chain[i], &self->crts[i], &self->parts[i]);

      g_ptr_array_add (self->info->chain, certificate);
      if (self->crts[i] == NULL)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_MALFORMED, (int) i, certificate->malformed);
      else
        check_strength (self, i);
    }
}

static void
check_path (SmtpChain  *self,
            const char *verify_name)
{
  smtp_chain_find_path (self);
  smtp_chain_judge_path (self);
  check_dates (self);
  check_order (self);

  for (guint i = 0; i < self->path->len; i++)
    {
      const SmtpChainLink *link = &g_array_index (self->path, SmtpChainLink, i);

      if (link->index >= 0)
        check_purpose (self, (guint) link->index, i == 0);
    }

  if (verify_name != NULL)
    check_name (self, verify_name);
}

/**
 * smtp_certificate_check:
 * @info: what is known of a session; its chain, faults and ocsp fields, "now", "verify_name" and "trust" are set
 * @chain: (array length=n_chain): the certificates as sent
 * @n_chain: how many
 * @staple: (nullable): the OCSP answer that came with them
 * @trust: (nullable): who is trusted
 * @verify_name: (nullable): the name or address that the server's certificate must be for; %NULL for any
 * @now: when to check for, seconds since 1970
 *
 * Decodes a chain and collects everything that is wrong with it (RFC 5280, RFC 9525, RFC 6960):
 * no fault keeps another one from being found. Takes a bounded time, whatever is sent.
 */
void
smtp_certificate_check (SmtpTlsInfo          *info,
                        const gnutls_datum_t *chain,
                        guint                 n_chain,
                        const gnutls_datum_t *staple,
                        SmtpTrust            *trust,
                        const char           *verify_name,
                        gint64                now)
{
  g_autofree SmtpChain *self = g_new0 (SmtpChain, 1);

  self->info = info;
  self->trust = trust;
  self->n = MIN (n_chain, SMTP_CERTIFICATE_MOST);
  self->path = g_array_new (FALSE, TRUE, sizeof (SmtpChainLink));

  info->now = now;
  g_free (info->verify_name);
  info->verify_name = g_strdup (verify_name);
  g_free (info->trust);
  info->trust = g_strdup (smtp_trust_describe (trust));

  if (n_chain == 0)
    smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_NO_CERTIFICATE, -1, NULL);
  if (n_chain > SMTP_CERTIFICATE_MOST)
    {
      g_autofree char *detail = g_strdup_printf ("%u", n_chain);

      smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_TOO_MANY, -1, detail);
    }

  read_chain (self, chain);
  if (self->n > 0 && self->crts[0] != NULL)
    check_path (self, verify_name);
  smtp_chain_judge_staple (self, staple, now);

  for (guint i = 0; i < self->n; i++)
    {
      if (self->crts[i] != NULL)
        gnutls_x509_crt_deinit (self->crts[i]);
    }
  g_array_unref (self->path);
}
