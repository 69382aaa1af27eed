/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "practice/smtp-practice-tls.h"

#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <string.h>

#define DAY          (24 * 60 * 60)
#define CA_DAYS      400            /* to both sides of now, so that an expired certificate was valid once */
#define MOST_ID_SIZE 64

struct _SmtpPracticeTls
{
  grefcount                         refs;

  gnutls_certificate_credentials_t  credentials;
  GBytes                           *authority;    /* (nullable) */
};

/* A certificate with its key. */
typedef struct
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t     crt;
} Identity;

/* What is to be certified. */
typedef struct
{
  const char        *subject;
  gint64             not_before;
  gint64             not_after;
  gboolean           is_ca;
  const char *const *names;      /* (nullable): of a server */
  gboolean           is_local;   /* whether 127.0.0.1 is among them */
} Wish;

static const char *const our_names[] = { "practice.example", "localhost", NULL };
static const char *const other_names[] = { "elsewhere.example", "www.elsewhere.example", NULL };

static void
identity_clear (Identity *self)
{
  g_clear_pointer (&self->crt, gnutls_x509_crt_deinit);
  g_clear_pointer (&self->key, gnutls_x509_privkey_deinit);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Identity, identity_clear)

static gboolean
check (int      code,
       GError **error)
{
  if (code >= 0)
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, gnutls_strerror (code));

  return FALSE;
}

static gboolean
set_serial (gnutls_x509_crt_t   crt,
            GError            **error)
{
  guint8 serial[16];

  if (!check (gnutls_rnd (GNUTLS_RND_NONCE, serial, sizeof serial), error))
    return FALSE;
  serial[0] = (serial[0] & 0x7f) | 0x40;  /* positive, and without a zero in front */

  return check (gnutls_x509_crt_set_serial (crt, serial, sizeof serial), error);
}

/* Which key it is, and which one its issuer's is (RFC 5280 sections 4.2.1.1 and 4.2.1.2). */
static gboolean
set_key_ids (gnutls_x509_crt_t   crt,
             gnutls_x509_crt_t   issuer,
             GError            **error)
{
  guint8 id[MOST_ID_SIZE];
  size_t size = sizeof id;

  if (!check (gnutls_x509_crt_get_key_id (crt, 0, id, &size), error) ||
      !check (gnutls_x509_crt_set_subject_key_id (crt, id, size), error))
    return FALSE;

  size = sizeof id;

  return check (gnutls_x509_crt_get_key_id (issuer, 0, id, &size), error) &&
         check (gnutls_x509_crt_set_authority_key_id (crt, id, size), error);
}

static gboolean
set_names (gnutls_x509_crt_t   crt,
           const Wish         *wish,
           GError            **error)
{
  static const guint8 loopback[] = { 127, 0, 0, 1 };

  for (int i = 0; wish->names != NULL && wish->names[i] != NULL; i++)
    {
      if (!check (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, wish->names[i],
                                                        (unsigned int) strlen (wish->names[i]), GNUTLS_FSAN_APPEND),
                  error))
        return FALSE;
    }

  return !wish->is_local || check (gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, loopback,
                                                                         sizeof loopback, GNUTLS_FSAN_APPEND), error);
}

static gboolean
set_uses (gnutls_x509_crt_t   crt,
          gboolean            is_ca,
          GError            **error)
{
  unsigned int usage = is_ca ? GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE;

  return check (gnutls_x509_crt_set_basic_constraints (crt, is_ca, -1), error) &&
         check (gnutls_x509_crt_set_key_usage (crt, usage), error) &&
         (is_ca || check (gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0), error));
}

/* Makes a key and a certificate for it. Without an issuer it signs itself. */
static gboolean
issue (Identity        *made,
       const Wish      *wish,
       const Identity  *issuer,
       GError         **error)
{
  if (!check (gnutls_x509_privkey_init (&made->key), error) ||
      !check (gnutls_x509_privkey_generate (made->key, GNUTLS_PK_ECDSA,
                                            GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0), error) ||
      !check (gnutls_x509_crt_init (&made->crt), error))
    return FALSE;
  if (issuer == NULL)
    issuer = made;

  return check (gnutls_x509_crt_set_version (made->crt, 3), error) &&
         set_serial (made->crt, error) &&
         check (gnutls_x509_crt_set_dn (made->crt, wish->subject, NULL), error) &&
         check (gnutls_x509_crt_set_activation_time (made->crt, (time_t) wish->not_before), error) &&
         check (gnutls_x509_crt_set_expiration_time (made->crt, (time_t) wish->not_after), error) &&
         check (gnutls_x509_crt_set_key (made->crt, made->key), error) &&
         set_uses (made->crt, wish->is_ca, error) &&
         set_names (made->crt, wish, error) &&
         set_key_ids (made->crt, issuer->crt, error) &&
         check (gnutls_x509_crt_sign2 (made->crt, issuer->crt, issuer->key, GNUTLS_DIG_SHA256, 0), error);
}

static gboolean
keep_authority (SmtpPracticeTls    *self,
                gnutls_x509_crt_t   root,
                GError            **error)
{
  gnutls_datum_t pem;

  if (!check (gnutls_x509_crt_export2 (root, GNUTLS_X509_FMT_PEM, &pem), error))
    return FALSE;

  self->authority = g_bytes_new (pem.data, pem.size);
  gnutls_free (pem.data);

  return TRUE;
}

static gboolean
make_self_signed (SmtpPracticeTls  *self,
                  const Wish       *wish,
                  GError          **error)
{
  g_auto (Identity) leaf = { NULL, NULL };

  return issue (&leaf, wish, NULL, error) &&
         check (gnutls_certificate_set_x509_key (self->credentials, &leaf.crt, 1, leaf.key), error);
}

static gboolean
make_chain (SmtpPracticeTls  *self,
            const Wish       *wish,
            gint64            now,
            gboolean          with_intermediate,
            GError          **error)
{
  Wish ca_wish = { "CN=Practice Root,O=SMTP Probe", now - CA_DAYS * DAY, now + CA_DAYS * DAY, TRUE, NULL, FALSE };
  g_auto (Identity) root = { NULL, NULL };
  g_auto (Identity) middle = { NULL, NULL };
  g_auto (Identity) leaf = { NULL, NULL };
  gnutls_x509_crt_t chain[2];
  int n = with_intermediate ? 2 : 1;

  if (!issue (&root, &ca_wish, NULL, error))
    return FALSE;
  ca_wish.subject = "CN=Practice Authority,O=SMTP Probe";
  if (!issue (&middle, &ca_wish, &root, error) || !issue (&leaf, wish, &middle, error))
    return FALSE;

  chain[0] = leaf.crt;
  chain[1] = middle.crt;

  return check (gnutls_certificate_set_x509_key (self->credentials, chain, n, leaf.key), error) &&
         keep_authority (self, root.crt, error);
}

/**
 * smtp_practice_tls_new:
 * @kind: what is to be wrong with it
 * @now: seconds since 1970; the certificate is valid for some weeks around it, or expired the day before
 * @error: return location for a #GIOErrorEnum
 *
 * Makes keys and certificates for practice.example, localhost and 127.0.0.1; with elliptic curves that is a
 * matter of milliseconds.
 *
 * Returns: (transfer full) (nullable): the certificates
 */
SmtpPracticeTls *
smtp_practice_tls_new (SmtpPracticeCertificate   kind,
                       gint64                    now,
                       GError                  **error)
{
  g_autoptr (SmtpPracticeTls) self = g_new0 (SmtpPracticeTls, 1);
  Wish wish = { "CN=practice.example", now - DAY, now + 30 * DAY, FALSE, our_names, TRUE };
  gboolean made;

  g_ref_count_init (&self->refs);
  /* Programs may have put that off; more than once does no harm. */
  if (!check (gnutls_global_init (), error) ||
      !check (gnutls_certificate_allocate_credentials (&self->credentials), error))
    return NULL;

  if (kind == SMTP_PRACTICE_CERTIFICATE_EXPIRED)
    {
      wish.not_before = now - 91 * DAY;
      wish.not_after = now - DAY;
    }
  if (kind == SMTP_PRACTICE_CERTIFICATE_WRONG_NAME)
    {
      wish.subject = "CN=elsewhere.example";
      wish.names = other_names;
      wish.is_local = FALSE;
    }

  if (kind == SMTP_PRACTICE_CERTIFICATE_SELF_SIGNED)
    made = make_self_signed (self, &wish, error);
  else
    made = make_chain (self, &wish, now, kind != SMTP_PRACTICE_CERTIFICATE_INCOMPLETE, error);

  return made ? g_steal_pointer (&self) : NULL;
}

/**
 * smtp_practice_tls_ref:
 * @self: certificates
 *
 * Returns: (transfer full): @self, with one more reference
 */
SmtpPracticeTls *
smtp_practice_tls_ref (SmtpPracticeTls *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_ref_count_inc (&self->refs);

  return self;
}

/**
 * smtp_practice_tls_unref:
 * @self: (transfer full): certificates
 */
void
smtp_practice_tls_unref (SmtpPracticeTls *self)
{
  g_return_if_fail (self != NULL);

  if (!g_ref_count_dec (&self->refs))
    return;

  g_clear_pointer (&self->credentials, gnutls_certificate_free_credentials);
  g_clear_pointer (&self->authority, g_bytes_unref);
  g_free (self);
}

/**
 * smtp_practice_tls_get_credentials:
 * @self: certificates
 *
 * Returns: (transfer none): what the server's end of TLS takes
 */
gnutls_certificate_credentials_t
smtp_practice_tls_get_credentials (SmtpPracticeTls *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->credentials;
}

/**
 * smtp_practice_tls_get_authority:
 * @self: certificates
 *
 * Returns: (transfer none) (nullable): the root certificate in PEM; %NULL if the server's signs itself
 */
GBytes *
smtp_practice_tls_get_authority (SmtpPracticeTls *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->authority;
}
