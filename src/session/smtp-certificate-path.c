/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The way from the server's certificate to one that is trusted, RFC 5280 section 6, and what is wrong with it
 * if there is none. GnuTLS has the last word on whether a path is good; it stops at the first fault, so that
 * the faults of a bad one are looked for here, step by step. */

#include "session/smtp-certificate-private.h"

#include <gnutls/abstract.h>

#define MOST_SIGNATURES 300  /* to check for one chain */
#define MOST_PATH       16   /* GnuTLS follows no longer one */

/* Dates and weak algorithms are judged by ourselves. */
#define VERIFY_FLAGS \
  (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_CRL_CHECKS | \
   GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1 | GNUTLS_VERIFY_ALLOW_BROKEN)

typedef struct
{
  SmtpChain *chain;
  gboolean   is_seen[SMTP_CERTIFICATE_MOST];
  GArray    *dead_end;      /* (nullable): the first that was come to */
  guint      n_signatures;
} Search;

static const SmtpChainLink *
link_at (SmtpChain *self,
         guint      i)
{
  return &g_array_index (self->path, SmtpChainLink, i);
}

static gboolean
is_self_issued (gnutls_x509_crt_t crt)
{
  return smtp_certificate_is_issuer (crt, crt);
}

/* GnuTLS's check of a certificate's own signature is not to be had for one that is its own issuer, of which it only
 * says that both are the same; nor does its status tell a good signature from one that it could not look at. */
static gboolean
verify_signature (SmtpChain         *self,
                  guint              at,
                  gnutls_x509_crt_t  issuer)
{
  const SmtpDer *part = &self->parts[at].signed_part;
  gnutls_datum_t data = { (guint8 *) part->at, (unsigned int) part->size };
  gnutls_datum_t signature = { NULL, 0 };
  gnutls_sign_algorithm_t algorithm = gnutls_x509_crt_get_signature_algorithm (self->crts[at]);
  gnutls_pubkey_t key = NULL;
  gboolean is_signed = FALSE;
  size_t size = 0;

  gnutls_x509_crt_get_signature (self->crts[at], NULL, &size);
  signature.data = g_malloc (size);
  signature.size = (unsigned int) size;
  if (gnutls_x509_crt_get_signature (self->crts[at], (char *) signature.data, &size) >= 0 &&
      gnutls_pubkey_init (&key) >= 0)
    {
      is_signed = gnutls_pubkey_import_x509 (key, issuer, 0) >= 0 &&
                  gnutls_pubkey_verify_data2 (key, algorithm, VERIFY_FLAGS, &data, &signature) >= 0;
      gnutls_pubkey_deinit (key);
    }
  g_free (signature.data);

  return is_signed;
}

static gboolean
is_signed_by (SmtpChain         *self,
              guint              at,
              gnutls_x509_crt_t  issuer)
{
  int algorithm = gnutls_x509_crt_get_signature_algorithm (self->crts[at]);
  unsigned int status = 0;

  if (algorithm <= GNUTLS_SIGN_UNKNOWN)
    return FALSE;

  /* The parameters of PSS are in the certificate, where only the library gets at them. */
  if (gnutls_sign_get_pk_algorithm ((gnutls_sign_algorithm_t) algorithm) == GNUTLS_PK_RSA_PSS &&
      issuer != self->crts[at])
    return gnutls_x509_crt_verify (self->crts[at], &issuer, 1, VERIFY_FLAGS | GNUTLS_VERIFY_DISABLE_CA_SIGN |
                                   GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS, &status) >= 0 && status == 0;

  return verify_signature (self, at, issuer);
}

static gboolean
is_self_signed (SmtpChain *self,
                guint      at)
{
  return is_self_issued (self->crts[at]) && smtp_certificate_is_usable (self->crts[at]) &&
         is_signed_by (self, at, self->crts[at]);
}

/* Whether the certificate itself is among the trusted ones. */
static gboolean
is_trusted (SmtpChain *self,
            guint      at)
{
  g_autoptr (GPtrArray) same_name = g_ptr_array_new ();
  GBytes *bytes = ((SmtpCertificate *) self->info->chain->pdata[at])->der;
  gsize size;
  gnutls_datum_t der = { (guint8 *) g_bytes_get_data (bytes, &size), 0 };

  der.size = (unsigned int) size;
  smtp_trust_find (self->trust, &self->parts[at].subject, same_name);
  for (guint i = 0; i < same_name->len; i++)
    {
      if (gnutls_x509_crt_equals2 (same_name->pdata[i], &der))
        return TRUE;
    }

  return FALSE;
}

/* A trusted certificate may have been sent, too. */
static int
index_of (SmtpChain         *self,
          gnutls_x509_crt_t  crt)
{
  for (guint i = 0; i < self->n; i++)
    {
      if (self->crts[i] != NULL && gnutls_x509_crt_equals (self->crts[i], crt))
        return (int) i;
    }

  return -1;
}

static void
add_link (SmtpChain         *self,
          gnutls_x509_crt_t  crt,
          int                index)
{
  SmtpChainLink link = { crt, index };

  g_array_append_val (self->path, link);
}

static gboolean
is_among (GPtrArray         *crts,
          gnutls_x509_crt_t  crt)
{
  for (guint i = 0; i < crts->len; i++)
    {
      if (gnutls_x509_crt_equals (crts->pdata[i], crt))
        return TRUE;
    }

  return FALSE;
}

/* Who could have issued a certificate, each once: trusted ones first, those that end a path last. */
static GArray *
find_issuers (SmtpChain *self,
              guint      at)
{
  GArray *issuers = g_array_new (FALSE, FALSE, sizeof (SmtpChainLink));
  g_autoptr (GPtrArray) trusted = g_ptr_array_new ();

  smtp_trust_find (self->trust, &self->parts[at].issuer, trusted);
  for (guint i = 0; i < trusted->len; i++)
    {
      SmtpChainLink link = { trusted->pdata[i], -1 };

      if (smtp_certificate_is_issuer (self->crts[at], link.crt))
        g_array_append_val (issuers, link);
    }

  for (gboolean self_issued = FALSE; self_issued <= TRUE; self_issued++)
    {
      for (guint i = 0; i < self->n; i++)
        {
          SmtpChainLink link = { self->crts[i], (int) i };

          if (i != at && link.crt != NULL && smtp_der_equal (&self->parts[at].issuer, &self->parts[i].subject) &&
              is_self_issued (link.crt) == self_issued && smtp_certificate_is_issuer (self->crts[at], link.crt) &&
              !is_among (trusted, link.crt))
            g_array_append_val (issuers, link);
        }
    }

  return issuers;
}

/* Whether to go on with an issuer: of several of one name, itself included, only with those that did sign. A
 * single one is believed until GnuTLS has looked at the whole. */
static gboolean
is_eligible (Search               *search,
             guint                 at,
             const SmtpChainLink  *issuer,
             guint                 n_issuers)
{
  SmtpChain *self = search->chain;

  if ((issuer->index >= 0 && search->is_seen[issuer->index]) || !smtp_certificate_is_usable (issuer->crt))
    return FALSE;
  if (n_issuers == 1 && !is_self_issued (self->crts[at]))
    return TRUE;

  if (search->n_signatures == MOST_SIGNATURES)
    {
      self->is_exhausted = TRUE;
      return FALSE;
    }
  search->n_signatures++;

  return is_signed_by (self, at, issuer->crt);
}

/* Goes on from a certificate to the end. */
static gboolean
extend (Search *search,
        guint   at)
{
  SmtpChain *self = search->chain;
  g_autoptr (GArray) issuers = NULL;

  search->is_seen[at] = TRUE;
  add_link (self, self->crts[at], (int) at);
  if (is_trusted (self, at))
    return TRUE;

  issuers = find_issuers (self, at);
  for (guint i = 0; i < issuers->len; i++)
    {
      const SmtpChainLink *issuer = &g_array_index (issuers, SmtpChainLink, i);

      if (!is_eligible (search, at, issuer, issuers->len))
        continue;
      if (issuer->index < 0)
        {
          add_link (self, issuer->crt, index_of (self, issuer->crt));
          return TRUE;
        }
      if (extend (search, (guint) issuer->index))
        return TRUE;
    }

  if (search->dead_end == NULL)
    search->dead_end = g_array_copy (self->path);
  g_array_set_size (self->path, self->path->len - 1);

  return FALSE;
}

/**
 * smtp_chain_find_path:
 * @self: a chain whose first certificate could be decoded
 *
 * Looks for the way to a trusted certificate among those sent, in whatever order. If there is none, the path
 * is the way to where it ends.
 */
void
smtp_chain_find_path (SmtpChain *self)
{
  Search search = { .chain = self };

  self->is_trusted = extend (&search, 0);
  if (!self->is_trusted)
    {
      g_array_unref (self->path);
      self->path = g_steal_pointer (&search.dead_end);
    }
  g_clear_pointer (&search.dead_end, g_array_unref);

  if (self->is_exhausted)
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, -1, "too many certificates of the same name");
}

/* Why a path that is not trusted, and was followed to its end, ends where it does. */
static void
judge_end (SmtpChain *self)
{
  const SmtpChainLink *last = link_at (self, self->path->len - 1);
  const SmtpCertificate *certificate = self->info->chain->pdata[last->index];
  g_autoptr (GArray) issuers = NULL;

  if (is_self_signed (self, (guint) last->index))
    {
      if (last->index == 0)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_SELF_SIGNED, 0, NULL);
      else
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_UNKNOWN_AUTHORITY, last->index, certificate->subject);
      return;
    }

  issuers = find_issuers (self, (guint) last->index);
  if (is_self_issued (last->crt))
    {
      SmtpChainLink itself = *last;

      g_array_append_val (issuers, itself);
    }
  if (issuers->len == 0)
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_MISSING_INTERMEDIATE, last->index, certificate->issuer);

  for (guint i = 0; i < issuers->len; i++)
    {
      const SmtpChainLink *issuer = &g_array_index (issuers, SmtpChainLink, i);
      gboolean is_on_path = FALSE;

      for (guint k = 0; k < self->path->len; k++)
        is_on_path = is_on_path || link_at (self, k)->crt == issuer->crt;

      if (!smtp_certificate_is_usable (issuer->crt))
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, issuer->index, "a key too large to compute with");
      else if (!is_on_path || issuer->crt == last->crt)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_BAD_SIGNATURE, last->index, NULL);
      else /* they issue each other, and nobody else does */
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_UNKNOWN_AUTHORITY, last->index, certificate->subject);
    }
}

/* One certificate and its issuer. */
static void
judge_step (SmtpChain *self,
            guint      i)
{
  const SmtpChainLink *link = link_at (self, i);
  gnutls_x509_crt_t issuer = link_at (self, i + 1)->crt;
  unsigned int status = 0;
  unsigned int usages = 0;
  int algorithm = gnutls_x509_crt_get_signature_algorithm (link->crt);
  int result = gnutls_x509_crt_verify (link->crt, &issuer, 1, VERIFY_FLAGS, &status);

  if (result < 0)
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, link->index, gnutls_strerror (result));
  if ((status & GNUTLS_CERT_SIGNER_NOT_CA) != 0 ||
      (gnutls_x509_crt_get_key_usage (issuer, &usages, NULL) >= 0 && (usages & GNUTLS_KEY_KEY_CERT_SIGN) == 0))
    {
      g_autofree char *detail = smtp_certificate_show_subject (issuer);

      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_NOT_A_CA, link->index, detail);
    }

  if (is_signed_by (self, (guint) link->index, issuer))
    return;

  /* A signature that the library cannot check is not a bad one. */
  if (algorithm <= GNUTLS_SIGN_UNKNOWN)
    {
      const SmtpCertificate *certificate = self->info->chain->pdata[link->index];
      g_autofree char *detail = g_strdup_printf ("unknown signature algorithm %s", certificate->signature);

      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, link->index, detail);
    }
  else if (gnutls_sign_get_hash_algorithm (algorithm) != GNUTLS_DIG_MD2)
    {
      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_BAD_SIGNATURE, link->index, NULL);
    }
}

/* What GnuTLS says of a path. Returns FALSE if it was not asked, because that could take too long. */
static gboolean
ask_library (SmtpChain    *self,
             unsigned int *status)
{
  gnutls_x509_crt_t sent[MOST_PATH];
  g_autoptr (GPtrArray) trusted = g_ptr_array_new ();
  gnutls_x509_trust_list_t list = NULL;
  guint n = 0;
  int result;

  if (self->path->len > MOST_PATH)
    return FALSE;

  for (guint i = 0; i < self->path->len; i++)
    {
      const SmtpChainLink *link = link_at (self, i);

      if (link->index < 0)
        break;
      if (is_self_issued (link->crt) && !smtp_certificate_is_usable (link->crt))
        return FALSE;
      sent[n++] = self->crts[link->index];
      smtp_trust_find (self->trust, &self->parts[link->index].issuer, trusted);
      smtp_trust_find (self->trust, &self->parts[link->index].subject, trusted);
    }

  for (guint i = 0; i < trusted->len; i++)
    {
      if (!smtp_certificate_is_usable (trusted->pdata[i]))
        return FALSE;
    }

  if (gnutls_x509_trust_list_init (&list, 1) < 0)
    return FALSE;
  if (trusted->len > 0)
    gnutls_x509_trust_list_add_cas (list, (gnutls_x509_crt_t *) trusted->pdata, trusted->len, 0);

  *status = 0;
  result = gnutls_x509_trust_list_verify_crt2 (list, sent, n, NULL, 0, VERIFY_FLAGS, status, NULL);
  gnutls_x509_trust_list_deinit (list, 0);

  return result >= 0;
}

/* What GnuTLS may have against a path, the faults of ours that say the same, and words if none was found. */
static const struct
{
  unsigned int    bit;
  const char     *words;
  SmtpTlsFaultId  ids[8];  /* up to the first that is OTHER */
} objections[] = {
  { GNUTLS_CERT_INSECURE_ALGORITHM, "an algorithm that this system does not accept",
    { SMTP_TLS_FAULT_WEAK_KEY, SMTP_TLS_FAULT_WEAK_SIGNATURE, SMTP_TLS_FAULT_OTHER } },
  { GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "a limit that its issuer is under",
    { SMTP_TLS_FAULT_CONSTRAINTS, SMTP_TLS_FAULT_NOT_A_CA, SMTP_TLS_FAULT_OTHER } },
  { GNUTLS_CERT_SIGNER_NOT_CA, "signed by a certificate that may not sign others",
    { SMTP_TLS_FAULT_NOT_A_CA, SMTP_TLS_FAULT_OTHER } },
  { GNUTLS_CERT_SIGNATURE_FAILURE, "a signature that does not match",
    { SMTP_TLS_FAULT_BAD_SIGNATURE, SMTP_TLS_FAULT_WEAK_SIGNATURE, SMTP_TLS_FAULT_OTHER } },
  { GNUTLS_CERT_SIGNER_NOT_FOUND, "an issuer that is not trusted",
    { SMTP_TLS_FAULT_SELF_SIGNED, SMTP_TLS_FAULT_UNKNOWN_AUTHORITY, SMTP_TLS_FAULT_MISSING_INTERMEDIATE,
      SMTP_TLS_FAULT_BAD_SIGNATURE, SMTP_TLS_FAULT_NOT_A_CA, SMTP_TLS_FAULT_OTHER } },
  { GNUTLS_CERT_PURPOSE_MISMATCH, "another purpose", { SMTP_TLS_FAULT_WRONG_PURPOSE, SMTP_TLS_FAULT_OTHER } },
};

/* Extensions that GnuTLS understands if they are critical. */
static const char *const understood[] = {
  GNUTLS_X509EXT_OID_KEY_USAGE, GNUTLS_X509EXT_OID_SAN, GNUTLS_X509EXT_OID_BASIC_CONSTRAINTS,
  GNUTLS_X509EXT_OID_NAME_CONSTRAINTS, GNUTLS_X509EXT_OID_CRT_POLICY, GNUTLS_X509EXT_OID_EXTENDED_KEY_USAGE,
  GNUTLS_X509EXT_OID_INHIBIT_ANYPOLICY, GNUTLS_X509EXT_OID_TLSFEATURES, GNUTLS_X509EXT_OID_PROXY_CRT_INFO, NULL,
};

/* Says which critical extension nobody understands. */
static void
add_critical (SmtpChain *self)
{
  for (guint i = 0; i < self->path->len; i++)
    {
      const SmtpChainLink *link = link_at (self, i);
      char oid[128];
      size_t size = sizeof oid;
      unsigned int is_critical;

      for (guint k = 0; gnutls_x509_crt_get_extension_info (link->crt, k, oid, &size, &is_critical) >= 0;
           k++, size = sizeof oid)
        {
          g_autofree char *detail = g_strdup_printf ("an unknown critical extension: %s", oid);

          if (is_critical && !g_strv_contains (understood, oid))
            smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, link->index, detail);
        }
    }

  if (!smtp_tls_info_has_fault (self->info, SMTP_TLS_FAULT_OTHER))
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, 0, "an unknown critical extension");
}

/* What GnuTLS has against a path and none of our own faults says. */
static void
add_rest (SmtpChain    *self,
          unsigned int  status)
{
  /* A key too large to compute with, an algorithm that is not known: the rest follows from that. */
  if (smtp_tls_info_has_fault (self->info, SMTP_TLS_FAULT_OTHER))
    return;

  if ((status & GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS) != 0)
    add_critical (self);

  for (guint i = 0; i < G_N_ELEMENTS (objections); i++)
    {
      gboolean is_said = FALSE;

      for (guint k = 0; !is_said && objections[i].ids[k] != SMTP_TLS_FAULT_OTHER; k++)
        is_said = smtp_tls_info_has_fault (self->info, objections[i].ids[k]);
      if ((status & objections[i].bit) != 0 && !is_said)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, 0, objections[i].words);
    }

  if ((status & ~(unsigned int) GNUTLS_CERT_INVALID) == 0 &&
      !smtp_tls_info_has_fault (self->info, SMTP_TLS_FAULT_BAD_SIGNATURE))
    smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, 0, "not trusted");
}

/**
 * smtp_chain_judge_path:
 * @self: a chain whose path is known
 *
 * Adds the faults of the path: whom it ends at, signatures, constraints.
 */
void
smtp_chain_judge_path (SmtpChain *self)
{
  unsigned int status = 0;
  gboolean is_known = ask_library (self, &status);

  if (is_known && status == 0)
    return;

  for (guint i = 0; i + 1 < self->path->len; i++)
    judge_step (self, i);
  smtp_chain_judge_constraints (self);
  if (!self->is_trusted && !self->is_exhausted)
    judge_end (self);

  if (is_known)
    {
      add_rest (self, status);
    }
  else if (self->path->len > MOST_PATH)
    {
      g_autofree char *detail = g_strdup_printf ("a path of %u certificates", self->path->len);

      smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_OTHER, -1, detail);
    }
}
