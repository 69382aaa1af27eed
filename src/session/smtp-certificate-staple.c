/* SPDX-FileCopyrightText: 2026 SMTP Probe contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What a stapled OCSP answer says, and whether it can be relied on: RFC 6960. */

#include "session/smtp-certificate-private.h"

#include <gnutls/ocsp.h>

#define MOST_SIZE      32768              /* bytes; with the certificate of its signer it is two thousand */
#define MOST_ANSWERS   100
#define CLOCK_SKEW     300                /* seconds; answers are often made when they are asked for */
#define LONGEST_STATED (15 * 24 * 3600)   /* seconds that an answer without an end is good for, as GnuTLS has it */

typedef struct
{
  guint        bit;
  const char  *text;
} Reason;

static const Reason reasons[] = {
  { GNUTLS_OCSP_VERIFY_SIGNER_NOT_FOUND, "signed by somebody else than the issuer" },
  { GNUTLS_OCSP_VERIFY_UNTRUSTED_SIGNER, "signed by somebody else than the issuer" },
  { GNUTLS_OCSP_VERIFY_SIGNER_KEYUSAGE_ERROR, "signed by somebody who may not" },
  { GNUTLS_OCSP_VERIFY_INSECURE_ALGORITHM, "signed with an insecure algorithm" },
  { GNUTLS_OCSP_VERIFY_SIGNATURE_FAILURE, "a signature that does not match" },
};

static const char *const response_statuses[] = {
  "successful", "malformedRequest", "internalError", "tryLater", "4", "sigRequired", "unauthorized",
};

static char *
show_time (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  if (time == NULL)
    return g_strdup_printf ("%" G_GINT64_FORMAT, seconds);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static void
add_invalid (SmtpChain  *self,
             const char *detail)
{
  smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_STAPLE_INVALID, 0, detail);
}

/* Which of the answers is about the server's certificate, or -1. */
static int
find_answer (SmtpChain          *self,
             gnutls_ocsp_resp_t  response)
{
  for (unsigned int i = 0; i < MOST_ANSWERS; i++)
    {
      int result = gnutls_ocsp_resp_check_crt (response, i, self->crts[0]);

      if (result >= 0)
        return (int) i;
      if (result == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        break;
    }

  return -1;
}

/* Whether those who may sign answers for the issuer, and were sent along, still may. */
static gboolean
has_expired_signer (gnutls_ocsp_resp_t  response,
                    gint64              now)
{
  gnutls_x509_crt_t *crts = NULL;
  size_t n = 0;
  gboolean is_expired = FALSE;

  if (gnutls_ocsp_resp_get_certs (response, &crts, &n) < 0)
    return FALSE;

  for (size_t i = 0; i < n; i++)
    {
      if (gnutls_x509_crt_check_key_purpose (crts[i], GNUTLS_KP_OCSP_SIGNING, 0) != 0 &&
          (gnutls_x509_crt_get_expiration_time (crts[i]) < now || gnutls_x509_crt_get_activation_time (crts[i]) > now))
        is_expired = TRUE;
      gnutls_x509_crt_deinit (crts[i]);
    }
  gnutls_free (crts);

  return is_expired;
}

static gboolean
are_signers_usable (gnutls_ocsp_resp_t response)
{
  gnutls_x509_crt_t *crts = NULL;
  size_t n = 0;
  gboolean are_usable = TRUE;

  if (gnutls_ocsp_resp_get_certs (response, &crts, &n) < 0)
    return TRUE;

  are_usable = n <= MOST_ANSWERS;
  for (size_t i = 0; i < n; i++)
    {
      are_usable = are_usable && smtp_certificate_is_usable (crts[i]);
      gnutls_x509_crt_deinit (crts[i]);
    }
  gnutls_free (crts);

  return are_usable;
}

/* Why the signature of an answer cannot be relied on, or NULL. */
static const char *
judge_signature (SmtpChain          *self,
                 gnutls_ocsp_resp_t  response,
                 gint64              now)
{
  gnutls_x509_crt_t issuer;
  unsigned int status = 0;
  int algorithm = gnutls_ocsp_resp_get_signature_algorithm (response);

  if (self->path == NULL || self->path->len < 2)
    return "its issuer is not known";

  issuer = g_array_index (self->path, SmtpChainLink, 1).crt;
  if (!smtp_certificate_is_usable (issuer) || !are_signers_usable (response))
    return "a key too large to compute with";

  if (gnutls_ocsp_resp_verify_direct (response, issuer, &status, GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
                                      GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS) < 0)
    return "a signature that cannot be checked";

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if ((status & reasons[i].bit) != 0)
        return reasons[i].text;
    }
  if (status != 0)
    return "a signature that does not match";
  if (algorithm > GNUTLS_SIGN_UNKNOWN && smtp_certificate_is_weak (gnutls_sign_get_hash_algorithm (algorithm)))
    return "signed with an insecure algorithm";
  if (has_expired_signer (response, now))
    return "signed with a certificate that has expired";

  return NULL;
}

/* Why an answer does not count now, or NULL. */
static char *
judge_times (SmtpTlsInfo *info,
             gint64       now)
{
  g_autofree char *when = NULL;

  if (info->ocsp_this_update > now + CLOCK_SKEW)
    {
      when = show_time (info->ocsp_this_update);
      return g_strdup_printf ("not valid before %s", when);
    }

  if (info->ocsp_next_update != 0 && info->ocsp_next_update < now)
    {
      when = show_time (info->ocsp_next_update);
      return g_strdup_printf ("out of date since %s", when);
    }

  if (info->ocsp_next_update == 0 && info->ocsp_this_update < now - LONGEST_STATED)
    {
      when = show_time (info->ocsp_this_update);
      return g_strdup_printf ("of %s, and does not say until when", when);
    }

  return NULL;
}

static void
judge_answer (SmtpChain          *self,
              gnutls_ocsp_resp_t  response,
              gint64              now)
{
  SmtpTlsInfo *info = self->info;
  int answer = find_answer (self, response);
  const char *distrust;
  g_autofree char *untimely = NULL;
  g_autofree char *since = NULL;
  unsigned int status = GNUTLS_OCSP_CERT_UNKNOWN;
  time_t this_update = 0;
  time_t next_update = 0;
  time_t revoked_at = 0;

  if (answer < 0 || gnutls_ocsp_resp_get_single (response, (unsigned int) answer, NULL, NULL, NULL, NULL, &status,
                                                 &this_update, &next_update, &revoked_at, NULL) < 0)
    {
      add_invalid (self, "about another certificate");
      return;
    }

  /* What is not said is -1. */
  info->ocsp_this_update = MAX (this_update, 0);
  info->ocsp_next_update = MAX (next_update, 0);
  distrust = judge_signature (self, response, now);
  untimely = judge_times (info, now);
  if (distrust != NULL || untimely != NULL)
    add_invalid (self, distrust != NULL ? distrust : untimely);
  if (distrust != NULL)
    return;

  /* Once revoked is revoked for good, however old the answer. */
  if (status == GNUTLS_OCSP_CERT_REVOKED)
    {
      info->ocsp = SMTP_OCSP_REVOKED;
      info->ocsp_revoked_at = MAX (revoked_at, 0);
      since = show_time (info->ocsp_revoked_at);
      smtp_tls_info_add_fault (info, SMTP_TLS_FAULT_REVOKED, 0, since);
    }
  else if (untimely == NULL && status == GNUTLS_OCSP_CERT_GOOD)
    {
      info->ocsp = SMTP_OCSP_GOOD;
    }
  else if (untimely == NULL)
    {
      info->ocsp = SMTP_OCSP_UNKNOWN;
      add_invalid (self, "the authority does not know the certificate");
    }
}

/**
 * smtp_chain_judge_staple:
 * @self: a chain whose path is known
 * @staple: (nullable): the answer that came with it
 * @now: seconds since 1970
 *
 * Sets the OCSP fields of the session and adds the faults of the answer.
 */
void
smtp_chain_judge_staple (SmtpChain            *self,
                         const gnutls_datum_t *staple,
                         gint64                now)
{
  gnutls_ocsp_resp_t response = NULL;
  int result;

  if (staple == NULL || staple->size == 0)
    {
      if (self->info->chain->len > 0 && ((SmtpCertificate *) self->info->chain->pdata[0])->must_staple)
        smtp_tls_info_add_fault (self->info, SMTP_TLS_FAULT_STAPLE_MISSING, 0, NULL);
      return;
    }

  self->info->ocsp = SMTP_OCSP_INVALID;
  if (staple->size > MOST_SIZE)
    {
      g_autofree char *detail = g_strdup_printf ("%u bytes are too many", staple->size);

      add_invalid (self, detail);
      return;
    }
  if (self->crts[0] == NULL || gnutls_ocsp_resp_init (&response) < 0)
    return;

  result = gnutls_ocsp_resp_import2 (response, staple, GNUTLS_X509_FMT_DER);
  if (result < 0)
    {
      add_invalid (self, gnutls_strerror (result));
    }
  else
    {
      int status = gnutls_ocsp_resp_get_status (response);

      if (status == GNUTLS_OCSP_RESP_SUCCESSFUL)
        judge_answer (self, response, now);
      else
        add_invalid (self, status > 0 && status < (int) G_N_ELEMENTS (response_statuses) ? response_statuses[status]
                                                                                         : "an unknown status");
    }

  gnutls_ocsp_resp_deinit (response);
}
